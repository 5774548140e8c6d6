"""How deals stand in a table."""

from __future__ import annotations

from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers


def amounts(amount: float | str | None, unit: str) -> tuple[str, ...]:
    """The cell of an amount, or its heading; none where every deal counts as one."""
    if unit == PER_DEAL:
        return ()
    return (amount if isinstance(amount, str) else numbers.money(amount, unit),)


def told(number: int, one: str, many: str = "") -> str:
    """So many of a thing in words, as 1 deal, 2 deals; `many` where it does not end in s."""
    name = one if number == 1 else many or f"{one}s"
    return f"{numbers.count(number)} {name}"
