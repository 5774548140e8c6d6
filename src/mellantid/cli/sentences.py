"""The sentences that stand over the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.workspace import Outcome


def finish_sentence(found: Outcome, unit: str) -> str:
    """Where we finish on the present course, and the chance of the target."""
    if found.as_of >= found.until:
        return f"The period is over: {numbers.money(found.won, unit)} were won."
    span = numbers.money_range(found.quantiles["0.1"], found.quantiles["0.9"], unit)
    start = f"On the present course you finish at {span} (80 %)"
    if found.target is None:
        return f"{start}; there is no target to compare with."
    chance = numbers.percent(found.p_target)
    return f"{start}; the chance of {numbers.money(found.target, unit)} is {chance}."
