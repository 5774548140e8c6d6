"""Notices: what one is told of, where and when; one's addresses; and what became of the latest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.errors import MellantidError
from mellantid.letters.post import read_post
from mellantid.metrics import numbers
from mellantid.notices.addresses import Way, addresses_of
from mellantid.notices.choices import LIMIT, MAIL
from mellantid.notices.deliveries import latest
from mellantid.notices.events import Choice
from mellantid.notices.hosts import allowed_hosts
from mellantid.notices.outbox import State
from mellantid.notices.reader import Reader
from mellantid.notices.services import INSTALL, installed, titles
from mellantid.notices.telling import line_of
from mellantid.web.notice_acts import FOR_ALL, OWN
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing
from mellantid.web.settings_acts import Acting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.notices.deliveries import Delivery
    from mellantid.workspace import Workspace

HERE: Final = "/settings/notices"
SHOWN: Final = 20
"""Deliveries that are shown."""


@dataclass(frozen=True)
class Line:
    """One delivery as it is shown.

    Attributes:
        when: it last changed.
        what: it tells, in a few words.
        where: it goes.
        state: how far it has come.
        why: what went wrong; empty: nothing.

    """

    when: str
    what: str
    where: str
    state: State
    why: str


def notices(request: Request) -> Response:
    """All that the visitor may choose."""
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
        if name not in allowed:
            raise hidden() if name in FOR_ALL else missing()
        acting = Acting(workspace, page.account, page.asking.now())
        try:
            told = allowed[name](acting, form)
        except MellantidError as error:
            return _shown(page, 400, {name: str(error)}, form)
    if told:
        return _shown(page, secret=told)
    return RedirectResponse(f"{HERE}#{'latest' if name == 'trial' else name}", 303)


def _shown(
    page: Page,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    secret: str = "",
) -> Response:
    with page.asking.workspace() as workspace:
        values = _values(page, workspace)
    return page.render(
        "notices.jinja",
        status,
        faults=faults or {},
        typed=typed or {},
        secret=secret,
        mail=MAIL,
        limit=LIMIT,
        ways=tuple(Way),
        apprise=installed(),
        install=INSTALL,
        services=titles(),
        **values,
    )


def _values(page: Page, workspace: Workspace) -> dict[str, Any]:
    ledger, reader = workspace.ledger, Reader.of(workspace, page.account.email)
    given, choices = addresses_of(ledger, page.account.email), reader.choices
    told = [
        each
        for each in latest(ledger, page.account.email, SHOWN)
        if reader.may_know(each.event, each.event.owner)
    ]
    zone = ZoneInfo(workspace.settings.timezone)
    return {
        "events": tuple(Choice),
        "wanted": {
            f"{event}.{place}" for event, places in choices.places.items() for place in places
        },
        "choices": choices,
        "percent": round(choices.line * 100),
        "addresses": given,
        "lines": [_line(page, each, zone) for each in told],
        "lost": sum(each.state is State.FAILED for each in told),
        "ready": read_post(ledger).ready,
        "settles": reader.sight.settles,
        "sees": "all" if reader.sight.everything else str(page.account.role),
        "hosts": ", ".join(sorted(allowed_hosts(ledger))),
    }


def _line(page: Page, each: Delivery, zone: ZoneInfo) -> Line:
    at = dt.datetime.fromtimestamp(each.changed_at / 1000, zone)
    gone = "notices.by_mail" if each.place == MAIL else "notices.removed"
    return Line(
        f"{numbers.date(at.date(), page.language)} {at:%H:%M}",
        line_of(each.event, page.language, "").head,
        each.title or page.words(gone),
        each.state,
        each.why,
    )


ROUTES: Final = [Route(HERE, notices), Route(HERE, act, methods=["POST"])]
