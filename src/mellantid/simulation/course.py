"""The true course: each stage's ways out and how long they take, turned into daily hazards.

A stage's ways out compete. Way j is taken in the end with chance p_j, after a time with a
log-logistic distribution G_j, so the chance to leave that way at age a is
q[s, j, a] = p_j (G_j(a + 1) - G_j(a)) / Σ_k p_k (1 - G_k(a)): the chances to get anywhere are
exact, and the hazard of moving on first rises, then falls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.types import Floats

AGES: Final = 500


@dataclass(frozen=True)
class Stage:
    """One stage of the true course.

    Attributes:
        name: its label.
        onward: the chance to go on in the end, rather than to be lost.
        days: the median number of working days of the stays that go on.
        days_to_loss: the median number of working days of the stays that are lost.
        skip: share of those that go on that pass over the next stage.
        back: share of those that go on that step back to the stage before.
        same_day: share of those that go on that do so on the day of entry, as a policy.
        peak: shape of the time of those that go on; above 1 the hazard rises, then falls.
        peak_of_loss: shape of the time of those that are lost; at most 1 the hazard only falls.

    """

    name: str
    onward: float
    days: float
    days_to_loss: float
    skip: float = 0.05
    back: float = 0.03
    same_day: float = 0.04
    peak: float = 2.2
    peak_of_loss: float = 1.3


def standard_course() -> tuple[Stage, ...]:
    """Seven stages, with creation eight legs; won deals take some six months."""
    return (
        Stage("Prospect", 0.52, 13, 16, skip=0.04, back=0.0, same_day=0.06, peak_of_loss=1.0),
        Stage("Qualified", 0.66, 15, 20),
        Stage("Needs analysis", 0.76, 17, 24, peak=2.6),
        Stage("Demo", 0.76, 15, 25),
        Stage("Offer", 0.66, 21, 30, peak_of_loss=1.6),
        Stage("Negotiation", 0.76, 16, 24, peak=2.6),
        Stage("Contract", 0.92, 10, 20, skip=0.0, back=0.02),
    )


def varied(course: tuple[Stage, ...], rng: Generator, sd: float = 0.25) -> tuple[Stage, ...]:
    """The same course with other true numbers: log odds of going on and log days vary by `sd`."""

    def other(stage: Stage) -> Stage:
        odds = stage.onward / (1 - stage.onward) * np.exp(rng.normal(0, sd))
        return replace(
            stage,
            onward=float(odds / (1 + odds)),
            days=float(stage.days * np.exp(rng.normal(0, sd))),
            days_to_loss=float(stage.days_to_loss * np.exp(rng.normal(0, sd))),
            peak=float(stage.peak * np.exp(rng.normal(0, sd / 4))),
        )

    return tuple(other(stage) for stage in course)


def hazards(course: tuple[Stage, ...], ages: int = AGES) -> Floats:
    """The true q[s, j, a], shape (S, S + 2, ages); the last age stands for all later ones."""
    size = len(course)
    gone = np.zeros((size, size + 2, ages + 1))
    for s in range(size):
        for to, (chance, cdf) in _ways(course, s, np.arange(ages + 1.0)).items():
            gone[s, to] = chance * cdf
    left = np.diff(gone, axis=2)
    still = 1.0 - gone.sum(axis=1)[:, None, :-1]
    q: Floats = left / still
    return q


def _ways(course: tuple[Stage, ...], s: int, ages: Floats) -> dict[int, tuple[float, Floats]]:
    """By destination: the chance to end there, and the share of its stays shorter than each age."""
    stage, size = course[s], len(course)
    skip = stage.skip if s + 2 <= size else 0.0
    back = stage.back if s > 0 else 0.0
    on = _log_logistic(ages, stage.days, stage.peak)
    on = np.where(ages > 0, stage.same_day + (1 - stage.same_day) * on, 0.0)
    lost = _log_logistic(ages, stage.days_to_loss, stage.peak_of_loss)
    ways = {
        s + 1: (stage.onward * (1 - skip - back), on),
        s + 2: (stage.onward * skip, on),
        s - 1: (stage.onward * back, on),
    }
    kept = {to: way for to, way in ways.items() if way[0] > 0}
    return kept | {size + 1: (1 - stage.onward, lost)}


def _log_logistic(times: Floats, median: float, shape: float) -> Floats:
    """The share of times that are shorter than each of `times`."""
    scaled = (times / median) ** shape
    return scaled / (1 + scaled)
