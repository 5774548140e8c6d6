"""What a person does to a deal, checked and turned into an entry for the ledger.

Each verb gives the entry, or None where the ledger has its key already: the same form sent twice
adds nothing. What cannot be done is refused with a sentence that says what to do instead.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH, date_number
from mellantid.ledger import Entries, Kind
from mellantid.workspace import tables
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal import SAID, Deal, find_deal, last_told, told_of
from mellantid.workspace.said_amounts import checked_amount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.core.process import Process
    from mellantid.workspace.workspace import Workspace

LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 500
WEB: Final = "web"


@dataclass(frozen=True)
class Said:
    """How something is said.

    Attributes:
        key: by which the same thing, said again, is known.
        now: the present moment (ms).
        at: when it happened: a date, or a moment (ms); None: now.
        source: through what, or by whom.

    """

    key: str
    now: int
    at: dt.date | int | None = None
    source: str = WEB


@dataclass(frozen=True)
class NewDeal:
    """What is said of a deal when it is created."""

    name: str
    stage: str
    owner: str | None = None
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class When:
    """A moment as entries have it: the latest possible one, and after which it was."""

    at: int
    after: int | None


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
    if workspace.one_deal(course.name, name, said.now + 1)[1].size:
        raise CannotDo("exists", deal=name)
    when = _when(workspace, said, name, 0)
    amount, currency = None, None
    if new.amount is not None:
        amount = checked_amount(new.amount, new.amount)
        currency = _currency(workspace, course.name, new.currency, None, when)
    return Entries(
        key=SAID + said.key,
        process=course.name,
        process_version=course.version,
        deal=name,
        kind=Kind.CREATED,
        stage=_stage(course, new.stage),
        occurred_at=when.at,
        occurred_after=when.after,
        known_at=said.now,
        amount=amount,
        currency=currency,
        owner=None if new.owner is None else _owner(workspace, course.name, new.owner),
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
    label = _stage(deal.process, stage)
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
    label = _label(deal.process, deal.process.won, "no_won")
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
    label = _label(deal.process, deal.process.lost, "no_lost")
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
    label = _stage(deal.process, stage)
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
    when = _when(workspace, said, name, deal.priced_at)
    unit = _currency(workspace, deal.process.name, currency, deal.currency, when)
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
    found = _owner(workspace, deal.process.name, owner)
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


def read_date(text: str) -> dt.date | None:
    """A date as a form gives it; None where it is left empty.

    Raises:
        CannotDo: it is none.

    """
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise CannotDo("bad_date", date=text.strip()) from error


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
    when = _when(workspace, said, deal.name, earliest)
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


def _when(workspace: Workspace, said: Said, name: str, earliest: int) -> When:
    """The moment of an entry: now; or some time on a past date.

    Raises:
        CannotDo: it is to come, or before what it would follow.

    """
    clock = workspace.clock
    today = clock.date(said.now)
    if isinstance(said.at, int):
        date, when = clock.date(max(said.at, 0)), When(said.at, None)
    elif said.at is None or said.at == today:
        date, when = today, When(said.now, None)
    else:
        date = said.at
        when = When(clock.end_of(date) - 1, clock.start_of(date) - 1)
    if when.at > said.now:
        raise CannotDo("future", date=date)
    if date <= EPOCH:
        raise CannotDo("bad_date", date=date)
    if when.at < earliest:
        raise CannotDo("too_early", deal=name, date=clock.date(earliest))
    return when


def _stage(process: Process, called: str) -> str:
    wanted = called.strip()
    folded = {each.casefold(): each for each in process.stages}
    found = wanted if wanted in process.stages else folded.get(wanted.casefold())
    if found is None:
        raise CannotDo("no_stage", stage=wanted or "–", stages=", ".join(process.stages))
    return found


def _label(process: Process, labels: tuple[str, ...], why: str) -> str:
    if not labels:
        raise CannotDo(why, process=process.name)
    return labels[0]


def _owner(workspace: Workspace, process: str, called: str) -> str:
    """The identity of an owner, by identity or name."""
    people, wanted = workspace.people, called.strip()
    there = "SELECT 1 FROM entry WHERE process = ? AND owner = ? LIMIT 1"
    if wanted in people.persons or workspace.ledger.rows(there, (process, wanted)):
        return wanted
    named = [
        each.id for each in people.persons.values() if each.name.casefold() == wanted.casefold()
    ]
    if len(named) == 1:
        return named[0]
    raise CannotDo("several_owners" if named else "no_owner", owner=wanted or "–")


def _currency(
    workspace: Workspace, process: str, currency: str | None, present: str | None, when: When
) -> str | None:
    """The currency of an amount: as said, else the deal's, else the workspace's.

    Raises:
        CannotDo: there is no rate from it, without which nothing could be summed.

    """
    own = workspace.currency_of(process)
    unit = (currency or "").strip().upper() or present or own or None
    if unit is None or not own or unit == own:
        return unit
    date = workspace.clock.date(when.at)
    known = (each for each in tables.read_rates(workspace.ledger) if each.currency == unit)
    if not _has_rate((date_number(each.date) for each in known), date_number(date)):
        raise CannotDo("no_rate", currency=unit, own=own, date=date)
    return unit


def _has_rate(dates: Iterable[int], date: int) -> bool:
    return bool((np.fromiter(dates, dtype=np.int64) <= date).any())
