"""Changes that are no movements: targets, plans, cut-offs, agreed next steps."""

from __future__ import annotations

from typing import Final

from mellantid.answers import targets_document
from mellantid.core.names import EVERYONE
from mellantid.core.planning.target import Target
from mellantid.web.api.operation import Asked, Operation
from mellantid.web.api.parameters import Kind, Parameter
from mellantid.web.api.questions import PROCESS, P
from mellantid.web.refusal import hidden
from mellantid.workspace.next_steps import NextStep, clear_next_step, set_next_step
from mellantid.workspace.pace_table import pace_table

OWNER: Final = Parameter("owner", Kind.TEXT, "A seller's identity, a team, or all; all by default.")
FIRST: Final = Parameter("first", Kind.DATE, "The period's first date.", required=True)
LAST: Final = Parameter("last", Kind.DATE, "The period's last date.", required=True)
DEAL: Final = Parameter("deal", Kind.TEXT, "The deal's identity.", required=True)


def set_target(asked: Asked) -> object:
    """Set a target."""
    values = asked.values
    owner = values["owner"] or EVERYONE
    target = Target(owner, values["amount"], values["first"], values["last"])
    found = asked.workspace.set_target(target, asked.asking.now())
    asked.asking.settled()
    return targets_document([target], found)


def withdraw_target(asked: Asked) -> object:
    """Take a target away."""
    values, now = asked.values, asked.asking.now()
    owner = values["owner"] or EVERYONE
    asked.workspace.withdraw_target(owner, values["first"], values["last"], now)
    asked.asking.settled()
    return targets_document(asked.workspace.targets, asked.workspace.mismatches())


def make_plan(asked: Asked) -> object:
    """Make and keep the next version of the plan."""
    values, now = asked.values, asked.asking.now()
    made, race = asked.workspace.make_plan(
        values["process"], values["start"], now, values["p"], values["ramp"]
    )
    asked.asking.settled()
    return pace_table(made, race)


def set_cutoff(asked: Asked) -> object:
    """Set the cut-off of a stage by hand, or leave it to history again."""
    values, now = asked.values, asked.asking.now()
    stage = asked.workspace.set_cutoff(values["process"], values["stage"], values["age"], now)
    asked.asking.settled()
    return {"stage": stage, "cutoff": values["age"]}


def agree(asked: Asked) -> object:
    """Say what is to happen next with a deal, or that nothing is."""
    values, now = asked.values, asked.asking.now()
    _must_be_theirs(asked, values["deal"])
    step = NextStep(values["deal"], values["due"], values["what"] or "")
    set_next_step(asked.workspace, values["process"], step, now)
    asked.asking.settled()
    return step


def agree_nothing(asked: Asked) -> object:
    """Say that nothing is agreed with a deal any longer."""
    _must_be_theirs(asked, asked.values["deal"])
    clear_next_step(
        asked.workspace, asked.values["process"], asked.values["deal"], asked.asking.now()
    )
    asked.asking.settled()
    return {"deal": asked.values["deal"], "due": None}


def _must_be_theirs(asked: Asked, deal: str) -> None:
    """Refuse those who may not write about a deal."""
    if not asked.sight.writes:
        raise hidden()
    if not asked.sight.everything and not asked.sight.deal(asked.owner_of().get(deal)):
        raise hidden()


OPERATIONS: Final = (
    Operation(
        "POST",
        "/targets",
        "Set a target.",
        set_target,
        (Parameter("amount", Kind.NUMBER, "The amount.", required=True), FIRST, LAST, OWNER),
        settles=True,
    ),
    Operation(
        "DELETE",
        "/targets",
        "Take a target away; that it was there stays on record.",
        withdraw_target,
        (FIRST, LAST, OWNER),
        settles=True,
    ),
    Operation(
        "POST",
        "/plans",
        "Work out the pace that the targets take, and keep it as a new version.",
        make_plan,
        (
            Parameter("start", Kind.DATE, "The plan's first day."),
            P,
            Parameter("ramp", Kind.WHOLE, "Working days that a new seller takes to a pace."),
            PROCESS,
        ),
        settles=True,
        status=201,
    ),
    Operation(
        "POST",
        "/cutoffs",
        "Set a stage's cut-off by hand; without an age history decides again.",
        set_cutoff,
        (
            Parameter("stage", Kind.TEXT, "The stage.", required=True),
            Parameter("age", Kind.WHOLE, "The oldest safe age, in working days."),
            PROCESS,
        ),
        settles=True,
    ),
    Operation(
        "POST",
        "/next-steps",
        "Say what is to happen next with a deal.",
        agree,
        (
            DEAL,
            Parameter("due", Kind.DATE, "When.", required=True),
            Parameter("what", Kind.TEXT, "What, in a few words."),
            PROCESS,
        ),
    ),
    Operation(
        "DELETE",
        "/next-steps",
        "Say that nothing is agreed with a deal any longer.",
        agree_nothing,
        (DEAL, PROCESS),
    ),
)
