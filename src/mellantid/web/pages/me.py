"""A seller's own page: what lies behind them, what is near, their own earlier self."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.access import Role
from mellantid.answers import me_document
from mellantid.metrics import metrics, numbers
from mellantid.report.wording import wording
from mellantid.web import activity_tables
from mellantid.web import me_tables as tables
from mellantid.web import me_told as told
from mellantid.web.activity_acts import About, log_form, take_back_form
from mellantid.web.deal_field import chosen_process
from mellantid.web.lines import line_of
from mellantid.web.me_activities import Tried, activities_shown
from mellantid.web.me_chart import way
from mellantid.web.me_writer import OwnWriter
from mellantid.web.page import Page
from mellantid.web.reading_forms import read_date
from mellantid.web.refusal import hidden
from mellantid.web.whose import own_page_of, own_race_of, sellers_in_sight
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.taking_part import stay_out, take_part, taking_part

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.web.lines import Line
    from mellantid.workspace import People, Race, Workspace
    from mellantid.workspace.own_race import OwnRace

HERE: Final = "/me"
ACT: Final = "/me/activities"
DEFINED: Final = (*tables.DEFINED, *activity_tables.DEFINED)
LINES: Final = 5
LOOKED_AT: Final = 300
"""Entries among which one's own are looked for, for the ticker."""


def me(request: Request) -> Response:
    """The page of the one who asks, or of the seller whom they ask for."""
    return _page(Page.of(request), Tried())


def _page(page: Page, tried: Tried, asked: str | None = None) -> Response:
    """The page.

    Args:
        page: who asks.
        tried: a form that was sent in vain.
        asked: the seller that it was sent for; None: as the address says.

    """
    query = page.request.query_params
    as_of = read_date(query.get("as_of"))
    with page.asking.workspace() as workspace:
        sight, people = page.sight(workspace), workspace.people
        chosen = chosen_process(workspace, query.get("process"))
        race, _ = page.asking.race(workspace, chosen, as_of, page.patience)
        owner = own_page_of(asked or query.get("owner"), page.account, sight, people, race)
        common = _common(page, workspace, race, sight, owner)
        if owner is None:
            return page.render("me_none.jinja", **common, name=None)
        found = own_race_of(page.asking, workspace, race, as_of, owner)
        if found is None:
            return page.render("me_none.jinja", **common, name=people.name(owner))
        takes_part = owner in taking_part(workspace.ledger)
        named = _named(workspace, race)
        writer = OwnWriter(page.words, race.unit, named, people)
        activities = activities_shown(page, workspace, race, sight, owner, named, tried)
    mine = owner == page.account.person
    return page.render(
        "me.jinja",
        status=400 if tried.message else 200,
        **common,
        activities=activities,
        act_on=_back(page, ACT, None),
        **_shown(writer, me_document(found, own=mine), sight, mine=mine),
        lines=None if as_of else _lines(page, sight, owner, race.position),
        position=race.position,
        takes_part=takes_part,
        mine=mine,
        as_of=query.get("as_of"),
    )


def _named(workspace: Workspace, race: Race) -> str | None:
    """The process's name in addresses, where there are several."""
    return race.history.process.name if len(workspace.processes) > 1 else None


def _common(
    page: Page, workspace: Workspace, race: Race, sight: Sight, owner: str | None
) -> dict[str, Any]:
    """What the page has also where there is nothing to tell."""
    people: People = workspace.people
    chooses = page.account.role in {Role.ADMIN, Role.MANAGER}
    return {
        "organisation": workspace.settings.name,
        "choices": sellers_in_sight(sight, people, race, owner) if chooses else (),
        "owner": owner,
        "process": _named(workspace, race),
    }


def _shown(w: OwnWriter, found: OwnRace, sight: Sight, *, mine: bool) -> dict[str, Any]:
    """Everything that the template puts on the page."""
    return {
        "found": found,
        "sentence": told.sentence(w, found, mine=mine),
        "counted": told.counted(w, found),
        "today": numbers.weekday_date(found.as_of, w.language),
        "way": way(w, found),
        "behind": told.behind(w, found),
        "legs": tables.legs_table(w, found),
        "milestones": tables.milestones_table(w, found),
        "near": told.near(w, found),
        "credits": tables.credits_table(w, found, sight),
        "streak": told.streak(w, found),
        "weeks": tables.weeks_table(w, found),
        "bests": tables.bests_table(w, found),
        "golds": told.golds(w, found),
        "then": tables.then_table(w, found),
        "then_lead": told.then_lead(w, found),
        "team": told.team(w, found),
        "ranking": tables.ranking_table(w, found),
        "definitions": [metrics()[name].as_dict(w.language) for name in DEFINED],
        "words": wording(w.language),
    }


def _lines(page: Page, sight: Sight, owner: str, position: int) -> list[Line]:
    """The seller's own part of what has just happened, newest first, each with its credit."""
    office = page.asking.office
    if office.open:
        office.feed.linger()
    with page.asking.workspace() as workspace:
        last = office.feed.last(workspace, LOOKED_AT, position)
    own = [each for each in reversed(last) if each.owner == owner][:LINES]
    return [line_of(passing, page.words, sight) for passing in own]


async def choose(request: Request) -> Response:
    """Take part in the ranking, or stay out of it: each for themselves only."""
    page = Page.of(request)
    form = await page.own_form()
    return await run_in_threadpool(_chosen, page, str(form.get("do", "")))


def _chosen(page: Page, what: str) -> Response:
    person = page.account.person
    if person is None or what not in {"in", "out"}:
        raise hidden()
    with page.asking.workspace() as workspace:
        if what == "in":
            take_part(workspace.ledger, person, page.asking.now())
        else:
            stay_out(workspace.ledger, person)
    page.asking.settled()
    return RedirectResponse(f"{_back(page, HERE, None)}#ranking", 303)


async def act(request: Request) -> Response:
    """Log an activity, or take one back."""
    page = Page.of(request)
    form = await page.own_form()
    return await run_in_threadpool(_acted, page, {k: str(v) for k, v in form.items()})


def _acted(page: Page, form: dict[str, str]) -> Response:
    owner = form.get("owner") or page.account.person
    with page.asking.workspace() as workspace:
        if owner is None or not page.writes(page.sight(workspace)):
            raise hidden()
        process = chosen_process(workspace, page.request.query_params.get("process"))
        try:
            if form.get("do") == "undo":
                take_back_form(page, workspace, process, form)
            else:
                about = About.of(form.get("about", ""))
                log_form(page, workspace, process, about, owner, form)
        except CannotDo as error:
            message = page.words(f"cannot.{error.why}", **error.values)
            return _page(page, Tried(message, form), owner)
    shown = None if owner == page.account.person else owner
    return RedirectResponse(f"{_back(page, HERE, shown)}#activities", 303)


def _back(page: Page, path: str, owner: str | None) -> str:
    """An address of this page: of the same process, and of a seller."""
    query = {"owner": owner, "process": page.request.query_params.get("process")}
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"{path}{'?' if kept else ''}{kept}"


ROUTES: Final = [
    Route(HERE, me),
    Route(f"{HERE}/ranking", choose, methods=["POST"]),
    Route(ACT, act, methods=["POST"]),
]
