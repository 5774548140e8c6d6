"""Bands of amount: the deals parted into small, middle and large ones, a third of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Floats, Ints

BANDS: Final = 3
NO_BAND: Final = -1
"""The band of a deal whose amount is unknown."""


def last_amounts(history: History) -> Floats:
    """Each deal's amount as last known, by deal; NaN while unknown."""
    found = np.full(len(history.deals), np.nan)
    found[history.deal[history.last]] = history.amount[history.last]
    return found


def band_edges(amounts: Floats, bands: int = BANDS) -> Floats:
    """The amounts at which one band ends and the next begins, (bands - 1,) or fewer.

    Quantiles of the known amounts at equal steps. Where many deals have one amount some of them
    fall together, and there are fewer bands; none where all do.
    """
    known = amounts[~np.isnan(amounts)]
    if not known.size:
        return np.empty(0)
    edges = np.unique(np.quantile(known, np.arange(1, bands) / bands, method="inverted_cdf"))
    # A band above the largest amount would be empty.
    kept: Floats = edges[edges < known.max()]
    return kept


def bands_of(amounts: Floats, edges: Floats) -> Ints:
    """The band of each amount, from 0; an edge belongs to the lower one; `NO_BAND` of NaN."""
    band = np.searchsorted(edges, amounts, side="left")
    return np.where(np.isnan(amounts), NO_BAND, band)
