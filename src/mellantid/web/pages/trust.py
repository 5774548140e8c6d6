"""The track record: what was foretold in the past, as known then, against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.backtesting import newest_kept
from mellantid.backtesting.running import kept_file
from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.report.backtest_page import ENOUGH, backtest_shown
from mellantid.report.wording import wording
from mellantid.web.deal_field import chosen_process
from mellantid.web.page import Page, environment
from mellantid.web.process_fit_shown import fit_shown
from mellantid.web.refusal import hidden
from mellantid.workspace.process_fit import process_fit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.backtesting import Backtest
    from mellantid.report.wording import Wording
    from mellantid.web.backtests import Progress
    from mellantid.web.process_fit_shown import FitShown
    from mellantid.workspace import Workspace


def trust(request: Request) -> Response:
    """What the newest backtest found; how far one that runs has come."""
    page = Page.of(request)
    with page.asking.workspace() as workspace:
        process = chosen_process(workspace, request.query_params.get("process"))
        settles = page.may_settle(page.sight(workspace))
        values = _kept(page, workspace, process)
        organisation = workspace.settings.name
        fit = _fit(page, workspace, process)
    progress = request.app.state.backtests.progress(process)
    return page.render(
        "trust.jinja",
        **values,
        organisation=organisation,
        process=process,
        settles=settles,
        progress=progress,
        fit=fit,
        words=wording(page.language),
        far=_far(page.words, progress),
    )


async def begin(request: Request) -> Response:
    """Begin a backtest, which runs on by itself."""
    page = Page.of(request)
    form = await page.own_form()

    def start() -> str:
        with page.asking.workspace() as workspace:
            if not page.may_settle(page.sight(workspace)):
                raise hidden()
            process = chosen_process(workspace, str(form.get("process", "")) or None)
        request.app.state.backtests.start(process)
        return process

    await run_in_threadpool(start)
    return RedirectResponse(f"/trust{_query(request)}", 303)


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def _kept(page: Page, workspace: Workspace, process: str) -> dict[str, Any]:
    """The newest backtest as the page shows it; it is read anew when its file has changed."""
    file = kept_file(workspace)
    stamp = (file.stat().st_mtime_ns, file.stat().st_size) if file.exists() else None
    found = page.asking.kept(("trust", process, stamp), lambda: newest_kept(workspace, process))
    if found is None:
        return {"shown": None, "results": "", "held": "", "run": "", "since": ""}
    run, backtest = found
    shown = backtest_shown(backtest, page.language)
    text = environment().get_template("report/backtest_results.jinja").render(shown)
    more = workspace.ledger.survey(process).entries - run.entries
    date = numbers.date(workspace.clock.date(run.at), page.language)
    count = numbers.count(more, page.language)
    return {
        "shown": shown,
        "results": Markup(text),  # noqa: S704 (our own template, which escapes)
        "held": _held(page.words, backtest),
        "run": page.words("trust.run", date=date),
        "since": page.words("trust.since", n=count) if more > 0 else "",
    }


def _fit(page: Page, workspace: Workspace, process: str) -> FitShown | None:
    """How well the course fits what deals do; None where nothing is known of any yet."""
    try:
        race, _ = page.asking.race(workspace, process)
    except QuestionError:
        return None
    return fit_shown(page.asking.of(race, ("fit",), lambda: process_fit(race)), page.words)


def _held(words: Wording, found: Backtest) -> str:
    """How often the bands of 80 % held, in a sentence; empty where it is too early to say."""
    n = len(found.origins)
    if n < ENOUGH:
        return ""
    each = next(each for each in found.coverage if each.level == 0.8)
    share, low, high = (
        numbers.percent(x, words.language) for x in (each.share, each.low, each.high)
    )
    return words("trust.held", share=share, n=n, low=low, high=high)


def _far(words: Wording, progress: Progress | None) -> str:
    """How far a backtest has come, in a sentence."""
    if progress is None or not progress.running:
        return ""
    if not progress.of:
        return words("trust.begun")
    return words("trust.far", done=progress.done, of=progress.of)


ROUTES: Final = [Route("/trust", trust), Route("/trust", begin, methods=["POST"])]
