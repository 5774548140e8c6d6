"""The training week: the answer of this week, what came of it, who trains what, the library."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.access import training_sight
from mellantid.errors import MellantidError, QuestionError
from mellantid.metrics import metrics
from mellantid.report.wording import wording
from mellantid.web import training_shown as told
from mellantid.web.deal_field import chosen_process
from mellantid.web.page import Page
from mellantid.web.refusal import hidden, missing
from mellantid.web.training_acts import ACTS
from mellantid.web.training_form import Typed, groups, suggested
from mellantid.web.training_shown import TrainingWriter
from mellantid.web.whose import Choice
from mellantid.workspace.abilities import in_language, library
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.training import How, answers, newest, week_of
from mellantid.workspace.training_effects import effects, to_train

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import TrainingSight
    from mellantid.core.process import Process
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.training import Answer
    from mellantid.workspace.training_effects import LegEffect, LegToTrain

HERE: Final = "/training"
LATELY: Final = 4
"""Answers back that count as lately."""


def training(request: Request) -> Response:
    """The training week, as far as the visitor may see it."""
    return _shown(Page.of(request))


async def act(request: Request) -> Response:
    """Answer, say something about an answer, or change a leg's abilities."""
    page = Page.of(request)
    form = {name: str(value) for name, value in (await page.own_form()).items()}
    return await run_in_threadpool(_acted, page, form)


def _acted(page: Page, form: Mapping[str, str]) -> Response:
    name = form.get("do", "")
    if name not in ACTS:
        raise missing()
    with page.asking.workspace() as workspace:
        if not page.writes(page.sight(workspace)):
            raise hidden()
        process = workspace.process(chosen_process(workspace, form.get("process")))
        sight = training_sight(page.account, workspace.people)
        try:
            where = ACTS[name](page, workspace, process, sight, form)
        except CannotDo as error:
            message = page.words(f"cannot.{error.why}", **_named(page, error.values))
        except MellantidError as error:
            message = str(error)
        else:
            several = {"process": process.name} if len(workspace.processes) > 1 else {}
            query = f"?{urlencode(several)}" if several else ""
            return RedirectResponse(f"{HERE}{query}#{where}", 303)
    return _shown(page, 400, {name: message}, form)


def _named(page: Page, values: Mapping[str, object]) -> dict[str, object]:
    """What a fault speaks of, in the reader's words."""
    hows = ", ".join(page.words(f"training_how.{each}") for each in How)
    return {**values, **({"hows": hows} if "hows" in values else {})}


def _shown(
    page: Page,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    query = page.request.query_params
    with page.asking.workspace() as workspace:
        name = chosen_process(workspace, (typed or query).get("process"))
        race, _ = page.asking.race(workspace, name)
        people, sight = workspace.people, training_sight(page.account, workspace.people)
        said = answers(workspace.ledger, name)
        who = _who(query.get("seller"), sight)
        mine = [each for each in said if sight.answer(each.seller, shared=each.said.shared)]
        if who is not None:
            mine = [each for each in mine if each.seller == who]
        process = race.history.process
        several = process.name if len(workspace.processes) > 1 else None
        w = TrainingWriter(page.words, race.unit, people, several)
        week = week_of(workspace.clock.date(page.asking.now()))
        found = _effects(page, workspace, race, said, sight, who)
        subject = who or sight.own
        legs = () if subject is None else _to_train(page, race, subject)
        writes = page.writes(page.sight(workspace))
        values: dict[str, Any] = {
            "organisation": workspace.settings.name,
            "who": None if who is None else people.name(who),
            "process": several,
            "settles": page.may_settle(page.sight(workspace)),
            "writes": writes,
            "choices": _choices(sight, workspace, who),
            **_week(w, said, week, sight, workspace, who),
            **_history(w, mine, sight, workspace, everything="all" in query),
            **_form(page, w, workspace, process, said, legs, typed, sight, week),
            "effects": told.effects_table(w, found, names=_several(found)) if found else None,
            "next": told.next_table(w, legs) if legs else None,
        }
    return page.render(
        "training.jinja",
        status,
        **values,
        faults=faults or {},
        typed=typed or {},
        key=secrets.token_urlsafe(12),
        definitions=[metrics()[each].as_dict(page.language) for each in told.DEFINED],
        words=wording(page.language),
    )


def _several(found: Sequence[LegEffect]) -> bool:
    return len({each.seller for each in found}) > 1


def _who(asked: str | None, sight: TrainingSight) -> str | None:
    """The seller that the page is about; None: all that may be seen."""
    if not asked:
        return None
    if not sight.whole(asked):
        raise hidden()
    return asked


def _choices(sight: TrainingSight, workspace: Workspace, who: str | None) -> list[Choice]:
    """The sellers whose training the one who looks leads."""
    persons = workspace.people.persons.values()
    led = [each for each in persons if sight.leads(each.id)]
    return [
        Choice(each.id, each.name, each.id == who)
        for each in sorted(led, key=lambda each: each.name.casefold())
    ]


def _week(
    w: TrainingWriter,
    said: Sequence[Answer],
    week: Any,  # noqa: ANN401 (a date, which templates only print)
    sight: TrainingSight,
    workspace: Workspace,
    who: str | None,
) -> dict[str, Any]:
    """The page's sentence, and who of those led has answered this week."""
    present = {each.seller: each for each in said if each.week == week}
    led = [each.value for each in _choices(sight, workspace, None)]
    own = None if sight.own is None or who is not None else present.get(sight.own)
    answered = [each for each in led if each in present]
    is_own = sight.own in workspace.people.persons and who is None and sight.own is not None
    silent = [w.people.name(each) for each in led if each not in present]
    return {
        "sentence": told.sentence(w, own, len(led), len(answered), own=is_own),
        "week": told.week_words(w, week),
        "silent": silent if led and who is None else [],
        "led": bool(led),
        "asks": is_own,
        "answered": own is not None,
    }


def _history(
    w: TrainingWriter,
    mine: Sequence[Answer],
    sight: TrainingSight,
    workspace: Workspace,
    *,
    everything: bool,
) -> dict[str, Any]:
    """The answers that may be seen, week by week, the newest first."""
    weeks = sorted({each.week for each in mine}, reverse=True)
    most = weeks if everything else weeks[: told.MOST_WEEKS]
    shown = told.shown(w, [each for each in mine if each.week in most], sight, workspace.clock)
    by_week: dict[str, list[told.Shown]] = {}
    for each in shown:
        by_week.setdefault(each.of, []).append(each)
    return {"by_week": by_week, "more": len(weeks) > len(most)}


def _form(
    page: Page,
    w: TrainingWriter,
    workspace: Workspace,
    process: Process,
    said: Sequence[Answer],
    legs: Sequence[LegToTrain],
    typed: Mapping[str, str] | None,
    sight: TrainingSight,
    week: object,
) -> dict[str, Any]:
    """The form, with what was typed, what was answered, or what was chosen a week ago."""
    abilities = library(workspace.ledger, process, page.language)
    mine = [each for each in said if each.seller == sight.own]
    held = _held(process, abilities, mine, legs, week, page.language)
    if typed is not None and typed.get("do") == "answer":
        held = Typed.of_form(typed)
    titles = [str(w.leg(leg)) for leg in process.legs]
    other = page.words("training.other")
    return {
        "held": held,
        "hows": [(each, page.words(f"training_how.{each}")) for each in How],
        "abilities": groups(titles, process.legs, abilities, held.choice, other),
        "next_abilities": groups(titles, process.legs, abilities, held.next_choice, other),
        "suggestion": told.suggestion(w, legs),
        "library": [
            (place, title, abilities[leg])
            for place, (title, leg) in enumerate(zip(titles, process.legs, strict=True))
        ],
    }


def _held(
    process: Process,
    abilities: Mapping[str, Sequence[str]],
    mine: Sequence[Answer],
    legs: Sequence[LegToTrain],
    week: object,
    language: str,
) -> Typed:
    """What the form holds at first: this week's answer, or last week's choice and a suggestion."""
    if mine and mine[0].week == week:
        return Typed.of_answer(mine[0].said, process.legs, abilities)
    lately = [in_language(each.said.ability, language) for each in mine[:LATELY]]
    coming = suggested(legs[0].leg, process.legs, abilities, lately) if legs else ""
    if not mine:
        return Typed(next_choice=coming, how=How.PRACTICE)
    last = mine[0].said
    before = Typed.of_answer(last, process.legs, abilities)
    return Typed(before.next_choice, before.next_own, coming, how=last.how, shared=last.shared)


def _effects(
    page: Page,
    workspace: Workspace,
    race: Race,
    said: Sequence[Answer],
    sight: TrainingSight,
    who: str | None,
) -> list[LegEffect]:
    """What happened on the legs that were trained for, as far as it may be seen."""
    people = workspace.people
    key = ("training", race.history.process.name, race.history.until_day, newest(workspace.ledger))
    found = page.asking.kept(key, lambda: effects(race, people, said))
    return [each for each in found if sight.whole(each.seller) and who in {None, each.seller}]


def _to_train(page: Page, race: Race, seller: str) -> tuple[LegToTrain, ...]:
    """The legs in the order of what improvement is worth; none where it cannot be told."""
    process, day = race.history.process.name, race.history.until_day
    try:
        focus = page.asking.recent(
            ("training focus", process, day, seller),
            lambda opened: opened.focus(page.asking.race(opened, process)[0], seller),
        )
        return page.asking.kept(
            ("to train", process, day, seller), lambda: to_train(race, focus, seller)
        )
    except QuestionError:
        return ()


ROUTES: Final = [Route(HERE, training), Route(HERE, act, methods=["POST"])]
