"""The course in the data: in which order labels come, and which of them end a deal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints

NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Course:
    """How labels follow each other in the deals' rows.

    Attributes:
        labels: the labels; every array counts into it.
        deals: in how many deals each comes.
        total: how many deals there are.
        position: mean relative position of a label's first coming, 0 first to 1 last.
        before: share of the deals with both labels in which the row's label first comes before
            the column's; 0.5 where no deal has both.
        together: the number of deals that have both.
        ends: share of a label's deals that end in it.
        starts: share of a label's deals that begin with it.
        progress: mean number of other labels that a deal has had when it ends in the label.

    """

    labels: tuple[str, ...]
    deals: Ints
    total: int
    position: Floats
    before: Floats
    together: Ints
    ends: Floats
    starts: Floats
    progress: Floats

    @classmethod
    def of(cls, deal: Ints, label: Ints, labels: tuple[str, ...]) -> Course:
        """Read rows that are sorted by deal, then in their order."""
        size, k = int(deal.max(initial=-1)) + 1, len(labels)
        starts = np.append(True, deal[1:] != deal[:-1])[: deal.size]
        within = np.arange(deal.size) - np.maximum.accumulate(
            np.where(starts, np.arange(deal.size), 0)
        )
        first = np.full((size, k), NEVER)
        np.minimum.at(first, (deal, label), within)
        has = first < NEVER
        number = has.sum(axis=1)
        rank = np.zeros((size, k))
        before, together = np.full((k, k), 0.5), np.zeros((k, k), dtype=np.int64)
        for j in range(k):
            earlier = has & (first < first[:, [j]]) & has[:, [j]]
            rank[:, j] = earlier.sum(axis=1)
            both = has & has[:, [j]]
            together[:, j] = both.sum(axis=0)
            np.divide(
                earlier.sum(axis=0), together[:, j], out=before[:, j], where=together[:, j] > 0
            )
        relative = rank / np.maximum(number - 1, 1)[:, None]
        last = np.append(starts[1:], True)[: deal.size]
        deals = has.sum(axis=0)
        share = np.maximum(deals, 1)
        ended = np.bincount(label[last], minlength=k)
        began = np.bincount(label[starts], minlength=k)
        had = np.bincount(label[last], number[deal[last]] - 1.0, minlength=k)
        return cls(
            labels,
            deals,
            size,
            (relative * has).sum(axis=0) / share,
            before,
            together,
            ended / share,
            began / share,
            had / np.maximum(ended, 1),
        )

    def ended(self, label: int) -> float:
        """How many deals end in a label."""
        return float(self.ends[label] * self.deals[label])

    def in_order(self, some: list[int]) -> list[int]:
        """Labels in the order of the course: by how often each comes before the others.

        Each label scores its mean share of coming first against the others, weighted by how many
        deals have both; ties and labels that meet no other go by their mean relative position.
        """
        chosen = np.array(some, dtype=np.int64)
        weight = np.sqrt(self.together[np.ix_(chosen, chosen)].astype(np.float64))
        np.fill_diagonal(weight, 0.0)
        wins = (self.before[np.ix_(chosen, chosen)] * weight).sum(axis=1)
        met = weight.sum(axis=1)
        score = np.where(met > 0, wins / np.maximum(met, 1e-12), 1 - self.position[chosen])
        order = np.lexsort((self.position[chosen], -np.round(score, 9)))
        return [some[k] for k in order]

    def telling(self, order: list[int]) -> float:
        """How many deals have a label and the next one in an order, on average; many where none."""
        pairs = [float(self.together[i, j]) for i, j in pairwise(order)]
        return sum(pairs) / len(pairs) if pairs else np.inf

    def agreement(self, order: list[int]) -> float:
        """Share of the pairs of labels, by deals, that come in this order."""
        agree = total = 0.0
        for k, i in enumerate(order):
            for j in order[k + 1 :]:
                agree += float(self.before[i, j]) * float(self.together[i, j])
                total += float(self.together[i, j])
        return agree / total if total else 0.5
