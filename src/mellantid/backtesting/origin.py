"""One origin: the forecast and the baselines as they would have been made then, and what came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.backtesting.baselines import Scene
from mellantid.backtesting.snapshots import Snapshot, past
from mellantid.core.counting.open_deals import won_in
from mellantid.core.scoring.chances import brier
from mellantid.core.scoring.sample import Sample
from mellantid.workspace.outcome import foretell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.backtesting.baselines import Baseline
    from mellantid.core.history import History
    from mellantid.core.types import Bools
    from mellantid.workspace.race import Race

STEP: Final = dt.timedelta(weeks=4)
"""Between the past dates that a baseline learns from."""
MOST_PASTS: Final = 13
"""Past dates that it learns from at most: the last year."""
LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True)
class Told:
    """What one baseline said at an origin, scored.

    Attributes:
        point: the amount it expected; None where it could not say.
        crps: of its distribution; None where it had no past errors yet.
        p_target: its chance of the target.
        brier: of its chances of single deals; None where it knows none.

    """

    point: float | None
    crps: float | None
    p_target: float | None
    brier: float | None


@dataclass(frozen=True)
class Origin:
    """One origin.

    Attributes:
        origin: the date at whose end the forecast was made.
        until: the last date that counted.
        actual: amount won from the first to the second, as known at the end.
        mean: the forecast's.
        sd: the forecast's.
        quantiles: the forecast's, by level.
        crps: its score.
        pit: its chance of less than what came, and half of the chance of just that.
        target: what was won in as long a time before: a target that one could have set.
        p_target: the forecast's chance of it.
        deals: how many deals were open.
        chances: each open deal's chance to be won within the horizon, rounded.
        won: which of them were.
        baselines: what others said, by name.

    """

    origin: dt.date
    until: dt.date
    actual: float
    mean: float
    sd: float
    quantiles: dict[str, float]
    crps: float
    pit: float
    target: float
    p_target: float
    deals: int
    chances: tuple[float, ...]
    won: tuple[bool, ...]
    baselines: dict[str, Told]

    def covers(self, level: float) -> bool:
        """Whether the central interval of a level held what came."""
        low, high = (f"{0.5 - level / 2:g}", f"{0.5 + level / 2:g}")
        return self.quantiles[low] <= self.actual <= self.quantiles[high]

    @property
    def reached(self) -> bool:
        """Whether the target was reached."""
        return self.actual >= self.target


def told_at(
    race: Race, known_later: History, horizon: dt.timedelta, others: Mapping[str, Baseline]
) -> Origin:
    """Make the forecasts of one origin, and score them.

    Args:
        race: what was known at the origin.
        known_later: what was known when the horizon was over.
        horizon: from the origin to the last date that counts.
        others: the baselines.

    """
    history = race.history
    origin = history.clock.date(history.until - 1)
    found = foretell(race, origin + dt.timedelta(1), origin + horizon, None)
    assumed = race.assumed_amount
    then, after = history.until, history.clock.end_of(origin + horizon)
    wins = won_in(known_later.known_at(after), then, after)
    actual = float(np.where(np.isnan(wins.amount), assumed, wins.amount).sum())
    won = _same_deals(history, found.open_.deal, known_later, wins.deal)
    scene = _scene(race, origin, horizon)
    target = scene.won_between(origin - horizon, origin)
    total = found.total
    return Origin(
        origin=origin,
        until=origin + horizon,
        actual=actual,
        mean=total.mean,
        sd=total.sd,
        quantiles=dict(
            zip(map("{:g}".format, LEVELS), total.quantile(LEVELS).tolist(), strict=True)
        ),
        crps=total.crps(actual),
        pit=float(0.5 * (total.cdf(actual) + total.below(actual))),
        target=target,
        p_target=float(total.exceeds(target)),
        deals=found.open_.size,
        chances=tuple(np.round(found.p, 4).tolist()),
        won=tuple(won.tolist()),
        baselines={name: _told(each, scene, actual, target, won) for name, each in others.items()},
    )


def _same_deals(then: History, deal: np.ndarray, later: History, won: np.ndarray) -> Bools:
    """Which deals of one history are among those of another, by identity."""
    names = {later.deals[each] for each in won.tolist()}
    return np.array([then.deals[each] in names for each in deal.tolist()], dtype=bool)


def _scene(race: Race, origin: dt.date, horizon: dt.timedelta) -> Scene:
    """What the baselines may look at; nothing that was not known at the origin."""
    history, assumed = race.history, race.assumed_amount
    begins = history.clock.date(int(history.at.min()))
    dates = [origin - horizon - STEP * place for place in range(MOST_PASTS - 1, -1, -1)]
    pasts = [past(history, date, horizon, assumed) for date in dates if date > begins]
    return Scene(history, origin, horizon, Snapshot.of(history), pasts, assumed)


def _told(baseline: Baseline, scene: Scene, actual: float, target: float, won: Bools) -> Told:
    point = baseline.point(scene, scene.now, scene.origin) if scene.pasts else float("nan")
    if np.isnan(point):
        return Told(None, None, None, None)
    dates = [
        scene.origin - scene.horizon - STEP * place for place in range(len(scene.pasts) - 1, -1, -1)
    ]
    points = np.array(
        [
            baseline.point(scene, each.snapshot, date)
            for each, date in zip(scene.pasts, dates, strict=True)
        ]
    )
    errors = np.array([each.total for each in scene.pasts]) - points
    errors = errors[np.isfinite(errors)]
    chances = baseline.chances(scene)
    score = None if chances is None or not won.size else brier(chances, won)
    if not errors.size:
        return Told(point, None, None, score)
    sample = Sample.of(np.maximum(point + errors, 0.0))
    return Told(point, sample.crps(actual), sample.exceeds(target), score)
