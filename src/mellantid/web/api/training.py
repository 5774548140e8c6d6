"""The training week: answers, what came of them, comments, the ability library."""

from __future__ import annotations

from typing import Final

from mellantid.access import Role, training_sight
from mellantid.metrics.metric import LANGUAGES
from mellantid.web.api.operation import Asked, Operation
from mellantid.web.api.parameters import Kind, Parameter
from mellantid.web.api.questions import PROCESS
from mellantid.web.refusal import hidden
from mellantid.workspace.abilities import keep_abilities, leg_of, library
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.training import Comment, How, Said, answer, comment, week_of
from mellantid.workspace.training_week import plain_answer, training_week

SELLER: Final = Parameter("seller", Kind.TEXT, "Only one seller's, by identity or name.")
LEG: Final = Parameter(
    "leg", Kind.TEXT, "The leg: creation, or the stage it leads out of.", required=True
)


def training(asked: Asked) -> object:
    """What was trained, as far as it may be seen."""
    sight = training_sight(asked.account, asked.workspace.people)
    seller = asked.values["seller"]
    if seller is not None:
        seller = asked.workspace.people.seller(seller, asked.race.history.owners)
        if not sight.whole(seller):
            raise hidden()
    today = asked.workspace.clock.date(asked.asking.now())
    found = training_week(asked.workspace, asked.race, today, seller)
    return found.seen(
        lambda each: sight.answer(each.seller, shared=each.said.shared), sight.whole
    ).as_dict()


def answer_week(asked: Asked) -> object:
    """Answer for this week."""
    values, now = asked.values, asked.asking.now()
    sight = training_sight(asked.account, asked.workspace.people)
    if asked.account.role is Role.VIEWER:
        raise hidden()
    if sight.own is None:
        raise CannotDo("no_seller")
    said = Said(
        values["leg"],
        values["ability"],
        values["how"],
        values["noticed"] or "",
        values["next_leg"],
        values["next_ability"],
        bool(values["shared"]),
    )
    workspace = asked.workspace
    week = week_of(workspace.clock.date(now))
    process = workspace.process(values["process"])
    return plain_answer(answer(workspace.ledger, process, sight.own, week, said, now))


def say(asked: Asked) -> object:
    """Say something about an answer."""
    values, now = asked.values, asked.asking.now()
    sight = training_sight(asked.account, asked.workspace.people)
    if asked.account.role is Role.VIEWER or not sight.whole(values["seller"]):
        raise hidden()
    said = Comment(values["text"], asked.account.name, now)
    process = asked.workspace.process(values["process"]).name
    comment(asked.workspace.ledger, process, values["seller"], values["week"], said, values["key"])
    return said


def abilities(asked: Asked) -> object:
    """The abilities of every leg."""
    process = asked.workspace.process(asked.values["process"])
    found = library(asked.workspace.ledger, process, asked.values["language"] or "en")
    return {"abilities": [{"leg": leg, "names": names} for leg, names in found.items()]}


def keep(asked: Asked) -> object:
    """Keep a leg's abilities."""
    process = asked.workspace.process(asked.values["process"])
    keep_abilities(asked.workspace.ledger, process, asked.values["leg"], asked.values["names"])
    leg = leg_of(process, asked.values["leg"])
    language = asked.values["language"] or "en"
    return {"leg": leg, "names": library(asked.workspace.ledger, process, language)[leg]}


LANGUAGE: Final = Parameter("language", Kind.TEXT, "Of the shipped abilities.", LANGUAGES)
OPERATIONS: Final = (
    Operation(
        "GET",
        "/training",
        "What was trained, what happened on those legs, and what to train next.",
        training,
        (SELLER, PROCESS),
        of_deals=False,
    ),
    Operation(
        "POST",
        "/training",
        "Answer for this week; answering again changes the answer.",
        answer_week,
        (
            LEG,
            Parameter("ability", Kind.TEXT, "Which ability was sharpened.", required=True),
            Parameter("how", Kind.TEXT, "How.", tuple(How), required=True),
            Parameter("noticed", Kind.TEXT, "What was noticed."),
            Parameter("next_leg", Kind.TEXT, "The leg to train next week."),
            Parameter("next_ability", Kind.TEXT, "The ability for next week."),
            Parameter("shared", Kind.FLAG, "Whether the whole team may see it."),
            PROCESS,
        ),
        status=201,
        of_deals=False,
    ),
    Operation(
        "POST",
        "/training/comments",
        "Say something about an answer.",
        say,
        (
            Parameter("seller", Kind.TEXT, "Whose answer, by identity.", required=True),
            Parameter("week", Kind.DATE, "The week's Monday.", required=True),
            Parameter("text", Kind.TEXT, "The words.", required=True),
            Parameter("key", Kind.TEXT, "The same key again adds nothing.", required=True),
            PROCESS,
        ),
        status=201,
        of_deals=False,
    ),
    Operation(
        "GET",
        "/training/library",
        "The abilities of every leg.",
        abilities,
        (LANGUAGE, PROCESS),
        of_deals=False,
    ),
    Operation(
        "POST",
        "/training/library",
        "Keep a leg's abilities; an empty list brings back the shipped ones.",
        keep,
        (
            LEG,
            Parameter("names", Kind.TEXT, "The abilities, in order.", many=True),
            LANGUAGE,
            PROCESS,
        ),
        settles=True,
        of_deals=False,
    ),
)
