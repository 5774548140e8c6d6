"""The scale function of a drift less Poisson jumps, from which run lengths follow exactly.

For X that rises at rate a and falls by c at the events of a Poisson process of rate m, the scale
function W is the increasing solution of the difference-differential equation

    a W'(x) = m (W(x) - W(x - c)),    W(0) = 1/a,  W(x) = 0 below 0.

Its closed form is an alternating sum that loses all digits when x/c is large. Here it is followed
from one stretch of length c to the next as a Chebyshev series, by collocation: W is entire on each
stretch, so the series is exact to rounding, and errors grow no faster than W itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from mellantid.core.types import Floats, Ints

_TERMS: Final = 32
"""Terms of a series. exp(y) over a stretch of y up to 8 is exact to rounding with 28."""


@dataclass(frozen=True, eq=False)
class ScaleFunction:
    """W on stretches of the length of a jump.

    Attributes:
        drift: a, the rise of X by unit of time.
        jump: c, the fall of X at an event.
        rate: m, events by unit of time.
        value: Chebyshev coefficients of W, (terms, stretches).
        area: those of the integral of W from 0, (terms + 1, stretches).

    """

    drift: float
    jump: float
    rate: float
    value: Floats
    area: Floats

    @classmethod
    def of(cls, drift: float, jump: float, rate: float, reach: float) -> ScaleFunction:
        """Solve the equation from 0 to at least `reach`."""
        onward, first = _stretch(drift, jump, rate)
        value = np.empty((_TERMS, int(reach / jump) + 1))
        value[:, 0] = first
        for place in range(1, value.shape[1]):
            value[:, place] = onward @ value[:, place - 1]
        series = chebyshev.chebint(value, lbnd=-1, axis=0)
        area = np.asarray(series, dtype=np.float64) * (jump / 2)
        ends = np.cumsum(chebyshev.chebval(1.0, area))
        area[0, 1:] += ends[:-1]
        return cls(drift, jump, rate, value, area)

    def at(self, x: ArrayLike) -> Floats:
        """W; 0 below 0."""
        return self._series(self.value, x)

    def integral(self, x: ArrayLike) -> Floats:
        """The integral of W from 0; 0 below 0."""
        return self._series(self.area, x)

    def slope(self, x: ArrayLike) -> Floats:
        """The slope of W from the left: at x = c, where it has a step, what it is before it."""
        here = np.asarray(x, dtype=np.float64)
        before = np.where(here > self.jump, self.at(here - self.jump), 0.0)
        return self.rate / self.drift * (self.at(here) - before)

    def _series(self, coefficients: Floats, x: ArrayLike) -> Floats:
        here = np.asarray(x, dtype=np.float64)
        place: Ints = np.floor(here / self.jump).astype(np.int64)
        place = np.clip(place, 0, coefficients.shape[1] - 1)
        local = 2.0 * (here / self.jump - place) - 1.0
        found = chebyshev.chebval(local, coefficients[:, place], tensor=False)
        return np.where(here >= 0.0, found, 0.0).astype(np.float64)


def _stretch(drift: float, jump: float, rate: float) -> tuple[Floats, Floats]:
    """What carries the series of a stretch to the next, (terms, terms), and the first series.

    The equation holds at all points but the first, where the stretch joins the one before it.
    """
    growth = rate / drift
    points = -np.cos(np.pi * np.arange(_TERMS) / (_TERMS - 1))
    values = chebyshev.chebvander(points, _TERMS - 1)
    slopes = chebyshev.chebval(points, chebyshev.chebder(np.eye(_TERMS))).T * (2.0 / jump)
    own = slopes - growth * values
    own[0] = values[0]
    source = -growth * values
    source[0] = values[-1]
    start = np.zeros(_TERMS)
    start[0] = 1.0 / drift
    onward, first = np.linalg.solve(own, source), np.linalg.solve(own, start)
    return onward.astype(np.float64), first.astype(np.float64)
