"""Which labels mean won, which lost, which are stages in what order, and which are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mellantid.discovery.words import IGNORE, LOST, WON, named, place_on_course, plain
from mellantid.importing.names import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.discovery.course import Course

PLAIN: Final = 0.9
PLAIN_LOST: Final = 0.75
HINT: Final = 0.5
TERMINAL: Final = 0.6
RARE: Final = 0.02
MOST_STAGES: Final = 12
EARLY: Final = 0.6
DISAGREES: Final = 0.6
ENOUGH: Final = 10.0
"""Deals that pass from one stage to the next, on average, from which rows tell an order."""


@dataclass
class Labels:
    """The labels, sorted out, how sure that is, and why."""

    stages: list[str] = field(default_factory=list)
    won: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def sort_labels(course: Course) -> Labels:
    """Sort out the labels of rows that tell what followed what."""
    found = Labels()
    rest = _outcomes(course, found)
    keep = _keep(course, rest, found)
    order = course.in_order(keep)
    agreement, telling = course.agreement(order), course.telling(order)
    found.stages = [course.labels[k] for k in order]
    found.scores.append(max(2 * agreement - 1, 0.1))
    found.why.append(
        f"The order {' > '.join(found.stages)} is that in which deals come to them: "
        f"{agreement:.0%} of the pairs agree."
    )
    if agreement < DISAGREES or telling < ENOUGH:
        _by_words(found, "too few deals tell it")
    return found


def sort_snapshot(labels: Sequence[str], undated: set[str]) -> Labels:
    """Sort out the labels of a snapshot, where only the words tell the order.

    Args:
        labels: all labels.
        undated: those whose deals have no date of creation: not yet on the course.

    """
    found = Labels()
    found.won = [label for label in labels if _is(label, WON, LOST, HINT)]
    found.lost = [label for label in labels if _is(label, LOST, WON, HINT)]
    _tell_outcomes(found)
    found.stages = [label for label in labels if label not in {*found.won, *found.lost}]
    found.stages.sort(key=lambda label: (label not in undated, label))
    _by_words(found, "a snapshot does not tell it", undated)
    return found


def _is(label: str, words: dict[str, float], others: dict[str, float], least: float) -> bool:
    score = named(label, words)
    return score >= least and score > named(label, others)


def _outcomes(course: Course, found: Labels) -> list[int]:
    """Take out what ends a deal, by name where it is plain, else by where deals end."""
    indices = range(len(course.labels))
    lost = [k for k in indices if _is(course.labels[k], LOST, WON, PLAIN_LOST)]
    won = [k for k in indices if _is(course.labels[k], WON, LOST, PLAIN)]
    ending = [k for k in indices if course.ends[k] >= TERMINAL and k not in {*lost, *won}]
    hinted = [k for k in ending if _is(course.labels[k], LOST, WON, HINT)]
    lost += hinted
    if not won:
        hints = [k for k in ending if _is(course.labels[k], WON, LOST, HINT)]
        others = [k for k in indices if course.ends[k] >= 0.3 and k not in lost]
        hints = hints or [k for k in others if _is(course.labels[k], WON, LOST, HINT)]
        won = hints or _most_ended(course, [k for k in ending if k not in lost] or others)
    early = _ended_early(course, [k for k in ending if k not in {*won, *lost}], won)
    found.won, found.lost = ([course.labels[k] for k in some] for some in (won, [*lost, *early]))
    _tell_outcomes(found)
    if early:
        found.scores.append(0.8)
        found.why.append(
            f"{listed([course.labels[k] for k in early])} end deals that have not come far, and "
            "are read as lost."
        )
    return [k for k in indices if k not in {*won, *lost, *early}]


def _most_ended(course: Course, some: list[int]) -> list[int]:
    return [max(some, key=course.ended)] if some else []


def _ended_early(course: Course, some: list[int], won: list[int]) -> list[int]:
    """Labels that end deals which had come to clearly fewer stages than those that are won."""
    if not won:
        return []
    far = max(course.progress[k] for k in won)
    return [
        k
        for k in some
        if course.progress[k] < EARLY * far
        and course.ends[k] >= 0.8
        and place_on_course(course.labels[k]) is None
    ]


def _tell_outcomes(found: Labels) -> None:
    for kind, labels, words in (("won", found.won, WON), ("lost", found.lost, LOST)):
        score = max((named(label, words) for label in labels), default=0.0)
        if not labels:
            found.scores.append(0.8 if kind == "lost" else 0.3)
            found.why.append(f"No label looks {kind}: say so in the map if there is one.")
        elif score >= HINT:
            found.scores.append(min(1.0, 0.5 + 0.5 * score))
            found.why.append(f"{listed(labels)} read as {kind}, by name.")
        else:
            found.scores.append(0.5)
            found.why.append(f"{listed(labels)} read as {kind}, as deals mostly end there.")


def _keep(course: Course, rest: list[int], found: Labels) -> list[int]:
    """The stages: what is a note or hardly ever comes is ignored, and so is a long tail."""
    notes = [k for k in rest if plain(course.labels[k]) in IGNORE]
    rare = [k for k in rest if course.deals[k] < RARE * course.total and k not in notes]
    keep = [k for k in rest if k not in {*notes, *rare}]
    if not keep:
        keep, rare = [k for k in rest if k not in notes] or rest, []
    if len(keep) > MOST_STAGES:
        keep.sort(key=lambda k: -int(course.deals[k]))
        keep, tail = keep[:MOST_STAGES], keep[MOST_STAGES:]
        rare += tail
    found.ignore = [course.labels[k] for k in (*notes, *rare)]
    if found.ignore:
        found.why.append(
            f"{listed(found.ignore, 12)} come in few deals or are no stage, and are ignored."
        )
    return keep


def _by_words(found: Labels, reason: str, undated: set[str] | None = None) -> None:
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
    found.why.append(
        f"The order {' > '.join(found.stages)} is as such stages usually stand, as {reason}."
    )
