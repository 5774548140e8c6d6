"""What a reading of a source did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mellantid.connectors.told import PipelineTold

FILLING: Final = "filling"
FOLLOWING: Final = "following"
RECONCILING: Final = "reconciling"
HINT: Final = "hint"
FAULTS: Final = "faults"
Progress = Callable[[int, "int | None"], None]
"""Called with how many deals have been read, and of how many where that is known."""
SHOWN: Final = 20
"""Deals that could not be taken in, of which it is told why."""


@dataclass
class Result:
    """What a reading did; counts up while it goes on.

    Attributes:
        what: `filling`, `following`, `hint` or `reconciling`.
        at: when it began (ms).
        deals: how many were read.
        added: entries that were new.
        taken_back: entries that the source no longer tells.
        found: deals that the ledger had otherwise than the source, where that was looked for.
        mended: those of them that it now has as the source.
        refused: deals that cannot be taken in, and why.
        whole: whether it came to its end.

    """

    what: str
    at: int
    deals: int = 0
    added: int = 0
    taken_back: int = 0
    found: int = 0
    mended: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    whole: bool = False

    def refuse(self, deal: str, why: str) -> None:
        """Note a deal that cannot be taken in."""
        if len(self.refused) < SHOWN:
            self.refused[deal] = why

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Looked:
    """What a source shows before anything is read.

    Attributes:
        account: whose data it is.
        pipelines: to choose among.

    """

    account: str
    pipelines: tuple[PipelineTold, ...]
