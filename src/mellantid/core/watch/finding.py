"""What three watches say together, in a word."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mellantid.core.watch.watching import Watching


class Finding(StrEnum):
    """Whether a stream has truly changed pace."""

    CHANGED = "changed"
    """There has been an alarm, and a watch still sees it."""
    SIGN = "first sign"
    """A quick watch has spoken: the CUSUM or the e-SR."""
    BACK = "back on plan"
    """There has been an alarm; nothing shows any more."""
    NONE_SEEN = "no change"
    EARLY = "too early to say"
    TOO_FEW = "cannot be told"
    """Within the plan a fall to `rho` could not be told from chance, on average."""

    @property
    def spoken(self) -> bool:
        """Whether a watch has spoken, so that there is a change to date and to size."""
        return self in {Finding.CHANGED, Finding.SIGN, Finding.BACK}


def findings(found: Watching, alpha: float, days: int) -> NDArray[np.object_]:
    """A word for each stream.

    Args:
        found: what the watches say.
        alpha: the chance of ever a false alarm.
        days: working days that there are to know it in: those of the plan.

    """
    quick = found.sign | found.detected
    holds = quick | (found.e_value >= 1.0 / alpha)
    # In the order of the words; the first that holds is the word.
    cases = np.stack(
        [
            found.alarm & holds,
            ~found.alarm & quick,
            found.alarm,
            ~found.too_early,
            found.wait_days <= days,
            np.ones(found.alarm.shape, dtype=np.bool_),
        ]
    )
    words = np.array(list(Finding), dtype=object)
    chosen: NDArray[np.object_] = words[np.argmax(cases, axis=0)]
    return chosen
