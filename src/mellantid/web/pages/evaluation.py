"""The evaluation: what was planned, what happened, which assumption was wrong, a new plan."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.metrics import metrics
from mellantid.report.wording import wording
from mellantid.web.deal_field import chosen_process
from mellantid.web.evaluation_shown import DEFINED, evaluation_shown, targets_shown
from mellantid.web.page import Page
from mellantid.web.plan_proposed import proposal_shown
from mellantid.web.refusal import hidden
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.evaluating import MONTH_START, PLAN_START, close, evaluation

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.workspace import Workspace
    from mellantid.workspace.evaluating import Evaluation

HERE: Final = "/evaluation"


def evaluate(request: Request) -> Response:
    """The evaluation of the plan that holds."""
    return _shown(Page.of(request))


def found_of(page: Page, workspace: Workspace, process: str, since: str) -> Evaluation:
    """The evaluation as known now, worked out once for each position of the ledger."""
    race, _ = page.asking.race(workspace, process)
    now = page.asking.now()
    return page.asking.of(
        race, ("evaluation", since, False), lambda: evaluation(workspace, race, since, now)
    )


def _shown(page: Page, status: int = 200, fault: str = "", typed: str = "") -> Response:
    """The page, also where what was typed has a fault."""
    query = page.request.query_params
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        if not workspace.processes:
            return RedirectResponse("/start", 303)
        process = chosen_process(workspace, query.get("process"))
        since = MONTH_START if query.get("since") == MONTH_START else PLAN_START
        found = found_of(page, workspace, process, since)
        unit, words = workspace.unit, page.words
        several = len(workspace.processes) > 1
        proposal = found.proposal
        values: dict[str, Any] = {
            "process": process if several else None,
            "since": since,
            "settles": page.may_settle(sight),
            "shown": evaluation_shown(found, unit, words),
            "proposal": None
            if proposal is None
            else proposal_shown(proposal, unit, words, proposal.plan.start.isoformat()),
            "target": "" if proposal is None else targets_shown(proposal, found, unit, words),
            "no_proposal": found.no_proposal,
            "newest": None if proposal is None else proposal.newest,
        }
    return page.render(
        "evaluation.jinja",
        status,
        **values,
        place="plan",
        fault=fault,
        typed=typed,
        key=secrets.token_urlsafe(12),
        definitions=[metrics()[name].as_dict(page.language) for name in DEFINED],
        words=wording(page.language),
    )


async def close_it(request: Request) -> Response:
    """Close the evaluation with what was learned."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}

    def keep() -> None:
        with page.asking.workspace() as workspace:
            if not page.may_settle(page.sight(workspace)):
                raise hidden()
            if not form.get("key"):
                raise CannotDo("no_key")
            process = chosen_process(workspace, form.get("process"))
            race, _ = page.asking.race(workspace, process)
            author, now = page.account.name, page.asking.now()
            close(workspace, race, form.get("learned", ""), author, now, form["key"])
        page.asking.settled()

    try:
        await run_in_threadpool(keep)
    except CannotDo as error:
        said = page.words(f"cannot.{error.why}", **error.values)
        return await run_in_threadpool(_shown, page, 400, said, form.get("learned", ""))
    process = form.get("process")
    return RedirectResponse(
        f"{HERE}?{urlencode({'process': process})}#learned" if process else f"{HERE}#learned", 303
    )


ROUTES: Final = [Route(HERE, evaluate), Route(HERE, close_it, methods=["POST"])]
