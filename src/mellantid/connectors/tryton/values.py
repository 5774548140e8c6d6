"""Tryton's values as its JSON writes them: moments to the microsecond, decimals, sets of ids.

A moment here is an integer of microseconds since 1970 (UTC, which a Tryton server always keeps),
so that moments compare exactly.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
PARTS: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond")
MILLISECOND: Final = 1_000
"""Microseconds in one."""


def moment_of(told: Mapping[str, Any]) -> int:
    """Microseconds since 1970 of a date and time."""
    parts = [int(told[part]) for part in PARTS]
    return (datetime(*parts, tzinfo=UTC) - EPOCH) // MICROSECOND  # type: ignore[arg-type, misc]


def as_told(moment: int) -> dict[str, Any]:
    """A moment as Tryton writes it."""
    at = EPOCH + moment * MICROSECOND
    return {"__class__": "datetime", **{part: getattr(at, part) for part in PARTS}}


def milliseconds(moment: int) -> int:
    """A moment in the ledger's unit."""
    return moment // MILLISECOND


def number_of(told: Any) -> float | None:  # noqa: ANN401 (as JSON brings it)
    """An amount; None where none is set, which an export writes as an empty text."""
    if told is None or told == "":
        return None
    return float(told["decimal"] if isinstance(told, dict) else told)


def runs_of(ids: Iterable[int]) -> str:
    """Ids in few signs: `1-20 22 24-30`."""
    ordered = sorted(set(ids))
    if not ordered:
        return ""
    gaps = [(here, there) for here, there in pairwise(ordered) if there != here + 1]
    firsts = [ordered[0], *(there for _, there in gaps)]
    lasts = [*(here for here, _ in gaps), ordered[-1]]
    return " ".join(
        str(first) if first == last else f"{first}-{last}"
        for first, last in zip(firsts, lasts, strict=True)
    )


def ids_of(runs: str) -> set[int]:
    """The ids that `runs_of` wrote."""
    found: set[int] = set()
    for run in runs.split():
        first, _, last = run.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found
