"""Names: which of a file's columns or a map's labels a person meant, and which lie near."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_name(names: Sequence[str], wanted: str) -> int | None:
    """The index of a name: as it stands, else apart from blanks around it; None where absent."""
    if wanted in names:
        return names.index(wanted)
    trimmed = [name.strip() for name in names]
    return trimmed.index(wanted.strip()) if wanted.strip() in trimmed else None


def nearest(names: Sequence[str], wanted: str) -> str | None:
    """The name most like the wanted one, whatever its case; None where nothing is near."""
    folded = {name.strip().casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(wanted.strip().casefold(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def did_you_mean(names: Sequence[str], wanted: str) -> str:
    """A clause for an error: the near miss, or nothing."""
    near = nearest(names, wanted)
    return f' (did you mean "{near}"?)' if near is not None else ""


def listed(names: Sequence[str], most: int = 40) -> str:
    """Names for an error, the first ones where there are very many."""
    shown = ", ".join(f'"{name}"' for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 row, 1,480 rows."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
