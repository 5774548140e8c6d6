"""What-if questions on one moment: the scene they share, what each lever stands at, the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.steering.changes import Changes, days_to_go_on, goes_on
from mellantid.core.steering.scene import ENOUGH, Scene
from mellantid.core.weeks import QUARTER, WORKING_WEEK
from mellantid.workspace.aims import aimed_at
from mellantid.workspace.outcome import foretell, horizon

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.core.planning.target import Target
    from mellantid.workspace.race import Race

LOW, HIGH = 0.1, 0.9
"""The ends of the interval that is told."""
RANGE: Final = (0.5, 2.0)
"""Factors that may be asked about: from half to twice."""


@dataclass(frozen=True)
class LegNow:
    """How the way out of a stage stands now.

    Attributes:
        stage: its label.
        conversion: the share of deals that go on, of those that go on or are lost.
        days: working days that stays which go on last on average.

    """

    stage: str
    conversion: float
    days: float


@dataclass(frozen=True)
class Answered:
    """The outcome under changes.

    Attributes:
        p_target: the chance of the target; None without one.
        mean: the expected amount.
        low: the amount that is stayed below with a chance of 10 %.
        high: the same with 90 %.

    """

    p_target: float | None
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Questioning:
    """Ready for questions; a question takes a few hundredths of a second.

    Attributes:
        scene: the core's.
        until: the last date on which a win counts.
        target: the amount aimed at; None without one.
        per_week: deals created a working week now.
        mean_amount: what a deal to come is worth if it is won.
        legs: how each leg stands now.
        now: the outcome with nothing changed.

    """

    scene: Scene
    until: dt.date
    target: float | None
    per_week: float
    mean_amount: float
    legs: tuple[LegNow, ...]
    now: Answered

    def ask(self, changes: Changes) -> Answered:
        """The outcome under changes.

        Raises:
            QuestionError: a change is of a stage that there is not.

        """
        return _answered(self.scene, changes)


def questioning(race: Race, targets: Sequence[Target]) -> Questioning:
    """Make ready for questions about the running target's period, or the quarter ahead."""
    today = race.history.clock.date(race.history.until - 1)
    target = aimed_at(targets, today)
    first = today if target is None else target.first
    until = horizon(race, QUARTER) if target is None else target.last
    amount = None if target is None else target.amount
    whole = foretell(race, first, until, amount)
    process, hazard = race.history.process, race.model.hazard[0]
    scene = Scene.of(whole, process, race.deal_model.hazard).merged(ENOUGH)
    legs = tuple(
        LegNow(stage, goes_on(hazard, place), days_to_go_on(hazard, place))
        for place, stage in enumerate(process.stages)
    )
    return Questioning(
        scene,
        until,
        amount,
        race.arrivals.rate * WORKING_WEEK,
        float(scene.jumps.mean()) if scene.jumps.size else race.assumed_amount,
        legs,
        _answered(scene, Changes()),
    )


def _answered(scene: Scene, changes: Changes) -> Answered:
    found = scene.what_if(changes)
    low, high = found.total.quantile([LOW, HIGH])
    return Answered(found.p_target, found.mean, float(low), float(high))
