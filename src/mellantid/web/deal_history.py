"""What has happened to a deal, in words: each entry with who and when, and the notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.access import accounts
from mellantid.core.clock import MS_PER_DAY
from mellantid.metrics import numbers
from mellantid.workspace.activities import told_of_deal
from mellantid.workspace.activity_kinds import kind_word
from mellantid.workspace.deal_checks import WEB
from mellantid.workspace.notes import notes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.ledger import Entry
    from mellantid.report.wording import Wording
    from mellantid.workspace import Workspace
    from mellantid.workspace.deal import Told

MINUTE: Final = 60_000


@dataclass(frozen=True)
class Event:
    """One entry in words.

    Attributes:
        key: the entry's.
        when: the date on which it happened.
        what: what happened.
        also: what else was said with it: amount, owner, reason.
        who: who or what said so.
        entered: when it was entered, with the time.
        holds: whether it has not been taken back.
        at: the moment (ms) of what happened.
        activity: whether it is no entry but an activity.

    """

    key: str
    when: str
    what: str
    also: str
    who: str
    entered: str
    holds: bool
    at: int
    activity: bool = False


@dataclass(frozen=True)
class ShownNote:
    """A note with its time in words."""

    text: str
    author: str
    when: str


def events_of(told: tuple[Told, ...], workspace: Workspace, words: Wording) -> list[Event]:
    """Everything that was entered of a deal, the newest first."""
    names = {each.email: each.name for each in accounts(workspace.ledger)}
    clock = workspace.clock
    return [_event(each, workspace, words, clock, names) for each in reversed(told)]


def _event(
    told: Told, workspace: Workspace, words: Wording, clock: WorkingClock, names: dict[str, str]
) -> Event:
    entry, language = told.entry, words.language
    date = numbers.date(clock.date(entry.occurred_at), language)
    return Event(
        key=entry.key,
        when=words("deal.by", date=date) if entry.occurred_after == 0 else date,
        what=words(
            f"entry.{entry.kind}", stage=entry.stage or "", **_values(entry, workspace, language)
        ),
        also=", ".join(_also(entry, workspace, words)),
        who=_who(entry.source, names),
        entered=moment(entry.recorded_at, clock, language),
        holds=told.holds,
        at=entry.occurred_at,
    )


def with_activities(
    events: Sequence[Event], workspace: Workspace, process: str, deal: str, words: Wording
) -> list[Event]:
    """The entries with what was done about the deal put between them, the newest first.

    Entries keep the order in which they were entered.
    """
    names = {each.email: each.name for each in accounts(workspace.ledger)}
    clock, found = workspace.clock, list(events)
    for each, holds in reversed(told_of_deal(workspace.ledger, process, deal)):
        shown = Event(
            key=each.key,
            when=numbers.date(clock.date(each.at), words.language),
            what=kind_word(each.kind, words.language),
            also=workspace.people.name(each.seller),
            who=_who(each.source, names),
            entered=moment(each.recorded_at, clock, words.language),
            holds=holds,
            at=each.at,
            activity=True,
        )
        place = next((n for n, other in enumerate(found) if other.at < each.at), len(found))
        found.insert(place, shown)
    return found


def _values(entry: Entry, workspace: Workspace, language: str) -> dict[str, str]:
    return {
        "amount": numbers.money(entry.amount, entry.currency or "", language),
        "owner": workspace.people.name(entry.owner),
    }


def _also(entry: Entry, workspace: Workspace, words: Wording) -> list[str]:
    """What an entry says besides its kind."""
    values, found = _values(entry, workspace, words.language), []
    if entry.amount is not None and entry.kind != "amount_changed":
        found.append(values["amount"])
    if entry.owner is not None and entry.kind != "owner_changed":
        found.append(values["owner"])
    return found + ([entry.reason] if entry.reason else [])


def _who(source: str, names: dict[str, str]) -> str:
    through, _, email = source.partition(":")
    return names.get(email, email) if through == WEB and email else source


def moment(at: int, clock: WorkingClock, language: str) -> str:
    """A moment (ms) as date and time of the workspace's zone."""
    minutes = (at + int(clock.zone.offset(at))) % MS_PER_DAY // MINUTE
    date = numbers.date(clock.date(at), language)
    return f"{date} {minutes // 60:02d}:{minutes % 60:02d}"


def notes_shown(workspace: Workspace, process: str, deal: str, words: Wording) -> list[ShownNote]:
    """The notes on a deal, the newest first."""
    clock = workspace.clock
    return [
        ShownNote(each.text, each.author, moment(each.written_at, clock, words.language))
        for each in notes_of(workspace.ledger, process, deal)
    ]
