"""What the ledger knew at a moment, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints


@dataclass(frozen=True)
class Records:
    """Entries in the order of recording, retracted ones left out; one array element an entry.

    A code counts into the tuple of names of its kind; -1 means that the entry says nothing of it.

    Attributes:
        as_of: the moment (ms, exclusive) of the knowledge; None: all that is known.
        processes: names that `process` counts into, sorted.
        deals: identities that `deal` counts into, sorted.
        stages: labels that `stage` counts into, as the source had them then, sorted.
        owners: identities that `owner` counts into, sorted.
        currencies: codes that `currency` counts into, sorted.
        id: the number of the entry in the ledger.
        process: which process.
        deal: which deal.
        kind: counts into `kinds.KINDS`.
        stage: label of the state entered.
        at: when it happened (ms), the latest possible moment where that is not exact.
        after: `at` - 1 where exact, `core.history.UNKNOWN_WHEN` where nothing is known but that
            it had happened, else the moment after which it happened.
        known_at: when it was known (ms).
        recorded_at: when the ledger took it in (ms).
        sequence: the source's order within one moment.
        amount: set from here on; NaN: unchanged.
        currency: of the amount.
        owner: set from here on.

    """

    as_of: int | None
    processes: tuple[str, ...]
    deals: tuple[str, ...]
    stages: tuple[str, ...]
    owners: tuple[str, ...]
    currencies: tuple[str, ...]
    id: Ints
    process: Ints
    deal: Ints
    kind: Ints
    stage: Ints
    at: Ints
    after: Ints
    known_at: Ints
    recorded_at: Ints
    sequence: Ints
    amount: Floats
    currency: Ints
    owner: Ints

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(self.id.size)
