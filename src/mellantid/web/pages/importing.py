"""Importing a file in the browser: send it, see what it means, try it, take it in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mellantid.discovery import discover
from mellantid.discovery.glance import glance
from mellantid.errors import DataError, MellantidError, QuestionError
from mellantid.importing.map_file import parse_map
from mellantid.web.map_form import content_of, map_form, toml_of
from mellantid.web.page import Page
from mellantid.web.refusal import Refusal, hidden
from mellantid.web.uploads import MOST_BYTES
from mellantid.workspace.intake import take_in

if TYPE_CHECKING:
    from typing import BinaryIO

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from mellantid.discovery import Proposal
    from mellantid.importing.report import Report
    from mellantid.web.map_form import Content
    from mellantid.web.uploads import Upload, Uploads

HERE: Final = "/settings/import"
SHOWN_REJECTED: Final = 20
LISTED_REJECTED: Final = 1000
MOST_DIGITS: Final = 18


def upload_form(request: Request) -> Response:
    """Where a file is chosen."""
    page = Page.of(request)
    _may(page)
    return page.render("import.jinja", fault="")


async def upload(request: Request) -> Response:
    """Take a file; go on to what it means."""
    page = Page.of(request)
    # Before anything of it is read: who sends it, and how much.
    await run_in_threadpool(_may, page)
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Refusal(411, "import.no_length")
    if len(length) > MOST_DIGITS or int(length) > MOST_BYTES:
        raise Refusal(413, "import.too_large")
    form = await page.own_form()
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return page.render("import.jinja", 400, fault=page.words("import.no_file"))
        return await run_in_threadpool(_taken, page, sent.file, sent.filename)
    finally:
        await form.close()


def _taken(page: Page, source: BinaryIO, filename: str) -> Response:
    """Keep a file that was sent; one that can never be used is told of at once, and not kept."""
    kept = _uploads(page).keep(source, filename, page.account.email)
    try:
        glance(kept.path)
    except MellantidError as error:
        _uploads(page).remove(kept)
        return page.render("import.jinja", 400, fault=str(error))
    return RedirectResponse(f"{HERE}/{kept.name}", 303)


def mapping_form(request: Request) -> Response:
    """What the file's columns and labels mean, as far as can be guessed."""
    page = Page.of(request)
    _may(page)
    kept = _kept(page)
    try:
        proposal = discover(kept.path)
    except DataError as error:
        if not glance(kept.path).columns or "no column with dates" in str(error):
            _uploads(page).remove(kept)
            return page.render("import.jinja", 400, fault=str(error))
        return _mapped(page, kept, Guess({}, fault=str(error)), 400)
    return _mapped(page, kept, _settled(page, proposal))


def _settled(page: Page, proposal: Proposal) -> Guess:
    """The guess; what no file tells, its zone and holidays, is as the organisation has settled."""
    with page.asking.workspace() as workspace:
        if not workspace.has_settings:
            return Guess(proposal.content, proposal.confidence, proposal.why)
        settings = workspace.settings
    process = {**proposal.content["process"], "timezone": settings.timezone}
    if settings.holidays:
        process["holidays"] = settings.holidays
    # Its last reason is about the zone.
    why = (*proposal.why[:-1], page.words("import.zone_settled", zone=settings.timezone))
    return Guess({**proposal.content, "process": process}, proposal.confidence, why)


async def import_file(request: Request) -> Response:
    """Try the map on the file, or import it."""
    page = Page.of(request)
    form = await page.own_form()
    return await run_in_threadpool(_imported, page, form)


@dataclass(frozen=True)
class Guess:
    """A map on its way.

    Attributes:
        content: it.
        confidence: of a guess; None: a person has seen it.
        why: a sentence for each choice of the guess.
        report: of trying it.
        fault: why it cannot be used.
        toml: as it was typed, where it was typed as a file.

    """

    content: Content
    confidence: float | None = None
    why: tuple[str, ...] = ()
    report: Report | None = None
    fault: str = ""
    toml: str | None = None


def _imported(page: Page, form: FormData) -> Response:
    _may(page)
    kept = _kept(page)
    if form.get("do") == "throw":
        _uploads(page).remove(kept)
        return RedirectResponse(HERE, 303)
    sent = {name: str(value) for name, value in form.items()}
    content: Content = {}
    try:
        content = _read(sent)
        mapping = parse_map(content, name=page.words("import.your_map"))
        wanted = sent.get("do") == "import"
        with page.asking.workspace() as workspace:
            report = take_in(workspace, kept.path, mapping, page.asking.now(), dry_run=not wanted)
    except MellantidError as error:
        typed = sent.get("toml") if sent.get("do") == "toml" else None
        return _mapped(page, kept, Guess(content, fault=str(error), toml=typed), 400)
    if wanted:
        page.asking.settled()
        _uploads(page).remove(kept)
        return page.render("imported.jinja", report=report, **_reported(report))
    return _mapped(page, kept, Guess(content, report=report))


def _read(sent: dict[str, str]) -> Content:
    """The map that was sent: as a file, or by the fields of the form.

    Raises:
        QuestionError: it is no TOML.

    """
    try:
        before: Content = tomllib.loads(sent.get("before", ""))
        if sent.get("do") == "toml":
            return tomllib.loads(sent.get("toml", ""))
    except tomllib.TOMLDecodeError as error:
        raise QuestionError(f"The map is not valid TOML: {error}.") from error
    return content_of(sent, before)


def _mapped(page: Page, kept: Upload, guess: Guess, status: int = 200) -> Response:
    seen = glance(kept.path)
    report = {} if guess.report is None else _reported(guess.report)
    return page.render(
        "import_map.jinja",
        status,
        upload=kept,
        file_name=kept.path.name,
        columns=seen.columns,
        rows=seen.rows,
        form=map_form(guess.content),
        toml=toml_of(guess.content) if guess.toml is None else guess.toml,
        guess=guess,
        report=guess.report,
        **report,
    )


def _reported(report: Report) -> dict[str, Any]:
    return {
        "rejected": report.rejected[:SHOWN_REJECTED],
        "listed": report.rejected[SHOWN_REJECTED:LISTED_REJECTED],
        "more_rejected": max(len(report.rejected) - LISTED_REJECTED, 0),
        "detected": report.detected,
    }


def _may(page: Page) -> None:
    """Only who settles imports files."""
    with page.asking.workspace() as workspace:
        if not page.may_settle(page.sight(workspace)):
            raise hidden()


def _uploads(page: Page) -> Uploads:
    uploads: Uploads = page.request.app.state.uploads
    return uploads


def _kept(page: Page) -> Upload:
    return _uploads(page).find(page.request.path_params["upload"], page.account.email)


ROUTES: Final = [
    Route(HERE, upload_form),
    Route(HERE, upload, methods=["POST"]),
    Route(HERE + "/{upload}", mapping_form),
    Route(HERE + "/{upload}", import_file, methods=["POST"]),
]
