"""How a proposed course fits the rows of its file, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.conformance.lengths import DAY
from mellantid.core.process import LOST_NAME, WON_NAME
from mellantid.discovery.travelled import how_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.core.conformance.course_fit import CourseFit

MOST_LOOPS: Final = 3


@dataclass(frozen=True)
class Measured:
    """How a proposed course fits the rows of its file.

    Attributes:
        fit: all that the deals' paths tell of it.
        covered: share of the rows whose label is on the course, and not ignored.
        by_words: whether the order is not the one that the moves tell.

    """

    fit: CourseFit
    covered: float
    by_words: bool = False


def told_fit(measured: Measured) -> tuple[str, ...]:
    """The sentences: order, fitness, loops, stages where nobody waits, rare stages."""
    fit = measured.fit
    return (
        *_order(measured),
        *_fitness(measured),
        *_loops(fit),
        *_passing(fit),
        *_rare(fit),
    )


def _order(measured: Measured) -> Iterator[str]:
    fit = measured.fit
    if not fit.steps:
        return
    told = (
        f"In the order {' > '.join(fit.stages)} {fit.backward:,} of the {fit.steps:,} moves "
        f"between stages go backward ({fit.backward / fit.steps:.0%})"
    )
    other = fit.next_best
    if other is None or measured.by_words:
        yield f"{told}."
        return
    named = [fit.stages[k] for k in other.order]
    many = f"{other.backward:,}" if other.backward != fit.backward else "as many"
    then = "" if other.backward != fit.backward else ": which stage deals come to first decides"
    yield f"{told}; in the next best order, with {_difference(fit.stages, named)}, {many}{then}."


def _difference(own: tuple[str, ...], other: list[str]) -> str:
    """In what an order differs: the one stage that stands elsewhere, or all of it."""
    for label in own:
        if [each for each in own if each != label] == [each for each in other if each != label]:
            place = other.index(label)
            return f"{label} after {other[place - 1]}" if place else f"{label} first"
    return " > ".join(other)


def _fitness(measured: Measured) -> Iterator[str]:
    found = measured.fit.fitness
    if not found.deals:
        return
    moves = int(found.moves.sum())
    told = (
        f"{found.deals_in_order:.0%} of the {found.deals:,} deals never go back on this course, "
        f"and {found.deals_step_by_step:.0%} take it step by step, from the first stage and "
        "without skipping one"
    )
    if moves:
        told += f"; {found.moves_in_order:.0%} of the {moves:,} moves go onward or end the deal"
    yield f"{told}. {measured.covered:.0%} of the rows are on the course."


def _loops(fit: CourseFit) -> Iterator[str]:
    names = (*fit.stages, WON_NAME, LOST_NAME)
    told = [
        f"{names[each.source]} > {names[each.target]} {each.times:,} times ({each.deals:,} deals)"
        for each in fit.loops[:MOST_LOOPS]
    ]
    if told:
        times = sum(each.times for each in fit.loops)
        yield f"Deals come back to a stage {times:,} times, mostly {'; '.join(told)}."


def _passing(fit: CourseFit) -> Iterator[str]:
    found = fit.lengths
    for k in np.flatnonzero(found.passing):
        to = int(fit.mostly_to[k])
        share = found.under_hour[k]
        hour = "" if math.isnan(share) else f", {share:.0%} within the hour"
        after = f"merge it with {fit.stages[to]}: " if to < len(fit.stages) else ""
        yield (
            f"Nobody waits in {fit.stages[k]}: {found.same_day[k]:.0%} leave it on the day of "
            f"entry{hour}, nine in ten {_within(float(found.long[k]))} (n {found.n[k]:,}). It is "
            f"no control; {after}put it under ignore."
        )


def _within(days: float) -> str:
    told = how_long(days * DAY)
    return f"within {told}" if told else "within the hour"


def _rare(fit: CourseFit) -> Iterator[str]:
    told = [
        f"{fit.stages[k]} ({fit.fitness.visited[k]:,})"
        for k in np.flatnonzero(fit.rare & (fit.fitness.visited > 0))
    ]
    if told:
        yield (
            f"Few of the {fit.fitness.deals:,} deals come to {', '.join(told)}: look whether each "
            "is a stage, or a detour to put under ignore."
        )
