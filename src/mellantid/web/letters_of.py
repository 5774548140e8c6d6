"""Letters on the web: whose may be read, and composed of answers that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.access import sight_of
from mellantid.core.names import EVERYONE
from mellantid.letters.composing import compose_letter
from mellantid.letters.may_read import may_read
from mellantid.letters.readers import owner_for
from mellantid.letters.source import Source
from mellantid.letters.weeks import Week, week_of
from mellantid.letters.words import LetterWriter
from mellantid.web.addresses import deal_link
from mellantid.web.deal_field import chosen_process
from mellantid.web.leg_address import leg_link
from mellantid.web.whose import asked_owner
from mellantid.workspace.band import pace_band
from mellantid.workspace.training import newest as newest_training

if TYPE_CHECKING:
    import datetime as dt

    from markupsafe import Markup

    from mellantid.access import Account
    from mellantid.letters.letter import Letter
    from mellantid.letters.may_read import MayRead
    from mellantid.web.asking import Asking
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.band import Band

PATIENCE: Final = 600_000
"""A letter is of a week that is over: what has been entered since can wait so many ms."""


@dataclass(frozen=True)
class Wanted:
    """Which letter is asked for.

    Attributes:
        process: of which process.
        week: of which week.
        owner: a seller's identity, a team's name, or `EVERYONE`.

    """

    process: str
    week: Week
    owner: str


def wanted(
    asking: Asking,
    workspace: Workspace,
    account: Account,
    process: str | None,
    week: str | None,
    owner: str | None,
) -> Wanted:
    """The letter that somebody asks for: the own one, where they do not say whose.

    Args:
        asking: the way to the answers.
        workspace: the organisation.
        account: who asks.
        process: as asked; None: the first.
        week: as asked; None: the latest that is over.
        owner: as asked; None: the one that the account gets on Mondays.

    Raises:
        Refusal: the account may not see that owner, or nobody is called so.
        QuestionError: it is no week, or there is nothing to tell.

    """
    chosen = chosen_process(workspace, process)
    of = week_of(week, workspace, asking.now())
    sight = sight_of(account, workspace.people)
    whose = owner or owner_for(account, workspace.people)
    found = asked_owner(
        whose, sight, workspace.people, race_on(asking, workspace, chosen, of.known)
    )
    return Wanted(chosen, of, found or EVERYONE)


def race_on(asking: Asking, workspace: Workspace, process: str, date: dt.date) -> Race:
    """The race as known at the end of a date; of today, as known now."""
    today = workspace.clock.date(asking.now())
    return asking.race(workspace, process, None if date >= today else date)[0]


def source_on(asking: Asking, workspace: Workspace, process: str) -> Source:
    """Where the web's letters get their answers."""
    return Source(workspace, lambda date: race_on(asking, workspace, process, date), asking.kept)


def letter_on(asking: Asking, workspace: Workspace, asked: Wanted, account: Account) -> Letter:
    """A letter, made once for what it depends on.

    Raises:
        QuestionError: there is no plan or target, or nothing of this owner's in the race.

    """
    reader = may_read(account, workspace.people)
    newest = newest_training(workspace.ledger)

    def make(opened: Workspace) -> Letter:
        source = source_on(asking, opened, asked.process)
        return compose_letter(source, asked.week, asked.owner, reader)

    return asking.recent(("letter", asked, reader, newest), make, PATIENCE)


class Composing:
    """Composes the letters of a Monday's round.

    Args:
        asking: the way to the answers.

    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def __call__(self, workspace: Workspace, week: Week, owner: str, reader: MayRead, /) -> Letter:
        """The letter of an owner, of the first process."""
        source = source_on(self._asking, workspace, chosen_process(workspace, None))
        return compose_letter(source, week, owner, reader)


class LinkedLetterWriter(LetterWriter):
    """Writes a letter's tables: legs and deals lead to their own pages.

    Args:
        language: the reader's.
        unit: of the amounts.
        legs: in the order of the course.
        named: the process's name in addresses where there are several; None: there are not.

    """

    def __init__(self, language: str, unit: str, legs: tuple[str, ...], named: str | None) -> None:
        super().__init__(language, unit)
        self._legs = legs
        self._named = named

    def linked_leg(self, name: str) -> Markup:
        """A leg's name, which leads to its page."""
        return leg_link(self._legs.index(name), self.leg(name), self._named)

    def deal(self, deal: str) -> Markup:
        """A deal's name, which leads to its page."""
        return deal_link(deal, self._named)


def band_on(asking: Asking, workspace: Workspace, process: str, race: Race, owner: str) -> Band:
    """The band of an owner, made once.

    Raises:
        QuestionError: there is no plan, or they have no part in it.

    """

    def make() -> Band:
        plan = workspace.plan(process, race.history.until)
        return pace_band(race, plan, workspace.people, owner)

    return asking.kept(("band", process, race.history.until_day, owner), make)
