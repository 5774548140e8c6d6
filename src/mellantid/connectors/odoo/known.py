"""Which deals are known to be there: a set of ids in few characters, for the cursor.

Odoo deletes without a trace, so the only way to learn of it is to miss an id. Ids are dense, so
ranges say them shortly: `1-840,842-1204`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def packed(ids: Iterable[int]) -> str:
    """Ids as ranges."""
    parts: list[tuple[int, int]] = []
    for each in sorted(set(ids)):
        if parts and each == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], each)
        else:
            parts.append((each, each))
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in parts)


def unpacked(text: str) -> set[int]:
    """The ids again."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first:
            found.update(range(int(first), int(last or first) + 1))
    return found
