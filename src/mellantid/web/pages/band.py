"""The pace band: a strip to print and cut out, or to keep on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from mellantid.core.names import EVERYONE
from mellantid.letters.band_paper import band_pdf
from mellantid.letters.band_told import BandTold, tell_band
from mellantid.letters.words import words_in
from mellantid.web.deal_field import chosen_process
from mellantid.web.letters_of import band_on, race_on
from mellantid.web.page import Page
from mellantid.web.race_of import choices
from mellantid.web.whose import asked_owner

if TYPE_CHECKING:
    from starlette.requests import Request


def band(request: Request) -> Response:
    """The band of everyone, a team or a seller."""
    page = Page.of(request)
    told, owner, process = _told(page)
    with page.asking.workspace() as workspace:
        race = race_on(page.asking, workspace, process, workspace.clock.date(page.asking.now()))
        teams, sellers = choices(page.sight(workspace), workspace.people, race, owner)
        organisation, several = workspace.settings.name, len(workspace.processes) > 1
    named = process if several else None
    query = {"owner": owner or EVERYONE} | ({"process": named} if named else {})
    return page.render(
        "band.jinja",
        band=told,
        headings=words_in(page.language),
        place="plan",
        whole=owner is None,
        teams=teams,
        sellers=sellers,
        process=named,
        here=urlencode(query),
        organisation=organisation,
    )


def pdf(request: Request) -> Response:
    """The same as a PDF."""
    told, _, _ = _told(Page.of(request))
    return Response(
        band_pdf(told),
        media_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="mellantid-band.pdf"'},
    )


def _told(page: Page) -> tuple[BandTold, str | None, str]:
    """The band in words, whose it is and of which process."""
    query = page.request.query_params
    with page.asking.workspace() as workspace:
        process = chosen_process(workspace, query.get("process"))
        race, _ = page.asking.race(workspace, process)
        sight, people = page.sight(workspace), workspace.people
        asked = query.get("owner") or page.account.person
        if not query.get("owner") and asked is not None and not sight.owner(asked):
            asked = None
        owner = asked_owner(asked, sight, people, race)
        found = band_on(page.asking, workspace, process, race, owner or EVERYONE)
        whose = words_in(page.language)("everyone") if owner is None else people.name(owner)
    return tell_band(found, whose, page.language), owner, process


ROUTES: Final = [Route("/band", band), Route("/band.pdf", pdf)]
