"""Texts turned into small integers while rows stream by."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.types import Ints


class Names:
    """Numbers texts as they are first seen, and in the end by their order; None is -1."""

    def __init__(self) -> None:
        self._codes: dict[str | None, int] = {None: -1}
        self._next = count()
        self._parts: list[Ints] = []

    def add(self, texts: Sequence[str | None]) -> None:
        """Take in some more rows of the column."""
        codes = self._codes
        # dict.fromkeys and map keep the work per row out of the interpreter.
        for text in dict.fromkeys(texts):
            if text not in codes:
                codes[text] = next(self._next)
        self._parts.append(np.fromiter(map(codes.__getitem__, texts), np.int64, len(texts)))

    def sorted(self) -> tuple[tuple[str, ...], Ints]:
        """The texts in order, and for each row the number of its text in that order."""
        names = sorted(name for name in self._codes if name is not None)
        # One more place, at the end, where -1 finds itself.
        rank = np.full(len(names) + 1, -1, dtype=np.int64)
        rank[[self._codes[name] for name in names]] = np.arange(len(names))
        seen = np.concatenate(self._parts) if self._parts else np.empty(0, dtype=np.int64)
        return tuple(names), rank[seen]
