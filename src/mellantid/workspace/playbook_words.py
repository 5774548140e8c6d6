"""The words of a playbook, taken into one's own: exit criteria and the abilities worth training.

Only what is missing is added; what the organisation has written stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.metrics.metric import check_language
from mellantid.workspace.abilities import LONGEST, MOST, keep_abilities, library
from mellantid.workspace.criteria import exit_criteria, keep_exit_criteria
from mellantid.workspace.playbooks import matched_as_chosen

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.ledger import Ledger
    from mellantid.playbooks import PlaybookFile


@dataclass(frozen=True)
class Missing:
    """What a playbook says and the organisation does not.

    Attributes:
        criteria: by stage that has no exit criterion: the playbook's, of the last stage of its that
            the own one covers.
        abilities: by leg: those that its list does not have and has room for.

    """

    criteria: dict[str, str]
    abilities: dict[str, tuple[str, ...]]

    @property
    def some(self) -> bool:
        """Whether there is anything to take in."""
        return bool(self.criteria or self.abilities)


def missing_words(
    ledger: Ledger, process: Process, playbook: PlaybookFile, language: str
) -> Missing:
    """What a playbook, matched to a process as the model takes it, would add to one's own words.

    Args:
        ledger: where one's own words are.
        process: the course.
        playbook: what others say.
        language: of the words.

    Raises:
        QuestionError: there are no words in this language.

    """
    check_language(language)
    written = exit_criteria(ledger, process.name)
    lists = library(ledger, process, language)
    criteria: dict[str, str] = {}
    abilities: dict[str, tuple[str, ...]] = {}
    covers = matched_as_chosen(ledger, process, playbook).covers
    for stage, covered in zip(process.stages, covers, strict=True):
        theirs = [playbook.stages[place] for place in covered]
        exits = [each.exit(language) for each in theirs if each.exit]
        if exits and stage not in written:
            criteria[stage] = exits[-1]
        have = {name.casefold() for name in lists[stage]}
        said = dict.fromkeys(name(language) for each in theirs for name in each.abilities)
        new = [name for name in said if name.casefold() not in have and len(name) <= LONGEST]
        if new := new[: max(MOST - len(lists[stage]), 0)]:
            abilities[stage] = tuple(new)
    return Missing(criteria, abilities)


def take_words(ledger: Ledger, process: Process, playbook: PlaybookFile, language: str) -> Missing:
    """Add what is missing, in one transaction; what was added is told."""
    with ledger.writing():
        found = missing_words(ledger, process, playbook, language)
        keep_exit_criteria(ledger, process, found.criteria)
        lists = library(ledger, process, language)
        for stage, names in found.abilities.items():
            keep_abilities(ledger, process, stage, (*lists[stage], *names))
    return found
