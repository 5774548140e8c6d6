"""The race: one sentence, the course, the split table, the forecast; what happens arrives live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.report.compose import compose
from mellantid.report.render import shown
from mellantid.web.page import Page, environment
from mellantid.web.reading_forms import read_date
from mellantid.workspace.beginning import has_begun

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def home(request: Request) -> Response:
    """The first page is the race."""
    del request
    return RedirectResponse("/race", 303)


def race(request: Request) -> Response:
    """The race of the whole organisation, now or as it was at the end of `as_of`."""
    page = Page.of(request)
    query = request.query_params
    with page.asking.workspace() as workspace:
        if page.sight(workspace).settles and not has_begun(workspace, page.asking.now()):
            return RedirectResponse("/start", 303)
        found, _ = page.asking.race(workspace, query.get("process"), read_date(query.get("as_of")))
        position = workspace.ledger.position()
        results = shown(compose(workspace, found, page.language), page.language)
    text = environment().get_template("report/results.jinja").render(results)
    return page.render(
        "race.jinja",
        shown=results,
        results=Markup(text),  # noqa: S704 (our own template, which escapes)
        position=position,
        lines=(),
    )


ROUTES: Final = [Route("/", home), Route("/race", race)]
