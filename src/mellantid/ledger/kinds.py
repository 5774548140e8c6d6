"""The kinds of entry: what can happen to a deal, and what each kind must say."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What happened to a deal."""

    CREATED = "created"
    MOVED = "moved"
    WON = "won"
    LOST = "lost"
    REOPENED = "reopened"
    AMOUNT_CHANGED = "amount_changed"
    OWNER_CHANGED = "owner_changed"
    REMOVED = "removed"
    RETRACTED = "retracted"


KINDS: Final = tuple(Kind)
CODES: Final = {str(kind): code for code, kind in enumerate(KINDS)}

# The kinds that put a deal in the state whose label they carry.
ENTERING: Final = (Kind.CREATED, Kind.MOVED, Kind.WON, Kind.LOST, Kind.REOPENED)

# Which column an entry of a kind cannot do without, besides those that every entry has.
REQUIRED: Final = {
    "stage": ENTERING,
    "amount": (Kind.AMOUNT_CHANGED,),
    "owner": (Kind.OWNER_CHANGED,),
    "refers_to": (Kind.RETRACTED,),
}
