"""The report of an import: what was read, what was added, what was left out and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mellantid.importing.prepared import Rejected

# Called with the step of work, the rows done in it, and the rows in all (0 while unknown).
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What an import did.

    Attributes:
        rows: rows with data in the file.
        deals: deals in the rows that were taken.
        movements: creations, moves, wins, losses and reopenings that the rows amount to.
        added: entries that the ledger did not have (of a dry run: would have added); movements,
            and changes of amount and owner.
        unchanged: entries that it had already.
        rejected: rows left out, and why, by row.
        warnings: what a person should look at, a sentence each.
        seconds: how long it took.
        detected: encoding, delimiter, header row, how dates and amounts are written, time zone.
        dry_run: whether nothing was written.

    """

    rows: int
    deals: int
    movements: int
    added: int
    unchanged: int
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    detected: dict[str, object] = field(default_factory=dict)
    dry_run: bool = False

    def as_dict(self) -> dict[str, object]:
        """The report as one JSON object with the keys of INTERFACE.md."""
        return asdict(self)
