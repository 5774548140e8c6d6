"""What a week did to the gap to the plan, by leg: lines that sum to the change, to the last öre.

Both ends of the week are compared with the same plan, each as it was known then. At either end the
money of the lines sums to the gap (`core.standing.money`), so their differences sum to its change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.names import EVERYONE
from mellantid.workspace.aims import running_period
from mellantid.workspace.standing import standing
from mellantid.workspace.weekly import AMOUNT_CHANGES, OWNER_CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.race import Race
    from mellantid.workspace.standing import GroupStanding, LegStanding, Standing

RE_ESTIMATION: Final = "re-estimation"


@dataclass(frozen=True)
class WeekLine:
    """What one line did.

    Attributes:
        line: the leg, or `AMOUNT_CHANGES`, `OWNER_CHANGES` or `RE_ESTIMATION`.
        money: what it added to the gap: ahead where positive.
        planned: movements that the plan had in the week; None: the line is no leg.
        actual: movements made, as known at the end less as known at its beginning.

    """

    line: str
    money: float
    planned: float | None = None
    actual: float | None = None


@dataclass(frozen=True)
class WeekChange:
    """The change of a gap in a week; the money of `lines` sums to `change`.

    Attributes:
        plan_version: the plan that both ends are compared with.
        before: the gap at the week's beginning; 0 where the plan began in the week.
        after: the gap at its end.
        change: the second less the first.
        lines: the legs in the order of the course, then the others.
        begun: whether the plan ran already when the week began.

    """

    plan_version: int
    before: float
    after: float
    change: float
    lines: tuple[WeekLine, ...]
    begun: bool

    @property
    def legs(self) -> tuple[WeekLine, ...]:
        """The lines that are legs."""
        return tuple(each for each in self.lines if each.planned is not None)


@dataclass(frozen=True)
class Totals:
    """A gap with its lines, at one end of the week."""

    gap: float
    legs: tuple[LegStanding, ...]
    others: Mapping[str, float]


def totals(found: Standing, group: str = EVERYONE) -> Totals | None:
    """The gap of everyone or of a group; None: the group is not in the standing."""
    if group == EVERYONE:
        return _of(found, found.owner_changes)
    one = next((each for each in found.groups if each.group == group), None)
    return None if one is None else _of(one, one.transfers)


def _of(found: Standing | GroupStanding, owner_changes: float) -> Totals:
    others = {
        AMOUNT_CHANGES: found.amount_changes,
        OWNER_CHANGES: owner_changes,
        RE_ESTIMATION: found.re_estimation,
    }
    return Totals(found.gap_money, found.legs, others)


def standing_then(
    race: Race, plan: Plan, until: int, belongs: Mapping[str, str] | None = None
) -> Standing | None:
    """How things stood at the week's beginning against the plan of its end; None: it ran not yet.

    Args:
        race: what was known at the beginning.
        plan: the plan that is compared with at the end.
        until: the moment of the end (ms), which says which of the plan's periods is meant.
        belongs: the group of each owner, where groups are asked for.

    """
    if race.history.until <= plan.made:
        return None
    return standing(race, plan, running_period(plan, until), belongs)


def week_change(version: int, now: Totals, then: Totals | None) -> WeekChange:
    """Take the end of a week less its beginning.

    Args:
        version: of the plan.
        now: the end.
        then: the beginning; None: nothing was ahead or behind yet.

    """
    before = {} if then is None else {leg.leg: leg for leg in then.legs}
    lines = []
    for leg in now.legs:
        old = before.get(leg.leg)
        money, planned, actual = (0.0, 0.0, 0.0) if old is None else _figures(old)
        lines.append(
            WeekLine(leg.leg, leg.money - money, leg.planned - planned, leg.actual - actual)
        )
    others = {} if then is None else then.others
    lines += [WeekLine(name, value - others.get(name, 0.0)) for name, value in now.others.items()]
    gap = 0.0 if then is None else then.gap
    return WeekChange(version, gap, now.gap, now.gap - gap, tuple(lines), then is not None)


def _figures(leg: LegStanding) -> tuple[float, float, float]:
    return leg.money, leg.planned, leg.actual
