"""A new company with a right playbook, with none and with a wrong one: what the forecast is worth.

    python benchmarks/playbooks.py --organisations 100 --seed 1

Organisations are simulated (`mellantid.simulation`) on courses that vary by 25 % (log odds of going
on, log days) around the standard one, with one deal created a working day. Each is asked on the day
on which its 10th, 50th and 200th deal has been finished how many deals it will win in the next 130
working days, and its forecast is scored with CRPS against what came.

- *right* is the standard course's own conversions and medians: what an industry's mean would say;
- *hopeful* has 2.5 times its odds of going on and half its times;
- *gloomy* has 1/2.5 of its odds and twice its times;

each at the weight of 4 deals a stage (what a judgement may count for) and of 15, as the model takes
it, and once more held at its stated weight however much speaks against it. The score is told as the
difference to no playbook at all, in per cent of its mean, with the standard error of the pairs.
"""

from __future__ import annotations

import argparse
import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.modelling.playbook import Playbook
from mellantid.simulation import (
    Happening,
    Organisation,
    clock_in,
    hazards,
    history,
    simulate,
    standard_course,
    varied,
    wall_moments,
)
from mellantid.workspace.outcome import foretell
from mellantid.workspace.past import counted_by_deal
from mellantid.workspace.race import Race

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.core.history import History

FINISHED: Final = (10, 50, 200)
WEIGHTS: Final = (4.0, 15.0)
KINDS: Final = {"right": (1.0, 1.0), "hopeful": (2.5, 0.5), "gloomy": (0.4, 2.0)}
"""What each playbook multiplies the odds of going on by, and the times."""
FIRST_DAY: Final = 13_000  # a working-day number in 2019
DAYS: Final = 900
HORIZON: Final = 130
CLOCK: Final = clock_in()
NONE: Final = "none"


@dataclass(frozen=True)
class Held(Race):
    """A race whose playbook counts for its stated weight whatever its own deals say."""

    @cached_property
    def believed(self) -> Playbook | None:
        """The playbook as it is."""
        return self.playbook


@dataclass(frozen=True)
class Score:
    """How one forecast did.

    Attributes:
        crps: in deals.
        over: its mean less what came.
        deals: what the playbook counted for, the mean over stages.

    """

    crps: float
    over: float
    deals: float


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--organisations", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    with ProcessPoolExecutor(chosen.workers) as pool:
        for finished in FINISHED:
            numbers = range(chosen.organisations)
            found = list(pool.map(partial(scored, chosen.seed, finished), numbers, chunksize=2))
            _print(finished, found)


def scored(seed: int, finished: int, number: int) -> tuple[int, dict[str, Score]]:
    """Simulate an organisation and score its forecasts; and how many deals it won."""
    rng = np.random.default_rng([seed, finished, number])
    made = Organisation.draw(rng, course=varied(standard_course(), rng), creation=1.0)
    happenings = simulate(made, CLOCK, FIRST_DAY, FIRST_DAY + DAYS, rng)
    closed = np.isin(happenings.kind, (Happening.WON, Happening.LOST))
    today = int(np.sort(happenings.day[closed])[finished - 1])
    moments = wall_moments(happenings, CLOCK, rng)
    known = history(made, happenings, moments, CLOCK, CLOCK.end_of(_date(today)))
    won = happenings.day[happenings.kind == Happening.WON]
    came = int(((won > today) & (won <= today + HORIZON)).sum())
    score = partial(_score, counted_by_deal(known), today, came)
    found = {NONE: score(None)}
    for kind, (odds, times) in KINDS.items():
        for weight in WEIGHTS:
            playbook = _playbook(odds, times, weight)
            found[f"{kind}, {weight:.0f} deals"] = score(playbook)
            found[f"{kind}, {weight:.0f} deals, held"] = score(playbook, held=True)
    return came, found


def _playbook(odds: float, times: float, weight: float) -> Playbook:
    """What a playbook of the standard course says, with other odds and times."""
    course = standard_course()
    leaving = hazards(course).sum(axis=1)
    staying = np.cumprod(1.0 - leaving, axis=-1)
    medians = (staying > 0.5).sum(axis=-1) * times
    onward = np.array([stage.onward / (1 - stage.onward) for stage in course]) * odds
    return Playbook(
        "simulated",
        tuple((onward / (1 + onward)).tolist()),
        tuple(np.maximum(medians, 1.0).tolist()),
        5.0,
        (weight,),
    )


def _score(
    known: History, today: int, came: int, playbook: Playbook | None, *, held: bool = False
) -> Score:
    race = (Held if held else Race)(known, playbook=playbook)
    found = foretell(race, _date(today + 1), _date(today + HORIZON), None)
    deals = 0.0 if race.believed is None else float(np.mean(race.believed.deals))
    return Score(found.total.crps(came), found.mean - came, deals)


def _date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(CLOCK.date_of_day(np.array([day]))[0]))


def _print(finished: int, found: Iterable[tuple[int, dict[str, Score]]]) -> None:
    rows = list(found)
    scores = {name: [each[name] for _, each in rows] for name in rows[0][1]}
    none = np.array([each.crps for each in scores[NONE]])
    print(
        f"\n{finished} finished deals: {np.mean([came for came, _ in rows]):.1f} won in {HORIZON} "
        f"days, CRPS without a playbook {none.mean():.2f} "
        f"(standard error {none.std(ddof=1) / len(none) ** 0.5:.2f})\n"
    )
    print("| playbook | CRPS against none | standard error | deals it counts for | bias, deals |")
    print("|---|---:|---:|---:|---:|")
    for name, each in scores.items():
        difference = (np.array([one.crps for one in each]) - none) / none.mean()
        error = difference.std(ddof=1) / len(none) ** 0.5
        print(
            f"| {name} | {difference.mean():+.1%} | {error:.1%} "
            f"| {np.mean([one.deals for one in each]):.1f} "
            f"| {np.mean([one.over for one in each]):+.1f} |"
        )


if __name__ == "__main__":
    main()
