"""Kinds of deals to come: which share of them is of each kind, and what such deals are won for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.on_entry import amounts_on_entry
from mellantid.core.counting.open_deals import won_in
from mellantid.core.creation.arrivals import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.history import History
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True, eq=False)
class Kinds:
    """Deals to come by kind, of which the model has a group each.

    Attributes:
        share: of the deals to come, (G,), summing to 1.
        amounts: what deals of each kind were won for, each as likely as the others of its kind; of
            a kind that was never won, what deals of any kind were.

    """

    share: Floats
    amounts: tuple[Floats, ...]


def kinds_to_come(
    history: History, kind_of: Callable[[Floats], Ints], kinds: int, window: int = WINDOW
) -> Kinds:
    """Read from past creations, as `arrivals` reads the pace.

    A deal's kind is the one that it was created with, however its amount changed after.

    Args:
        history: what is known.
        kind_of: the kind of each amount; NaN is unknown.
        kinds: how many kinds there are.
        window: the working days, back from the last one known, whose creations tell the shares.

    """
    first = np.flatnonzero(history.first)
    kind = kind_of(amounts_on_entry(history)[first])
    recent = history.creations & (history.middle_day > history.until_day - window)
    created = np.bincount(kind[recent[first]], minlength=kinds).astype(np.float64)
    share = created / created.sum() if created.any() else np.full(kinds, 1.0 / kinds)
    won = won_in(history, np.iinfo(np.int64).min, history.until)
    known = ~np.isnan(won.amount)
    amount, deal = won.amount[known], won.deal[known]
    # Deals lie in order, so that a deal's place among the first rows is its rank.
    of = kind[np.searchsorted(history.deal[first], deal)]
    apart = (amount[of == each] for each in range(kinds))
    return Kinds(share, tuple(each if each.size else amount for each in apart))
