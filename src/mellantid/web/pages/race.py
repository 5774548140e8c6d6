"""The race: one sentence, the course, the split table, the forecast; what happens arrives live."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.errors import QuestionError
from mellantid.report.compose import compose
from mellantid.report.render import shown
from mellantid.web.page import Page, environment

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


def read_date(text: str | None) -> dt.date | None:
    """A date of an address.

    Raises:
        QuestionError: it is none.

    """
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"{text!r} is no date: write it as 2026-01-31.") from error


ROUTES: Final = [Route("/", home), Route("/race", race)]
