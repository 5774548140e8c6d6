"""One deal: its line, facts and history, and the forms for everything that can happen to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.core.names import PER_DEAL
from mellantid.errors import MellantidError, QuestionError
from mellantid.metrics import numbers
from mellantid.metrics.catalogue import metrics
from mellantid.report.wording import wording
from mellantid.web.activities_of import told_activities
from mellantid.web.activity_acts import kind_choices
from mellantid.web.activity_tables import OF_DEAL, ActivityWriter, next_sentence
from mellantid.web.addresses import DEALS, deal_address, deals_address
from mellantid.web.deal_acts import ACTS, Act, created
from mellantid.web.deal_field import agreed_now, chosen_process, field_now
from mellantid.web.deal_history import events_of, notes_shown, with_activities
from mellantid.web.deal_words import Showing
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing
from mellantid.workspace import tables
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal import find_deal, last_told, told_of
from mellantid.workspace.folding import currency_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.deal import Deal

DEFINED: Final = ("amount", "age", "win_chance", "passage_by", "move_by")


@dataclass(frozen=True)
class Tried:
    """A form that was sent in vain: which one, what was typed, and why it was refused."""

    action: str
    typed: Mapping[str, str]
    message: str


NOTHING: Final = Tried("", {}, "")


def deal(request: Request) -> Response:
    """The page of one deal."""
    return _page(Page.of(request), NOTHING)


async def act(request: Request) -> Response:
    """Do something to a deal, then show where that leaves it."""
    page = Page.of(request)
    form = await page.own_form()
    return await run_in_threadpool(_acted, page, form)


def new_form(request: Request) -> Response:
    """The form for a new deal."""
    return _new_page(Page.of(request), NOTHING)


async def new(request: Request) -> Response:
    """Create a deal."""
    page = Page.of(request)
    form = await page.own_form()
    return await run_in_threadpool(_created, page, form)


def _name_asked(request: Request) -> str:
    return str(request.path_params["deal"]) or request.query_params.get("deal", "")


def _found(page: Page, workspace: Workspace) -> tuple[str, Deal, Sight]:
    """The deal that is asked for, where it may be seen.

    Raises:
        Refusal: there is none, or it is not to be seen.

    """
    sight = page.sight(workspace)
    try:
        process = chosen_process(workspace, page.request.query_params.get("process"))
        found = find_deal(workspace, process, _name_asked(page.request), page.asking.now() + 1)
    except QuestionError as error:
        # Whether a deal of somebody else exists is not told either.
        raise (missing() if sight.everything else hidden()) from error
    if not sight.deal(found.owner):
        raise hidden()
    return process, found, sight


def _page(page: Page, tried: Tried) -> Response:
    with page.asking.workspace() as workspace:
        process, found, sight = _found(page, workspace)
        field = field_now(page.asking, workspace, process)
        row = field.row_of(found.name, agreed_now(page.asking, workspace, process))
        if row is None:
            raise missing()
        today = workspace.clock.date(page.asking.now())
        several = process if len(workspace.processes) > 1 else None
        told = told_of(workspace.ledger, found)
        last = last_told(told)
        passage, language = row.passage, page.language
        return page.render(
            "deal.jinja",
            status=400 if tried.message else 200,
            shown=Showing(field, page.words, several, today).deal(row),
            deal=found,
            position=field.race.position,
            home=deals_address(several),
            silent=found.open and row.state >= found.process.size,
            until=None if field.ropes is None else numbers.date(field.ropes.until, language),
            move_by=None if passage is None or passage.move_by is None else passage.move_by,
            today=today,
            days_left=None if passage is None else passage.days_left,
            events=with_activities(
                events_of(told, workspace, page.words), workspace, process, found.name, page.words
            ),
            kinds=kind_choices(workspace, language),
            next_activity=_next_activity(page, workspace, field.race, found, several),
            notes=notes_shown(workspace, process, found.name, page.words),
            writes=page.writes(sight),
            undo=last.entry.key if last is not None and last.here else None,
            owners=_owners(workspace, field.race.history.owners),
            currencies=_currencies(workspace, process, found.currency),
            counted=field.race.unit == PER_DEAL,
            stages=found.process.stages,
            usual=_next_stage(found),
            tried=tried,
            astray=bool(tried.message) and not _has_form(tried.action, found),
            key=secrets.token_urlsafe(16),
            definitions=[metrics()[name].as_dict(language) for name in (*DEFINED, *OF_DEAL)],
            words=wording(language),
        )


def _next_activity(
    page: Page, workspace: Workspace, race: Race, deal: Deal, process: str | None
) -> str:
    """What one more activity about a deal goes with, in a sentence; empty where it is closed."""
    if not deal.open:
        return ""
    told = told_activities(page.asking, workspace, race, deal.owner)
    writer = ActivityWriter(page.words, race.unit, process)
    mine = next((each for each in told.deals if each.deal == deal.name), None)
    return next_sentence(writer, mine, told.missing_after)


def _has_form(action: str, deal: Deal) -> bool:
    """Whether the page of a deal as it now stands has a form beside which to say a fault."""
    return deal.open if action in {"move", "win", "lose"} else action != "reopen" or not deal.open


def _next_stage(deal: Deal) -> str:
    """The stage that a deal most likely goes to: the one after its own."""
    stages = deal.process.stages
    return stages[min(deal.state + 1, len(stages) - 1)] if deal.open else stages[-1]


def _owners(workspace: Workspace, owners: tuple[str, ...]) -> list[tuple[str, str]]:
    """Everybody whom a deal can be given to: identity and name."""
    people = workspace.people
    named = [(each, people.name(each)) for each in {*owners, *people.persons}]
    return sorted(named, key=lambda each: each[1].casefold())


def _currencies(workspace: Workspace, process: str, present: str | None) -> list[str]:
    """The currencies that an amount can be in, the likeliest first."""
    own = currency_of(workspace, process)
    rated = sorted({each.currency for each in tables.read_rates(workspace.ledger)})
    return [each for each in dict.fromkeys([present or own, own, *rated]) if each]


def _acted(page: Page, form: FormData) -> Response:
    """Carry out what a form asks for."""
    action = str(form.get("action", ""))
    with page.asking.workspace() as workspace:
        process, found, sight = _found(page, workspace)
        if not page.writes(sight):
            raise hidden()
        if action not in ACTS:
            raise missing()
        told = Act(page, workspace, process, found, {k: str(v) for k, v in form.items()})
        try:
            ACTS[action](told)
        except MellantidError as error:
            return _page(page, Tried(action, told.form, _why(page, error)))
        return RedirectResponse(_onward(page, workspace, process, found.name, told.form), 303)


def _onward(
    page: Page, workspace: Workspace, process: str, name: str, form: Mapping[str, str]
) -> str:
    """Where to go after something was done: back, to the deal, or to the others if it is gone."""
    back = form.get("back", "")
    if back == DEALS or back.startswith(f"{DEALS}?"):
        return back
    several = process if len(workspace.processes) > 1 else None
    try:
        left = find_deal(workspace, process, name, page.asking.now() + 1)
    except CannotDo:
        return deals_address(several)
    if not page.sight(workspace).deal(left.owner):
        return deals_address(several)
    return deal_address(name, several)


def _why(page: Page, error: MellantidError) -> str:
    """Why something was refused, in the reader's language where we have the words."""
    if isinstance(error, CannotDo):
        return page.words(f"cannot.{error.why}", **error.values)
    return str(error)


def _new_page(page: Page, tried: Tried) -> Response:
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        if not page.writes(sight):
            raise hidden()
        if not workspace.processes:
            return RedirectResponse(DEALS, 303)
        process = chosen_process(workspace, page.request.query_params.get("process"))
        owners = [each for each in _owners(workspace, ()) if sight.deal(each[0])]
        return page.render(
            "deal_new.jinja",
            status=400 if tried.message else 200,
            process=process,
            processes=sorted(workspace.processes),
            stages=workspace.process(process).stages,
            owners=owners,
            own=page.account.person,
            nobody=sight.everything,
            currencies=_currencies(workspace, process, None),
            counted=workspace.unit == PER_DEAL and bool(workspace.ledger.position()),
            today=workspace.clock.date(page.asking.now()),
            tried=tried,
            key=secrets.token_urlsafe(16),
        )


def _created(page: Page, form: FormData) -> Response:
    typed = {name: str(value) for name, value in form.items()}
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        if not page.writes(sight):
            raise hidden()
        process = chosen_process(workspace, page.request.query_params.get("process"))
        try:
            name = created(page, workspace, process, sight, typed)
        except MellantidError as error:
            return _new_page(page, Tried("new", typed, _why(page, error)))
        several = process if len(workspace.processes) > 1 else None
        return RedirectResponse(deal_address(name, several), 303)


ROUTES: Final = [
    Route(f"{DEALS}/new", new_form),
    Route(f"{DEALS}/new", new, methods=["POST"]),
    Route(f"{DEALS}/{{deal:path}}", deal),
    Route(f"{DEALS}/{{deal:path}}", act, methods=["POST"]),
]
