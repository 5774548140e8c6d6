"""How often each row's deal had been in the row's state before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Ints


def earlier_visits(deal: Ints, state: Ints, states: int) -> Ints:
    """How many earlier rows have the same deal and state, (N,).

    Args:
        deal: which deal; rows of one deal in their order.
        state: from 0 to `states` - 1.
        states: how many there are.

    """
    key = deal * states + state
    order = np.argsort(key, kind="stable")
    rows = np.arange(key.size)
    new = np.append(True, key[order][1:] != key[order][:-1])[: key.size]
    earlier = np.empty_like(key)
    earlier[order] = rows - np.maximum.accumulate(np.where(new, rows, 0))
    return earlier
