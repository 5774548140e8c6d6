"""When to look back so that every revision of every deal is seen in the fewest looks.

Tryton tells when a deal was changed, and shows how deals stood at a moment that one names: many
deals at once, but all at the same moment. A revision is true from its own moment until just before
the next one, so one look serves all deals that have a revision true then. Choosing moments so that
each revision is met is stabbing intervals with the fewest points, which the greedy choice of the
earliest end solves exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Look:
    """A moment at which to look.

    Attributes:
        at: the moment (µs).
        revisions: by deal, the moment (µs) of its revision that is true then.

    """

    at: int
    revisions: Mapping[int, int]


def fewest_looks(revisions: Mapping[int, Sequence[int]]) -> list[Look]:
    """The fewest looks in which every revision is seen.

    Args:
        revisions: by deal, the moments (µs) of its revisions, each greater than the one before.

    """
    last = max((moments[-1] for moments in revisions.values() if moments), default=0)
    true = [
        (end, begin, deal)
        for deal, moments in revisions.items()
        for begin, end in zip(moments, [*(each - 1 for each in moments[1:]), last], strict=True)
    ]
    looks: list[Look] = []
    at, seen = -1, dict[int, int]()
    for end, begin, deal in sorted(true):
        if begin > at:
            at, seen = end, {}
            looks.append(Look(at, seen))
        seen[deal] = begin
    return looks
