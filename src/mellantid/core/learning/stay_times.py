"""How long stays last and how many of them go on, as the counts say by themselves, with intervals.

The share that goes on is I_on/(I_on + I_lost) of the Aalen-Johansen estimate (`incidence.py`), so
that stays which have not ended yet stay in the denominator; its interval is Wilson's, with as many
cases as stays that ended so. The median is the first age by which half have left (Kaplan and
Meier), and its interval the ages at which log(-log S) lies within 1.96 standard errors of
log(log 2) (Brookmeyer and Crowley, *Biometrics* 38, 1982, with Greenwood's variance

    σ²[a] = Σ d/(e (e - d)) over ages up to a,

of log S, and so σ/|log S| of log(-log S)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.incidence import incidence
from mellantid.core.scoring.shares import NORMAL_95, wilson

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Cells
    from mellantid.core.types import Floats

LEAST: Final = 5
"""Stays that have ended below which nothing is said."""


@dataclass(frozen=True)
class Measured:
    """A number that was measured, and its 95 % interval; no upper end where none is seen yet."""

    value: float
    low: float
    high: float | None


@dataclass(frozen=True)
class StayTimes:
    """How the stays in a stage have ended.

    Attributes:
        n: stays that have ended.
        conversion: the share of those that go on or are lost, that go on; None: too few to say.
        median_days: working days after which half have left; None: too few, or not half yet.

    """

    n: int
    conversion: Measured | None
    median_days: Measured | None


def stay_times(cells: Cells) -> tuple[StayTimes, ...]:
    """What is seen of each stage by the first group of the cells."""
    found = incidence(cells)
    size = cells.process.size
    times = []
    for stage in range(size):
        exits, exposure = cells.exits[0, stage], cells.exposure[0, stage]
        n = round(float(exits.sum()))
        if n < LEAST:
            times.append(StayTimes(n, None, None))
            continue
        ended = found.ended[0, stage, :, -1]
        onward, lost = float(ended[stage + 1 : size + 1].sum()), float(ended[size + 1])
        cases = round(float(exits[stage + 1 :].sum()))
        share = onward / (onward + lost) if onward + lost > 0 else None
        conversion = None if share is None else _share(share, cases)
        median = _median(found.staying[0, stage], exits.sum(axis=0), exposure)
        times.append(StayTimes(n, conversion, median))
    return tuple(times)


def _share(share: float, cases: int) -> Measured:
    low, high = wilson(round(share * cases), cases)
    return Measured(share, min(low, share), max(high, share))


def _median(staying: Floats, exits: Floats, exposure: Floats) -> Measured | None:
    half = np.flatnonzero(staying <= 0.5)
    if not half.size:
        return None
    left = exposure * (exposure - exits)
    steps = np.divide(exits, left, out=np.zeros_like(exits), where=left > 0)
    error = np.sqrt(np.cumsum(steps))
    inside = (staying > 0) & (staying < 1)
    log_staying = np.log(np.where(inside, staying, 0.5))
    distance = np.log(-log_staying) - np.log(np.log(2.0))
    far = NORMAL_95 * error / -log_staying
    # Before the interval fewer have surely left than half, after it surely more.
    before = np.flatnonzero((staying >= 1) | (inside & (distance < -far)))
    after = np.flatnonzero(inside & (distance > far))
    middle = float(half[0])
    low = float(before[-1] + 1) if before.size else 0.0
    high = float(after[0]) if after.size else None
    return Measured(middle, min(low, middle), None if high is None else max(high, middle))
