"""The ramp: a new seller's share of the creation rises over the first working days.

A seller who has a days behind them since the day of their first deal creates r(a) = min(1, a / N)
of what they will once settled. N is learned from all past starters together: given how many deals
a starter has created, their days are multinomial with chances r(a) / Σ r, whatever the settled
pace, so that the log likelihood is

    Σ_i Σ_a n[i, a] log r(a) - Σ_i n[i] log Σ_a r(a),    a = 1, 2, ...

(The first deal's own day, a = 0, defines the start and tells nothing.) A settled pace is then
(n + k m) / (Σ r + k) with m the mean pace of the settled sellers and k = `LEAN` days: someone who
began last week is taken to become like the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.creation.arrivals import WINDOW
from mellantid.core.sums import by_owner
from mellantid.core.weeks import QUARTER

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Floats, Ints

LENGTHS: Final = np.arange(0, 2 * QUARTER + 1, 5)
"""Working days that a ramp is tried to last: up to half a year."""
GAIN: Final = 3.0
"""What a ramp must add to the log likelihood: odds of 20 to 1."""
FEWEST: Final = 3
"""Fewer starters tell no ramp."""
LEAN: Final = 20.0
"""Days at the settled sellers' mean pace that a starter's own deals are added to."""


@dataclass(frozen=True)
class Ramp:
    """How long new sellers take.

    Attributes:
        days: working days until one creates as much as once settled; 0: no ramp.
        starters: sellers whose start was seen, on whom it stands; 0 where it was given.

    """

    days: int
    starters: int = 0


def rise(tenure: Ints | Floats, days: int) -> Floats:
    """The share of their settled pace at which sellers create, by working days since their start.

    Args:
        tenure: days since the first deal; 0 on its day, negative before.
        days: the ramp's length; 0: none.

    """
    a = np.asarray(tenure, dtype=np.float64)
    if days == 0:
        return np.ones(a.shape)
    # A start counts as one: nobody has a pace of nothing on the first day of work.
    risen: Floats = np.clip(np.maximum(a, 1.0) / days, 0.0, 1.0)
    return risen


def starts(history: History) -> Ints:
    """The day of each owner's first deal, nobody last; 0 where it is not known.

    Whoever was there in the first quarter known has no start that was seen, nor has nobody.
    """
    rows = np.flatnonzero(history.creations & (history.owner >= 0))
    day = np.full(len(history.owners) + 1, history.until_day + 1, dtype=np.int64)
    np.minimum.at(day, history.owner[rows], history.middle_day[rows])
    begin = int(history.day.min(initial=history.until_day))
    seen = (day >= begin + QUARTER) & (day <= history.until_day)
    seen[-1] = False
    return np.where(seen, day, 0)


def learn_ramp(history: History) -> Ramp:
    """The likeliest ramp of all past starters; none where they are few or show none."""
    first = starts(history)
    who = np.flatnonzero(first)
    span = np.minimum(history.until_day - first[who], WINDOW)
    who, span = who[span >= 1], span[span >= 1]
    if who.size < FEWEST:
        return Ramp(0, int(who.size))
    rows = np.flatnonzero(history.creations & np.isin(history.owner, who))
    tenure = history.middle_day[rows] - first[history.owner[rows]]
    kept = (tenure >= 1) & (tenure <= WINDOW)
    days = np.bincount(tenure[kept], minlength=WINDOW + 1)
    number = np.bincount(history.owner[rows][kept], minlength=first.size)[who]
    likely = np.array([_likelihood(days, number, span, int(length)) for length in LENGTHS])
    best = int(likely.argmax())
    return Ramp(int(LENGTHS[best]) if likely[best] - likely[0] >= GAIN else 0, int(who.size))


def _likelihood(days: Ints, number: Ints, span: Ints, length: int) -> float:
    """The log likelihood of a ramp, up to what does not depend on it."""
    share = rise(np.arange(days.size), length)
    so_far = np.cumsum(share) - share[0]
    return float(days[1:] @ np.log(share[1:]) - number @ np.log(so_far[span]))


def daily_weights(history: History, ramp: Ramp, ahead: Ints) -> Floats | None:
    """What each owner is to create on each day, before it is scaled, (days, owners + 1).

    Args:
        history: what is known.
        ramp: how long new sellers take.
        ahead: the working days.

    Returns:
        The weights, nobody last; None where nobody is ramping up: the shares are level.

    """
    first, today = starts(history), history.until_day
    new = (first > 0) & (today - first < ramp.days)
    if not new.any():
        return None
    begin = max(today - WINDOW, int(history.day.min(initial=today)) - 1)
    recent = history.creations & (history.middle_day > begin)
    made = by_owner(history.owner[recent], np.ones(int(recent.sum())), first.size - 1)
    settled = made / max(today - begin, 1)
    usual = settled[:-1][(settled[:-1] > 0) & ~new[:-1]]
    mean = float(usual.mean()) if usual.size else 0.0
    for owner in np.flatnonzero(new).tolist():
        risen = rise(np.arange(today - first[owner] + 1), ramp.days).sum()
        settled[owner] = (made[owner] + LEAN * mean) / (risen + LEAN)
    weights = np.repeat(settled[None], ahead.size, axis=0)
    weights[:, new] *= rise(ahead[:, None] - first[new], ramp.days)
    return weights
