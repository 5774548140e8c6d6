"""What a listener is told of: that a deal has passed, or that so much happened that all is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mellantid.workspace.scoreboard import Passing


@dataclass(frozen=True)
class Flood:
    """More has happened than is worth telling one by one: load the page again.

    Attributes:
        id: the number of the last entry of it.

    """

    id: int


Event: TypeAlias = Passing | Flood
