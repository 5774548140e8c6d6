"""How one deal stands, and how it stands after one more entry."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.on_entry import amounts_on_entry, latest_entry
from mellantid.core.history import NOWHERE, UNCHANGED
from mellantid.ledger import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.history import History
    from mellantid.ledger import Entry


@dataclass(frozen=True)
class DealState:
    """How a deal stands.

    Attributes:
        state: of the process; `NOWHERE` where the deal is not known yet.
        amount: in the workspace's currency; NaN unknown.
        owner: the seller's identity; None unknown.
        entered: the working day of entry into the state.
        entry_amount: what was known of the amount then.
        entered_at: the moment (ms) of entry.
        last_at: of the last thing known of it.

    """

    state: int = NOWHERE
    amount: float = math.nan
    owner: str | None = None
    entered: int = 0
    entry_amount: float = math.nan
    entered_at: int = 0
    last_at: int = 0


UNHEARD_OF: Final = DealState()


class Standings:
    """How the deals of a history stand, looked up one at a time.

    Args:
        history: what is known.

    """

    def __init__(self, history: History) -> None:
        self._history = history

    @cached_property
    def _last(self) -> dict[int, int]:
        rows = np.flatnonzero(self._history.last)
        return dict(zip(self._history.deal[rows].tolist(), rows.tolist(), strict=True))

    @cached_property
    def _entries(self) -> tuple[list[int], list[float]]:
        return latest_entry(self._history).tolist(), amounts_on_entry(self._history).tolist()

    def of(self, deal: str) -> DealState:
        """How a deal stands."""
        history = self._history
        place = bisect_left(history.deals, deal)
        known = place < len(history.deals) and history.deals[place] == deal
        row = self._last.get(place) if known else None
        if row is None:
            return UNHEARD_OF
        entries, amounts = self._entries
        entry, owner = entries[row], int(history.owner[row])
        return DealState(
            state=int(history.state[row]),
            amount=float(history.amount[row]),
            owner=history.owners[owner] if owner >= 0 else None,
            entered=int(history.middle_day[entry]),
            entry_amount=float(amounts[row]),
            entered_at=int(history.at[entry]),
            last_at=int(history.at[row]),
        )


def follows(before: DealState, entry: Entry) -> bool:
    """Whether an entry is the deal's newest, so that it can be put on top of what is known."""
    return (
        entry.kind != Kind.RETRACTED
        and entry.occurred_after is None
        and entry.occurred_at >= before.last_at
    )


def then(
    before: DealState,
    entry: Entry,
    state: int,
    amount: float,
    day_of: Callable[[int], int],
) -> DealState:
    """How a deal stands after its newest entry.

    Args:
        before: how it stood.
        entry: what has happened.
        state: that the entry enters; `UNCHANGED` where it enters none.
        amount: in the workspace's currency; NaN where the entry says nothing of it.
        day_of: the working day of a moment.

    """
    at = entry.occurred_at
    found = replace(
        before,
        amount=before.amount if math.isnan(amount) else amount,
        owner=entry.owner or before.owner,
        last_at=at,
    )
    if state in {UNCHANGED, before.state}:
        # What becomes known of the amount on the day of entry counts as known on entry.
        same_day = not math.isnan(amount) and before.state >= 0 and day_of(at) == before.entered
        return replace(found, entry_amount=amount) if same_day else found
    return replace(found, state=state, entered=day_of(at), entered_at=at, entry_amount=found.amount)
