"""The forecast: the distribution of what is won in a period, the chance of the target, the arrival.

    won by a day = won already + Σ over open deals of amount × Bernoulli(p)
                   + deals not created yet (Poisson, amounts as won deals have had)

computed exactly for each version of the outlook (draws of the model, of the pace, of the common
factor) and mixed over them. Given a version deals are independent; over versions they are not,
which is what keeps the intervals from being far too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.open_deals import open_deals, won_in
from mellantid.core.creation.arrivals import creations_by_owner, direct_wins_by_owner
from mellantid.core.forecasting.banded_deals import mixed_amounts, sample_of, wins_for
from mellantid.core.forecasting.course import LEVELS, Course, WhenAsked, even_choice
from mellantid.core.forecasting.outlook import outlook
from mellantid.core.planning.plan import NOBODY
from mellantid.core.sums import by_owner, sums
from mellantid.core.totals.total import total_mixture
from mellantid.errors import NotEnoughDataError, QuestionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.counting.open_deals import OpenDeals, WonDeals
    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.forecasting.banded_deals import BandedDeals
    from mellantid.core.forecasting.outlook import Outlook
    from mellantid.core.forecasting.period_factor import PeriodFactors
    from mellantid.core.history import History
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.planning.target import Period
    from mellantid.core.totals.total import TotalDistribution
    from mellantid.core.types import Floats, Ints

DRAWS: Final = 48
"""Versions of the outlook: chance leaves up to 0.01 in P(target) (docs/forecast.md)."""
BEYOND: Final = 65
"""Working days past the horizon in which a late arrival is still looked for: a quarter."""
# The course is computed on so many days, and with so many of the versions.
COURSE_DAYS: Final = 14
COURSE_VERSIONS: Final = 6


@dataclass(frozen=True, eq=False)
class Parts:
    """What each owner brings; one row for each of `owners`, nobody last.

    Attributes:
        owners: identities; the last one, "", is nobody: unknown, or not known yet.
        won: won already.
        open_mean: expected of open deals.
        new_mean: expected of deals not created yet, by the owner's share of recent creations.

    """

    owners: tuple[str, ...]
    won: Floats
    open_mean: Floats
    new_mean: Floats

    @property
    def mean(self) -> Floats:
        """The expected amount of each; they sum to the whole's."""
        return self.won + self.open_mean + self.new_mean


@dataclass(frozen=True, eq=False)
class Forecast:
    """What will have been won in the period by the end of the day `last`.

    Attributes:
        clock: the working clock.
        last: the working day by whose end.
        target: the amount aimed at; None without one.
        won: deals won already in the period.
        open_: the open deals.
        amount: what each open deal counts for: its own amount, times what deals like it were won
            for of theirs; those of unknown amount for the mean won amount.
        won_amount: what each won deal counts for, likewise.
        p: each open deal's chance to be won in the period, by `last`.
        unknown_amounts: how many deals, open or won, have no amount of their own.
        jumps: amounts of wins to come, each as likely as the others.
        total: the distribution of the whole.
        parts: by owner.
        kind_means: mean amount of wins to come, by group of the model.
        direct_mean: mean amount of deals to come that are first heard of as won.
        banded: the deals of each group, where groups are no matter of owners.

    """

    clock: WorkingClock
    last: int
    target: float | None
    won: WonDeals
    open_: OpenDeals
    amount: Floats
    won_amount: Floats
    p: Floats
    unknown_amounts: int
    jumps: Floats
    total: TotalDistribution
    parts: Parts
    kind_means: Floats
    direct_mean: float
    banded: BandedDeals | None
    _outlook: Outlook

    @property
    def outlook(self) -> Outlook:
        """What the distribution was computed from."""
        return self._outlook

    @property
    def mean(self) -> float:
        """The expected amount."""
        return self.total.mean

    @property
    def sd(self) -> float:
        """The standard deviation of the amount."""
        return self.total.sd

    @property
    def open_mean(self) -> float:
        """The part expected of deals that are open now."""
        return float(self.parts.open_mean.sum())

    @property
    def new_mean(self) -> float:
        """The part expected of deals not created yet."""
        return float(self.parts.new_mean.sum())

    @property
    def p_target(self) -> float | None:
        """The chance that the target is reached by the end of `last`; None without one."""
        return None if self.target is None else float(self.total.exceeds(self.target))

    def quantiles(self, levels: Sequence[float] = LEVELS) -> Floats:
        """Quantiles of the amount."""
        return self.total.quantile(levels)

    @cached_property
    def course(self) -> Course:
        """How the won amount grows from today to the last day that the outlook reaches."""
        view = self._outlook
        days = np.union1d(
            np.rint(np.linspace(view.today, view.end, COURSE_DAYS)).astype(np.int64),
            [max(self.last, view.today)],
        )
        some = even_choice(self._version_means, COURSE_VERSIONS)
        totals = WhenAsked(days.size, lambda place: self._total_by(int(days[place]), some))
        return Course(self.clock, days, totals)

    def arrival(self, levels: Sequence[float] = LEVELS) -> tuple[dt.date | None, ...]:
        """Quantiles of the date on which what is won since the period began reaches the target.

        Each is the first date by which the target has been reached with at least that chance, read
        between the course's days; None: not before the end of the outlook.

        Raises:
            QuestionError: there is no target.

        """
        if self.target is None:
            raise QuestionError("Without a target there is no arrival: set a target first.")
        reached = self._reached_already(self.target)
        if reached is not None:
            return tuple(reached for _ in levels)
        return self.course.arrival(self.target, levels)

    def of_owner(self, owner: str) -> TotalDistribution:
        """The distribution of one owner's amount; "" is nobody.

        Raises:
            QuestionError: there is no such owner.

        """
        return self.of_owners([owner])

    def of_owners(self, owners: Sequence[str]) -> TotalDistribution:
        """The distribution of what some owners bring together, over the whole's own versions.

        Raises:
            QuestionError: there is no such owner.

        """
        strangers = [owner for owner in owners if owner not in self.parts.owners]
        if strangers:
            raise QuestionError(
                f"Nobody called {strangers[0]!r} has deals here: choose another owner."
            )
        places = [self.parts.owners.index(owner) for owner in owners]
        mine = np.isin(self.open_.owner % len(self.parts.owners), places)
        coming = wins_for(float(self.parts.new_mean[places].sum()), self.jumps)
        view = self._outlook
        return total_mixture(
            self.amount[mine],
            view.drawn,
            coming * view.coming,
            float(self.parts.won[places].sum()),
            self.jumps,
            cells=view.cell[mine],
        )

    @cached_property
    def _version_means(self) -> Floats:
        """Each version's expected amount, less what is won."""
        view = self._outlook
        amounts = sums(view.cell, self.amount, view.group.size)
        return view.drawn @ amounts + self.new_mean * view.coming

    def _total_by(self, day: int, versions: Ints) -> TotalDistribution:
        """The distribution by the end of a day, over some of the versions."""
        if day == self.last:
            return self.total
        view = self._outlook
        coming = wins_for(view.amount_to_come(day, self.kind_means, self.direct_mean), self.jumps)
        return total_mixture(
            self.amount,
            view.versions(day)[versions],
            coming * view.coming[versions],
            float(self.won_amount.sum()),
            self.jumps,
            cells=view.cell,
        )

    def _reached_already(self, target: float) -> dt.date | None:
        """The date of the win that reached the target; None before that."""
        if float(self.won_amount.sum()) < target:
            return None
        order = np.argsort(self.won.at, kind="stable")
        so_far = np.cumsum(self.won_amount[order])
        first = min(int(np.searchsorted(so_far, target)), order.size - 1)
        return self.clock.date(int(self.won.at[order[first]]))


def forecast(
    history: History,
    model: DailyChances,
    arrivals: Arrivals,
    period: Period,
    target: float | None,
    rng: np.random.Generator,
    draws: int = DRAWS,
    *,
    until: int | None = None,
    beyond: int = BEYOND,
    group_of_owner: Ints | None = None,
    factors: PeriodFactors | None = None,
    banded: BandedDeals | None = None,
    won_ratio: Floats | None = None,
) -> Forecast:
    """Foretell what is won in a period.

    The draws decide how wide the distribution is and not where it lies: its mean is the sum of
    amount × chance over the win table of the posterior mean, whatever the draws.

    Args:
        history: what is known; its last day is today.
        model: fitted on the same process.
        arrivals: pace of creation and amounts of won deals.
        period: on whose days a win counts.
        target: the amount aimed at; None: P(target) and arrival are not wanted.
        rng: the source of randomness; the same state gives the same forecast.
        draws: how many versions the distribution is mixed over; 1: the win table's alone.
        until: the last working day counted; the period's last by default, and at most that.
        beyond: working days after that day in which the arrival is still looked for, with wins
            after the period counted.
        group_of_owner: the model's group of each owner, then of nobody, (owners + 1).
        factors: the common factors of periods; none by default.
        banded: the deals of each group of the model, where groups are no matter of owners.
        won_ratio: what deals are won for, over their amounts now, by stage, (S,); 1 by default.

    Raises:
        NotEnoughDataError: no deal at all has an amount.
        QuestionError: the model has several groups and the owners' groups are not given.

    """
    last = period.last if until is None else min(until, period.last)
    today = history.until_day
    open_ = open_deals(history)
    won = won_in(history, period.begins, min(period.ends, history.until))
    shares = _shares(creations_by_owner(history))
    of = np.zeros(shares.size, dtype=np.int64) if group_of_owner is None else group_of_owner
    share = np.bincount(of, shares, minlength=model.hazard.shape[0]).astype(np.float64)
    view = outlook(
        history,
        model,
        arrivals,
        open_,
        period.first,
        max(last, today),
        max(last, today) + (beyond if target is not None else 0),
        rng,
        max(draws, 1),
        group_of_owner,
        share if banded is None else banded.to_come.share,
        factors,
        None if banded is None else banded.group,
    )
    assumed = _mean_amount(arrivals, open_, won)
    usual = sample_of(arrivals.amounts, assumed)
    worth = np.where(np.isnan(open_.amount), assumed, open_.amount)
    if won_ratio is not None:
        worth = np.where(np.isnan(open_.amount), assumed, worth * won_ratio[open_.stage])
    if banded is None:
        jumps = usual
        means = np.full(share.size, jumps.mean())
        new = view.wins_of_owners(last, of, shares) * jumps.mean()
    else:
        wins = view.wins_to_come(last)
        jumps, means = mixed_amounts(banded.to_come.amounts, wins, assumed)
        new = float(wins @ means) * shares
    direct_mean = float(usual.mean())
    new = new + view.direct_wins(last) * direct_mean * _shares(direct_wins_by_owner(history))
    return _whole(
        history, view, won, assumed, worth, jumps, (means, direct_mean), new, last, target, banded
    )


def _whole(
    history: History,
    view: Outlook,
    won: WonDeals,
    assumed: float,
    amount: Floats,
    jumps: Floats,
    means: tuple[Floats, float],
    new: Floats,
    last: int,
    target: float | None,
    banded: BandedDeals | None,
) -> Forecast:
    """Put together what is won, what is open and what is to come; `new` is the last by owner."""
    open_, p = view.open_, view.drawn.mean(axis=0)[view.cell]
    won_amount = np.where(np.isnan(won.amount), assumed, won.amount)
    owners = (*history.owners, NOBODY)
    open_mean = by_owner(open_.owner, amount * p, len(history.owners))
    coming = wins_for(view.amount_to_come(last, *means), jumps) * view.coming
    certain = float(won_amount.sum())
    return Forecast(
        clock=history.clock,
        last=last,
        target=target,
        won=won,
        open_=open_,
        amount=amount,
        won_amount=won_amount,
        p=p,
        unknown_amounts=int(np.isnan(open_.amount).sum() + np.isnan(won.amount).sum()),
        jumps=jumps,
        total=total_mixture(amount, view.drawn, coming, certain, jumps, cells=view.cell),
        parts=Parts(owners, by_owner(won.owner, won_amount, len(history.owners)), open_mean, new),
        kind_means=means[0],
        direct_mean=means[1],
        banded=banded,
        _outlook=view,
    )


def _mean_amount(arrivals: Arrivals, open_: OpenDeals, won: WonDeals) -> float:
    """What a deal of unknown amount counts for: the mean won amount, else that of all deals."""
    if np.isfinite(arrivals.mean_amount):
        return arrivals.mean_amount
    known = np.concatenate([open_.amount, won.amount])
    known = known[~np.isnan(known)]
    if known.size == 0:
        raise NotEnoughDataError(
            "No deal has an amount, so no amount can be foretold: import amounts first."
        )
    return float(known.mean())


def _shares(counts: Floats) -> Floats:
    """Each owner's share of what was counted, nobody's last; all nobody's where there is none."""
    if not counts.any():
        counts[-1] = 1.0
    return np.asarray(counts / counts.sum())
