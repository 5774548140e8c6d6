"""The race: one sentence, the course, the split table, the forecast; what happens arrives live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.core.standing.verdict import Verdict
from mellantid.errors import QuestionError
from mellantid.report.compose import compose
from mellantid.report.render import shown
from mellantid.report.wording import wording
from mellantid.web.lines import line_of
from mellantid.web.page import Page, environment
from mellantid.web.reading_forms import read_date
from mellantid.workspace.beginning import has_begun

if TYPE_CHECKING:
    import datetime as dt

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.web.asking import Asking
    from mellantid.web.lines import Line
    from mellantid.workspace import Workspace

LINES: Final = 5
"""Lines of the ticker when the page is opened."""


def home(request: Request) -> Response:
    """The first page is the race."""
    del request
    return RedirectResponse("/race", 303)


@dataclass(frozen=True)
class Shown:
    """What the page shows of a race.

    Attributes:
        results: by name.
        html: the results written out.
        slipping: the leg that slips most, if one does.
        position: the ledger's last entry of which it knows.

    """

    results: dict[str, object]
    html: str
    slipping: str | None
    position: int


def race(request: Request) -> Response:
    """The race of the whole organisation, now or as it was at the end of `as_of`."""
    page = Page.of(request)
    query = request.query_params
    process, as_of = query.get("process"), read_date(query.get("as_of"))
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        today = workspace.clock.date(page.asking.now())
    make = partial(_made, asking=page.asking, process=process, as_of=as_of, language=page.language)
    try:
        found = page.asking.recent(("race", process, as_of, today, page.language), make)
    except QuestionError:
        with page.asking.workspace() as workspace:
            if sight.settles and not has_begun(workspace, page.asking.now()):
                return RedirectResponse("/start", 303)
        raise
    return page.render(
        "race.jinja",
        shown=found.results,
        results=Markup(found.html),  # noqa: S704 (our own template, which escapes)
        position=found.position,
        lines=None if as_of else _lines(page, sight, found.position),
        slipping=found.slipping,
    )


def _made(
    workspace: Workspace, asking: Asking, process: str | None, as_of: dt.date | None, language: str
) -> Shown:
    """Work out what the page shows."""
    position = workspace.ledger.position()
    found, _ = asking.race(workspace, process, as_of)
    data = compose(workspace, found, language)
    results = shown(data, language)
    text = environment().get_template("report/results.jinja").render(results)
    behind = [leg for leg in data.legs if leg.verdict == Verdict.BEHIND_LOSING]
    worst = min(behind, key=lambda leg: leg.money, default=None)
    slipping = None if worst is None else wording(language).leg(worst.leg)
    return Shown(results, text, slipping, position)


def _lines(page: Page, sight: Sight, position: int) -> list[Line]:
    """What has just happened, the newest first."""
    office = page.asking.office
    if office.open:
        office.feed.linger()
    last = office.feed.last(LINES, position)
    return [line_of(passing, page.words, sight) for passing in reversed(last)]


ROUTES: Final = [Route("/", home), Route("/race", race)]
