"""Which labels mean won, which lost, which are stages in what order, and which are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.discovery.course import Course
from mellantid.discovery.labels import Labels
from mellantid.discovery.stage_order import by_moves, by_words
from mellantid.discovery.words import IGNORE, LOST, WON, named, place_on_course, plain
from mellantid.importing.names import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.discovery.rows import Rows

PLAIN: Final = 0.9
PLAIN_LOST: Final = 0.75
HINT: Final = 0.5
TERMINAL: Final = 0.6
RARE: Final = 0.02
MOST_STAGES: Final = 12
MOST_TOLD: Final = 12
EARLY: Final = 0.6


def sort_labels(rows: Rows) -> Labels:
    """Sort out the labels of rows that tell what followed what."""
    found, course = Labels(), Course.of(rows)
    rest = _outcomes(course, found)
    by_moves(found, rows, [course.labels[k] for k in _keep(course, rest, found)])
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
    by_words(found, "a snapshot does not tell it", undated)
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
    _tell_outcomes(found, course)
    if early:
        found.scores.append(0.8)
        found.why.append(
            f"{listed([course.labels[k] for k in early])} end deals that have not come far, and "
            "are read as lost."
        )
    return [k for k in indices if k not in {*won, *lost, *early}]


def _most_ended(course: Course, some: list[int]) -> list[int]:
    return [max(some, key=lambda k: int(course.ended[k]))] if some else []


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


def _tell_outcomes(found: Labels, course: Course | None = None) -> None:
    for kind, labels, words in (("won", found.won, WON), ("lost", found.lost, LOST)):
        score = max((named(label, words) for label in labels), default=0.0)
        if not labels:
            found.scores.append(0.8 if kind == "lost" else 0.3)
            found.why.append(f"No label looks {kind}: say so in the map if there is one.")
        elif score >= HINT:
            found.scores.append(min(1.0, 0.5 + 0.5 * score))
            found.why.append(f"{listed(labels)} read as {kind}, by name{_ends(labels, course)}.")
        else:
            found.scores.append(0.5)
            ends = _ends(labels, course)
            found.why.append(f"{listed(labels)} read as {kind}, as deals mostly end there{ends}.")


def _ends(labels: list[str], course: Course | None) -> str:
    """How many of the deals that come to some labels end there."""
    if course is None:
        return ""
    some = [course.labels.index(label) for label in labels]
    come, ended = int(course.deals[some].sum()), int(course.ended[some].sum())
    return f": {ended:,} of the {come:,} deals that come there end there"


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
        come = [f'"{course.labels[k]}" ({int(course.deals[k]):,})' for k in (*notes, *rare)]
        more = f" and {len(come) - MOST_TOLD} more" if len(come) > MOST_TOLD else ""
        found.why.append(
            f"{', '.join(come[:MOST_TOLD])}{more} are ignored: they come in few of the "
            f"{course.total:,} deals, or are no stage."
        )
    return keep
