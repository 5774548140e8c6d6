"""Playbooks: what others have seen of each leg, as files that a person can read and write."""

from mellantid.playbooks.content import (
    MOST_DEALS,
    Given,
    Grade,
    PlaybookFile,
    PlaybookStage,
    Source,
)
from mellantid.playbooks.matching import NOTHING, Match, match
from mellantid.playbooks.reading import parse_playbook, read_playbook
from mellantid.playbooks.shipped_files import shipped
from mellantid.playbooks.writing import playbook_text

__all__ = [
    "MOST_DEALS",
    "NOTHING",
    "Given",
    "Grade",
    "Match",
    "PlaybookFile",
    "PlaybookStage",
    "Source",
    "match",
    "parse_playbook",
    "playbook_text",
    "read_playbook",
    "shipped",
]
