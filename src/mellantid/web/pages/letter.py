"""The Monday letter: the page, its PDF, and sending it to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mellantid.core.names import EVERYONE
from mellantid.errors import MellantidError
from mellantid.letters.letter import Doing
from mellantid.letters.letter_paper import letter_pdf
from mellantid.letters.plain_text import as_chat
from mellantid.letters.post import connected, read_post
from mellantid.letters.readers import Reader, wants_letter
from mellantid.letters.rounds import send_letter
from mellantid.letters.telling import tell
from mellantid.letters.weeks import WEEK, iso_name
from mellantid.metrics import metrics
from mellantid.report.wording import wording
from mellantid.web.letters_of import LinkedLetterWriter, Wanted, letter_on, race_on, wanted
from mellantid.web.page import Page
from mellantid.web.race_of import choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup
    from starlette.requests import Request

    from mellantid.letters.letter import Letter
    from mellantid.letters.things_told import ThingTold
    from mellantid.web.whose import Choice
    from mellantid.workspace import Workspace

HERE: Final = "/letter"
DEFINED: Final = (
    *("gap_money", "gap_change", "gap_before", "week_money", "week_actual", "week_planned"),
    *("p_target", "p_before", "advice_worth", "shortfall", "caught_amount", "caught_new"),
    *("age", "amount"),
)


def letter(request: Request) -> Response:
    """The letter of a week and an owner."""
    page = Page.of(request)
    sent = page.account.email if "sent" in request.query_params else ""
    return _shown(page, request.query_params, sent=sent)


def pdf(request: Request) -> Response:
    """The same as a PDF."""
    page = Page.of(request)
    with page.asking.workspace() as workspace:
        asked, found = _asked(page, workspace, request.query_params)
    name = f"mellantid-{asked.week.name}.pdf"
    return Response(
        letter_pdf(tell(found, page.language)),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


async def send(request: Request) -> Response:
    """Send the letter to oneself."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}
    return await run_in_threadpool(_sent, page, form)


def _sent(page: Page, form: Mapping[str, str]) -> Response:
    with page.asking.workspace() as workspace:
        _, found = _asked(page, workspace, form)
        post = read_post(workspace.ledger)
        try:
            with connected(post) as server:
                reader = Reader(page.account, page.language)
                send_letter(server, post, found, reader, page.asking.now())
        except MellantidError as error:
            return _shown(page, form, 400, fault=str(error))
    kept = {name: form[name] for name in ("week", "owner", "process") if form.get(name)}
    return RedirectResponse(f"{HERE}?{urlencode(kept | {'sent': '1'})}", 303)


def _asked(page: Page, workspace: Workspace, given: Mapping[str, str]) -> tuple[Wanted, Letter]:
    asked = wanted(
        page.asking,
        workspace,
        page.account,
        given.get("process"),
        given.get("week"),
        given.get("owner"),
    )
    return asked, letter_on(page.asking, workspace, asked, page.account)


def _shown(
    page: Page,
    given: Mapping[str, str],
    status: int = 200,
    *,
    fault: str = "",
    sent: str = "",
) -> Response:
    with page.asking.workspace() as workspace:
        asked, found = _asked(page, workspace, given)
        race = race_on(page.asking, workspace, asked.process, asked.week.known)
        several = len(workspace.processes) > 1
        named = asked.process if several else None
        teams, sellers = choices(page.sight(workspace), workspace.people, race, asked.owner)
        post = read_post(workspace.ledger)
        today = workspace.clock.date(page.asking.now())
        subscribed = wants_letter(workspace.ledger, page.account.email)
    writer = LinkedLetterWriter(page.language, found.unit, race.history.process.legs, named)
    told = tell(found, page.language, writer)
    plain = tell(found, page.language)
    kept = {"owner": asked.owner} | ({"process": named} if named else {})
    return page.render(
        "letter.jinja",
        status,
        told=told,
        things=[_thing(writer, each) for each in told.things],
        chat=as_chat(plain, post.link(f"{HERE}?{urlencode({'week': found.week})}")),
        headings=writer.words,
        weeks=_weeks(asked, kept, today.isoformat()),
        band=urlencode(kept),
        here=urlencode(kept | {"week": found.week}),
        whose=_Whose(asked.owner, teams, sellers),
        week=found.week,
        process=named,
        ready=post.ready,
        subscribed=subscribed,
        fault=fault,
        sent=sent,
        organisation=found.organisation,
        definitions=[metrics()[name].as_dict(page.language) for name in DEFINED],
        words=wording(page.language),
    )


class _Whose:
    """Whose letters may be read.

    Args:
        owner: whose this one is.
        teams: those that may be read.
        sellers: likewise.

    """

    def __init__(self, owner: str, teams: tuple[Choice, ...], sellers: tuple[Choice, ...]) -> None:
        self.owner = owner
        self.whole = owner == EVERYONE
        self.teams = teams
        self.sellers = sellers


def _weeks(asked: Wanted, kept: Mapping[str, str], today: str) -> dict[str, Any]:
    """The addresses of the weeks beside this one; the one to come is left out."""
    monday = asked.week.monday
    after = monday + WEEK
    return {
        "before": urlencode({**kept, "week": iso_name(monday - WEEK)}),
        "after": urlencode({**kept, "week": iso_name(after)}) if after.isoformat() <= today else "",
    }


def _thing(writer: LinkedLetterWriter, each: ThingTold) -> tuple[Markup | str, str]:
    """What leads on, and the rest of the sentence."""
    if each.kind is Doing.DEAL:
        return writer.deal(each.of), each.rest
    if each.kind is Doing.LEG:
        return writer.linked_leg(each.of), each.rest
    return "", each.text


ROUTES: Final = [
    Route(HERE, letter),
    Route(HERE, send, methods=["POST"]),
    Route(f"{HERE}.pdf", pdf),
]
