"""What a person does to a deal, checked and turned into an entry for the ledger.

Each verb gives the entry, or None where the ledger has its key already: the same form sent twice
adds nothing. What cannot be done is refused with a sentence that says what to do instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.ledger import Entries, Kind
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal import SAID, Deal, find_deal, last_told, told_of
from mellantid.workspace.deal_checks import (
    Said,
    checked_currency,
    checked_label,
    checked_owner,
    checked_stage,
    checked_when,
)
from mellantid.workspace.folding import one_deal
from mellantid.workspace.said_amounts import checked_amount

if TYPE_CHECKING:
    from mellantid.workspace.workspace import Workspace

LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 500
WEB: Final = "web"


@dataclass(frozen=True)
class NewDeal:
    """What is said of a deal when it is created."""

    name: str
    stage: str
    owner: str | None = None
    amount: float | None = None
    currency: str | None = None


def create(workspace: Workspace, process: str | None, new: NewDeal, said: Said) -> Entries | None:
    """Create a deal.

    Raises:
        CannotDo: it has no name, or that of another, or something said of it cannot be.

    """
    course, name = workspace.process(process), new.name.strip()
    if not name:
        raise CannotDo("no_name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CannotDo("bad_name", most=LONGEST_NAME)
    if _known(workspace, said, course.name, name, Kind.CREATED):
        return None
    if one_deal(workspace, course, name, said.now + 1)[1].size:
        raise CannotDo("exists", deal=name)
    when = checked_when(workspace, said, name, 0)
    amount, currency = None, None
    if new.amount is not None:
        amount = checked_amount(new.amount, new.amount)
        currency = checked_currency(workspace, course.name, new.currency, None, when)
    return Entries(
        key=SAID + said.key,
        process=course.name,
        process_version=course.version,
        deal=name,
        kind=Kind.CREATED,
        stage=checked_stage(course, new.stage),
        occurred_at=when.at,
        occurred_after=when.after,
        known_at=said.now,
        amount=amount,
        currency=currency,
        owner=None if new.owner is None else checked_owner(workspace, course.name, new.owner),
        source=said.source,
    )


def move(
    workspace: Workspace, process: str | None, name: str, stage: str, said: Said
) -> Entries | None:
    """Move an open deal to another stage: onward, past some, or back.

    Raises:
        CannotDo: it is closed, stands there already, or there is no such stage.

    """
    if _known(workspace, said, process, name, Kind.MOVED):
        return None
    deal = _open(workspace, process, name, said)
    label = checked_stage(deal.process, stage)
    if deal.process.state(label) == deal.state:
        raise CannotDo("same_stage", deal=name, stage=label)
    return _entry(workspace, deal, Kind.MOVED, said, deal.moved_at, stage=label)


def win(workspace: Workspace, process: str | None, name: str, said: Said) -> Entries | None:
    """Win an open deal.

    Raises:
        CannotDo: it is closed.

    """
    if _known(workspace, said, process, name, Kind.WON):
        return None
    deal = _open(workspace, process, name, said)
    label = checked_label(deal.process, deal.process.won, "no_won")
    return _entry(workspace, deal, Kind.WON, said, deal.moved_at, stage=label)


def lose(
    workspace: Workspace, process: str | None, name: str, reason: str, said: Said
) -> Entries | None:
    """Lose an open deal, with the reason where one is said.

    Raises:
        CannotDo: it is closed, or the reason is too long.

    """
    if _known(workspace, said, process, name, Kind.LOST):
        return None
    deal = _open(workspace, process, name, said)
    why = reason.strip()
    if len(why) > LONGEST_REASON:
        raise CannotDo("long_text", most=LONGEST_REASON)
    label = checked_label(deal.process, deal.process.lost, "no_lost")
    return _entry(workspace, deal, Kind.LOST, said, deal.moved_at, stage=label, reason=why or None)


def reopen(
    workspace: Workspace, process: str | None, name: str, stage: str, said: Said
) -> Entries | None:
    """Open a closed deal again, in a stage.

    Raises:
        CannotDo: it is open, or there is no such stage.

    """
    if _known(workspace, said, process, name, Kind.REOPENED):
        return None
    deal = find_deal(workspace, process, name, said.now + 1)
    if deal.open:
        raise CannotDo("open", deal=name, stage=deal.stage)
    label = checked_stage(deal.process, stage)
    return _entry(workspace, deal, Kind.REOPENED, said, deal.moved_at, stage=label)


def change_amount(
    workspace: Workspace,
    process: str | None,
    name: str,
    amount: float,
    currency: str | None,
    said: Said,
) -> Entries | None:
    """Give a deal another amount; a closed one's too, which corrects it.

    Raises:
        CannotDo: it is no amount, has no rate, or is the present one.

    """
    if _known(workspace, said, process, name, Kind.AMOUNT_CHANGED):
        return None
    deal = find_deal(workspace, process, name, said.now + 1)
    value = checked_amount(amount, amount)
    when = checked_when(workspace, said, name, deal.priced_at)
    unit = checked_currency(workspace, deal.process.name, currency, deal.currency, when)
    if (value, unit) == (deal.amount, deal.currency):
        raise CannotDo("same_amount", deal=name)
    return _entry(
        workspace, deal, Kind.AMOUNT_CHANGED, said, deal.priced_at, amount=value, currency=unit
    )


def change_owner(
    workspace: Workspace, process: str | None, name: str, owner: str, said: Said
) -> Entries | None:
    """Give a deal to somebody else.

    Raises:
        CannotDo: nobody is known by that name, or it is theirs already.

    """
    if _known(workspace, said, process, name, Kind.OWNER_CHANGED):
        return None
    deal = find_deal(workspace, process, name, said.now + 1)
    found = checked_owner(workspace, deal.process.name, owner)
    if found == deal.owner:
        raise CannotDo("same_owner", deal=name, owner=workspace.people.name(found))
    return _entry(workspace, deal, Kind.OWNER_CHANGED, said, deal.owned_at, owner=found)


def take_back(
    workspace: Workspace, process: str | None, name: str, taken: str, said: Said
) -> Entries | None:
    """Undo the last entry of a deal, where it was made here; both stay on record.

    Args:
        workspace: where.
        process: the deal's.
        name: the deal.
        taken: the key of the entry, so that nothing is undone that nobody has seen.
        said: how it is said.

    Raises:
        CannotDo: it is not the last one, or came from elsewhere.

    """
    if _known(workspace, said, process, name, Kind.RETRACTED):
        return None
    deal = find_deal(workspace, process, name, said.now + 1)
    last = last_told(told_of(workspace.ledger, deal))
    if last is None or not last.here:
        raise CannotDo("nothing_to_undo", deal=name)
    if last.entry.key != taken:
        raise CannotDo("not_last")
    return Entries(
        key=SAID + said.key,
        process=deal.process.name,
        process_version=deal.process.version,
        deal=name,
        kind=Kind.RETRACTED,
        occurred_at=said.now,
        known_at=said.now,
        source=said.source,
        refers_to=taken,
    )


def _known(workspace: Workspace, said: Said, process: str | None, name: str, kind: Kind) -> bool:
    """Whether the ledger has this already.

    Raises:
        CannotDo: it has something else by the key.

    """
    query = "SELECT process, deal, kind FROM entry WHERE key = ?"
    rows = workspace.ledger.rows(query, (SAID + said.key,))
    if rows and rows[0] != (workspace.process(process).name, name, kind):
        raise CannotDo("other_key")
    return bool(rows)


def _open(workspace: Workspace, process: str | None, name: str, said: Said) -> Deal:
    deal = find_deal(workspace, process, name, said.now + 1)
    if not deal.open:
        won = deal.state == deal.process.won_state
        raise CannotDo("closed_won" if won else "closed_lost", deal=name)
    return deal


def _entry(
    workspace: Workspace,
    deal: Deal,
    kind: Kind,
    said: Said,
    earliest: int,
    *,
    stage: str | None = None,
    amount: float | None = None,
    currency: str | None = None,
    owner: str | None = None,
    reason: str | None = None,
) -> Entries:
    when = checked_when(workspace, said, deal.name, earliest)
    return Entries(
        key=SAID + said.key,
        process=deal.process.name,
        process_version=deal.process.version,
        deal=deal.name,
        kind=kind,
        stage=stage,
        occurred_at=when.at,
        occurred_after=when.after,
        known_at=said.now,
        sequence=deal.next_sequence,
        amount=amount,
        currency=currency,
        owner=owner,
        source=said.source,
        reason=reason,
    )
