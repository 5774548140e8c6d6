"""What is said of a deal, checked: when it happened, in which stage, whose, in which currency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH, date_number
from mellantid.workspace import tables
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.folding import currency_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mellantid.core.process import Process
    from mellantid.workspace.workspace import Workspace

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
class When:
    """A moment as entries have it: the latest possible one, and after which it was."""

    at: int
    after: int | None


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


def checked_when(workspace: Workspace, said: Said, name: str, earliest: int) -> When:
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


def checked_stage(process: Process, called: str) -> str:
    """The label of a stage, by itself or in another case.

    Raises:
        CannotDo: there is no such stage.

    """
    wanted = called.strip()
    folded = {each.casefold(): each for each in process.stages}
    found = wanted if wanted in process.stages else folded.get(wanted.casefold())
    if found is None:
        raise CannotDo("no_stage", stage=wanted or "–", stages=", ".join(process.stages))
    return found


def checked_label(process: Process, labels: tuple[str, ...], why: str) -> str:
    """The label by which a process closes deals: the first.

    Raises:
        CannotDo: it has none, for the reason `why`.

    """
    if not labels:
        raise CannotDo(why, process=process.name)
    return labels[0]


def checked_owner(workspace: Workspace, process: str, called: str) -> str:
    """The identity of an owner, by identity or name.

    Raises:
        CannotDo: nobody is known so, or several are.

    """
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


def checked_currency(
    workspace: Workspace, process: str, currency: str | None, present: str | None, when: When
) -> str | None:
    """The currency of an amount: as said, else the deal's, else the workspace's.

    Raises:
        CannotDo: there is no rate from it, without which nothing could be summed.

    """
    own = currency_of(workspace, process)
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
