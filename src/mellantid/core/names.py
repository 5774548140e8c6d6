"""Names that stand for what has no name of its own, wherever it is asked for."""

from typing import Final

EVERYONE: Final = "all"
"""The owner of a target that is the whole organisation's; the group that everyone is in."""
PER_DEAL: Final = "deals"
"""The unit where no deal has an amount: each counts as one."""
