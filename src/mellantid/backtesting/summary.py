"""What a backtest found: scores of the forecast beside those of the baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.scoring.chances import Reliable, brier, log_score, reliability
from mellantid.core.scoring.shares import wilson
from mellantid.core.scoring.skill import Skill, skill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.backtesting.origin import Origin
    from mellantid.backtesting.protocol import Question
    from mellantid.core.types import Bools, Floats

LEVELS: Final = (0.5, 0.8, 0.9)
TENTHS: Final = 10
SEED: Final = 1
ENOUGH: Final = 8
"""Origins below which a comparison is not worth stating."""


@dataclass(frozen=True)
class Coverage:
    """How often the interval of a level held what came, with the share's own interval."""

    level: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Backtest:
    """The keys are those of `mellantid backtest --json`.

    Attributes:
        process: its name.
        unit: of amounts.
        every_days: from one origin to the next.
        horizon_days: from an origin to the last date that counts; None: to the quarter's end.
        origins: each of them.
        crps: mean score of the forecast's distribution; smaller is better.
        crps_baselines: mean score of each baseline, where it could say something.
        skill: against each baseline, over the origins that both have.
        coverage_50: share of origins whose 50 % interval held what came.
        coverage_80: of the 80 % interval.
        coverage_90: of the 90 % interval.
        coverage: the same with their own intervals.
        pit: mean rank of what came; 0.5 where the forecast is neither high nor low.
        ranks: how many origins' ranks lie in each tenth, the lowest first.
        bias: mean of forecast less actual, over the mean actual.
        brier: of the chances of single deals.
        brier_baselines: of the baselines that know deals.
        log_score: of the chances of single deals.
        brier_target: of the chance of the target.
        brier_target_baselines: of the baselines.
        reliability: how often deals of a given chance were won.
        skipped: dates with too little to foretell from, and why.
        missing: baselines that need a package that is not installed.

    """

    process: str
    unit: str
    every_days: int
    horizon_days: int | None
    origins: tuple[Origin, ...]
    crps: float
    crps_baselines: dict[str, float]
    skill: dict[str, Skill]
    coverage_50: float
    coverage_80: float
    coverage_90: float
    coverage: tuple[Coverage, ...]
    pit: float
    ranks: tuple[int, ...]
    bias: float
    brier: float | None
    brier_baselines: dict[str, float]
    log_score: float | None
    brier_target: float
    brier_target_baselines: dict[str, float]
    reliability: tuple[Reliable, ...]
    skipped: tuple[tuple[dt.date, str], ...]
    missing: tuple[str, ...]


def summarise(
    process: str,
    unit: str,
    question: Question,
    origins: Sequence[Origin],
    skipped: tuple[tuple[dt.date, str], ...],
    missing: tuple[str, ...],
) -> Backtest:
    """Put the scores of all origins together."""
    coverage = tuple(_coverage(origins, level) for level in LEVELS)
    chances, won = _deals(origins)
    actual = np.array([each.actual for each in origins])
    mean = np.array([each.mean for each in origins])
    names = origins[0].baselines
    with_deals = bool(chances.size)
    return Backtest(
        process=process,
        unit=unit,
        every_days=question.every.days,
        horizon_days=None if question.horizon is None else question.horizon.days,
        origins=tuple(origins),
        crps=float(np.mean([each.crps for each in origins])),
        crps_baselines=_means(origins, "crps"),
        skill={name: found for name in names if (found := _skill(origins, name)) is not None},
        coverage_50=coverage[0].share,
        coverage_80=coverage[1].share,
        coverage_90=coverage[2].share,
        coverage=coverage,
        pit=float(np.mean([each.pit for each in origins])),
        ranks=_ranks(np.array([each.pit for each in origins])),
        bias=float((mean - actual).mean() / actual.mean()) if actual.any() else float("nan"),
        brier=brier(chances, won) if with_deals else None,
        brier_baselines=_brier_of_deals(origins),
        log_score=log_score(chances, won) if with_deals else None,
        brier_target=brier(
            np.array([each.p_target for each in origins]),
            np.array([each.reached for each in origins]),
        ),
        brier_target_baselines={
            name: brier(np.array(told), np.array(came))
            for name in names
            for told, came in [_of_target(origins, name)]
            if told
        },
        reliability=reliability(chances, won) if with_deals else (),
        skipped=skipped,
        missing=missing,
    )


def _ranks(pit: Floats) -> tuple[int, ...]:
    place = np.minimum((pit * TENTHS).astype(np.int64), TENTHS - 1)
    return tuple(np.bincount(place, minlength=TENTHS).tolist())


def _coverage(origins: Sequence[Origin], level: float) -> Coverage:
    hits = sum(each.covers(level) for each in origins)
    return Coverage(level, hits / len(origins), *wilson(hits, len(origins)))


def _deals(origins: Sequence[Origin]) -> tuple[Floats, Bools]:
    """The chances of all deals at all origins, and what came."""
    chances = np.concatenate([np.array(each.chances, dtype=np.float64) for each in origins])
    return chances, np.concatenate([np.array(each.won, dtype=bool) for each in origins])


def _means(origins: Sequence[Origin], what: str) -> dict[str, float]:
    found = {}
    for name in origins[0].baselines:
        values = [getattr(each.baselines[name], what) for each in origins]
        known = [value for value in values if value is not None]
        if known:
            found[name] = float(np.mean(known))
    return found


def _brier_of_deals(origins: Sequence[Origin]) -> dict[str, float]:
    """Each origin counts by its number of deals, as the forecast's own does."""
    found = {}
    for name in origins[0].baselines:
        pairs = [(each.baselines[name].brier, each.deals) for each in origins]
        known = [(score, n) for score, n in pairs if score is not None]
        if known:
            found[name] = sum(s * n for s, n in known) / sum(n for _, n in known)
    return found


def _of_target(origins: Sequence[Origin], name: str) -> tuple[list[float], list[bool]]:
    pairs = [(each.baselines[name].p_target, each.reached) for each in origins]
    known = [(p, came) for p, came in pairs if p is not None]
    return [p for p, _ in known], [came for _, came in known]


def _skill(origins: Sequence[Origin], name: str) -> Skill | None:
    both = [
        (each.crps, told, each.origin) for each in origins
        if (told := each.baselines[name].crps) is not None
    ]  # fmt: skip
    if len(both) < ENOUGH:
        return None
    quarter = np.array([date.year * 4 + (date.month - 1) // 3 for *_, date in both])
    mine, theirs = (np.array([each[place] for each in both]) for place in (0, 1))
    return skill(mine, theirs, quarter, np.random.default_rng(SEED))
