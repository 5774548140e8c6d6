"""Lost by silence, as a workspace declares it: the history with these losses, and what to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.counting.silence import lost_by_silence
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.core.counting.silence import Silence
    from mellantid.core.history import History


def silenced(history: History, days: int, unit: str) -> tuple[Silence, tuple[str, ...]]:
    """The history with silence as a loss, and a sentence on how many deals that is about.

    Args:
        history: what is known.
        days: working days in one stage after which a deal is lost.
        unit: of the amounts.

    """
    found = lost_by_silence(history, days)
    if not found.lost:
        return found, ()
    worth = standing_worth(found)
    money = f", worth {numbers.money(worth, unit)}," if worth else ""
    note = (
        f"{numbers.count(found.standing.size)} deals{money} count as lost by silence: they have "
        f"stood in one stage for more than {numbers.count(days)} working days; of "
        f"{numbers.count(found.lost)} that ever did, {numbers.count(found.back)} came back."
    )
    return found, (note,)


def standing_worth(found: Silence) -> float:
    """The known amounts of the deals that are lost by silence now."""
    rows = found.history.last & np.isin(found.history.deal, found.standing)
    return float(np.nansum(found.history.amount[rows]))
