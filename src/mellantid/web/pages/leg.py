"""One leg: its course against the plan, how stays end, who came when, and who is caught there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.routing import Route

from mellantid.errors import QuestionError
from mellantid.metrics import metrics, numbers
from mellantid.report.compose import leg_lines, weekly_course
from mellantid.report.view import legs_table
from mellantid.report.watched import watch_line, watch_table
from mellantid.report.wording import wording
from mellantid.report.writer import TableWriter
from mellantid.web import leg_charts as charts
from mellantid.web import leg_tables as tables
from mellantid.web.activities_of import told_activities
from mellantid.web.activity_tables import (
    OF_LEG,
    ActivityWriter,
    after_sentence,
    lead_of_leg,
    leg_sentence,
)
from mellantid.web.deal_field import chosen_process
from mellantid.web.focus_tables import MOST_CAUGHT, FocusWriter, caught_table
from mellantid.web.leg_address import leg_address, leg_place
from mellantid.web.leg_tables import LegWriter
from mellantid.web.page import Page
from mellantid.web.reading_forms import read_date
from mellantid.web.refusal import missing
from mellantid.workspace.leg import created_cohorts, leg_course, stays_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.report.data import LegLine
    from mellantid.workspace import LegWatch, Race, Rope, Ropes, Watch, Workspace
    from mellantid.workspace.leg import Cohort, CoursePoint, Stays

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Seen:
    """What is known of a leg; what cannot be told yet is None or empty.

    Attributes:
        line: its split.
        course: its course against the plan.
        watch: what the watch says.
        stays: how stays in its stage end; None for creation.
        created: what has become of the deals created, by month; for creation.
        ropes: of all stages.

    """

    line: LegLine | None
    course: tuple[CoursePoint, ...]
    watch: LegWatch | None
    stays: Stays | None
    created: tuple[Cohort, ...]
    ropes: Ropes


def leg(request: Request) -> Response:
    """The page of a leg, by its number or its name."""
    page = Page.of(request)
    query = request.query_params
    with page.asking.workspace() as workspace:
        chosen = chosen_process(workspace, query.get("process"))
        as_of = read_date(query.get("as_of"))
        race, _ = page.asking.race(workspace, chosen, as_of, page.patience)
        process = race.history.process
        place = leg_place(request.path_params["leg"], process)
        if place is None:
            raise missing()
        sight = page.sight(workspace)
        named = process.name if len(workspace.processes) > 1 else None
        seen = _seen(page, workspace, race, place)
        writer = FocusWriter(page.words, race.unit, workspace.people, named)
        activities = _activities(page, workspace, race, place)
        organisation = workspace.settings.name
    names = [wording(page.language).leg(each) for each in process.legs]
    return page.render(
        "leg.jinja",
        **_shown(page, race, place, names[place], seen),
        **_caught(writer, seen, place, process.stages, sight),
        activities=activities,
        organisation=organisation,
        as_of=as_of,
        position=race.position,
        stage=process.stages[place - 1] if place else "",
        process=process.name,
        number=page.words("leg.number", n=place, of=len(names) - 1) if place else "",
        ways=[(leg_address(each, named), names[each], each == place) for each in range(len(names))],
        words=wording(page.language),
        today=numbers.weekday_date(race.history.clock.date(race.history.until - 1), page.language),
    )


def _seen(page: Page, workspace: Workspace, race: Race, place: int) -> Seen:
    """What the workspace knows of the leg, kept until something happens."""

    def planned() -> tuple[LegLine, tuple[CoursePoint, ...]]:
        plan = workspace.plan(race.history.process.name, race.history.until)
        standing = workspace.standing(race)
        lines = leg_lines(standing.legs, weekly_course(race, plan))
        return lines[place], leg_course(race, plan, place)

    told = page.asking.of(race, ("leg", place), lambda: _or_none(planned))
    watch = page.asking.of(race, "watch", lambda: _or_none(lambda: workspace.watch(race)))
    stays = created = None
    if place:
        stays = page.asking.of(race, ("stays", place), lambda: stays_of(race, place - 1))
    else:
        created = page.asking.of(race, "created", lambda: created_cohorts(race))
    return Seen(
        line=None if told is None else told[0],
        course=() if told is None else told[1],
        watch=None if watch is None else _watched(watch, race.history.process.legs[place]),
        stays=stays,
        created=created or (),
        ropes=page.asking.of(race, "ropes", lambda: workspace.ropes(race)),
    )


def _activities(page: Page, workspace: Workspace, race: Race, place: int) -> dict[str, str]:
    """What a movement on the leg takes, and what followed activities; of everyone together."""
    found = told_activities(page.asking, workspace, race, None)
    w = ActivityWriter(page.words, race.unit, None)
    after = found.after[place - 1] if place else None
    return {
        "takes": leg_sentence(w, found.legs[place]),
        "after": after_sentence(w, after, found.missing_after),
        "needed": lead_of_leg(w, found.legs[place]),
    }


def _watched(watch: Watch, leg: str) -> LegWatch | None:
    """What the watch says of a leg; None where it is not watched."""
    return next((each for each in watch.legs if each.leg == leg), None)


def _or_none(answer: Callable[[], Answer]) -> Answer | None:
    """An answer; None where it cannot be given, as there is no plan yet."""
    try:
        return answer()
    except QuestionError:
        return None


def _shown(page: Page, race: Race, place: int, name: str, seen: Seen) -> dict[str, Any]:
    """Everything that the template puts on the page but those who are caught."""
    w = LegWriter(page.words, race.unit)
    theirs = TableWriter(wording(page.language), race.unit)
    today = race.history.clock.date(race.history.until - 1)
    drawn: dict[str, Any] = {}
    cutoff = _rope(seen, place).cutoff if place else None
    if seen.course:
        for kind in charts.SIZES:
            drawn[f"course_{kind}"] = charts.course_chart(seen.course, today, w.words, kind)
    if seen.stays is not None and seen.stays.curve:
        for kind in charts.SIZES:
            drawn[f"stays_{kind}"] = charts.stays_chart(seen.stays.curve, cutoff, w.words, kind)
    defined = (*tables.DEFINED, *(tables.OF_STAGE if place else ()), *OF_LEG)
    cohorts = seen.created if seen.stays is None else seen.stays.cohorts
    return {
        "name": name,
        "place": place,
        "sentence": tables.sentence(w, name, seen.line),
        "charts": drawn,
        "course": tables.course_table(w, seen.course),
        "split": None if seen.line is None else legs_table(theirs, [seen.line]),
        "watched": tables.watched(w, seen.watch),
        "watch": None if seen.watch is None else watch_table(theirs, [watch_line(seen.watch)]),
        "figures": [] if seen.stays is None else tables.figures(w, seen.stays.conversion),
        "ended": "" if seen.stays is None else tables.ended(w, seen.stays.conversion),
        "stays": tables.stays_table(w, seen.stays.curve, cutoff) if seen.stays else None,
        "cohorts": tables.cohorts_table(w, cohorts, created=not place),
        "rope": tables.rope_sentence(w, _rope(seen, place)) if place else "",
        "definitions": [metrics()[each].as_dict(w.language) for each in defined],
    }


def _rope(seen: Seen, place: int) -> Rope:
    return seen.ropes.stages[place - 1]


def _caught(
    w: FocusWriter, seen: Seen, place: int, stages: tuple[str, ...], sight: Sight
) -> dict[str, Any]:
    """Those of the stage who are caught, as far as they may be seen."""
    if not place:
        return {"caught": None, "caught_more": "", "waits": ""}
    stage = stages[place - 1]
    mine = [each for each in seen.ropes.caught if each.stage == stage and sight.deal(each.owner)]
    theirs = {each.deal for each in seen.ropes.deals if sight.deal(each.owner)}
    waits = sum(each.stage == stage and each.deal in theirs for each in seen.ropes.waiting)
    more = len(mine) - MOST_CAUGHT
    return {
        "caught": caught_table(w, mine, owners=True),
        "caught_more": numbers.count(more, w.language) if more > 0 else "",
        "waits": numbers.count(waits, w.language) if waits else "",
    }


ROUTES: Final = [Route("/legs/{leg:path}", leg)]
