"""Settings: the organisation's, its people, who may log in, and what is one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.access import Role, Scope, accounts, tokens_of
from mellantid.errors import MellantidError
from mellantid.metrics.metric import LANGUAGES
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing
from mellantid.web.settings_acts import FOR_ALL, OWN, Acting
from mellantid.workspace.criteria import exit_criteria

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.workspace import Workspace

HERE: Final = "/settings"


def settings(request: Request) -> Response:
    """All that the visitor may settle."""
    return _shown(Page.of(request))


async def act(request: Request) -> Response:
    """Change something."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}
    return await run_in_threadpool(_acted, page, form)


def _acted(page: Page, form: Mapping[str, str]) -> Response:
    name = form.get("do", "")
    with page.asking.workspace() as workspace:
        allowed = {**OWN, **FOR_ALL} if page.sight(workspace).settles else OWN
        if name in FOR_ALL and name not in allowed:
            raise hidden()
        if name not in allowed:
            raise missing()
        acting = Acting(workspace, page.account, page.asking.now())
        try:
            told = allowed[name](acting, form)
        except MellantidError as error:
            return _shown(page, 400, {name: str(error)}, form)
    if name in FOR_ALL:
        page.asking.settled()
    if told:
        return _shown(page, secret=told)
    return RedirectResponse(f"{HERE}#{name}", 303)


def _shown(
    page: Page,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    secret: str = "",
) -> Response:
    with page.asking.workspace() as workspace:
        settles = page.sight(workspace).settles
        values: dict[str, Any] = _for_all(workspace) if settles else {}
        mine = tokens_of(workspace.ledger, page.account.email)
    return page.render(
        "settings.jinja",
        status,
        settles=settles,
        tokens=mine,
        scopes=tuple(Scope),
        languages=LANGUAGES,
        faults=faults or {},
        typed=typed or {},
        secret=secret,
        **values,
    )


def _for_all(workspace: Workspace) -> dict[str, Any]:
    people = workspace.people
    return {
        "settings": workspace.settings,
        "processes": [
            (each, exit_criteria(workspace.ledger, each.name))
            for each in workspace.processes.values()
        ],
        "persons": sorted(people.persons.values(), key=lambda each: each.name.casefold()),
        "teams": people.parents,
        "accounts": accounts(workspace.ledger),
        "roles": tuple(Role),
    }


ROUTES: Final = [Route(HERE, settings), Route(HERE, act, methods=["POST"])]
