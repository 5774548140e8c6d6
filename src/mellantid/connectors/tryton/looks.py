"""When to look back so that every revision of every deal is seen in the fewest looks.

Tryton tells when a deal was changed, and shows how deals stood at a moment that one names: many
deals at once, but all at the same moment. A revision is true from its own moment until just before
the next one, so one look serves all deals that have a revision true then. Choosing moments so that
each revision is met is stabbing intervals with the fewest points, which the greedy choice of the
earliest end solves exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence


@dataclass(frozen=True)
class Look:
    """A moment at which to look.

    Attributes:
        at: the moment (µs).
        revisions: by deal, the moment (µs) of its revision that is true then.

    """

    at: int
    revisions: Mapping[int, int]


def fewest_looks(
    revisions: Mapping[int, Sequence[int]], ended: Container[int] = frozenset()
) -> list[Look]:
    """The fewest looks in which every revision is seen.

    Args:
        revisions: by deal, the moments (µs) of its revisions, each greater than the one before.
        ended: deals that are gone: the last moment is their end, with nothing to be seen.

    """
    now = max((moments[-1] for moments in revisions.values()), default=0)
    true = sorted(
        (until, begin, deal)
        for deal, moments in revisions.items()
        for begin, until in _true(moments, None if deal in ended else now)
    )
    looks: list[Look] = []
    at, seen = -1, dict[int, int]()
    for until, begin, deal in true:
        if begin > at:
            at, seen = until, {}
            looks.append(Look(at, seen))
        seen[deal] = begin
    return looks


def _true(moments: Sequence[int], now: int | None) -> list[tuple[int, int]]:
    """From when until when (µs, inclusive) each revision is true; None: the last is an end."""
    found = [(begin, end - 1) for begin, end in pairwise(moments)]
    return found if now is None else [*found, (moments[-1], now)]
