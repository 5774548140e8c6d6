"""Arrivals: at what pace deals are created, where they enter, and what won deals are worth.

Creations on a working day are Poisson with mean pace × season of the month. With Jeffreys' prior
Gamma(1/2, 0) and n creations in d (season-weighted) days, the posterior of the pace is
Gamma(n + 1/2, d) (Box and Tiao, Bayesian Inference in Statistical Analysis, 1973, section 1.3.4).

Deals that are first heard of as won pass no stage. They are Poisson with a pace of their own, whose
posterior is Gamma(n, d) for n in d working days: where there were none, none are to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.open_deals import won_in
from mellantid.core.creation.season import flat_season, season_of
from mellantid.core.sums import by_owner
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints

WINDOW: Final = 250
"""Working days that tell the present pace: about one year, so that a season evens out."""
JEFFREYS: Final = 0.5


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What past creations say of those to come.

    Attributes:
        rate_shape: shape of the gamma posterior of creations on a working day.
        rate_days: its rate: the working days seen, each counted by its season.
        entry: the share of created deals that enter each open stage; sums to 1.
        amounts: final amounts of all deals that stand as won; empty where none is known.
        mean_amount: their mean; NaN where none is known.
        season: factor on the pace for each month, January first; the mean over a year is 1.
        creations: creations in the window.
        first: the first working day of which all creations are known.
        direct_wins: deals in the window that were first heard of as won, and stand so.
        window_days: the working days of the window.

    """

    rate_shape: float
    rate_days: float
    entry: Floats
    amounts: Floats
    mean_amount: float
    season: Floats
    creations: int
    first: int
    direct_wins: int = 0
    window_days: int = 0

    @property
    def rate(self) -> float:
        """The posterior mean of creations on a working day of an average month."""
        return self.rate_shape / self.rate_days

    @property
    def direct_rate(self) -> float:
        """The posterior mean of deals won on a working day without having stood in a stage."""
        return self.direct_wins / self.window_days if self.direct_wins else 0.0

    def pace(self, months: Ints) -> Floats:
        """Expected creations on working days of the given months (year * 100 + month)."""
        return self.rate * self.season[months % 100 - 1]


def arrivals(
    history: History,
    window: int = WINDOW,
    observed_from: int | None = None,
    seasonal: bool = True,
) -> Arrivals:
    """Read the pace of creation from a history.

    Deals that are first known in an open stage count. Those that were already there when the
    history began (nothing is known of when they entered) do not: they are stock, not flow.

    Args:
        history: what is known.
        window: the working days, back from the last one known, that tell the pace.
        observed_from: the moment (ms) before which creations were not recorded; else the history
            is taken to begin on the day of its first row.
        seasonal: whether to look for a season, where two whole years or more are known.

    Raises:
        NotEnoughDataError: no deal was created in the window.

    """
    clock, until = history.clock, history.until_day
    begin = _first_day(history, observed_from)
    first = max(begin, until - window + 1)
    created = np.flatnonzero(history.creations)
    days = history.middle_day[created]
    recent = created[days >= first]
    direct = int((direct_wins(history) & (history.middle_day >= first)).sum())
    if recent.size + direct == 0:
        raise NotEnoughDataError(
            f"No deal was created in the last {max(until - first + 1, 0)} working days known: "
            "import a longer or newer history, or look further back."
        )
    season = season_of(clock, days[days >= begin], begin, until) if seasonal else flat_season()
    seen = clock.months_of_dates(clock.date_of_day(np.arange(first, until + 1)))
    amounts = won_in(history, np.iinfo(np.int64).min, history.until).amount
    amounts = amounts[~np.isnan(amounts)]
    # Where all are first heard of as won, those that may come otherwise begin in the first stage.
    states = history.state[recent] if recent.size else np.zeros(1, dtype=np.int64)
    entered = np.bincount(states, minlength=history.process.size)
    return Arrivals(
        rate_shape=recent.size + JEFFREYS,
        rate_days=float(season[seen % 100 - 1].sum()),
        entry=entered / entered.sum(),
        amounts=amounts,
        mean_amount=float(amounts.mean()) if amounts.size else float("nan"),
        season=season,
        creations=int(recent.size),
        first=begin,
        direct_wins=direct,
        window_days=max(until - first + 1, 0),
    )


def _first_day(history: History, observed_from: int | None) -> int:
    """The first working day of which all creations are known."""
    if observed_from is not None:
        return int(history.clock.day(observed_from - 1)) + 1
    return int(history.day.min()) if history.size else history.until_day + 1


def direct_wins(history: History) -> Bools:
    """Whether each row is the first of a deal, says that it is won, and the deal stands so now."""
    won = history.process.won_state
    stands = history.deal[history.last & (history.state == won)]
    found: Bools = history.first & history.known & (history.state == won)
    found[found] = np.isin(history.deal[found], stands)
    return found


def creations_by_owner(history: History, window: int = WINDOW) -> Floats:
    """Deals created in the last working days by owner, (owners + 1,); nobody stands last.

    Args:
        history: what is known.
        window: how many working days, back from the last one known.

    """
    return _recent_by_owner(history, history.creations, window)


def direct_wins_by_owner(history: History, window: int = WINDOW) -> Floats:
    """Deals first heard of as won in the last working days by owner, likewise."""
    return _recent_by_owner(history, direct_wins(history), window)


def _recent_by_owner(history: History, rows: Bools, window: int) -> Floats:
    """The number of the chosen rows in the last working days by owner."""
    recent = rows & (history.middle_day > history.until_day - window)
    owner = history.owner[recent]
    return by_owner(owner, np.ones(owner.size), len(history.owners))
