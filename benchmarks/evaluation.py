"""Evaluation against truth: is the right assumption named, and nothing where the plan holds?

    python benchmarks/evaluation.py --times 100 --estimated 20 --seed 1

An organisation with a course of its own is simulated for two years and a half. A plan from the end
of the second year, with its true chances or with estimated ones, is evaluated half a year on. In
the first study exactly one thing is another than the plan assumed, or none.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.evaluation.attribution import Learned, attribution
from mellantid.core.evaluation.lines import Kind
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.planning.worth import Basis, worth_of_created
from mellantid.core.watch.against_plan import watch_plan
from mellantid.simulation import (
    PLAIN,
    Organisation,
    clock_in,
    history,
    simulate,
    wall_moments,
)
from mellantid.workspace.race import Race

if TYPE_CHECKING:
    from mellantid.core.evaluation.attribution import Attribution
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan

FIRST: Final = 13_000
START: Final = FIRST + 520
DAYS: Final = 130
LEFT: Final = 65
STAGE: Final = 3
CLOCK: Final = clock_in()


class Change(NamedTuple):
    """What is another than the plan assumed, as a factor, and the line that is to say so."""

    name: str
    pace: float = 1.0
    onward: float = 1.0
    days: float = 1.0
    amount: float = 1.0
    kind: Kind | None = None
    leg: int = 0


CHANGES: Final = (
    Change("nothing"),
    Change("pace halved", pace=0.5, kind=Kind.PACE),
    Change("one leg's conversion x 0.7", onward=0.7, kind=Kind.CONVERSION, leg=STAGE + 1),
    Change("one leg's days x 1.8", days=1.8, kind=Kind.TIME, leg=STAGE + 1),
    Change("new deals x 0.8", amount=0.8, kind=Kind.SIZE),
)


def changed(organisation: Organisation, change: Change) -> Organisation:
    """The organisation as it is, beside what the plan assumes."""
    course = list(organisation.course)
    stage = course[STAGE]
    course[STAGE] = replace(
        stage,
        onward=stage.onward * change.onward,
        days=stage.days * change.days,
        days_to_loss=stage.days_to_loss * change.days,
    )
    return replace(
        organisation,
        course=tuple(course),
        creation=organisation.creation * change.pace,
        amount_median=organisation.amount_median * change.amount,
    )


def lived(organisation: Organisation, rng: np.random.Generator) -> History:
    """What happens to it until the day of the evaluation."""
    happenings = simulate(organisation, CLOCK, FIRST, START + DAYS, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    until = CLOCK.end_of(date(START + DAYS))
    return history(organisation, happenings, moments, CLOCK, until)


def date(day: int) -> dt.date:
    """The date of a working day."""
    return EPOCH + dt.timedelta(days=int(CLOCK.date_of_day(day)))


def plan_of(before: History, basis: Basis, pace: float) -> Plan:
    """The plan that asks for this very pace."""
    period = date(START + 1), date(START + DAYS + LEFT)
    probe = make_plan(before, basis, [Target("all", 1.0, *period)], cap=np.inf)
    (chance,) = probe.chances(before.process)
    each = worth_of_created(basis, chance, probe.start, probe.days)
    amount = float(probe.opening.sum() + pace * each.sum())
    return make_plan(before, basis, [Target("all", amount, *period)], cap=np.inf)


def known(seed: int, change: Change) -> Attribution:
    """Evaluate a plan whose chances are the true ones, but for the change."""
    rng = np.random.default_rng((seed, CHANGES.index(change)))
    organisation = Organisation.draw(rng, complications=PLAIN)
    mean = organisation.amount_median * float(np.exp(organisation.amount_sd**2 / 2))
    basis = Basis(organisation.base_hazard, organisation.entry, mean)
    told = lived(changed(organisation, change), rng)
    before = told.known_at(CLOCK.end_of(date(START)))
    return attribution(told, plan_of(before, basis, organisation.creation))


def estimated(seed: int) -> tuple[Attribution, Attribution]:
    """Evaluate a plan of estimated chances where nothing changes: as known, and as if true."""
    rng = np.random.default_rng((seed, 99))
    organisation = Organisation.draw(rng, complications=PLAIN)
    told = lived(organisation, rng)
    race = Race(told.known_at(CLOCK.end_of(date(START))))
    plan = plan_of(race.history, race.basis, organisation.creation)
    exits = race.counts.table(race.ages, fading=race.fading).exits[0].sum(axis=2)
    watched = watch_plan(told, plan, past=race.history)
    learned = Learned(exits, watched.swing, watched.swing_of_creation, race.arrivals.amounts.size)
    return attribution(told, plan, learned=learned), attribution(told, plan)


def main() -> None:
    """Run both studies and print their tables."""
    parser = argparse.ArgumentParser(description="Evaluation against truth.")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--estimated", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("| what changed | right line named | right line loudest | another named | worst sum |")
    print("|---|---:|---:|---:|---:|")
    for change in CHANGES:
        print(_row(change, [known(options.seed + n, change) for n in range(options.times)]))
    pairs = [estimated(options.seed + n) for n in range(options.estimated)]
    for title, place in (("with its doubt", 0), ("taken as true", 1)):
        some = sum(bool(pair[place].wrong()) for pair in pairs)
        print(f"estimated chances, {title}: anything named in {some} of {len(pairs)}")


def _row(change: Change, found: list[Attribution]) -> str:
    """A line of the table."""
    counts: Counter[str] = Counter()
    worst = 0.0
    for each in found:
        named = {(line.kind, line.leg) for line in each.wrong()}
        right = {(change.kind, change.leg)} & named
        loudest = max(each.lines, key=lambda x: abs(x.money) / x.sd if x.sd else 0.0)
        counts["right"] += bool(right)
        counts["loudest"] += (loudest.kind, loudest.leg) == (change.kind, change.leg)
        counts["other"] += bool(named - right)
        total = sum(line.money for line in each.lines)
        worst = max(worst, abs(total - each.gap) / each.period.target)
    size = len(found)
    shares = [f"{counts[name] / size:.0%}" for name in ("right", "loudest", "other")]
    if change.kind is None:
        shares[:2] = "-", "-"
    return f"| {change.name} | {' | '.join(shares)} | {worst:.0e} |"


if __name__ == "__main__":
    main()
