"""How deals stand in a table."""

from __future__ import annotations

from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers


def amounts(amount: float | str | None, unit: str) -> tuple[str, ...]:
    """The cell of an amount, or its heading; none where every deal counts as one."""
    if unit == PER_DEAL:
        return ()
    return (amount if isinstance(amount, str) else numbers.money(amount, unit),)


def deals_told(number: int) -> str:
    """So many deals in words."""
    return f"{numbers.count(number)} {'deal' if number == 1 else 'deals'}"
