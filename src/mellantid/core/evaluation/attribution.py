"""The gap to the plan by assumption: lines that sum to it, and which of them are beyond chance.

The gap in money is M(t) - M(0) (`standing.money`). Here its steps are told by what the plan took
for granted: how many deals are created, where they begin and how large they are; on each leg, what
share of those that leave go where, and how fast they leave; what deals are won for. Every line is a
sum of martingale steps under the plan's model, and so has mean zero where its assumption holds and
a variance that is known.

The plan's chances are estimates too, and no pace is the same from quarter to quarter. Where the
rate of a way out is (1 + e) times the plan's, time moves by e times `by_rate` and conversion by e
times `by_share`; with n exits that way behind the plan, e has variance 1 / n, and what swings is
moving onward, on all legs together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.evaluation.lines import Kind, Line, Said, judge
from mellantid.core.evaluation.new_deals import new_deals, repriced
from mellantid.core.evaluation.on_the_course import on_the_course
from mellantid.core.planning.tracks import tracks
from mellantid.core.process import onward_ways
from mellantid.core.standing.money import money

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.evaluation.new_deals import ByDay
    from mellantid.core.evaluation.on_the_course import OnTheCourse
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Period
    from mellantid.core.planning.worth import Basis
    from mellantid.core.types import Floats


@dataclass(frozen=True)
class Learned:
    """What the plan's chances stand on.

    Attributes:
        exits: exits behind the plan by way out, (S, S + 2); infinite: taken as true.
        swing: standard deviation of moving onward from quarter to quarter, as a share.
        swing_of_creation: that of the creation.
        amounts: won amounts behind the mean amount; infinite: it is taken as true.

    """

    exits: Floats
    swing: float = 0.0
    swing_of_creation: float = 0.0
    amounts: float = float("inf")


@dataclass(frozen=True)
class Attribution:
    """The gap of a period by assumption.

    Attributes:
        period: which.
        gap: M(t) - M(0), computed from where deals stand and from the plan, not from the lines.
        value: M(t).
        lines: they sum to the gap.
        chance: the sum of the lines that are within chance, or too early to judge.
        chance_sd: its standard deviation by chance alone, over all lines.
        band: z, the standard deviations beyond which a line is named.
        days: working days that the lines are of.

    """

    period: Period
    gap: float
    value: float
    lines: tuple[Line, ...]
    chance: float
    chance_sd: float
    band: float
    days: int

    def wrong(self) -> tuple[Line, ...]:
        """The assumptions that did not hold, the costliest first."""
        found = (each for each in self.lines if each.said is Said.BEYOND)
        return tuple(sorted(found, key=lambda each: -abs(each.money)))


def attribution(
    history: History,
    plan: Plan,
    place: int = 0,
    *,
    anew: Basis | None = None,
    learned: Learned | None = None,
    since: int | None = None,
    assumed: ArrayLike | None = None,
) -> Attribution:
    """Split the gap of one of a plan's periods by assumption.

    Args:
        history: what is known now.
        plan: the plan.
        place: which of its periods.
        anew: a model fitted since; what it changes is a line of its own.
        learned: what the plan's chances stand on; None: they are taken as true.
        since: the working day from whose end lines are told; what came before is one line, with
            the corrections. None: the plan's start.
        assumed: the amount of deals whose amount is unknown; None: the plan's.

    Raises:
        QuestionError: the history cannot be compared with the plan.

    """
    found = money(history, plan, anew=anew, assumed=assumed)[place]
    of, now = plan.periods[place], max(history.until_day, plan.start)
    seen = tracks(history, plan.made, plan.start, plan.assumed if assumed is None else assumed)
    chance = plan.chances(history.process)[place]
    course = on_the_course(seen, plan.basis.hazard, chance, of, now)
    fresh = new_deals(seen, plan, chance, of, now)
    changed = repriced(seen, chance, of, now)
    begun = _with_returned(fresh.start, course)
    earlier = 0 if since is None else max(since - plan.start, 0)
    facts = Learned(np.full(course.by_rate.shape[:2], np.inf)) if learned is None else learned
    swung = facts.swing_of_creation * float(fresh.planned[earlier:].sum())
    guessed = float(fresh.by_size[earlier:].sum()) / np.sqrt(max(facts.amounts, 1.0))
    dealt = [
        _line(Kind.PACE, 0, fresh.pace, earlier, fresh.pace.expected, swung),
        _line(Kind.START, 0, begun, earlier, fresh.start.expected),
        _line(Kind.SIZE, 0, fresh.size, earlier, fresh.sized, guessed),
        *_legs(course, facts, earlier),
        _line(Kind.WON_FOR, None, changed.at_win, earlier, changed.changes[0]),
        _line(Kind.AMOUNTS, None, changed.on_the_way, earlier, changed.changes[1]),
    ]
    band, judged = judge(dealt)
    parts = (fresh.pace, begun, fresh.size, changed.at_win, changed.on_the_way)
    before = sum(float(part.money[:earlier].sum()) for part in parts)
    before += float(course.time[:, :earlier].sum() + course.conversion[1:, :earlier].sum())
    others = [
        Line(Kind.OWNERS, None, float(found.transfers.sum())),
        Line(Kind.CORRECTIONS, None, float(found.corrections.sum())),
        Line(Kind.REFITTED, None, float(found.refitted.sum())),
    ]
    if since is not None:
        others.insert(0, Line(Kind.BEFORE, None, before))
    inside = [each for each in judged if each.said is not Said.BEYOND]
    return Attribution(
        period=of,
        gap=float(found.gap.sum()),
        value=found.value,
        lines=(*judged, *others),
        chance=sum(each.money for each in inside),
        chance_sd=float(np.sqrt(sum((each.chance_sd or 0.0) ** 2 for each in judged))),
        band=band,
        days=max(now - plan.start - earlier, 0),
    )


def _with_returned(start: ByDay, course: OnTheCourse) -> ByDay:
    """Where deals begin, and those first heard of as won or lost that came back: all of leg 0."""
    return replace(
        start,
        money=start.money + course.conversion[0],
        variance=start.variance + course.conversion_variance[0],
    )


def _line(
    kind: Kind,
    leg: int | None,
    by_day: ByDay,
    earlier: int,
    number: Floats,
    doubt: float = 0.0,
) -> Line:
    """A line of what came after the days that are `earlier`; `doubt` is sd that is no chance."""
    later = slice(earlier, None)
    variance = float(by_day.variance[later].sum())
    return Line(
        kind,
        leg,
        float(by_day.money[later].sum()),
        float(np.sqrt(variance + doubt**2)),
        float(np.sqrt(variance)),
        float(by_day.expected[later].sum()),
        float(by_day.seen[later].sum()),
        float(number[later].sum()),
    )


def _legs(course: OnTheCourse, learned: Learned, earlier: int) -> list[Line]:
    """Conversion and time of every leg."""
    later = slice(earlier, None)
    onward = onward_ways(course.left.shape[0])
    with np.errstate(divide="ignore"):
        doubt = 1.0 / np.maximum(learned.exits, 0.5)
    lines = []
    conversion, certain = course.conversion[:, later], course.conversion_variance[:, later]
    left, expected = course.left[:, later].sum(axis=1), course.expected[:, later].sum(axis=1)

    def spread(by_way: Floats, leg: int) -> float:
        moved = by_way[leg, :, later].sum(axis=1)
        swung = learned.swing * moved[onward[leg]].sum()
        return float((moved**2 * doubt[leg]).sum() + swung**2)

    for leg in range(left.size):
        chance = float(certain[leg + 1].sum())
        lines.append(
            Line(
                Kind.CONVERSION,
                leg + 1,
                float(conversion[leg + 1].sum()),
                float(np.sqrt(chance + spread(course.by_share, leg))),
                float(np.sqrt(chance)),
                float(course.expected_on[leg, later].sum()),
                float(course.went_on[leg, later].sum()),
                float(left[leg]),
            )
        )
        chance = float(course.time_variance[leg, later].sum())
        lines.append(
            Line(
                Kind.TIME,
                leg + 1,
                float(course.time[leg, later].sum()),
                float(np.sqrt(chance + spread(course.by_rate, leg))),
                float(np.sqrt(chance)),
                float(expected[leg]),
                float(left[leg]),
                float(expected[leg]),
            )
        )
    return lines
