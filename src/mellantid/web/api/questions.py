"""Questions: the same documents as the commands give with --json, for the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.answers import (
    counts_document,
    evaluation_document,
    forecast_document,
    me_document,
    model_document,
    people_document,
    plans_document,
    processes_document,
    targets_document,
)
from mellantid.answers.process_fit import fit_document
from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.metrics import explain as definition_of
from mellantid.metrics.metric import LANGUAGES
from mellantid.web.api.operation import Asked, Operation
from mellantid.web.api.parameters import Kind, Parameter
from mellantid.web.deal_field import chosen_process
from mellantid.web.letters_of import band_on, letter_on, wanted
from mellantid.web.refusal import hidden
from mellantid.web.whose import asked_owner, own_page_of, own_race_of
from mellantid.workspace.evaluating import PLAN_START, SINCE, evaluation
from mellantid.workspace.next_steps import next_steps
from mellantid.workspace.parts import parts
from mellantid.workspace.process_fit import process_fit

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESS: Final = Parameter("process", Kind.TEXT, "The process, where there are several.")
AS_OF: Final = Parameter("as_of", Kind.DATE, "Answer from what was known at the end of this day.")
MOMENT: Final = (PROCESS, AS_OF)
TEAM, SELLER = "team", "seller"
BY_LEG: Final = Parameter(
    "by", Kind.TEXT, "By leg only, or by team or seller too.", ("leg", TEAM, SELLER)
)
BY_WHOM: Final = Parameter("by", Kind.TEXT, "What each team or seller brings.", (TEAM, SELLER))
P: Final = Parameter("p", Kind.NUMBER, "A chance, such as 0.8.")
OWNER: Final = Parameter("owner", Kind.TEXT, "A seller's identity, a team, or all.")
WEEKLY: Final = Parameter("weekly", Kind.FLAG, "Whether to tell the money of every week.")


def _kept(asked: Asked, name: str, make: Callable[[], object]) -> object:
    """An answer about the race, made once for each moment."""
    values = tuple(sorted((key, repr(value)) for key, value in asked.values.items()))
    moment = asked.race.history.until
    day = asked.workspace.clock.date(moment - 1)
    return asked.asking.kept(("api", name, values, day), make)


def splits(asked: Asked) -> object:
    """The splits."""
    by, weekly = asked.values["by"] or "leg", bool(asked.values["weekly"])
    return _kept(asked, "splits", lambda: asked.workspace.standing(asked.race, by, weekly=weekly))


def forecast(asked: Asked) -> object:
    """The forecast, at one horizon or several."""

    def make() -> object:
        race, days = asked.race, asked.values["until"] or [None]
        found = [asked.workspace.outcome(race, day) for day in days]
        by = asked.values["by"]
        if by is None:
            return forecast_document(found, None)
        whole = found[0].whole
        of = None if by == SELLER else asked.workspace.people.team_of(whole.parts.owners)
        return forecast_document(found, parts(whole, of))

    return _kept(asked, "forecast", make)


def watch(asked: Asked) -> object:
    """Which legs have truly changed pace."""
    by, alpha, arl = asked.values["by"] or "leg", asked.values["alpha"], asked.values["arl"]
    return _kept(asked, "watch", lambda: asked.workspace.watch(asked.race, by, alpha, arl))


def cutoffs(asked: Asked) -> object:
    """The rope, and who is caught."""
    known = None if asked.values["as_of"] is None else asked.race.history.until
    p = asked.values["p"]
    return asked.workspace.ropes(asked.race, p, known)


def focus(asked: Asked) -> object:
    """What to do now."""
    seller = asked.values["seller"]
    if seller is not None and not asked.sight.seller(seller):
        raise hidden()
    p = asked.values["p"]
    return _kept(asked, "focus", lambda: asked.workspace.focus(asked.race, seller, p).as_dict())


def me(asked: Asked) -> object:
    """A seller's own race."""
    account, race = asked.account, asked.race
    owner = own_page_of(asked.values["owner"], account, asked.sight, asked.workspace.people, race)
    if owner is None:
        raise QuestionError("Say whose race: this account is no seller's (owner=ID).")
    as_of = asked.values["as_of"]
    found = own_race_of(asked.asking, asked.workspace, race, as_of, owner)
    if found is None:
        raise QuestionError(f"{owner!r} has no deal in this race: ask for another (owner=ID).")
    return me_document(found, own=owner == account.person)


def letter(asked: Asked) -> object:
    """The Monday letter."""
    values, asking = asked.values, asked.asking
    whose = values["owner"] or EVERYONE
    of = wanted(asking, asked.workspace, asked.account, values["process"], values["week"], whose)
    return letter_on(asking, asked.workspace, of, asked.account).as_dict()


def band(asked: Asked) -> object:
    """The pace band."""
    process = chosen_process(asked.workspace, asked.values["process"])
    race, _ = asked.asking.race(asked.workspace, process)
    owner = asked_owner(asked.values["owner"], asked.sight, asked.workspace.people, race)
    return band_on(asked.asking, asked.workspace, process, race, owner or EVERYONE)


def counts(asked: Asked) -> object:
    """The sojourn histogram."""
    return _kept(asked, "counts", lambda: counts_document(asked.race))


def model(asked: Asked) -> object:
    """The fitted model and its doubts."""

    def make() -> object:
        race = asked.race
        return model_document(asked.workspace.fitted(race), asked.workspace.doubts(race))

    return _kept(asked, "model", make)


def targets(asked: Asked) -> object:
    """The targets."""
    return targets_document(asked.workspace.targets, asked.workspace.mismatches())


def plans(asked: Asked) -> object:
    """The versions of the plan."""
    return plans_document(asked.workspace.plan_versions(asked.values["process"]))


def compare(asked: Asked) -> object:
    """What differs between two versions of the plan."""
    values = asked.values
    return asked.workspace.compare_plans(values["process"], values["before"], values["after"])


def evaluate(asked: Asked) -> object:
    """The evaluation of the plan that holds."""
    since = asked.values["since"] or PLAN_START
    now = asked.asking.now() if asked.values["as_of"] is None else None
    race = asked.race
    found = asked.asking.of(
        race,
        ("evaluation", since, now is None),
        lambda: evaluation(asked.workspace, race, since, now),
    )
    return evaluation_document(found)


def people(asked: Asked) -> object:
    """Everyone and their teams."""
    return people_document(asked.workspace.people)


def processes(asked: Asked) -> object:
    """The processes."""
    return processes_document(asked.workspace.processes.values())


def fit(asked: Asked) -> object:
    """How well the course fits what deals do."""
    race = asked.race
    return fit_document(asked.asking.of(race, ("fit",), lambda: process_fit(race)))


def steps(asked: Asked) -> object:
    """What is agreed, the nearest first."""
    workspace, as_of = asked.workspace, asked.values["as_of"]
    until = asked.asking.now() + 1 if as_of is None else workspace.clock.end_of(as_of)
    found = next_steps(workspace.ledger, workspace.process(asked.values["process"]).name, until)
    return sorted(found.values(), key=lambda step: (step.due, step.deal))


def settings(asked: Asked) -> object:
    """The organisation's settings."""
    return asked.workspace.settings.as_dict()


def explain(asked: Asked) -> object:
    """The definition of a number or a word."""
    return definition_of(asked.values["name"]).as_dict(asked.values["language"] or "en")


OPERATIONS: Final = (
    Operation(
        "GET", "/splits", "Where we are against the plan.", splits, (BY_LEG, WEEKLY, *MOMENT)
    ),
    Operation(
        "GET",
        "/forecast",
        "The outcome's distribution and the chance of the target.",
        forecast,
        (
            Parameter("until", Kind.DATE, "The last day on which a win counts.", many=True),
            BY_WHOM,
            *MOMENT,
        ),
    ),
    Operation(
        "GET",
        "/watch",
        "Which legs have truly changed pace.",
        watch,
        (
            BY_LEG,
            Parameter("alpha", Kind.NUMBER, "The chance of ever a false alarm on a leg."),
            Parameter("arl", Kind.NUMBER, "Working days between false signs."),
            *MOMENT,
        ),
    ),
    Operation("GET", "/cutoffs", "The rope, and who is caught.", cutoffs, (P, *MOMENT)),
    Operation(
        "GET",
        "/focus",
        "What to do now: legs, deals and levers.",
        focus,
        (Parameter("seller", Kind.TEXT, "Only the legs and deals of one seller."), P, *MOMENT),
    ),
    Operation(
        "GET",
        "/me",
        "A seller's own race: what was created, milestones, bests, weeks on pace, credits.",
        me,
        (Parameter("owner", Kind.TEXT, "The seller; left out: the account's own."), *MOMENT),
    ),
    Operation(
        "GET",
        "/letter",
        "The Monday letter of a week.",
        letter,
        (
            OWNER,
            Parameter("week", Kind.TEXT, "Such as 2026-W07; the latest that is over."),
            PROCESS,
        ),
    ),
    Operation(
        "GET",
        "/band",
        "The pace band: movements needed on each leg by the end of each week.",
        band,
        (OWNER, PROCESS),
    ),
    Operation("GET", "/counts", "The sojourn histogram.", counts, MOMENT),
    Operation("GET", "/model", "The fitted model, and what speaks against it.", model, MOMENT),
    Operation("GET", "/targets", "The targets, and where parts do not sum.", targets),
    Operation("GET", "/plans", "The versions of the plan.", plans, (PROCESS,)),
    Operation(
        "GET",
        "/plans/compare",
        "What differs between two versions of the plan.",
        compare,
        (
            Parameter("before", Kind.WHOLE, "A version.", required=True),
            Parameter("after", Kind.WHOLE, "Another version.", required=True),
            PROCESS,
        ),
    ),
    Operation(
        "GET",
        "/evaluation",
        "Which assumption of the plan was wrong, what it cost, and a new plan.",
        evaluate,
        (Parameter("since", Kind.TEXT, "Since the plan's start, or the month's.", SINCE), *MOMENT),
    ),
    Operation("GET", "/people", "Everyone and their teams.", people, of_deals=False),
    Operation("GET", "/processes", "The processes and their stages.", processes, of_deals=False),
    Operation("GET", "/processes/fit", "How well the course fits what deals do.", fit, MOMENT),
    Operation("GET", "/next-steps", "What is agreed, the nearest first.", steps, MOMENT),
    Operation("GET", "/settings", "The organisation's settings.", settings, of_deals=False),
    Operation(
        "GET",
        "/explain/{name}",
        "The definition of any number.",
        explain,
        (
            Parameter("name", Kind.TEXT, "A number or a word, such as gap_money.", required=True),
            Parameter("language", Kind.TEXT, "In which language.", LANGUAGES),
        ),
        of_deals=False,
    ),
)
