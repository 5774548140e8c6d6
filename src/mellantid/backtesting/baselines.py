"""What people use today: six ways to foretell a total, each with its own past errors.

Each gives a point; its distribution is that point plus the errors that it would have made at
earlier dates, as far as their horizons were over at the origin. Those that know single deals give
each a chance too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from mellantid.backtesting.cox import Followed, chance_within, fit_cause
from mellantid.core.counting.open_deals import won_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from mellantid.backtesting.snapshots import Past, Snapshot
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats

COVERAGE: Final = 3.0
"""The rule of thumb: a pipeline should be three times the target."""
FEWEST_WON: Final = 20
"""With fewer wins among the past snapshots a classifier has nothing to learn from."""
RIDGE: Final = 1.0
"""Weights of features in standard deviations are thought to be normal, of variance one."""
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


class ProportionalHazards:
    """Cause-specific Cox: won and lost compete, from the past dates on, in strata by stage.

    A deal that stands open at several of the dates is there several times, as known then, so that
    what is known of it need not stay what it was (landmarks: van Houwelingen, Scand. J. Stat. 34,
    2007). It knows no deals to come; its past errors stand for them.
    """

    def __init__(self) -> None:
        self._fitted: tuple[Scene, Callable[[Snapshot], Floats] | None] | None = None

    def _chance(self, scene: Scene) -> Callable[[Snapshot], Floats] | None:
        if self._fitted is None or self._fitted[0] is not scene:
            wins = sum(int(each.won.sum()) for each in scene.pasts)
            self._fitted = (scene, _cox(scene) if wins >= FEWEST_WON else None)
        return self._fitted[1]

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """Amount x chance of the open deals."""
        del origin
        chance = self._chance(scene)
        return float("nan") if chance is None else float(scene.amounts(snapshot) @ chance(snapshot))

    def chances(self, scene: Scene) -> Floats | None:
        """The chance to be won before being lost, within the horizon."""
        chance = self._chance(scene)
        return None if chance is None else chance(scene.now)


def _cox(scene: Scene) -> Callable[[Snapshot], Floats]:
    """Fit both causes to the past dates; give each open deal's chance."""
    known = np.concatenate([_known_of(each.snapshot) for each in scene.pasts])
    centre, spread = known.mean(axis=0), known.std(axis=0)
    spread[spread == 0] = 1.0
    followed = Followed(
        (known - centre) / spread,
        np.concatenate([each.snapshot.stage for each in scene.pasts]),
        np.concatenate([each.days for each in scene.pasts]),
        scene.history.process.size,
    )
    won, lost = (
        fit_cause(followed, np.concatenate([getattr(each, end) for each in scene.pasts]), RIDGE)
        for end in ("won", "lost")
    )
    days = int(followed.day.max())

    def chance(snapshot: Snapshot) -> Floats:
        features = (_known_of(snapshot) - centre) / spread
        return chance_within(won, lost, features, snapshot.stage, days)

    return chance


def _known_of(snapshot: Snapshot) -> Floats:
    """What the hazards depend on, (deals, 4): ages as logarithms, amount, whether it is known."""
    _, age, since, amount, known = snapshot.features().T
    return np.column_stack([np.log1p(age), np.log1p(np.maximum(since, 0)), amount, known])


class BoostedTrees:
    """A gradient-boosted classifier on deals and dates: won within the horizon or not.

    It needs scikit-learn (the extra `baselines`).
    """

    def __init__(self) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 (an extra)
        from threadpoolctl import ThreadpoolController  # noqa: PLC0415 (comes with it)

        self._kind = HistGradientBoostingClassifier
        self._threads = ThreadpoolController()
        self._fitted: tuple[Scene, Callable[[Snapshot], Floats] | None] | None = None

    def _chance(self, scene: Scene) -> Callable[[Snapshot], Floats] | None:
        if self._fitted is None or self._fitted[0] is not scene:
            x = np.concatenate([each.snapshot.features() for each in scene.pasts])
            y = np.concatenate([each.won for each in scene.pasts])
            enough = FEWEST_WON <= y.sum() <= y.size - FEWEST_WON
            self._fitted = (scene, self._fit(x, y) if enough else None)
        return self._fitted[1]

    def _fit(self, x: Floats, y: Bools) -> Callable[[Snapshot], Floats]:
        # On so few rows threads wait for each other eight times as long as they work.
        with self._threads.limit(limits=1, user_api="openmp"):
            model = self._kind(random_state=0, max_iter=60, categorical_features=[0]).fit(x, y)

        def chance(snapshot: Snapshot) -> Floats:
            if not snapshot.size:
                return np.zeros(0)
            with self._threads.limit(limits=1, user_api="openmp"):
                found: Floats = model.predict_proba(snapshot.features())[:, 1]
            return found

        return chance

    def point(self, scene: Scene, snapshot: Snapshot, origin: dt.date) -> float:
        """Amount x chance of the open deals."""
        del origin
        chance = self._chance(scene)
        return float("nan") if chance is None else float(scene.amounts(snapshot) @ chance(snapshot))

    def chances(self, scene: Scene) -> Floats | None:
        """The classifier's."""
        chance = self._chance(scene)
        return None if chance is None else chance(scene.now)


SIMPLE: Final[dict[str, type[Baseline]]] = {
    "stage_rate": StageRate,
    "run_rate": RunRate,
    "last_year": LastYear,
    "third_of_pipeline": ThirdOfPipeline,
    "cox": ProportionalHazards,
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
