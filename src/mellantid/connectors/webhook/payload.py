"""What a delivery says, read strictly: all of it or nothing, and each fault told by its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mellantid.connectors.connector import ImpossibleError
from mellantid.connectors.told import DealTold
from mellantid.connectors.webhook.item import FaultError, Item, Rules, item_in

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST: Final = 1_000_000
"""Bytes of a body."""
MOST: Final = 500
"""Changes in one delivery."""
TOP: Final = {"id", "changes"}
LONGEST: Final = 200
SHOWN: Final = 5
"""Faults that are told at once."""


@dataclass(frozen=True)
class Said:
    """What a delivery says.

    Attributes:
        id: by which it is known when it comes again.
        deals: that it tells of, each once.

    """

    id: str
    deals: tuple[DealTold, ...]


def said_in(body: bytes, rules: Rules) -> Said:
    """What a delivery says.

    Args:
        body: the bytes as they came.
        rules: what may be said.

    Raises:
        ImpossibleError: something in it cannot be; nothing of it counts.

    """
    document = _document(body)
    key = document.get("id")
    if not isinstance(key, str) or not 0 < len(key) <= LONGEST:
        raise ImpossibleError(
            f"id is a text of 1 to {LONGEST} characters, another one for each time."
        )
    changes = document.get("changes")
    if not isinstance(changes, list) or not 0 < len(changes) <= MOST:
        raise ImpossibleError(f"changes is a list of 1 to {MOST} changes.")
    items: list[Item] = []
    faults: list[str] = []
    for number, each in enumerate(changes, 1):
        try:
            items.append(item_in(each, rules))
        except FaultError as fault:
            faults.append(f"change {number}: {fault}")
    deals = _by_deal(items)
    if not faults:
        faults = [
            f"deal {deal!r} goes on after its removal: send that in a delivery of its own"
            for deal, own in deals.items()
            if any(each.removed for each in own[:-1])
        ]
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise ImpossibleError(f"Nothing was taken in: {'; '.join(faults[:SHOWN])}{more}.")
    return Said(key, tuple(_told(deal, own) for deal, own in deals.items()))


def _document(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise ImpossibleError(
            f"The body has more than {LARGEST} bytes: send fewer changes at once."
        )
    try:
        document = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ImpossibleError(
            "The body is no JSON document in which each name stands once."
        ) from None
    if not isinstance(document, dict) or set(document) - TOP:
        raise ImpossibleError("The body is an object with id and changes, and nothing else.")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once: of two, nobody knows which was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _by_deal(items: Sequence[Item]) -> dict[str, list[Item]]:
    """The changes of each deal by time; those of one moment as they were listed."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.deal, []).append(item)
    return {deal: sorted(own, key=lambda each: each.at) for deal, own in found.items()}


def _told(deal: str, items: list[Item]) -> DealTold:
    changes = []
    for place, item in enumerate(items):
        same = sum(before.at == item.at for before in items[:place])
        if not item.removed:
            changes.append(item.change(same))
    last = items[-1]
    if not last.removed:
        return DealTold(deal, tuple(changes), whole=False)
    return DealTold(deal, tuple(changes), False, last.at, last.reason or "removed")
