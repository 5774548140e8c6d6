"""The playbooks that an organisation knows, and the one that a process of its leans on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mellantid.errors import DataError, QuestionError
from mellantid.playbooks import match, parse_playbook, playbook_text, shipped
from mellantid.workspace import tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.modelling.playbook import Playbook
    from mellantid.core.process import Process
    from mellantid.ledger import Ledger
    from mellantid.playbooks import Match, PlaybookFile


@dataclass(frozen=True)
class Chosen:
    """Which playbook a process leans on, and how.

    Attributes:
        name: the playbook's.
        factor: what its own weights are multiplied by.
        mapping: by stage of the process: the playbook's stage, or `-`; those left out are matched
            by order.

    """

    name: str
    factor: float = 1.0
    mapping: Mapping[str, str] = field(default_factory=dict)


def known_playbooks(ledger: Ledger) -> dict[str, PlaybookFile]:
    """The playbooks there are, by name: the shipped ones, then those that were imported."""
    kept = tables.read_playbook_files(ledger)
    return shipped() | {name: parse_playbook(text, name) for name, text in kept.items()}


def find_playbook(ledger: Ledger, name: str) -> PlaybookFile:
    """A playbook by its name.

    Raises:
        QuestionError: there is none of that name.

    """
    known = known_playbooks(ledger)
    if name not in known:
        raise QuestionError(
            f"There is no playbook {name!r}: choose one of {', '.join(known)}, or import a file."
        )
    return known[name]


def keep_playbook(ledger: Ledger, playbook: PlaybookFile) -> None:
    """Keep a playbook that was imported, in place of an earlier one of its name.

    Raises:
        DataError: a shipped playbook has its name.

    """
    if playbook.name in shipped():
        raise DataError(
            f"The playbook {playbook.name!r} comes with Mellantid: give yours another name."
        )
    tables.write_playbook_file(ledger, playbook.name, playbook_text(playbook))


def chosen_playbook(ledger: Ledger, process: str) -> Chosen | None:
    """What a process leans on; None: no playbook."""
    said = tables.read_chosen_playbook(ledger, process)
    return None if said is None else Chosen(**said)


def choose_playbook(ledger: Ledger, process: Process, chosen: Chosen | None) -> None:
    """Let a process lean on a playbook from now on; None: on none.

    Raises:
        QuestionError: there is no such playbook, or it cannot be matched so.

    """
    if chosen is None:
        tables.write_chosen_playbook(ledger, process.name, None)
        return
    match(find_playbook(ledger, chosen.name), process, chosen.mapping, chosen.factor)
    said = {"name": chosen.name, "factor": chosen.factor, "mapping": dict(chosen.mapping)}
    tables.write_chosen_playbook(ledger, process.name, said)


def matched(ledger: Ledger, process: Process) -> Match | None:
    """The playbook that a process leans on, matched to it; None: there is none.

    What was said of a stage that the process no longer has is passed over.
    """
    chosen = chosen_playbook(ledger, process.name)
    known = {} if chosen is None else known_playbooks(ledger)
    if chosen is None or chosen.name not in known:
        return None
    said = {stage: to for stage, to in chosen.mapping.items() if stage in process.stages}
    return match(known[chosen.name], process, said, chosen.factor)


def matched_as_chosen(ledger: Ledger, process: Process, playbook: PlaybookFile) -> Match:
    """A playbook matched to a process: as was chosen, where it is the chosen one; else by order."""
    chosen = chosen_playbook(ledger, process.name)
    found = matched(ledger, process) if chosen and chosen.name == playbook.name else None
    return match(playbook, process) if found is None else found


def prior_of(ledger: Ledger, process: Process) -> Playbook | None:
    """What the model of a process leans on besides its own history."""
    found = matched(ledger, process)
    return None if found is None else found.prior
