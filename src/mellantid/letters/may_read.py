"""What the reader of a letter may see: deals, and what was answered about the training week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.access import Sight, TrainingSight, sight_of, training_sight

if TYPE_CHECKING:
    from mellantid.access import Account
    from mellantid.workspace import People

NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class MayRead:
    """What a reader may see.

    Attributes:
        sight: of deals and totals.
        training: of the training week.

    """

    sight: Sight
    training: TrainingSight


EVERYTHING: Final = MayRead(
    Sight(True, NOBODY, NOBODY, writes=False, settles=False), TrainingSight(None, None, NOBODY)
)
"""Of who has the database itself."""


def may_read(account: Account, people: People) -> MayRead:
    """What an account may see."""
    return MayRead(sight_of(account, people), training_sight(account, people))
