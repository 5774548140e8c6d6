"""Playbooks: what others have seen of each leg beside one's own, and which the model leans on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from mellantid.access import Role
from mellantid.errors import MellantidError, QuestionError
from mellantid.metrics import metrics, numbers
from mellantid.playbooks import NOTHING, parse_playbook, playbook_text
from mellantid.report.wording import wording
from mellantid.web import playbook_tables as tables
from mellantid.web.deal_field import chosen_process
from mellantid.web.page import Page
from mellantid.web.playbook_tables import PlaybookWriter
from mellantid.web.refusal import Refusal, hidden, missing
from mellantid.workspace.criteria import exit_criteria
from mellantid.workspace.leaders import leaders
from mellantid.workspace.playbook_beside import beside, own_playbook
from mellantid.workspace.playbook_words import missing_words, take_words
from mellantid.workspace.playbooks import (
    Chosen,
    choose_playbook,
    chosen_playbook,
    find_playbook,
    keep_playbook,
    known_playbooks,
    matched_as_chosen,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.core.process import Process
    from mellantid.playbooks import PlaybookFile
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.playbook_beside import Beside

HERE: Final = "/playbooks"
MOST_BYTES: Final = 512 * 1024
MOST_DIGITS: Final = 9
HALF: Final = 0.5
"""Of its weight, below which a playbook is told to have been given up."""
LEAD: Final = (Role.ADMIN, Role.MANAGER)
"""Who may see what sellers do differently, when they ask for it."""


@dataclass(frozen=True)
class Fault:
    """What was wrong with a form, and what was typed.

    Attributes:
        of: which form.
        message: what is wrong and what to do.
        typed: what was typed.

    """

    of: str
    message: str
    typed: Mapping[str, str]


def playbooks(request: Request) -> Response:
    """A playbook beside what was seen."""
    return _shown(Page.of(request))


async def act(request: Request) -> Response:
    """Lean on a playbook, on none, or take one in."""
    page = Page.of(request)
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise Refusal(411, "import.no_length")
    if len(length) > MOST_DIGITS or int(length) > MOST_BYTES:
        raise Refusal(413, "playbooks.too_large")
    form = await page.own_form()
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    sent = form.get("file")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    await form.close()
    return await run_in_threadpool(_acted, page, typed, content)


def _acted(page: Page, typed: Mapping[str, str], content: bytes) -> Response:
    do = typed.get("do", "")
    with page.asking.workspace() as workspace:
        if not page.may_settle(page.sight(workspace)):
            raise hidden()
        if do not in DOES:
            raise missing()
        try:
            show = DOES[do](page, workspace, typed, content)
        except MellantidError as error:
            return _shown(page, Fault(do, str(error), typed))
    page.asking.settled()
    asked = {"show": show} | ({"process": typed["process"]} if typed.get("process") else {})
    return RedirectResponse(f"{HERE}?{urlencode(asked)}", 303)


def _use(page: Page, workspace: Workspace, typed: Mapping[str, str], content: bytes) -> str:
    del page, content
    process = workspace.process(typed.get("process"))
    said = {
        stage: typed.get(f"stage.{place}", "").strip() for place, stage in enumerate(process.stages)
    }
    mapping = {stage: to for stage, to in said.items() if to}
    name, factor = typed.get("name", ""), _factor(typed.get("weight", ""))
    choose_playbook(workspace.ledger, process, Chosen(name, factor, mapping))
    return name


def _leave(page: Page, workspace: Workspace, typed: Mapping[str, str], content: bytes) -> str:
    del page, content
    choose_playbook(workspace.ledger, workspace.process(typed.get("process")), None)
    return typed.get("name", "")


def _import(page: Page, workspace: Workspace, typed: Mapping[str, str], content: bytes) -> str:
    del typed
    if not content:
        raise QuestionError(page.words("playbooks.no_file"))
    playbook = parse_playbook(content, page.words("playbooks.the_file"))
    keep_playbook(workspace.ledger, playbook)
    return playbook.name


def _adopt(page: Page, workspace: Workspace, typed: Mapping[str, str], content: bytes) -> str:
    del content
    process, name = workspace.process(typed.get("process")), typed.get("name", "")
    take_words(workspace.ledger, process, find_playbook(workspace.ledger, name), page.language)
    return name


DOES: Final = {"use": _use, "leave": _leave, "adopt": _adopt, "import": _import}


def _factor(text: str) -> float:
    try:
        return float(text.strip().replace(",", ".") or 1)
    except ValueError as error:
        raise QuestionError(
            f"The weight {text.strip()!r} is no number: give a factor such as 1 or 0.5."
        ) from error


def file(request: Request) -> Response:
    """A playbook as its file; `own` is the organisation's own process."""
    page = Page.of(request)
    name = request.path_params["name"]
    with page.asking.workspace() as workspace:
        if name == "own":
            asked = chosen_process(workspace, request.query_params.get("process"))
            race, _ = page.asking.race(workspace, asked)
            said = exit_criteria(workspace.ledger, asked)
            found = own_playbook(race, workspace.settings.name, said)
        elif name in (known := known_playbooks(workspace.ledger)):
            found = known[name]
        else:
            raise missing()
    kept = {"Content-Disposition": f'attachment; filename="{found.name}.toml"'}
    return PlainTextResponse(playbook_text(found), headers=kept, media_type="application/toml")


def _shown(page: Page, fault: Fault | None = None) -> Response:
    query = page.request.query_params
    typed = fault.typed if fault else {}
    with page.asking.workspace() as workspace:
        known = known_playbooks(workspace.ledger)
        sight = page.sight(workspace)
        process = _process(workspace, typed.get("process") or query.get("process"))
        chosen = chosen_playbook(workspace.ledger, process.name) if process else None
        used = chosen.name if chosen and chosen.name in known else None
        name = typed.get("name") or query.get("show") or used or next(iter(known))
        if name not in known:
            raise missing()
        race = _race(page, workspace, process)
        several = process.name if process and len(workspace.processes) > 1 else None
        values = _learned(page, workspace, race, known[name], sight)
        values["lacking"] = (
            missing_words(workspace.ledger, process, known[name], page.language)
            if process and page.may_settle(sight)
            else None
        )
        lead = _address(several, show=name, leaders="1")
        organisation = workspace.settings.name
    mine = chosen if chosen and chosen.name == name else Chosen(name)
    return page.render(
        "playbooks.jinja",
        400 if fault else 200,
        organisation=organisation,
        process=process,
        several=several,
        settles=page.may_settle(sight),
        playbook=known[name],
        used=known[used] if used else None,
        is_used=name == used,
        factor=typed.get("weight", f"{mine.factor:g}"),
        mapped=_mapped(process, mine, typed),
        nothing=NOTHING,
        ways=_ways(page, known, name, several),
        lead_address=f"{lead}#leaders",
        own=_address(several, path=f"{HERE}/files/own"),
        mentioned=[(each, place) for place, each in enumerate(known[name].sources.values(), 1)],
        fault=fault,
        words=wording(page.language),
        **values,
    )


def _ways(
    page: Page, known: Mapping[str, PlaybookFile], name: str, several: str | None
) -> list[tuple[str, str, bool]]:
    """Every playbook: its title, its address, and whether it is the one shown."""
    return [
        (each.title(page.language), _address(several, show=each.name), each.name == name)
        for each in known.values()
    ]


def _process(workspace: Workspace, asked: str | None) -> Process | None:
    """The process that is asked about; None before the first file."""
    if not workspace.processes:
        return None
    return workspace.process(chosen_process(workspace, asked))


def _race(page: Page, workspace: Workspace, process: Process | None) -> Race | None:
    """What is known of it; None where that is nothing yet."""
    if process is None:
        return None
    try:
        return page.asking.race(workspace, process.name)[0]
    except QuestionError:
        return None


def _mapped(
    process: Process | None, chosen: Chosen, typed: Mapping[str, str]
) -> list[tuple[str, str]]:
    """By stage of one's own, what it is mapped to, as typed or as chosen; empty: by order."""
    stages = () if process is None else process.stages
    return [
        (stage, typed.get(f"stage.{place}", chosen.mapping.get(stage, "")))
        for place, stage in enumerate(stages)
    ]


def _address(several: str | None, *, path: str = HERE, **asked: str) -> str:
    named = asked | ({"process": several} if several else {})
    return f"{path}?{urlencode(named)}" if named else path


def _learned(
    page: Page, workspace: Workspace, race: Race | None, playbook: PlaybookFile, sight: Sight
) -> dict[str, Any]:
    """The tables and sentences."""
    w = PlaybookWriter(page.words, "" if race is None else race.unit)
    may_lead = page.account.role in LEAD and race is not None
    asked = may_lead and page.request.query_params.get("leaders") == "1"
    found, table = _beside(page, workspace, race, playbook, w)
    defined = (*tables.DEFINED, *(tables.OF_LEADERS if asked else ()))
    return {
        "beside": table,
        "kept": "" if found is None else numbers.percent(found.kept, page.language),
        "given_up": found is not None and found.kept < HALF,
        "numbers_table": tables.numbers_table(w, playbook),
        "may_lead": may_lead,
        "led": _led(page, workspace, race, w, sight) if asked and race is not None else None,
        "definitions": [metrics()[each].as_dict(page.language) for each in defined],
    }


def _beside(
    page: Page,
    workspace: Workspace,
    race: Race | None,
    playbook: PlaybookFile,
    w: PlaybookWriter,
) -> tuple[Beside | None, Any]:
    if race is None:
        return None, None
    process = race.history.process
    matched = matched_as_chosen(workspace.ledger, process, playbook)
    found = page.asking.of(race, ("playbook", matched), lambda: beside(race, matched))
    return found, tables.beside_table(w, found, playbook)


def _led(
    page: Page, workspace: Workspace, race: Race, w: PlaybookWriter, sight: Sight
) -> list[dict[str, Any]]:
    """Leg by leg, those who lead it and what they do differently."""
    among = None if sight.everything else frozenset(sight.sellers)
    found = page.asking.of(race, ("leaders", among), lambda: leaders(race, among))
    return [
        {
            "leg": tables.leg_title(w, each.stage),
            "who": tables.led_by(w, each, workspace.people),
            "table": tables.leaders_table(w, each) if each.leaders else None,
            "differs": tables.differs(w, each),
        }
        for each in found
    ]


ROUTES: Final = [
    Route(HERE, playbooks),
    Route(HERE, act, methods=["POST"]),
    Route(f"{HERE}/files/{{name}}", file),
]
