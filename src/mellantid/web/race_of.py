"""The data of the race page: of everyone, a team or a seller, as far as it may be seen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from mellantid.errors import MellantidError
from mellantid.metrics import LANGUAGES
from mellantid.report.compose import compose
from mellantid.report.compose_owner import compose_owner, owner_of
from mellantid.report.writer import Writer
from mellantid.web.addresses import deal_link
from mellantid.web.leg_address import leg_link
from mellantid.web.refusal import Refusal
from mellantid.web.whose import Choice

if TYPE_CHECKING:
    from markupsafe import Markup

    from mellantid.access import Sight
    from mellantid.core.process import Process
    from mellantid.report.data import ReportData
    from mellantid.report.wording import Wording
    from mellantid.web.asking import Asking
    from mellantid.web.page import Page
    from mellantid.workspace import People, Race, Workspace


class LinkedWriter(Writer):
    """Writes the race page's tables: legs and deals lead to their own pages.

    Args:
        data: what is known.
        words: of the report.
        process: whose legs they are.
        named: the process's name in addresses where there are several; None: there are not.

    """

    def __init__(
        self, data: ReportData, words: Wording, process: Process, named: str | None
    ) -> None:
        super().__init__(data, words)
        self._legs = process.legs
        self._named = named

    def leg(self, name: str) -> str | Markup:
        """A leg's name, which leads to its page."""
        title = self.words.leg(name)
        return leg_link(self._legs.index(name), title, self._named)

    def deal(self, deal: str) -> Markup:
        """A deal's name, which leads to its page."""
        return deal_link(deal, self._named)


def race_data(
    page: Page, workspace: Workspace, race: Race, owner: str | None, sight: Sight
) -> ReportData:
    """What the page shows; what costs is kept until something happens.

    Args:
        page: who asks.
        workspace: the organisation.
        race: what is known.
        owner: a team or a seller; None: everyone.
        sight: what the one who asks may see.

    Raises:
        Refusal: there is nothing of this owner's in the race.
        QuestionError: there is no plan, or no target.

    """
    found = reported(page.asking, workspace, race, owner, page.language)
    if found is None:
        raise Refusal(404, "race.no_deals")
    return _in_sight(found, sight)


def reported(
    asking: Asking, workspace: Workspace, race: Race, owner: str | None, language: str
) -> ReportData | None:
    """All that is known of a race, made once; None: there is nothing of this owner's in it.

    Raises:
        QuestionError: there is no plan, or no target.

    """

    def made() -> ReportData | None:
        foretold = asking.of(race, "outcome", lambda: workspace.outcome(race))
        if owner is None:
            return compose(workspace, race, language, foretold)
        return compose_owner(workspace, race, owner_of(owner, workspace.people, race), foretold)

    return asking.of(race, ("report", owner, language), made)


def prepared(asking: Asking, workspace: Workspace, race: Race) -> None:
    """Work out what the race pages of the whole show; where there is nothing to tell, nothing."""
    with suppress(MellantidError):
        for language in LANGUAGES:
            reported(asking, workspace, race, None, language)


def _in_sight(data: ReportData, sight: Sight) -> ReportData:
    """The same without single deals that the one who asks may not see; totals stay whole."""
    if sight.everything:
        return data
    return replace(
        data,
        caught=tuple(each for each in data.caught if sight.deal(each.owner_id)),
        caught_money=sum(each.amount or 0.0 for each in data.caught),
        deals=tuple(each for each in data.deals if sight.deal(each.owner_id)),
    )


def choices(
    sight: Sight, people: People, race: Race, chosen: str | None
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The teams and the sellers whose race may be seen, by name."""
    teams = sorted({*people.parents, *(each.team for each in people.persons.values() if each.team)})
    sellers = sorted(
        (people.name(each), each)
        for each in {*people.persons, *race.history.owners}
        if each and sight.seller(each)
    )
    return (
        tuple(Choice(each, each, each == chosen) for each in teams if sight.team(each)),
        tuple(Choice(each, name, each == chosen) for name, each in sellers),
    )
