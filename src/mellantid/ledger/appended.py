"""What an append did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Conflict:
    """An entry that was not written: the ledger has its key with another content.

    Attributes:
        key: the key.
        deal: the deal that the new entry is about.
        differs: the columns in which the two differ.

    """

    key: str
    deal: str
    differs: tuple[str, ...]


@dataclass(frozen=True)
class Appended:
    """What an append did.

    Attributes:
        added: how many entries were new.
        unchanged: how many the ledger had already.
        conflicts: the entries that were left out because their key stands for something else.

    """

    added: int
    unchanged: int
    conflicts: tuple[Conflict, ...] = ()
