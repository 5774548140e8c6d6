"""The outlook: the chance of every open deal, and the wins of deals to come, in several versions.

A version is one draw from the posterior of the model, with a draw of the pace of creation and a
value of the common factor. The versions are centred: over them each deal's chance averages to the
one in the win table, so that a forecast's mean is the sum over the table and does not depend on the
draws, which say only how far the truth may lie from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_chances, win_table
from mellantid.core.forecasting.period_factor import part_of_variance, quarters_of
from mellantid.core.process import onward_ways
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.forecasting.period_factor import PeriodFactors
    from mellantid.core.history import History
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.types import Floats, Ints

# Drawn hazards held at once, in numbers: 64 MB.
AT_ONCE: Final = 8_000_000
# A chance below this is none: dividing by it would say nothing.
NOTHING: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Outlook:
    """What may come after a day, under a model.

    Attributes:
        today: the day at whose end it stands.
        first: the first day on which a win counts.
        base: the day for which the versions were drawn.
        end: the last day that it can tell of.
        open_: the deals that are open today.
        cell: deals of one group, stage and age share a cell, and all their chances, (deals).
        group: each cell's group of the model, (cells).
        stage: each cell's stage.
        age: each cell's age; the model's last age stands for all later ones.
        share: each group's share of the deals to come, summing to 1.
        pace: expected creations on each day after today, (end - today).
        entry: the share of created deals that enter each stage.
        direct_rate: expected wins a working day of deals that never stand in a stage.
        tables: the win table of each group.
        drawn: chance of each cell's deals by `base` in each version, (n, cells).
        coming: factor on all wins to come in each version, (n), averaging to 1.
        fresh: chance by `base` in each version of a deal that enters a stage today, as it stands at
            the day's end, (n, groups, S).

    """

    today: int
    first: int
    base: int
    end: int
    open_: OpenDeals
    cell: Ints
    group: Ints
    stage: Ints
    age: Ints
    share: Floats
    pace: Floats
    entry: Floats
    direct_rate: float
    tables: tuple[WinTable, ...]
    drawn: Floats
    coming: Floats
    fresh: Floats

    def chances(self, day: int) -> Floats:
        """Chance of each cell to be won from `first` to a day, by the win table, (cells)."""
        chances = np.zeros(self.group.size)
        if day < self.first:
            return chances
        for group, table in enumerate(self.tables):
            of = self.group == group
            if of.any():
                chances[of] = PeriodChance(table, self.first, day).standing(
                    self.stage[of], self.age[of], self.today
                )
        return chances

    def versions_of(self, group: int, stage: int, age: int) -> Floats:
        """Chance by `base` in each version of a deal that stands somewhere today, (n,).

        Where no open deal stands so, the versions differ as those of a fresh deal in the stage do,
        about the chance that the win table gives.
        """
        at = min(age, self.tables[group].ages - 1)
        found = np.flatnonzero((self.group == group) & (self.stage == stage) & (self.age == at))
        if found.size:
            return self.drawn[:, found[0]]
        if self.base < self.first:
            return np.zeros(self.coming.size)
        chance = PeriodChance(self.tables[group], self.first, self.base)
        mean = chance.standing([stage], [at], self.today)
        return centred(self.fresh[:, group, [stage]], mean)[:, 0]

    def wins_to_come(self, day: int) -> Floats:
        """Expected wins from `first` to a day of deals not created yet, by group."""
        ahead = np.arange(self.today + 1, day + 1)
        stages = np.arange(self.entry.size)
        wins = np.zeros(len(self.tables))
        if day < self.first:
            return wins
        for group, table in enumerate(self.tables):
            if self.share[group] > 0:
                entering = PeriodChance(table, self.first, day).entering(stages, ahead[:, None])
                wins[group] = self.pace[: ahead.size] @ (entering @ self.entry)
        return wins * self.share

    def direct_wins(self, day: int) -> float:
        """Expected wins from `first` to a day of deals that never stand in a stage."""
        return self.direct_rate * max(day - max(self.first - 1, self.today), 0)

    def amount_to_come(self, day: int, means: Floats, direct_mean: float) -> float:
        """Expected amount won from `first` to a day of all deals that are not known of yet.

        Args:
            day: by whose end.
            means: the mean amount of a win, by group.
            direct_mean: that of a deal that never stands in a stage.

        """
        return float(self.wins_to_come(day) @ means) + self.direct_wins(day) * direct_mean

    def wins_of_owners(self, day: int, group_of_owner: Ints, shares: Floats) -> Floats:
        """The same by owner, given each owner's group and share of the deals to come."""
        wins, share = self.wins_to_come(day), self.share
        each = np.divide(wins, share, out=np.zeros_like(wins), where=share > 0)
        return each[group_of_owner] * shares

    def versions(self, day: int) -> Floats:
        """Chance by a day in each version of each cell's deals, (n, cells).

        Drawn for `base`; of other days the win table tells how much of a chance has passed by then.
        """
        if day == self.base:
            return self.drawn
        at, base = self.chances(day), self.chances(self.base)
        if day < self.base:
            return self.drawn * np.divide(at, base, out=np.zeros_like(at), where=base > 0)
        left = np.divide(1 - at, 1 - base, out=np.zeros_like(at), where=base < 1)
        return 1.0 - (1.0 - self.drawn) * left


def outlook(
    history: History,
    model: DailyChances,
    arrivals: Arrivals,
    open_: OpenDeals,
    first: int,
    last: int,
    end: int,
    rng: np.random.Generator,
    draws: int,
    group_of_owner: Ints | None = None,
    share: Floats | None = None,
    factors: PeriodFactors | None = None,
    group: Ints | None = None,
) -> Outlook:
    """Value the open deals and the pace of creation under draws of the model.

    Args:
        history: what is known; its last day is today.
        model: the fitted model, of one group or more.
        arrivals: pace and mix of creation.
        open_: the open deals of `history`.
        first: the first day on which a win counts.
        last: the day that the draws are for.
        end: the last day of interest.
        rng: the source of randomness.
        draws: how many versions.
        group_of_owner: the model's group of each owner, then of nobody, (owners + 1); needed where
            the model has several groups.
        share: each group's share of the deals to come; equal by default.
        factors: the common factors of periods; none by default.
        group: the model's group of each open deal, where it is no matter of owners.

    Raises:
        QuestionError: the model has several groups and it is not said which deal is of which.

    """
    groups = model.hazard.shape[0]
    if groups > 1 and group_of_owner is None and group is None:
        raise QuestionError("The model has several groups: say which owner belongs to which.")
    if group is None:
        of = np.zeros(len(history.owners) + 1, dtype=np.int64)
        group = (of if group_of_owner is None else group_of_owner)[open_.owner]
    cells, cell = _cells(group, open_, model.hazard.shape)
    even = np.full(groups, 1.0 / groups)
    today, clock = history.until_day, history.clock
    months = clock.months_of_dates(clock.date_of_day(np.arange(today + 1, end + 1)))
    plain = Outlook(
        today,
        first,
        last,
        end,
        open_,
        cell,
        *cells,
        even if share is None else share,
        arrivals.pace(months),
        arrivals.entry,
        arrivals.direct_rate,
        tuple(win_table(history.process, hazard, max(end - today, 1)) for hazard in model.hazard),
        np.zeros((draws, cells[0].size)),
        np.ones(draws),
        np.zeros((draws, groups, history.process.size)),
    )
    if last <= today:
        return plain
    part = part_of_variance(quarters_of(clock, np.arange(today + 1, last + 1)))
    return _with_versions(plain, model, arrivals, rng, factors, part)


def _cells(
    group: Ints, open_: OpenDeals, shape: tuple[int, ...]
) -> tuple[tuple[Ints, Ints, Ints], Ints]:
    """The groups, stages and ages at which open deals stand, and which of them each deal has."""
    _, stages, _, ages = shape
    key = (group * stages + open_.stage) * ages + np.minimum(open_.age, ages - 1)
    found, cell = np.unique(key, return_inverse=True)
    return (found // (stages * ages), found // ages % stages, found % ages), cell


def _with_versions(
    plain: Outlook,
    model: DailyChances,
    arrivals: Arrivals,
    rng: np.random.Generator,
    factors: PeriodFactors | None,
    part: float,
) -> Outlook:
    """Draw the model, the pace and the factors, and centre what they give."""
    draws = plain.coming.size
    onward = np.zeros(draws) if factors is None else factors.onward.spread(_ranks(rng, draws), part)
    deals, wins, fresh = _draw(plain, model, rng, np.exp(onward))
    wins = wins * _pace_factors(arrivals.rate_shape, rng, draws)
    direct = plain.direct_wins(plain.base)
    if direct:
        wins = wins + direct * _pace_factors(arrivals.direct_wins, rng, draws)
    if factors is not None:
        wins = wins * np.exp(factors.creation.spread(_ranks(rng, draws), part))
    drawn = centred(deals, plain.chances(plain.base))
    coming = wins / wins.mean() if wins.any() else plain.coming
    return replace(plain, drawn=drawn, coming=coming, fresh=fresh)


def _ranks(rng: np.random.Generator, draws: int) -> Floats:
    """One rank from each of `draws` equal parts, in random order."""
    ranks: Floats = (rng.permutation(draws) + 0.5) / draws
    return ranks


def centred(drawn: Floats, mean: Floats) -> Floats:
    """Draws of chances, rescaled so that their average is `mean`.

    The smaller of the chance to win and the chance not to is rescaled, which keeps both between 0
    and 1 unless a draw is more than twice its average.

    Args:
        drawn: by draw and deal, (n, deals).
        mean: what they are to average to, (deals).

    """
    average = drawn.mean(axis=0)
    rare = mean <= 0.5
    up = np.divide(mean, average, out=np.zeros_like(mean), where=average > NOTHING)
    left = 1.0 - average
    down = np.divide(1.0 - mean, left, out=np.zeros_like(mean), where=left > NOTHING)
    moved = np.where(rare, drawn * up, 1.0 - (1.0 - drawn) * down)
    # Where no draw differs from 0 or from 1 there is nothing to rescale.
    stuck = np.where(rare, average, left) <= NOTHING
    return np.clip(np.where(stuck, mean, moved), 0.0, 1.0)


def _draw(
    plain: Outlook, model: DailyChances, rng: np.random.Generator, onward: Floats
) -> tuple[Floats, Floats, Floats]:
    """Drawn chances of the cells, wins to come per drawn pace, (n), and chances of fresh deals.

    `onward` (n) multiplies the chances to move onward in each draw.
    """
    draws = onward.size
    step = max(AT_ONCE // model.hazard.size, 1)
    deals, wins, fresh = [], [], []
    for begin in range(0, draws, step):
        hazards = model.draw(rng, min(step, draws - begin))
        hazards = _swung(hazards, onward[begin : begin + step])
        standing, entering = win_chances(model.process, hazards, plain.base - plain.today)
        chances = standing[:, plain.group, plain.stage, plain.age]
        new = standing[:, :, :, 0]
        value = _value_of_pace(plain, entering, plain.base)
        eve = min(plain.first - 1, plain.base)
        before = eve - plain.today
        if before > 0:
            early, _ = win_chances(model.process, hazards, before)
            chances = chances - early[:, plain.group, plain.stage, plain.age]
            new = new - early[:, :, :, 0]
            value = value - _value_of_pace(plain, entering, eve)
        deals.append(chances)
        wins.append(value)
        fresh.append(np.clip(new, 0.0, 1.0))
    return np.clip(np.concatenate(deals), 0.0, 1.0), np.concatenate(wins), np.concatenate(fresh)


def _swung(hazards: Floats, onward: Floats) -> Floats:
    """Hazards (n, G, S, D, A) with the chances to move onward times a factor in each draw, (n)."""
    if (onward == 1.0).all():
        return hazards
    ways = onward_ways(hazards.shape[2])[None, None, :, :, None]
    swung = hazards * np.where(ways, onward[:, None, None, None, None], 1.0)
    total = swung.sum(axis=3, keepdims=True)
    # Where they would pass certainty, in proportion.
    return swung / np.maximum(total, 1.0) if total.max() > 1.0 else swung


def _value_of_pace(plain: Outlook, entering: Floats, day: int) -> Floats:
    """Expected wins by a day of the deals to come in each draw, at the mean pace, (n)."""
    size = day - plain.today
    # A deal created on the first day after today has size - 1 days to go, one of the last day none.
    left = entering[:, :, size - 1 :: -1] if size > 0 else entering[:, :, :0]
    wins: Floats = np.einsum(
        "t,ngts,s,g->n", plain.pace[:size], left[:, :, :size], plain.entry, plain.share
    )
    return wins


def _pace_factors(shape: float, rng: np.random.Generator, draws: int) -> Floats:
    """Draws of the pace over its mean: one from each of `draws` equal parts of its gamma law."""
    from scipy.special import gammaincinv  # noqa: PLC0415  # slow to load, not always wanted

    return np.asarray(gammaincinv(shape, _ranks(rng, draws)) / shape, dtype=np.float64)
