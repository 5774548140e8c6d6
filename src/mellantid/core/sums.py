"""Sums by place, or by owner: what falls in the same place is added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints


def sums(place: Ints, value: Floats, size: int) -> Floats:
    """The sum of the values in each place 0..size - 1, 0 where none fell."""
    return np.bincount(place, weights=value, minlength=size).astype(np.float64)


def by_owner(owner: Ints, value: Floats, owners: int) -> Floats:
    """Sums by owner, (owners + 1,); the unknown owner -1 stands last."""
    return sums(np.where(owner < 0, owners, owner), value, owners + 1)
