"""The order of the stages: as the deals' moves tell it, else as such words usually stand."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.conformance.ordering import best_orders
from mellantid.discovery.words import place_on_course
from mellantid.importing.names import listed

if TYPE_CHECKING:
    from mellantid.core.types import Ints
    from mellantid.discovery.labels import Labels
    from mellantid.discovery.rows import Rows

DISAGREES: Final = 0.6
"""Share of the moves between stages that go onward, below which they tell no order."""
ENOUGH: Final = 10.0
"""Deals that pass from one stage to the next, on average, from which rows tell an order."""


def by_moves(found: Labels, rows: Rows, keep: list[str]) -> None:
    """Put the stages in the order in which the fewest moves between them go backward.

    Of orders in which equally many do, the one is taken that agrees most with which stage deals
    come to first.

    Args:
        found: knows what is won and lost; gets the stages.
        rows: what followed what.
        keep: the stages; at most as many as all orders can be tried of.

    """
    paths = rows.paths(keep, found.won, found.lost)
    # Without an order of their own, rows of one moment say nothing of the course's.
    tied = not rows.ordered
    steps, first = paths.steps(apart=tied), paths.first_before(apart=tied)
    best = best_orders(steps, first)[0]
    found.stages = [keep[k] for k in best.order]
    agree, together = _first_comings(first, best.order)
    found.scores.append(max(2 * agree - 1, 0.1))
    if together < ENOUGH:
        by_words(found, "too few deals tell it")
    elif best.backward > (1 - DISAGREES) * steps.sum():
        by_words(found, "deals go back and forth between them")


def _first_comings(first: Ints, order: tuple[int, ...]) -> tuple[float, float]:
    """How far an order agrees with which stage deals come to first, and how many deals tell it.

    Args:
        first: in how many deals the row's stage first comes before the column's.
        order: the stages.

    Returns:
        The share of the pairs of stages, by deals, that are in this order; and how many deals have
        a stage and the next one, on average, without bound where there is one stage.

    """
    some = first[np.ix_(order, order)]
    agree, pairs = int(np.triu(some, 1).sum()), int(some.sum())
    beside = [int(first[i, j] + first[j, i]) for i, j in pairwise(order)]
    return agree / pairs if pairs else 0.5, sum(beside) / len(beside) if beside else math.inf


def by_words(found: Labels, reason: str, undated: set[str] | None = None) -> None:
    """Order the stages as such words usually stand, where that is known of most."""
    first = undated or set()
    known = [label for label in found.stages if place_on_course(label) is not None]
    if len(found.stages) < 2:
        return
    if len(known) < 0.6 * len(found.stages):
        found.scores.append(0.4)
        found.why.append(f"The order of {listed(found.stages)} is a guess: {reason}.")
        return
    place = {label: place_on_course(label) for label in known}
    found.stages.sort(key=lambda label: (label not in first, place.get(label) or 0))
    found.scores.append(0.8)
    found.by_words = True
    found.why.append(
        f"The order {' > '.join(found.stages)} is as such stages usually stand, as {reason}."
    )
