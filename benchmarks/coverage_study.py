"""One simulated organisation, fitted as of a moment and held against its truth and its future."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from mellantid.core.chances.wintable import win_chances
from mellantid.core.clock import EPOCH
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.modelling.bins import sum_bins
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.core.totals.total import total
from mellantid.simulation import (
    Complications,
    Organisation,
    Truth,
    clock_in,
    history,
    simulate,
    wall_moments,
    won_between,
)
from mellantid.workspace.race import Race

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.counting.counts import Cells
    from mellantid.core.history import History
    from mellantid.core.totals.total import TotalDistribution
    from mellantid.core.types import Bools, Floats

AGES: Final = 300
FIRST_DAY: Final = 13_000  # a working-day number in 2019
TODAY: Final = FIRST_DAY + 520  # two years later
LIKELY_AMOUNTS: Final = 200
HORIZONS: Final = (65, 130)
WITHIN: Final = (20, 60, 120)
LEVELS: Final = (0.5, 0.8)
CLOCK: Final = clock_in()


@dataclass(frozen=True)
class Plan:
    """What every organisation of the study has in common.

    Attributes:
        complications: the switches.
        creation: expected deals created by working day.
        draws: posterior draws for hazards and win chances.
        mixed: posterior draws that a forecast mixes over.
        seed: of the study.

    """

    complications: Complications
    creation: float
    draws: int
    mixed: int
    seed: int


@dataclass(frozen=True)
class Scores:
    """Whether truths lay in their intervals; one row for each truth.

    Attributes:
        group: what kind of truth each is.
        inside: whether it lay in the interval of each level, (n, levels).
        above: whether it lay above the widest interval.
        below: whether it lay below it.

    """

    group: tuple[str, ...]
    inside: Bools
    above: Bools
    below: Bools


@dataclass(frozen=True)
class Outlook:
    """A forecast and what came of it, in the currency's units.

    Attributes:
        horizon: working days ahead.
        by: who foretold: the model, or the truth itself, which shows what chance alone does.
        mean: forecast.
        sd: forecast.
        came: what was won.
        rank: the forecast's chance of at most that.
        crps: score of the whole distribution.

    """

    horizon: int
    by: str
    mean: float
    sd: float
    came: float
    rank: float
    crps: float

    @classmethod
    def of(cls, horizon: int, by: str, total: TotalDistribution, came: float) -> Outlook:
        """Hold a distribution against what came."""
        rank, crps = float(total.cdf(came)), total.crps(came)
        return cls(horizon, by, total.mean, total.sd, came, rank, crps)


def study(plan: Plan, number: int) -> tuple[Scores, list[Outlook]]:
    """Simulate, fit and score organisation `number` of a study."""
    rng = np.random.default_rng([plan.seed, number])
    organisation = Organisation.draw(
        rng, complications=plan.complications, creation=plan.creation, slow=_slow()
    )
    last = TODAY + max(HORIZONS)
    happenings = simulate(organisation, CLOCK, FIRST_DAY, last, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    known = history(organisation, happenings, moments, CLOCK, CLOCK.end_of(_date(0)))
    race = Race(known)
    cells = race.counts.table(AGES)
    model = fit(race.counts.table(AGES, fading=race.fading))
    truth = Truth.of(organisation)
    hazards = model.draw(rng, plan.draws)[:, 0]
    scores = _joined(
        [_score_hazards(truth, cells, hazards), _score_win_chances(truth, hazards)],
    )
    outlooks = []
    for horizon in HORIZONS:
        came = won_between(happenings, TODAY + 1, TODAY + horizon).total
        foretold = _foretold(race, horizon, plan.mixed, rng)
        outlooks.append(Outlook.of(horizon, "model", foretold, came))
        outlooks.append(Outlook.of(horizon, "truth", _true_total(truth, known, horizon), came))
    return scores, outlooks


def _slow() -> tuple[int, int, int]:
    """The leg and days that are slow, where that switch is on."""
    return 3, TODAY - 62, TODAY + max(HORIZONS)


def _date(days_after: int) -> dt.date:
    """The date some working days after the last one known."""
    number = CLOCK.date_of_day(TODAY + days_after)
    return EPOCH + dt.timedelta(days=int(number))


def _score(group: list[str], truth: Floats, draws: Floats) -> Scores:
    """Score truths (n) against posterior draws (draws, n)."""
    inside = []
    for level in LEVELS:
        low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        inside.append((low <= truth) & (truth <= high))
    return Scores(tuple(group), np.stack(inside, axis=1), truth > high, truth < low)


def _joined(parts: list[Scores]) -> Scores:
    return Scores(
        tuple(name for part in parts for name in part.group),
        np.concatenate([part.inside for part in parts]),
        np.concatenate([part.above for part in parts]),
        np.concatenate([part.below for part in parts]),
    )


def _score_hazards(truth: Truth, cells: Cells, hazards: Floats) -> Scores:
    """Score every age bin's hazard, as its deals at risk meet it: Σ e q / Σ e over its days."""
    exposure = cells.exposure[0]
    exposure.shape[0]
    at_risk = sum_bins(exposure)
    true = truth.hazard[:, :, :AGES]
    seen: Bools = (true.max(axis=2) > 0)[:, :, None] & (at_risk > 0)[:, None, :]
    shown = np.maximum(at_risk, 1e-300)[:, None, :]
    expected = sum_bins(true * exposure[:, None, :])
    drawn = sum_bins(hazards * exposure[:, None, :]) / shown
    first_bin = np.nonzero(seen)[2] == 0
    names = [
        "hazard, age 0" if fresh else f"hazard, {_size(count)}"
        for count, fresh in zip(expected[seen], first_bin, strict=True)
    ]
    return _score(names, (expected / shown)[seen], drawn[:, seen])


def _size(expected: float) -> str:
    """How much the data has to say of a cell."""
    if expected < 1:
        return "under 1 exit expected"
    return "1 to 10 exits expected" if expected < 10 else "10 exits or more expected"


def _score_win_chances(truth: Truth, hazards: Floats) -> Scores:
    """Score F_s(t) of every stage."""
    process = truth.organisation.process
    table = truth.win_table(max(WITHIN))
    _, entering = win_chances(process, hazards, max(WITHIN))
    names = [f"F within {t}" for t in WITHIN for _ in range(process.size)]
    within = list(WITHIN)
    drawn = entering[:, within].reshape(len(hazards), -1)
    return _score(names, table.entering[within].ravel(), drawn)


def _foretold(race: Race, horizon: int, draws: int, rng: Generator) -> TotalDistribution:
    """The forecast of the won amount of the days to come: half-lives, bands and won ratio with it.

    Without the factor of quarters, which has a study of its own.
    """
    target = Target("all", 1.0, _date(0) + dt.timedelta(days=1), _date(horizon))
    return forecast(
        race.history,
        race.deal_model,
        race.arrivals,
        period(target, CLOCK),
        None,
        rng,
        draws,
        banded=race.banded_deals,
        won_ratio=race.won_ratio.ratio,
    ).total


def _true_total(truth: Truth, known: History, horizon: int) -> TotalDistribution:
    """The true distribution of the same, where nothing bends the course."""
    organisation, table = truth.organisation, truth.win_table(horizon)
    standing = open_deals(known)
    age = np.minimum(standing.age, table.ages - 1)
    created = organisation.creation * (table.entering[:horizon] @ organisation.entry).sum()
    even = (np.arange(LIKELY_AMOUNTS) + 0.5) / LIKELY_AMOUNTS
    amounts = organisation.amount_median * np.exp(organisation.amount_sd * ndtri(even))
    chances = table.standing[horizon, standing.stage, age]
    return total(standing.amount, chances, 0.0, float(created), amounts)
