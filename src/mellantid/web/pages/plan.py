"""The plan: targets, the pace that they take, versions side by side, and what would be if."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from mellantid.core.names import EVERYONE, PER_DEAL
from mellantid.core.planning.target import Target
from mellantid.errors import MellantidError, QuestionError
from mellantid.metrics import metrics, numbers
from mellantid.report.wording import wording
from mellantid.web.amounts import read_amount
from mellantid.web.deal_field import chosen_process
from mellantid.web.focus_tables import FocusWriter, lever_name
from mellantid.web.levers_told import levers_told
from mellantid.web.page import Page
from mellantid.web.plan_proposed import proposal_shown
from mellantid.web.plan_shown import plan_shown, targets_shown
from mellantid.web.reading_forms import read_chance, read_date
from mellantid.web.refusal import hidden
from mellantid.web.what_if import answer_shown, asked_changes, settings_of, sliders
from mellantid.workspace.pace_table import pace_table
from mellantid.workspace.proposing import proposed
from mellantid.workspace.questioning import questioning

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.web.plan_proposed import ProposalShown
    from mellantid.web.plan_shown import PlanShown
    from mellantid.workspace import Workspace
    from mellantid.workspace.questioning import Questioning

HERE: Final = "/plan"
A_MINUTE: Final = 60_000
REACHED: Final = ("0.5", "0.7", "0.8", "0.9")
"""Chances of the target that levers can be asked to lead to."""
DEFINED: Final = (
    *("p_target", "mean", "quantiles", "per_week", "created_per_week", "plan_season"),
    *("plan_share", "ramp_days", "lever_now", "lever_needed", "mix"),
)


def plan(request: Request) -> Response:
    """The plan of the whole organisation."""
    return _shown(Page.of(request))


def _shown(
    page: Page, status: int = 200, fault: str = "", typed: dict[str, str] | None = None
) -> Response:
    """The page, also where something that was typed has a fault."""
    query = page.request.query_params
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        if not workspace.processes:
            return RedirectResponse("/start", 303)
        settles = page.may_settle(sight)
        process = chosen_process(workspace, query.get("process"))
        versions = workspace.plan_versions(process)
        found, why = _tried(lambda: _kept_plan(page, workspace, process))
        ready, not_ready = _tried(lambda: _ready(page, workspace, process))
        led, no_levers = _tried(lambda: _levers(page, workspace, process))
        proposal, refused = _tried(lambda: _proposal(page, workspace, process) if settles else None)
        compared, differ = _tried(lambda: _compared(workspace, process, query))
        words, people, unit = page.words, workspace.people, workspace.unit
        values: dict[str, Any] = {
            "process": process,
            "processes": sorted(workspace.processes),
            "several": len(workspace.processes) > 1,
            "settles": settles,
            "unit": "" if unit == PER_DEAL else unit,
            "targets": targets_shown(
                [each for each in workspace.targets if sight.owner(each.owner)],
                people,
                unit,
                words,
            ),
            "mismatches": [each for each in workspace.mismatches() if sight.owner(each.owner)],
            "owners": [(EVERYONE, words("plan.everyone")), *_owners(workspace)],
            "people": people,
            "plan": found,
            "why": why,
            "versions": versions,
            "compared": compared,
            "differ": differ,
            "not_ready": not_ready,
            "led": led,
            "no_levers": no_levers,
            "chances": _chances(query.get("reach"), page.language),
            "proposal": proposal,
            "refused": refused,
            "definitions": [metrics()[name].as_dict(page.language) for name in DEFINED],
            "words": wording(page.language),
            "fault": fault,
            "typed": typed or {},
        }
        if ready is not None:
            values |= _what_if(page, ready, unit)
        values.setdefault("sliders", [])
    return page.render("plan.jinja", status, **values)


def _tried(make: Callable[[], Any]) -> tuple[Any, str]:
    """What is made, or why it cannot be."""
    try:
        return make(), ""
    except MellantidError as error:
        return None, str(error)


def _owners(workspace: Workspace) -> list[tuple[str, str]]:
    people = workspace.people
    sellers = [(each, people.name(each)) for each in people.persons]
    return [*((team, team) for team in people.parents), *sorted(sellers, key=lambda each: each[1])]


def _kept_plan(page: Page, workspace: Workspace, process: str) -> PlanShown:
    """The plan that holds now, with what it assumes."""
    race, _ = page.asking.race(workspace, process)
    held = workspace.plan(process, race.history.until)
    sight = page.sight(workspace)

    def make() -> PlanShown:
        past = workspace.race(process, held.made)
        table = pace_table(held, past)
        return plan_shown(table, workspace.people, workspace.unit, page.words, sight)

    return page.asking.kept(("plan", process, held.version, page.language, sight), make)


def _ready(page: Page, workspace: Workspace, process: str) -> Questioning:
    """What the sliders ask; it may be a minute old, since an answer is to be there at once."""
    race, _ = page.asking.race(workspace, process)
    return page.asking.recent(
        ("what-if", process, race.history.until_day),
        lambda opened: questioning(page.asking.race(opened, process)[0], opened.targets),
        A_MINUTE,
    )


def _what_if(page: Page, ready: Questioning, unit: str) -> dict[str, object]:
    """The sliders as they were set, and the outcome before and after."""
    fault = ""
    try:
        changes = asked_changes(page.request.query_params, len(ready.legs))
        after = ready.ask(changes)
    except QuestionError as error:
        fault, changes, after = str(error), None, ready.now
    return {
        "sliders": sliders(ready, changes, unit, page.words),
        "before": answer_shown(ready.now, ready, unit, page.language),
        "after": answer_shown(after, ready, unit, page.language),
        "asked_fault": fault,
    }


def _levers(page: Page, workspace: Workspace, process: str) -> dict[str, object] | None:
    """What would lead to a chance of the target, where one is asked for."""
    p = read_chance(page.request.query_params.get("reach"))
    if p is None:
        return None
    race, _ = page.asking.race(workspace, process)
    found = page.asking.of(race, ("focus", None, p), lambda: workspace.focus(race, None, p))
    named = process if len(workspace.processes) > 1 else None
    writer = FocusWriter(page.words, race.unit, workspace.people, named)
    set_to = settings_of(found.levers, race.history.process.stages)
    return {
        **levers_told(writer, found),
        "tries": [
            (lever_name(writer, lever), _address(named, {"reach": f"{p:g}", name: f"{factor:g}"}))
            for lever, name, factor in set_to
        ],
    }


def _chances(asked: str | None, language: str) -> list[tuple[str, str, bool]]:
    """The chances that can be asked for: in the address, in words, whether it is asked for."""
    return [(each, numbers.percent(float(each), language), each == asked) for each in REACHED]


def _address(process: str | None, query: Mapping[str, str]) -> str:
    asked = query if process is None else {"process": process, **query}
    return f"{HERE}?{urlencode(asked)}#what-if"


def _proposal(page: Page, workspace: Workspace, process: str) -> ProposalShown | None:
    """The plan that is asked for and not made yet."""
    query = page.request.query_params
    if query.get("propose") != "1":
        return None
    start, p = read_date(query.get("start")), read_chance(query.get("p"))
    now = page.asking.now()
    key = ("proposal", process, workspace.clock.date(now), start, p)
    found = page.asking.kept(key, lambda: proposed(workspace, process, start, now, p))
    return proposal_shown(found, workspace.unit, page.words, query.get("start", ""))


def _compared(workspace: Workspace, process: str, query: Mapping[str, str]) -> object:
    before, after = query.get("before"), query.get("after")
    if not before or not after:
        return None
    try:
        versions = int(before), int(after)
    except ValueError as error:
        raise QuestionError("A version is a number: choose two from the list.") from error
    return workspace.compare_plans(process, *versions)


def what_if(request: Request) -> Response:
    """The outcome under changes, for the sliders: texts ready to be shown."""
    page = Page.of(request)
    query = request.query_params
    try:
        with page.asking.workspace() as workspace:
            process = chosen_process(workspace, query.get("process"))
            ready = _ready(page, workspace, process)
            unit = workspace.unit
        found = ready.ask(asked_changes(query, len(ready.legs)))
    except MellantidError as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(answer_shown(found, ready, unit, page.language))


async def set_target(request: Request) -> Response:
    """Set a target, or withdraw one."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}

    def keep() -> None:
        with page.asking.workspace() as workspace:
            if not page.may_settle(page.sight(workspace)):
                raise hidden()
            owner = form.get("owner") or EVERYONE
            first, last = (_date(form.get(name)) for name in ("first", "last"))
            now = page.asking.now()
            if form.get("do") == "withdraw":
                workspace.withdraw_target(owner, first, last, now)
            else:
                target = Target(owner, read_amount(form.get("amount", "")), first, last)
                workspace.set_target(target, now)
        page.asking.settled()

    return await _done(page, keep, form)


async def make_plan(request: Request) -> Response:
    """Work out the pace anew and keep it as the next version."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}

    def keep() -> None:
        with page.asking.workspace() as workspace:
            if not page.may_settle(page.sight(workspace)):
                raise hidden()
            workspace.make_plan(
                chosen_process(workspace, form.get("process")),
                read_date(form.get("start")),
                page.asking.now(),
                read_chance(form.get("p")),
            )
        page.asking.settled()

    return await _done(page, keep, form)


async def _done(page: Page, keep: Callable[[], None], form: dict[str, str]) -> Response:
    """Back to the page; with the fault and what was typed, where there is one."""
    try:
        await run_in_threadpool(keep)
    except MellantidError as error:
        said = str(error)
        return await run_in_threadpool(_shown, page, 400, said, form)
    process = page.request.query_params.get("process")
    return RedirectResponse(f"{HERE}?{urlencode({'process': process})}" if process else HERE, 303)


def _date(text: str | None) -> dt.date:
    found = read_date(text)
    if found is None:
        raise QuestionError("A target needs both dates: give the first and the last day.")
    return found


ROUTES: Final = [
    Route(HERE, plan),
    Route("/plan/what-if", what_if),
    Route("/plan/targets", set_target, methods=["POST"]),
    Route("/plan/versions", make_plan, methods=["POST"]),
]
