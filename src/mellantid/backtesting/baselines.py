"""What people use today: five simple ways to foretell a total, each with its own past errors.

Each gives a point; its distribution is that point plus the errors that it would have made at
earlier dates, as far as their horizons were over at the origin. Those that know single deals give
each a chance too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from mellantid.core.counting.open_deals import won_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.backtesting.snapshots import Past, Snapshot
    from mellantid.core.history import History
    from mellantid.core.types import Floats

COVERAGE: Final = 3.0
"""The rule of thumb: a pipeline should be three times the target."""
FEWEST_WON: Final = 20
"""With fewer wins among the past snapshots a classifier has nothing to learn from."""
YEAR: Final = 52
"""Weeks: the same weekday a year before."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a baseline may look at: the origin, and earlier dates whose horizons are over.

    Attributes:
        history: as known at the origin.
        origin: the date.
        horizon: from there on.
        now: the open deals.
        pasts: earlier dates, the oldest first.
        assumed: what a deal of unknown amount counts for.

    """

    history: History
    origin: dt.date
    horizon: dt.timedelta
    now: Snapshot
    pasts: Sequence[Past]
    assumed: float

    def amounts(self, snapshot: Snapshot) -> Floats:
        """Amounts of open deals, the unknown ones assumed."""
        return np.where(np.isnan(snapshot.amount), self.assumed, snapshot.amount)

    def won_between(self, first: dt.date, last: dt.date) -> float:
        """Amount won after the end of a date up to the end of another."""
        clock = self.history.clock
        wins = won_in(
            self.history.known_at(clock.end_of(last)), clock.end_of(first), clock.end_of(last)
        )
        return float(np.where(np.isnan(wins.amount), self.assumed, wins.amount).sum())


class Baseline(Protocol):
    """A way to foretell."""

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """The amount expected to be won from the end of a date on; NaN where it cannot say."""

    def chances(self, scene: Scene) -> Floats | None:
        """Each open deal's chance to be won within the horizon; None: it knows no deals."""


class StageRate:
    """Amount x the rate at which deals in the stage have been won within the horizon."""

    def _rates(self, scene: Scene) -> Floats:
        stages = scene.history.process.size
        stage = np.concatenate([each.snapshot.stage for each in scene.pasts])
        won = np.concatenate([each.won for each in scene.pasts])
        n = np.bincount(stage, minlength=stages)
        hits = np.bincount(stage, won.astype(np.float64), minlength=stages)
        # A stage where none has stood yet has the rate of all.
        overall = (hits.sum() + 0.5) / (n.sum() + 1.0)
        rates: Floats = (hits + overall) / (n + 1.0)
        return rates

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """The weighted pipeline."""
        del origin
        return float(scene.amounts(snapshot) @ self._rates(scene)[snapshot.stage])

    def chances(self, scene: Scene) -> Floats | None:
        """The stage's rate."""
        return self._rates(scene)[scene.now.stage]


class RunRate:
    """As much as in as long a time before."""

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """What was won in the last days."""
        del snapshot
        return scene.won_between(origin - scene.horizon, origin)

    def chances(self, scene: Scene) -> Floats | None:
        """It knows no deals."""
        del scene
        return None


class LastYear:
    """As much as in the same weeks of the year before."""

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """What was won then; NaN before there is such a year."""
        del snapshot
        import datetime as dt  # noqa: PLC0415 (elsewhere for types alone)

        then = origin - dt.timedelta(weeks=YEAR)
        begins = scene.history.clock.date(int(scene.history.at.min()))
        return float("nan") if then < begins else scene.won_between(then, then + scene.horizon)

    def chances(self, scene: Scene) -> Floats | None:
        """It knows no deals."""
        del scene
        return None


class ThirdOfPipeline:
    """A third of the open pipeline: 3x coverage read backward."""

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """A third of it."""
        del origin
        return float(scene.amounts(snapshot).sum()) / COVERAGE

    def chances(self, scene: Scene) -> Floats | None:
        """A third, of every deal."""
        return np.full(scene.now.size, 1.0 / COVERAGE)


class BoostedTrees:
    """A gradient-boosted classifier on deals and dates: won within the horizon or not.

    It needs scikit-learn (the extra `baselines`).
    """

    def __init__(self) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 (an extra)

        self._kind = HistGradientBoostingClassifier
        self._fitted: tuple[object, object] | None = None

    def _model(self, scene: Scene) -> object | None:
        if self._fitted is None or self._fitted[0] is not scene:
            x = np.concatenate([each.snapshot.features() for each in scene.pasts])
            y = np.concatenate([each.won for each in scene.pasts])
            enough = FEWEST_WON <= y.sum() <= y.size - FEWEST_WON
            model = self._kind(random_state=0, max_iter=60, categorical_features=[0])
            self._fitted = (scene, model.fit(x, y) if enough else None)
        return self._fitted[1]

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """Amount x chance of the open deals."""
        del origin
        model = self._model(scene)
        if model is None:
            return float("nan")
        if not snapshot.size:
            return 0.0
        return float(scene.amounts(snapshot) @ model.predict_proba(snapshot.features())[:, 1])  # type: ignore[attr-defined]

    def chances(self, scene: Scene) -> Floats | None:
        """The classifier's."""
        model = self._model(scene)
        if model is None or not scene.now.size:
            return None
        found: Floats = model.predict_proba(scene.now.features())[:, 1]  # type: ignore[attr-defined]
        return found


SIMPLE: Final[dict[str, type[Baseline]]] = {
    "stage_rate": StageRate,
    "run_rate": RunRate,
    "last_year": LastYear,
    "third_of_pipeline": ThirdOfPipeline,
}
EXTRA: Final[dict[str, type[Baseline]]] = {"boosted_trees": BoostedTrees}


def baselines() -> tuple[dict[str, Baseline], tuple[str, ...]]:
    """The baselines by name, and the names of those that need a package that is not there."""
    found: dict[str, Baseline] = {name: kind() for name, kind in SIMPLE.items()}
    missing = []
    for name, kind in EXTRA.items():
        try:
            found[name] = kind()
        except ImportError:
            missing.append(name)
    return found, tuple(missing)
