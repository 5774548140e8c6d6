"""A playbook fitted to a process: by the order of its stages, or as a person has said.

By order, with S stages of one's own and P of the playbook's, own stage s covers the playbook's from
⌊sP/S⌋ to ⌊(s + 1)P/S⌋ - 1, and at least the first of these. A stage that covers several has the
product of their conversions, the sum of their medians and the least of their weights. Several
stages of one's own that cover the same one share it: each of k has the conversion c^(1/k) and the
median m/k, so that what the playbook says of the way through them is kept. (A sum of medians is not
the median of the sum, which is larger where times are skewed; as a prior it will do.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from mellantid.core.modelling.playbook import Playbook
from mellantid.errors import QuestionError
from mellantid.metrics.metric import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.process import Process
    from mellantid.playbooks.content import PlaybookFile

NOTHING: Final = "-"
"""What a mapping says of a stage of which the playbook is silent."""
LEAST_DAYS: Final = 1.0
MOST_FACTOR: Final = 5.0
FIRST_AGES: Final = 5.0
"""Deal-days at the first ages; only used where a playbook stands alone (`Playbook.weight`)."""
# Stands for a stage of which the playbook is silent; it counts for no deal.
_SILENT: Final = (0.5, 15.0, 0.0)


@dataclass(frozen=True)
class Match:
    """A playbook on a process.

    Attributes:
        covers: for each stage of the process, the playbook's stages that it covers, from 0.
        prior: what the model takes.

    """

    covers: tuple[tuple[int, ...], ...]
    prior: Playbook


def match(
    playbook: PlaybookFile,
    process: Process,
    mapping: Mapping[str, str] | None = None,
    factor: float = 1.0,
) -> Match:
    """Fit a playbook to a process.

    Args:
        playbook: what others have seen.
        process: the course.
        mapping: by stage of the process: the playbook's stage by number (from 1) or name, or `-`
            for none. Stages that are left out are matched by order.
        factor: what to multiply the playbook's own weights by, above 0 and at most 5.

    Raises:
        QuestionError: a stage of the mapping, or what it is mapped to, is not there; or the factor
            is out of its range.

    """
    if not 0 < factor <= MOST_FACTOR:
        raise QuestionError(
            f"The weight is {factor:g}: give a factor above 0 and at most {MOST_FACTOR:g}."
        )
    covers = _covers(playbook, process, mapping or {})
    sharing = Counter(covers)
    numbers = [_numbers(playbook, covered, sharing[covered]) for covered in covers]
    prior = Playbook(
        playbook.name,
        conversion=tuple(each[0] for each in numbers),
        median_days=tuple(each[1] for each in numbers),
        weight=FIRST_AGES,
        deals=tuple(each[2] * factor for each in numbers),
    )
    return Match(covers, prior)


def _covers(
    playbook: PlaybookFile, process: Process, mapping: Mapping[str, str]
) -> tuple[tuple[int, ...], ...]:
    strange = sorted(set(mapping) - set(process.stages))
    if strange:
        raise QuestionError(
            f"{process.name} has no stage {strange[0]!r}: choose one of "
            f"{', '.join(process.stages)}."
        )
    own, theirs = process.size, len(playbook.stages)
    found = []
    for place, stage in enumerate(process.stages):
        first = place * theirs // own
        last = max((place + 1) * theirs // own, first + 1)
        said = mapping.get(stage, "").strip()
        found.append(_said(playbook, said) if said else tuple(range(first, last)))
    return tuple(found)


def _said(playbook: PlaybookFile, said: str) -> tuple[int, ...]:
    if said == NOTHING:
        return ()
    names = [[stage.name(each).casefold() for each in LANGUAGES] for stage in playbook.stages]
    for place, name in enumerate(names):
        if said == str(place + 1) or said.casefold() in name:
            return (place,)
    listed = ", ".join(
        f"{place} ({stage.name('en')})" for place, stage in enumerate(playbook.stages, 1)
    )
    raise QuestionError(
        f"{playbook.name} has no stage {said!r}: choose {listed}, or {NOTHING} for none."
    )


def _numbers(
    playbook: PlaybookFile, covered: tuple[int, ...], sharing: int
) -> tuple[float, float, float]:
    """Conversion, median days and deals of a stage that covers some, as one of so many."""
    if not covered:
        return _SILENT
    stages = [playbook.stages[place] for place in covered]
    share = prod(each.conversion.value for each in stages) ** (1 / sharing)
    days = sum(each.median_days.value for each in stages) / sharing
    return share, max(days, LEAST_DAYS), min(each.deals for each in stages)
