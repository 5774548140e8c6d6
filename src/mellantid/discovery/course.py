"""What each label is to the deals: how many come to it, how many end there, how far they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints
    from mellantid.discovery.rows import Rows


@dataclass(frozen=True, eq=False)
class Course:
    """The labels in the deals' rows.

    Attributes:
        labels: the labels; every array counts into it.
        deals: in how many deals each comes.
        total: how many deals there are.
        ended: how many deals end in each.
        progress: mean number of other labels that a deal has had when it ends in the label.

    """

    labels: tuple[str, ...]
    deals: Ints
    total: int
    ended: Ints
    progress: Floats

    @classmethod
    def of(cls, rows: Rows) -> Course:
        """Read rows that are sorted by deal, then in their order."""
        deal, label, k = rows.deal, rows.label, len(rows.names)
        size = int(deal.max(initial=-1)) + 1
        has = np.zeros((size, k), dtype=np.bool_)
        has[deal, label] = True
        number = has.sum(axis=1)
        last = np.append(deal[1:] != deal[:-1], True)[: deal.size]
        ended = np.bincount(label[last], minlength=k)
        had = np.bincount(label[last], number[deal[last]] - 1.0, minlength=k)
        return cls(rows.names, has.sum(axis=0), size, ended, had / np.maximum(ended, 1))

    @property
    def ends(self) -> Floats:
        """Share of each label's deals that end in it."""
        share: Floats = self.ended / np.maximum(self.deals, 1)
        return share
