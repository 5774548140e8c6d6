"""Before and after on simulated organisations: bias, coverage, and effects that are not there.

In each organisation some sellers begin to train on the same day, each for one leg, chosen at random
or as the one that went worst for them in the half-year before. Either nothing comes of it, or the
rate of that leg rises by 20 per cent for good. What came before is the same in all four, draw by
draw. The model is fitted as the product does it, on all that is known at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.modelling.model import fit
from mellantid.core.training.belief import learned
from mellantid.core.training.effect import LEVEL, Finding, effect, enough_compared
from mellantid.core.training.passes import AFTER_DAYS, BEFORE_DAYS, around, passed_daily
from mellantid.simulation import (
    EVERYTHING,
    PLAIN,
    Lift,
    Organisation,
    clock_in,
    history,
    simulate,
    wall_moments,
)

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.training.effect import Effect
    from mellantid.core.types import Bools, Ints
    from mellantid.core.watch.stream import Stream

EVIDENCE: Final = Path(__file__).parents[1] / "docs" / "evidence"
CLOCK: Final = clock_in()
FIRST_DAY: Final = 13_000
BEGINS: Final = FIRST_DAY + 420
"""The first day of the first week of training; the pipeline has long been full."""
ENDS: Final = BEGINS + 4
LAST: Final = ENDS + AFTER_DAYS
AGES: Final = 300
TRAINERS: Final = 6
LOOKS: Final = (20, 40, 65, 95, 130)
SELLERS_DIFFER: Final = 0.25
KINDS: Final = {
    "sellers alike": PLAIN,
    "sellers differ": replace(PLAIN, sellers_differ=SELLERS_DIFFER),
    "everything": replace(EVERYTHING, slow_leg=0.0),
}
CHOICES: Final = ("at random", "the worst")
FACTORS: Final = (1.0, 1.2)


@dataclass(frozen=True)
class Seen:
    """What was told of one seller's training.

    Attributes:
        final: at the end of the half-year after.
        ever: whether an effect was ever told, looking every other week.
        naive: what plain counts before and after would say: the ratio of the two, to the team's.

    """

    final: Effect
    ever: bool
    naive: float


def organisation(kind: str, number: int, seed: int, creation: float) -> Organisation:
    """An organisation of 25 sellers in four teams."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind), number])
    return Organisation.draw(rng, complications=KINDS[kind], creation=creation)


def happened(whose: Organisation, seed: list[int]) -> History:
    """What happens there; the same seed gives the same up to the day of the lifts."""
    rng = np.random.default_rng(seed)
    happenings = simulate(whose, CLOCK, FIRST_DAY, LAST, rng)
    moments = wall_moments(happenings, CLOCK, np.random.default_rng(seed))
    end = EPOCH + dt.timedelta(days=int(CLOCK.date_of_day(LAST)))
    return history(whose, happenings, moments, CLOCK, CLOCK.end_of(end))


def daily(known: History) -> Stream:
    """Expected and actual passes by seller, leg and day."""
    model = fit(Counts.of(sojourns(known)).table(AGES))
    first = BEGINS - BEFORE_DAYS
    return passed_daily(known, model.hazard[0], np.ones(LAST - first + 1), first)


def chosen(stream: Stream, rng: np.random.Generator, choice: str) -> Ints:
    """The stage that each of the first sellers trains for."""
    stages = stream.planned.shape[1] - 1
    if choice == "at random":
        return rng.integers(stages, size=TRAINERS)
    days = slice(0, BEFORE_DAYS)
    planned, actual = (
        each[:TRAINERS, 1:, days].sum(axis=-1) for each in (stream.planned, stream.actual)
    )
    # A leg with next to nothing on it is nobody's choice.
    score = np.where(planned >= 4.0, (actual - planned) / np.sqrt(np.maximum(planned, 1.0)), np.inf)
    worst: Ints = np.argmin(score, axis=1)
    return worst


def told(stream: Stream, stage: Ints, teams: Ints, days: int) -> list[Effect]:
    """What is told of each training so many days after its first week."""
    until = ENDS - stream.first + 1 + days
    cut = replace(stream, planned=stream.planned[..., :until], actual=stream.actual[..., :until])
    passes = around(cut, BEGINS, ENDS)
    trains = np.zeros(passes.actual_before.shape, dtype=np.bool_)
    trains[np.arange(TRAINERS), stage + 1] = True
    legs = [passes.of_leg(leg) for leg in range(stream.planned.shape[1])]
    belief = learned(passes.beyond_creation, trains[:, 1:])
    found = []
    for seller, leg in enumerate((stage + 1).tolist()):
        others = ~trains[:, leg]
        team = others & (teams == teams[seller])
        compared: Bools = team if enough_compared(legs[leg], team) else others
        found.append(effect(legs[leg], seller, compared, trains[:, leg], belief, days))
    return found


def one(kind: str, number: int, options: argparse.Namespace) -> dict[tuple[str, float], list[Seen]]:
    """One organisation in which six sellers begin to train, by how legs are chosen and effect."""
    seed = [options.seed, list(KINDS).index(kind), number, 1]
    drawn = organisation(kind, number, options.seed, options.creation)
    names = sorted({each.team for each in drawn.sellers})
    teams = np.array([names.index(each.team) for each in drawn.sellers])
    # A lift by nothing keeps the draws in step.
    idle = daily(happened(replace(drawn, lifts=(Lift(0, 0, BEGINS, 1.0),)), seed))
    found = {}
    for choice in CHOICES:
        stage = chosen(idle, np.random.default_rng([*seed, 2]), choice)
        for factor in FACTORS:
            stream = idle
            if factor != 1.0:
                lifts = tuple(Lift(who, int(at), BEGINS, factor) for who, at in enumerate(stage))
                stream = daily(happened(replace(drawn, lifts=lifts), seed))
            found[choice, factor] = _seen(stream, stage, teams)
    return found


def _seen(stream: Stream, stage: Ints, teams: Ints) -> list[Seen]:
    """What is told of each of those who train, at the end and on the way there."""
    looks = [told(stream, stage, teams, days) for days in LOOKS]
    return [
        Seen(
            final,
            any(look[seller].finding in {Finding.FASTER, Finding.SLOWER} for look in looks),
            counted(final),
        )
        for seller, final in enumerate(looks[-1])
    ]


def counted(found: Effect) -> float:
    """What plain counts say: passes over what the others would have made, after and before."""
    before, after = max(found.actual_before, 0.5), max(found.actual_after, 0.5)
    early, late = max(found.expected_before, 0.5), max(found.expected_after, 0.5)
    return after / late / (before / early)


def row(kind: str, choice: str, factor: float, seen: list[Seen]) -> str:
    """A line of the table."""
    spoken = [each for each in seen if each.final.ratio is not None]
    logs = np.log([max(each.final.ratio or 0.0, 0.05) for each in spoken])
    naive = np.log([each.naive for each in spoken])
    low, high = (np.array([getattr(each.final, end) for each in spoken]) for end in ("low", "high"))
    covered = ((low <= factor) & (factor <= high)).mean()
    se = logs.std(ddof=1) / np.sqrt(logs.size)
    cells = [
        kind,
        choice,
        "none" if factor == 1.0 else f"{factor - 1.0:+.0%}",
        str(len(seen)),
        f"{1 - len(spoken) / len(seen):.0%}",
        f"{np.median(naive) - np.log(factor):+.3f}",
        f"{np.median(logs) - np.log(factor):+.3f}",
        f"{logs.mean() - np.log(factor):+.3f} ± {se:.3f}",
        f"{np.mean(np.log(high / np.maximum(low, 0.05))) / 2:.2f}",
        f"{covered:.1%}",
        f"{(low > 1.0).mean():.1%}",
        f"{(high < 1.0).mean():.1%}",
        f"{np.mean([each.ever for each in seen]):.1%}",
    ]
    return "| " + " | ".join(cells) + " |"


HEADINGS: Final = (
    "organisations", "leg", "true effect", "n", "too early", "median of counts",
    "median", "mean", "half width", f"in the {LEVEL:.0%} interval", "interval above 1",
    "below 1", "ever told",
)  # fmt: skip


PAGE: Final = """\
# Before and after a training begins, on simulated organisations

`python benchmarks/training.py {asked}` ({took:.0f} minutes on one core)

25 sellers in four teams, ten deals a day; half a year compared before, half a year after. Six
sellers begin to train in the same week, each for one leg: *at random*, or *the worst*, the one that
went worst for them against what the model expects in the half-year before. Then the rate of that
leg rises by 20 % for good, or nothing comes of it.

Nominal: 80 % in the interval; where there is no effect, 10 % of intervals above 1 and 10 % below;
and at most 20 % of trainings of which an effect is ever told, looked at five times in the
half-year.

{table}

- *Too early*: fewer than five movements to be expected in either stretch; what follows is of the
  others.
- *Median of counts*: error of the log ratio as plain counts give it, (made / expected) after over
  before against the same of the team. Where legs are chosen because they went badly it finds
  effects of a third that are not there: regression to the mean.
- *Median*, *mean*: error of ours on the log scale, 0.01 is one per cent. *Half width*: of the
  interval, log scale.
- *Sellers differ*: by 25 % on all legs alike. *Everything*: seasons, quarters with a common
  factor, quarter-ends, ghosts, hand-overs, deals reopened, large deals slower.
"""


def main() -> None:
    """Run the study, print its table and keep it as evidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=40)
    parser.add_argument("--creation", type=float, default=10.0)
    parser.add_argument("--kinds", nargs="*", choices=tuple(KINDS), help="only these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="write docs/evidence/training.md")
    options = parser.parse_args()
    begun = time.monotonic()
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|---|---|" + "---:|" * (len(HEADINGS) - 3)]
    print("\n".join(lines))
    for kind in options.kinds or KINDS:
        runs = [one(kind, number, options) for number in range(options.organisations)]
        for choice, factor in runs[0]:
            seen = [each for run in runs for each in run[choice, factor]]
            lines.append(row(kind, choice, factor, seen))
            print(lines[-1], flush=True)
    took = time.monotonic() - begun
    print(f"{took:.0f} s")
    if options.keep:
        asked = f"--organisations {options.organisations} --seed {options.seed}"
        text = PAGE.format(asked=asked, took=took / 60, table="\n".join(lines))
        (EVIDENCE / "training.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
