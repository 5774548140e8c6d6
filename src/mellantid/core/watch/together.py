"""Many streams watched at once: which alarms to believe, and in which order to show them.

Twenty sellers on six legs, each with a false alarm once in two years, give more than one false
alarm a week. The e-BH procedure takes the k largest e-values for the largest k with which the k-th
of m is at least m / (alpha k). Of the streams that it names, the share that has not changed is at
most `alpha` on average, whatever the dependence between streams: each passes movements to the next.

- On e-values of e-processes this false discovery rate holds at any moment at which one stops to
  look, as each e-process is valid for all that is known of all streams. It holds for values as
  they are now, not for the largest each has had. Wang and Ramdas, JRSS B 84(3), 2022.
- On detectors (e-SR), with alpha = 1 / (working days), the share is at most the days watched
  divided by that number: error over patience. Dandapanthula and Ramdas, arXiv:2501.04130, 2025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Bools, Floats, Ints


def e_bh(e_values: ArrayLike, alpha: float = 0.05) -> Bools:
    """Which streams have changed, with a false discovery rate of at most `alpha`.

    Args:
        e_values: one a stream, of any shape.
        alpha: the share of false ones among those named, on average.

    Raises:
        QuestionError: `alpha` is not between 0 and 1.

    """
    if not 0.0 < alpha <= 1.0:
        raise QuestionError("A share of false alarms lies between 0 and 1: give one such as 0.05.")
    e = np.asarray(e_values, dtype=np.float64)
    ordered = np.sort(e, axis=None)[::-1]
    least = e.size / (alpha * np.arange(1, e.size + 1))
    enough = np.flatnonzero(ordered >= least)
    # Ties with the last one named are named too: they pass the same bar.
    bar = ordered[enough[-1]] if enough.size else np.inf
    found: Bools = e >= bar
    return found


def short_list(e_values: Floats, money: Floats | None = None, most: int = 5) -> Ints:
    """Places of the streams to look at first, strongest evidence first, at most `most`.

    Args:
        e_values: one a stream, (streams,).
        money: what each stream's change is worth, by which those of equal evidence are ordered.
        most: how many to show.

    """
    worth = np.zeros(e_values.size) if money is None else np.abs(np.asarray(money))
    order: Ints = np.lexsort((-worth, -e_values))
    return order[:most]
