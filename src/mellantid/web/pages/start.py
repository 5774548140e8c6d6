"""From an empty workspace to the first splits, one step at a time; each can be left and resumed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mellantid.core.names import EVERYONE
from mellantid.core.planning.target import Target
from mellantid.core.process import Process
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.errors import MellantidError, QuestionError
from mellantid.metrics import numbers
from mellantid.web.amounts import read_amount
from mellantid.web.page import Page
from mellantid.web.reading_forms import read_date
from mellantid.web.refusal import hidden
from mellantid.workspace.beginning import Step, begun, first_plan, guess_target, has_begun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from mellantid.workspace import Workspace

HERE: Final = "/start"
SEED: Final = 3
STEPS: Final = (Step.COMPANY, Step.DEALS, Step.TARGET, Step.PLAN)


def start(request: Request) -> Response:
    """The step that is next; the race where all are done."""
    return _step(Page.of(request))


def leading(page: Page, workspace: Workspace) -> Response | None:
    """Where a page leads that has no race to tell of yet; None: there is one."""
    begins = has_begun(workspace, page.asking.now())
    return None if begins else RedirectResponse(HERE, 303)


def _step(
    page: Page, status: int = 200, fault: str = "", typed: Mapping[str, str] | None = None
) -> Response:
    with page.asking.workspace() as workspace:
        found = begun(workspace, page.asking.now())
        if found.step is Step.DONE:
            return RedirectResponse("/race", 303)
        if not page.sight(workspace).settles:
            return page.render("start_waiting.jinja", status)
        values: dict[str, Any] = {"settings": workspace.settings, "unit": workspace.unit}
        if found.step is Step.TARGET:
            values |= _guess(page, workspace)
    return page.render(
        "start.jinja",
        status,
        steps=STEPS,
        step=found.step,
        begun=found,
        fault=fault,
        typed=typed or {},
        **values,
    )


def _guess(page: Page, workspace: Workspace) -> dict[str, Any]:
    """A target to begin from, where there is enough to guess by."""
    today = workspace.clock.date(page.asking.now())
    year = {"first": dt.date(today.year, 1, 1), "last": dt.date(today.year, 12, 31)}
    try:
        race, _ = page.asking.race(workspace, next(iter(workspace.processes)))
        found = guess_target(race)
    except MellantidError:
        return {"amount": "", "won": "", **year}
    amount = "" if found.amount is None else f"{found.amount:.0f}"
    won = numbers.money(found.won, workspace.unit, page.language)
    return {"amount": amount, "won": won, "first": found.first, "last": found.last}


async def act(request: Request) -> Response:
    """Take the step that was filled in."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}
    step = ACTS.get(form.get("step", ""))

    def take() -> None:
        with page.asking.workspace() as workspace:
            if not page.sight(workspace).settles:
                raise hidden()
            if step is not None:
                step(workspace, form, page.asking.now())
        page.asking.settled()

    try:
        await run_in_threadpool(take)
    except MellantidError as error:
        said = str(error)
        return await run_in_threadpool(_step, page, 400, said, form)
    return RedirectResponse(HERE, 303)


def _company(workspace: Workspace, form: Mapping[str, str], now: int) -> None:
    del now
    settings = workspace.settings
    for name in ("timezone", "holidays", "currency"):
        settings = settings.with_text(name, form.get(name, ""))
    name = form.get("name", "").strip()
    if not name:
        raise QuestionError("The organisation has no name yet: give it one.")
    workspace.change_settings(replace(settings, name=name))


def _by_hand(workspace: Workspace, form: Mapping[str, str], now: int) -> None:
    stages = _lines(form.get("stages", ""))
    if not stages:
        raise QuestionError("List the stages that a deal passes, one a line.")
    won, lost = (_lines(form.get(key, "")) for key in ("won", "lost"))
    name = form.get("process", "").strip() or "Sales"
    workspace.keep_process(Process(name, stages, won or ("Won",), lost or ("Lost",)), now)


def _demo(workspace: Workspace, form: Mapping[str, str], now: int) -> None:
    del form
    if workspace.ledger.position():
        raise QuestionError("There are deals here already: the demo is for an empty workspace.")
    yesterday = workspace.clock.date(now) - dt.timedelta(days=1)
    company = demo_organisation(SEED, yesterday)
    set_up(workspace, company, now)
    workspace.make_plan(None, company.targets[0].first, now)


def _target(workspace: Workspace, form: Mapping[str, str], now: int) -> None:
    first, last = (read_date(form.get(name)) for name in ("first", "last"))
    if first is None or last is None:
        raise QuestionError("A target needs both dates: give the first and the last day.")
    target = Target(EVERYONE, read_amount(form.get("amount", "")), first, last)
    workspace.set_target(target, now)
    # A plan follows where there is enough to make one of; the next step says so where not.
    for name in workspace.processes:
        try:
            first_plan(workspace, name, None, now)
        except MellantidError:
            return


def _plan(workspace: Workspace, form: Mapping[str, str], now: int) -> None:
    begins = read_date(form.get("start"))
    for name in workspace.processes:
        first_plan(workspace, name, begins, now)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


ACTS: Final[Mapping[str, Callable[[Workspace, Mapping[str, str], int], None]]] = {
    "company": _company,
    "by_hand": _by_hand,
    "demo": _demo,
    "target": _target,
    "plan": _plan,
}
ROUTES: Final = [Route(HERE, start), Route(HERE, act, methods=["POST"])]
