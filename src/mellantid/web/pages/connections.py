"""Connections: the CRMs that are read, how each is, and connecting another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.connectors.due import Due
from mellantid.connectors.keeping import (
    Status,
    add_connection,
    change_connection,
    connections,
    find_connection,
    new_connection,
    remove_connection,
    with_values,
)
from mellantid.connectors.kinds import kind_of, kinds
from mellantid.connectors.result import FILLING
from mellantid.errors import MellantidError, QuestionError
from mellantid.letters.post import read_post
from mellantid.web.connections_told import told
from mellantid.web.following import opened_live, seal_of
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.connectors.keeping import Connection
    from mellantid.web.following import Follower

HERE: Final = "/settings/connections"


def listed(request: Request) -> Response:
    """All connections, and the kinds that one can connect."""
    page = Page.of(request)
    _may(page)
    with page.asking.workspace() as workspace:
        found = [told(page, workspace, each) for each in connections(workspace.ledger)]
    return page.render("connections.jinja", found=found, kinds=kinds())


def new(request: Request) -> Response:
    """The form of a kind."""
    page = Page.of(request)
    _may(page)
    return _form(page, request.path_params["kind"])


async def add(request: Request) -> Response:
    """Keep a new connection."""
    page = Page.of(request)
    return await run_in_threadpool(_added, page, await page.own_form())


def _added(page: Page, form: FormData) -> Response:
    _may(page)
    typed = {name: str(value) for name, value in form.items()}
    name = typed.get("name", "").strip()
    kind = _kind(page.request.path_params["kind"])
    try:
        with page.asking.workspace() as workspace:
            made = new_connection(
                kind, name, _values(typed), seal_of(page.asking), page.asking.now()
            )
            add_connection(workspace.ledger, made)
    except MellantidError as error:
        return _form(page, kind.name, typed, str(error))
    return RedirectResponse(_address(name), 303)


def one(request: Request) -> Response:
    """How a connection is; one that has no pipelines yet lets them be chosen."""
    return _shown(Page.of(request))


async def act(request: Request) -> Response:
    """Change a connection, read it now, or remove it."""
    page = Page.of(request)
    return await run_in_threadpool(_acted, page, await page.own_form())


def _acted(page: Page, form: FormData) -> Response:
    _may(page)
    do = str(form.get("do", ""))
    connection = _found(page)
    if do not in DOES:
        raise missing()
    try:
        DOES[do](page, connection, form)
    except MellantidError as error:
        return _shown(page, 400, str(error))
    return RedirectResponse(HERE if do == "remove" else _address(connection.name), 303)


def _choose(page: Page, connection: Connection, form: FormData) -> None:
    chosen = [str(each) for each in form.getlist("pipeline")]
    if not chosen:
        raise QuestionError(page.words("connections.none_chosen"))
    with _follower(page).alone(connection.name) as sync:
        sync.connect(chosen)
    _follower(page).ask(connection.name)


def _change(page: Page, connection: Connection, form: FormData) -> None:
    typed = {name: str(value) for name, value in form.items()}
    kind = kind_of(connection.kind)
    changed = with_values(connection, kind, _values(typed), seal_of(page.asking))
    # Whoever gives a token anew wants it tried.
    status = Status.FOLLOWING if connection.courses else Status.NEW
    with page.asking.workspace() as workspace:
        change_connection(
            workspace.ledger,
            connection.name,
            given=changed.given,
            secrets=changed.secrets,
            status=status,
            message="",
            next_try=None,
        )
    _follower(page).ask(connection.name)


def _read(page: Page, connection: Connection, form: FormData) -> None:
    del form
    filling = FILLING in connection.cursors
    _follower(page).ask(connection.name, Due.FILL if filling else Due.CATCH_UP)


def _compare(page: Page, connection: Connection, form: FormData) -> None:
    del form
    _follower(page).ask(connection.name, Due.RECONCILE)


def _remove(page: Page, connection: Connection, form: FormData) -> None:
    if str(form.get("sure", "")) != "yes":
        raise QuestionError(page.words("connections.not_sure"))
    with page.asking.workspace() as workspace:
        remove_connection(workspace.ledger, connection.name)


DOES: Final[Mapping[str, Callable[[Page, Connection, FormData], None]]] = {
    "choose": _choose,
    "change": _change,
    "read": _read,
    "compare": _compare,
    "remove": _remove,
}


def _shown(page: Page, status: int = 200, fault: str = "") -> Response:
    _may(page)
    connection = _found(page)
    values: dict[str, Any] = {"looked": None}
    if (not connection.courses or "choose" in page.request.query_params) and not fault:
        try:
            with opened_live(page.asking, connection.name) as sync:
                values["looked"] = sync.look()
        except MellantidError as error:
            fault = str(error)
            connection = _found(page)
    with page.asking.workspace() as workspace:
        values["one"] = told(page, workspace, connection)
        address = read_post(workspace.ledger).address or str(page.request.base_url).rstrip("/")
    kind = kind_of(connection.kind)
    return page.render(
        "connection.jinja",
        status,
        fault=fault,
        kind=kind,
        read=set(connection.courses),
        given=connection.given,
        kept=set(connection.secrets),
        hook=f"{address}/hooks/{quote(connection.name)}" if kind.hooks else "",
        **values,
    )


def _form(
    page: Page, kind: str, typed: Mapping[str, str] | None = None, fault: str = ""
) -> Response:
    found = _kind(kind)
    return page.render(
        "connection_new.jinja", 400 if fault else 200, kind=found, typed=typed or {}, fault=fault
    )


def _values(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the kind's own fields."""
    mark = "value."
    return {name.removeprefix(mark): text for name, text in typed.items() if name.startswith(mark)}


def _kind(name: str) -> Any:  # noqa: ANN401 (a kind; the page is missing where there is none)
    try:
        return kind_of(name)
    except QuestionError as error:
        raise missing() from error


def _found(page: Page) -> Connection:
    with page.asking.workspace() as workspace:
        try:
            return find_connection(workspace.ledger, page.request.path_params["name"])
        except QuestionError as error:
            raise missing() from error


def _address(name: str) -> str:
    return f"{HERE}/{quote(name, safe='')}"


def _follower(page: Page) -> Follower:
    follower: Follower = page.request.app.state.follower
    return follower


def _may(page: Page) -> None:
    """Only who settles connects."""
    with page.asking.workspace() as workspace:
        if not page.may_settle(page.sight(workspace)):
            raise hidden()


ROUTES: Final = [
    Route(HERE, listed),
    Route(HERE + "/new/{kind}", new),
    Route(HERE + "/new/{kind}", add, methods=["POST"]),
    Route(HERE + "/{name}", one),
    Route(HERE + "/{name}", act, methods=["POST"]),
]
