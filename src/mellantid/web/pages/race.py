"""The race: one sentence, the course, the split table, the forecast; what happens arrives live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.core.standing.verdict import Verdict
from mellantid.report.render import shown
from mellantid.report.wording import wording
from mellantid.web.asking import PATIENCE
from mellantid.web.deal_field import chosen_process
from mellantid.web.evaluation_shown import due_shown
from mellantid.web.lines import line_of
from mellantid.web.page import Page, environment
from mellantid.web.race_of import LinkedWriter, choices, race_data
from mellantid.web.reading_forms import read_date
from mellantid.web.whose import asked_owner
from mellantid.workspace.evaluating import evaluation_due

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.web.lines import Line
    from mellantid.web.whose import Choice
    from mellantid.workspace import Race, Workspace

LINES: Final = 5
"""Lines of the ticker."""


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
        owner: the team or seller that it is of; None: everyone.
        teams: those whose race may be seen.
        sellers: likewise.
        due: why it is time to evaluate the plan; empty: it is not.
        evaluation: where that is done.

    """

    results: dict[str, object]
    html: str
    slipping: str | None
    position: int
    owner: str | None
    teams: tuple[Choice, ...]
    sellers: tuple[Choice, ...]
    due: str
    evaluation: str


@dataclass(frozen=True)
class Asked:
    """Which race is asked for, as the address has it."""

    process: str | None
    as_of: dt.date | None
    owner: str | None


def race(request: Request) -> Response:
    """The race of everyone, a team or a seller, now or as it was at the end of `as_of`."""
    page = Page.of(request)
    query = request.query_params
    asked = Asked(query.get("process"), read_date(query.get("as_of")), query.get("owner"))
    sight, found = _found(page, asked)
    return page.render(
        "race.jinja",
        shown=found.results,
        results=Markup(found.html),  # noqa: S704 (our own template, which escapes)
        position=found.position,
        lines=None if asked.as_of else _lines(page, sight, found.position),
        wall=_with_query("/wall", query),
        slipping=found.slipping,
        teams=found.teams,
        sellers=found.sellers,
        owner=found.owner,
        due=found.due,
        evaluation=found.evaluation,
        kept={name: query[name] for name in ("process", "as_of") if name in query},
    )


def wall(request: Request) -> Response:
    """The same for a screen on the wall: what is read from across the room."""
    page = Page.of(request)
    query = request.query_params
    sight, found = _found(page, Asked(query.get("process"), None, query.get("owner")))
    return page.render(
        "wall.jinja",
        shown=found.results,
        position=found.position,
        lines=_lines(page, sight, found.position),
        back=_with_query("/race", query),
    )


def _with_query(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _found(page: Page, asked: Asked) -> tuple[Sight, Shown]:
    """What the one who asks may see, and the race as far."""
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        process = chosen_process(workspace, asked.process)
        found, _ = page.asking.race(workspace, process, asked.as_of, PATIENCE)
        key = ("race page", asked, page.language, sight)

        def make(opened: Workspace) -> Shown:
            return _made(opened, page, found, asked, sight)

        return sight, page.asking.of_late(found, key, make, PATIENCE)


def _made(workspace: Workspace, page: Page, found: Race, asked: Asked, sight: Sight) -> Shown:
    """Work out what the page shows."""
    owner = asked_owner(asked.owner, sight, workspace.people, found)
    data = race_data(page, workspace, found, owner, sight)
    process = found.history.process
    named = process.name if len(workspace.processes) > 1 else None
    writer = partial(LinkedWriter, process=process, named=named)
    results = shown(data, page.language, writer)
    text = environment().get_template("report/results.jinja").render(results)
    behind = [leg for leg in data.legs if leg.verdict == Verdict.BEHIND_LOSING]
    worst = min(behind, key=lambda leg: leg.money, default=None)
    slipping = None if worst is None else wording(page.language).leg(worst.leg)
    teams, sellers = choices(sight, workspace.people, found, owner)
    due = ""
    if asked.as_of is None and owner is None:
        why = page.asking.of(found, "evaluation due", lambda: evaluation_due(workspace, found))
        due = due_shown(why, page.words)
    there = "/evaluation" if named is None else _with_query("/evaluation", {"process": named})
    return Shown(results, text, slipping, found.position, owner, teams, sellers, due, there)


def _lines(page: Page, sight: Sight, position: int) -> list[Line]:
    """What has just happened, the newest first."""
    office = page.asking.office
    if office.open:
        office.feed.linger()
    with page.asking.workspace() as workspace:
        last = office.feed.last(workspace, LINES, position)
    return [line_of(passing, page.words, sight) for passing in reversed(last)]


ROUTES: Final = [Route("/", home), Route("/race", race), Route("/wall", wall)]
