"""What would be if: the forecast again under changes, without drawing the model anew.

The forecast is a mixture over versions of the outlook. Under changes each open deal's chance in the
win table becomes another, p', and its chances in the versions are moved along: their odds are
multiplied by one number, the one that makes them average to p'. So the same versions are used for
every question (common random numbers): the outcome is smooth in each change, its mean is that of
the changed win table, and where every deal's chance rises, so does that of every target.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.wintable import win_chances
from mellantid.core.steering.changes import Changes, converted
from mellantid.core.steering.sooner import sooner, win_when_sooner
from mellantid.core.totals.total import total_mixture
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.process import Process
    from mellantid.core.totals.total import TotalDistribution
    from mellantid.core.types import Bools, Floats, Ints

ENOUGH: Final = 24
"""Versions that an answer needs: merged to so many P(target) moves by 0.003 at most."""
STEPS: Final = 60
"""Newton's steps to the common factor on odds; three are enough but at the edges."""
CLOSE: Final = 1e-13
WIDEST: Final = 80.0
"""The logarithm of a factor on odds that leaves no chance between 0 and 1."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a forecast stands on, ready for questions; all of it as it is now.

    Attributes:
        process: the course.
        today: the day at whose end it stands.
        first: the first day on which a win counts.
        last: the last one.
        hazard: daily chances by group, (G, S, D, A).
        stage: of each open deal.
        age: of each.
        group: of each, the model's.
        amount: of each.
        drawn: chance of each deal in each version, (n, deals).
        coming: factor on wins to come in each version, (n).
        weights: of the versions, (n).
        pace: expected creations on each day from tomorrow to `last`.
        entry: the share of created deals that enter each stage.
        share: each group's share of the deals to come.
        certain: the amount that is won.
        jumps: amounts of deals to come, each as likely as the others.
        target: the amount aimed at; None without one.
        direct: expected wins of deals that never stand in a stage; nothing here changes them.

    """

    process: Process
    today: int
    first: int
    last: int
    hazard: Floats
    stage: Ints
    age: Ints
    group: Ints
    amount: Floats
    drawn: Floats
    coming: Floats
    weights: Floats
    pace: Floats
    entry: Floats
    share: Floats
    certain: float
    jumps: Floats
    target: float | None = None
    direct: float = 0.0

    @classmethod
    def of(cls, whole: Forecast, process: Process, hazard: Floats) -> Scene:
        """The scene of a forecast.

        Args:
            whole: the forecast.
            process: the course.
            hazard: the daily chances that it was made with, (G, S, D, A).

        """
        view = whole.outlook
        last = max(whole.last, view.today)
        return cls(
            process=process,
            today=view.today,
            first=view.first,
            last=last,
            hazard=hazard,
            stage=view.open_.stage,
            age=view.open_.age,
            group=view.group[view.cell],
            amount=whole.amount,
            drawn=view.drawn[:, view.cell],
            coming=view.coming,
            weights=np.ones(view.coming.size),
            pace=view.pace[: last - view.today],
            entry=view.entry,
            share=view.share,
            direct=view.direct_wins(last),
            certain=float(whole.won_amount.sum()),
            jumps=whole.jumps,
            target=whole.target,
        )

    def only(self, deals: Bools, share: Floats, certain: float) -> Scene:
        """The part of it that is somebody's; whoever asks for a chance names the target.

        Args:
            deals: which open deals are.
            share: the share of the deals to come, by group.
            certain: the amount won.

        """
        return replace(
            self,
            stage=self.stage[deals],
            age=self.age[deals],
            group=self.group[deals],
            amount=self.amount[deals],
            drawn=self.drawn[:, deals],
            share=share,
            direct=self.direct * float(share.sum() / self.share.sum()),
            certain=certain,
            target=None,
        )

    def merged(self, count: int) -> Scene:
        """With fewer versions: each the average of some that expect about as much."""
        if self.coming.size <= count:
            return self
        means = (
            self.drawn @ self.amount + (self._wins + self.direct) * self.coming * self.jumps.mean()
        )
        parts = np.array_split(np.argsort(means, kind="stable"), count)
        shares = [self.weights[part] / self.weights[part].sum() for part in parts]
        pairs = list(zip(shares, parts, strict=True))
        return replace(
            self,
            drawn=np.stack([share @ self.drawn[part] for share, part in pairs]),
            coming=np.array([share @ self.coming[part] for share, part in pairs]),
            weights=np.array([self.weights[part].sum() for part in parts]),
        )

    def what_if(self, changes: Changes) -> WhatIf:
        """The outcome under changes.

        Raises:
            QuestionError: a change is of a stage that there is not.

        """
        changes.check(self.process.size)
        p, wins = self._chances(changes)
        drawn = tilted(self.drawn, p, self.weights)
        total = total_mixture(
            changes.amount * self.amount,
            drawn,
            (wins + self.direct) * self.coming,
            self.certain,
            changes.amount * self.jumps,
            self.weights,
        )
        return WhatIf(changes, self.target, total, p, wins)

    @cached_property
    def _now(self) -> tuple[Floats, float]:
        """Each deal's chance and the wins to come, with nothing changed."""
        return self._chances_of(Changes())

    @property
    def _wins(self) -> float:
        return self._now[1]

    @property
    def mean_win(self) -> float:
        """What a win to come, of open deals or of deals not created yet, is worth on average."""
        p, wins = self._now
        total = float(p.sum()) + wins
        jump = float(self.jumps.mean())
        return (float(p @ self.amount) + wins * jump) / total if total > 0 else jump

    def _chances(self, changes: Changes) -> tuple[Floats, float]:
        """Each open deal's chance in the period, and the expected wins of deals to come."""
        if changes.conversion or changes.speed:
            p, wins = self._chances_of(changes)
        else:
            p, wins = self._now
        return p, changes.pace * wins

    def _chances_of(self, changes: Changes) -> tuple[Floats, float]:
        """The same at the present pace, from the daily chances."""
        if self.last < max(self.first, self.today + 1):
            return np.zeros(self.stage.size), 0.0
        hazard = converted(self.hazard, changes.conversion)
        p, wins = self._by(hazard, changes.speed, self.last)
        if self.first - 1 > self.today:
            early, early_wins = self._by(hazard, changes.speed, self.first - 1)
            p, wins = np.maximum(p - early, 0.0), max(wins - early_wins, 0.0)
        return p, wins

    def _by(self, hazard: Floats, speed: Mapping[int, float], day: int) -> tuple[Floats, float]:
        """Chances to be won by a day, and wins to come by then."""
        horizon = day - self.today
        fresh = hazard
        if speed:
            fresh = np.stack([sooner(each, speed, horizon) for each in hazard])
        standing, entering = win_chances(self.process, fresh, horizon)
        age = np.minimum(self.age, self.hazard.shape[-1] - 1)
        p = standing[self.group, self.stage, age]
        for stage, factor in speed.items():
            for group in range(len(hazard)):
                here = np.flatnonzero((self.stage == stage) & (self.group == group))
                ages, of = np.unique(age[here], return_inverse=True)
                worth = np.zeros((horizon + 1, self.process.size + 2))
                worth[:, : self.process.size] = entering[group]
                worth[:, self.process.won_state] = 1.0
                p[here] = win_when_sooner(hazard[group, stage], ages, factor, worth, horizon)[of]
        # A deal created tomorrow has horizon - 1 days to go, one of the last day none.
        left = entering[:, :horizon][:, ::-1]
        wins = np.einsum("t,gts,s,g->", self.pace[:horizon], left, self.entry, self.share)
        return p, float(wins)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The outcome under changes.

    Attributes:
        changes: what is changed.
        target: the amount aimed at; None without one.
        total: the distribution of the amount won.
        p: each open deal's chance to be won in the period.
        wins: expected wins of deals to come.

    """

    changes: Changes
    target: float | None
    total: TotalDistribution
    p: Floats
    wins: float

    @property
    def mean(self) -> float:
        """The expected amount."""
        return self.total.mean

    @property
    def sd(self) -> float:
        """The standard deviation of the amount."""
        return self.total.sd

    @property
    def p_target(self) -> float | None:
        """The chance that the target is reached; None without one."""
        return None if self.target is None else self.chance(self.target)

    def chance(self, target: float) -> float:
        """The chance that an amount is reached."""
        return float(self.total.exceeds(target))


def tilted(drawn: Floats, mean: Floats, weights: Floats) -> Floats:
    """Chances in the versions moved along with their average.

    The odds of each deal are multiplied by one factor over all versions, so that they average to
    `mean`. All lie between 0 and 1 and rise with `mean`.

    Args:
        drawn: chance of each deal in each version, (n, deals).
        mean: what they are to average to, (deals).
        weights: of the versions, (n).

    Raises:
        QuestionError: a chance to average to lies outside 0 to 1.

    """
    if not ((mean >= 0) & (mean <= 1)).all():
        raise QuestionError("A chance lies outside 0 to 1: give one between.")
    share = weights / weights.sum()
    average = share @ drawn
    moved = drawn
    moving = (np.abs(mean - average) > CLOSE) & (mean > 0) & (mean < 1)
    moving &= (average > 0) & (average < 1)
    if moving.any():
        moved = drawn.copy()
        moved[:, moving] = _tilt(drawn[:, moving], mean[moving], share)
    return _exactly(moved, mean, share)


def _tilt(drawn: Floats, mean: Floats, share: Floats) -> Floats:
    """Newton's method in the logarithm of the factor on the odds, kept between what is known."""
    average = share @ drawn
    odds = drawn / np.where(drawn < 1, 1.0 - drawn, 1.0)
    sure = drawn >= 1
    factor = np.log(mean / (1 - mean)) - np.log(average / (1 - average))
    low, high = np.full_like(factor, -WIDEST), np.full_like(factor, WIDEST)
    for _ in range(STEPS):
        raised = np.exp(factor) * odds
        moved = np.where(sure, 1.0, raised / (1.0 + raised))
        miss = share @ moved - mean
        if (np.abs(miss) < CLOSE).all():
            break
        low, high = np.where(miss < 0, factor, low), np.where(miss > 0, factor, high)
        slope = share @ (moved * (1.0 - moved))
        step = factor - miss / np.maximum(slope, CLOSE)
        factor = np.where((step > low) & (step < high), step, (low + high) / 2)
    return moved


def _exactly(moved: Floats, mean: Floats, share: Floats) -> Floats:
    """What a common factor leaves to be moved: all of it where no odds can be multiplied."""
    average = share @ moved
    down = mean <= average
    lower = np.divide(mean, average, out=np.zeros_like(mean), where=average > 0)
    left = np.divide(1.0 - mean, 1.0 - average, out=np.zeros_like(mean), where=average < 1)
    return np.clip(np.where(down, moved * lower, 1.0 - (1.0 - moved) * left), 0.0, 1.0)
