"""Deals: the board by stage, where they are moved, and the list with each deal's line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.routing import Route

from mellantid.core.names import PER_DEAL
from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.metrics.catalogue import metrics
from mellantid.report.wording import wording
from mellantid.web.addresses import DEALS
from mellantid.web.deal_field import agreed_now, chosen_process, field_now
from mellantid.web.deal_words import Showing, in_deals
from mellantid.web.page import Page
from mellantid.workspace.deal_list import LOST, OPEN, SORTS, STATES, WON, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.workspace import Workspace
    from mellantid.workspace.deal_list import Column, Field

BOARD: Final = "board"
LIST: Final = "list"
IN_COLUMN: Final = 25
ON_PAGE: Final = 50
NEWEST: Final = "newest"
OF_OPEN: Final = frozenset({"weight", "chance", "rope", "age"})
"""Sorts by what only an open deal has."""
DEFINED: Final = ("amount", "age", "win_chance", "passage_by")


@dataclass(frozen=True)
class Asked:
    """What a visitor asks for, as the address has it.

    Attributes:
        view: `board` or `list`.
        wanted: which deals.
        page: of the list, from 1.
        process: its name.
        several: whether the process must be named, as there are several.

    """

    view: str
    wanted: Wanted
    page: int
    process: str
    several: bool

    def address(self, **changed: object) -> str:
        """The address of the same with something else."""
        wanted = self.wanted
        query = {
            "view": self.view,
            "state": wanted.state,
            "stage": wanted.stage or "",
            "owner": wanted.owner or "",
            "q": wanted.text,
            "caught": "1" if wanted.caught else "",
            "sort": wanted.sort,
            "page": "",
            "process": self.process if self.several else "",
        } | {name: str(value) for name, value in changed.items()}
        usual = {"view": BOARD, "state": OPEN, "sort": _usual_sort(query["state"]), "page": "1"}
        told = {name: value for name, value in query.items() if value != usual.get(name, "")}
        told.pop("page", None) if not told.get("page") else None
        return f"{DEALS}?{urlencode(told)}" if told else DEALS


def _usual_sort(state: str) -> str:
    return NEWEST if state in {WON, LOST} else SORTS[0]


def asked_for(query: Mapping[str, str], process: str, *, several: bool, sight: Sight) -> Asked:
    """Read what is asked for; what cannot be is as if it had not been asked."""
    state, page = query.get("state", OPEN), query.get("page", "")
    sort = query.get("sort") or _usual_sort(state)
    if state in {WON, LOST} and sort in OF_OPEN:
        sort = NEWEST
    wanted = Wanted(
        state=state if state in STATES else OPEN,
        owner=query.get("owner") or None,
        owners=None if sight.everything else sight.sellers,
        stage=query.get("stage") or None,
        caught=query.get("caught") == "1",
        text=query.get("q", ""),
        sort=sort if sort in SORTS else SORTS[0],
    )
    whole = wanted.state == OPEN and wanted.stage is None
    view = BOARD if query.get("view", BOARD) == BOARD and whole else LIST
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    return Asked(view, wanted, max(number, 1), process, several)


def deals(request: Request) -> Response:
    """The deals that the visitor may see."""
    page = Page.of(request)
    with page.asking.workspace() as workspace:
        sight = page.sight(workspace)
        writes = page.writes(sight)
        names = sorted(workspace.processes)
        if not names:
            return page.render("deals_none.jinja", writes=False, settles=sight.settles)
        process = chosen_process(workspace, request.query_params.get("process"))
        try:
            field = field_now(page.asking, workspace, process, page.patience)
        except QuestionError:
            # Its course is known, and no deal on it.
            return page.render("deals_none.jinja", writes=writes, settles=sight.settles)
        asked = asked_for(request.query_params, process, several=len(names) > 1, sight=sight)
        showing = Showing(
            field,
            page.words,
            process if asked.several else None,
            workspace.clock.date(page.asking.now()),
        )
        shown = _shown(page, workspace, asked, showing)
        owners = _owners(field, sight)
    return page.render(
        "deals.jinja",
        asked=asked,
        position=field.race.position,
        back=asked.address(page=asked.page),
        writes=writes,
        processes=names if asked.several else (),
        owners=owners,
        stages=field.race.history.process.stages,
        states=STATES,
        sorts=[each for each in SORTS if _can_sort(each, field)],
        counted=field.race.unit == PER_DEAL,
        until=None if field.chances is None else numbers.date(field.chances.until, page.language),
        definitions=[metrics()[name].as_dict(page.language) for name in DEFINED],
        words=wording(page.language),
        **shown,
    )


def _can_sort(sort: str, field: Field) -> bool:
    if sort in {"weight", "chance"}:
        return field.chances is not None
    return field.ropes is not None if sort == "rope" else True


def _owners(field: Field, sight: Sight) -> list[tuple[str, str]]:
    """Whom one can choose among: identity and name."""
    seen = [owner for owner in field.race.history.owners if sight.deal(owner)]
    named = [(owner, field.people.name(owner)) for owner in seen]
    return sorted(named, key=lambda each: each[1].casefold()) if len(named) > 1 else []


def _shown(page: Page, workspace: Workspace, asked: Asked, showing: Showing) -> dict[str, Any]:
    """The part of the page that the view is."""
    field, language = showing.field, page.language
    places = field.find(asked.wanted)
    agreed = agreed_now(page.asking, workspace, asked.process)
    total = {"total": in_deals(places.size, page.words)}
    if asked.view == BOARD:
        column = partial(_column, asked=asked, showing=showing)
        found = field.columns(places, IN_COLUMN, agreed)
        return total | {"columns": [column(each) for each in found]}
    pages = max(-(-places.size // ON_PAGE), 1)
    number = min(asked.page, pages)
    first = (number - 1) * ON_PAGE
    rows = field.rows(places[first : first + ON_PAGE], agreed)
    return total | {
        "rows": [showing.deal(each) for each in rows],
        "first": numbers.count(first + 1, language),
        "last": numbers.count(first + len(rows), language),
        "before": asked.address(page=number - 1) if number > 1 else None,
        "after": asked.address(page=number + 1) if number < pages else None,
    }


def _column(column: Column, asked: Asked, showing: Showing) -> dict[str, object]:
    language, unit = showing.words.language, showing.field.race.unit
    more = column.deals - len(column.rows)
    listed = replace(asked, view=LIST)
    return {
        "stage": column.stage,
        "deals": in_deals(column.deals, showing.words),
        "amount": "" if unit == PER_DEAL else numbers.money(column.amount, unit, language),
        "cards": [showing.deal(each) for each in column.rows],
        "more": numbers.count(more, language) if more else "",
        "all": listed.address(stage=column.stage),
    }


ROUTES: Final = [Route(DEALS, deals)]
