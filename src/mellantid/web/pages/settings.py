"""Settings: the organisation's, its people, who may log in, and what is one's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.access import Role, Scope, accounts, tokens_of
from mellantid.errors import MellantidError
from mellantid.metrics import numbers
from mellantid.metrics.metric import LANGUAGES
from mellantid.web.letter_acts import letter_values
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing
from mellantid.web.settings_acts import FOR_ALL, OWN, Acting
from mellantid.workspace.criteria import exit_criteria

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Account
    from mellantid.workspace import People, Workspace

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
        values: dict[str, Any] = _for_all(page, workspace) if settles else {}
        mine = tokens_of(workspace.ledger, page.account.email)
        clock = workspace.clock
        letter = letter_values(workspace, page.account)
    return page.render(
        "settings.jinja",
        status,
        settles=settles,
        tokens=mine,
        letter=letter,
        issued={
            each.number: numbers.date(clock.date(each.created_at), page.language) for each in mine
        },
        scopes=tuple(Scope),
        languages=LANGUAGES,
        faults=faults or {},
        typed=typed or {},
        secret=secret,
        **values,
    )


def _for_all(page: Page, workspace: Workspace) -> dict[str, Any]:
    people, query = workspace.people, page.request.query_params
    known = accounts(workspace.ledger)
    persons = sorted(people.persons.values(), key=lambda each: each.name.casefold())
    return {
        "settings": workspace.settings,
        "zones": _zones(),
        "processes": [
            (each, exit_criteria(workspace.ledger, each.name))
            for each in workspace.processes.values()
        ],
        "persons": persons,
        "teams": people.parents,
        "leads": _leads(known, people),
        "accounts": known,
        "roles": tuple(Role),
        "editing": people.persons.get(query.get("person", "")),
        "changing": next((each for each in known if each.email == query.get("account")), None),
    }


def _leads(known: Iterable[Account], people: People) -> dict[str, list[str]]:
    """Who manages each team: the managers among the accounts whose person is in it."""
    found: dict[str, list[str]] = {}
    for each in known:
        person = people.persons.get(each.person or "")
        if each.role is Role.MANAGER and person is not None and person.team is not None:
            found.setdefault(person.team, []).append(each.name)
    return found


@cache
def _zones() -> tuple[str, ...]:
    """Time zones to choose among: those of a place, and UTC."""
    return (*sorted(each for each in available_timezones() if "/" in each), "UTC")


ROUTES: Final = [Route(HERE, settings), Route(HERE, act, methods=["POST"])]
