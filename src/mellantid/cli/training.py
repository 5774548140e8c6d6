"""`training`: what each seller sharpens week by week, what came of it, and what to train next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, now, reading, writing
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.training.effect import Effect
    from mellantid.workspace import People, Race
    from mellantid.workspace.training import Answer
    from mellantid.workspace.training_effects import LegEffect, LegToTrain

SHOWN = 12
training = typer.Typer(help="The training week.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(training, name="training")


@training.command("list")
def list_training(
    seller: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only one seller's, with what to train next (or name)."),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what was trained, and what happened on those legs before and after."""
    with reading(database) as workspace:
        from mellantid.workspace.training_week import (  # noqa: PLC0415 (--help does without NumPy)
            training_week,
        )

        race = ask(workspace, process, as_of)
        people = workspace.people
        who = None if seller is None else people.seller(seller, race.history.owners)
        today = as_of or workspace.clock.date(now())
        found = training_week(workspace, race, today, who)
    if as_json:
        print_json(found.as_dict())
        return
    _print_answers(found.answers, people)
    _print_effects(found.effects, people)
    _print_next(found.to_train, race)


@training.command("answer")
def answer_week(
    leg: Annotated[str, typer.Option(help="On which leg: creation, or the stage it leads out of.")],
    ability: Annotated[str, typer.Option(help="Which ability was sharpened.")],
    seller: Annotated[str, typer.Option(metavar="ID", help="Whose week (or name).")],
    how: Annotated[
        str, typer.Option(help="practice, course, colleague or call_review.")
    ] = "practice",
    noticed: Annotated[str, typer.Option(help="What was noticed.")] = "",
    next_leg: Annotated[str | None, typer.Option(help="The leg to train next week.")] = None,
    next_ability: Annotated[str | None, typer.Option(help="The ability for next week.")] = None,
    share: Annotated[bool, typer.Option("--share", help="Let the whole team see it.")] = False,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Answer for this week; until it is over, answering again changes the answer."""
    with writing(database) as workspace:
        from mellantid.workspace.training import Said, answer, week_of  # noqa: PLC0415 (as above)
        from mellantid.workspace.training_week import plain_answer  # noqa: PLC0415 (as above)

        moment = now()
        who = workspace.people.seller(seller, ())
        week = week_of(workspace.clock.date(moment))
        said = Said(leg, ability, how, noticed, next_leg, next_ability, share)
        kept = answer(workspace.ledger, workspace.process(process), who, week, said, moment)
        name = workspace.people.name(who)
    if as_json:
        print_json(plain_answer(kept))
        return
    print_text(f"{name}, week of {numbers.date(week)}: {kept.said.ability} ({kept.said.leg}).")


@training.command("library")
def ability_library(
    leg: Annotated[str | None, typer.Option(help="Only this leg.")] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="ABILITY", help="Keep this list for the leg; may be repeated."),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Bring back the leg's shipped list.")
    ] = False,
    language: Annotated[str, typer.Option(help="en or sv.")] = "en",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Show the abilities of each leg, or change those of one."""
    changes = bool(keep) or reset
    if changes and leg is None:
        raise typer.BadParameter("Say which leg's list it is: --leg NAME.")
    with writing(database) if changes else reading(database) as workspace:
        from mellantid.workspace.abilities import (  # noqa: PLC0415 (as above)
            keep_abilities,
            leg_of,
            library,
        )

        course = workspace.process(process)
        if changes and leg is not None:
            keep_abilities(workspace.ledger, course, leg, keep or ())
        found = library(workspace.ledger, course, language)
        if leg is not None:
            found = {leg_of(course, leg): found[leg_of(course, leg)]}
    if as_json:
        print_json({"abilities": [{"leg": k, "names": names} for k, names in found.items()]})
        return
    rows = [
        (k if not n else "", name) for k, names in found.items() for n, name in enumerate(names)
    ]
    print_table("What can be trained", ("leg", "ability"), rows, text_columns=2)


def _print_answers(answers: Sequence[Answer], people: People) -> None:
    if not answers:
        print_text(
            "Nobody has answered yet: mellantid training answer --seller ID --leg LEG --ability ..."
        )
        return
    rows = [
        (
            numbers.date(each.week),
            people.name(each.seller),
            each.said.leg,
            each.said.ability,
            each.said.how.replace("_", " "),
        )
        for each in answers[:SHOWN]
    ]
    print_table(
        "What was trained", ("week of", "seller", "leg", "ability", "how"), rows, text_columns=5,
        spare=("how",),
    )  # fmt: skip
    if len(answers) > SHOWN:
        print_text(f"... and {numbers.count(len(answers) - SHOWN)} more (all with --json).")


def _print_effects(effects: Sequence[LegEffect], people: People) -> None:
    if not effects:
        return
    rows = [
        (
            people.name(each.seller),
            each.leg,
            numbers.date(each.began),
            *_told(each.told),
            str(each.finding),
        )
        for each in effects[:SHOWN]
    ]
    print_table(
        "Before and after, against the others (no experiment)",
        ("seller", "leg", "since", "before", "after", "ratio, 80 %", "verdict"),
        rows,
        text_columns=2,
        spare=("since",),
    )
    if len(effects) > SHOWN:
        print_text(f"... and {numbers.count(len(effects) - SHOWN)} more (all with --json).")
    print_text("Nobody was chosen by lot: who trains a leg may have changed other things as well.")


def _told(told: Effect | None) -> tuple[str, str, str]:
    """Movements made of those expected, before and after, and the ratio with its interval."""
    if told is None:
        return (numbers.NONE,) * 3
    before, after = (
        f"{numbers.count(made)} of {numbers.movements(expected)}"
        for made, expected in (
            (told.actual_before, told.expected_before),
            (told.actual_after, told.expected_after),
        )
    )
    if told.ratio is None or told.low is None or told.high is None:
        return before, after, numbers.NONE
    ends = f"{numbers.decimal(told.low, 2)} to {numbers.decimal(told.high, 2)}"
    return before, after, f"{numbers.decimal(told.ratio, 2)} ({ends})"


def _print_next(legs: Sequence[LegToTrain], race: Race) -> None:
    if not legs:
        return
    unit = "" if race.unit == PER_DEAL else race.unit
    rows = [
        (
            each.leg,
            numbers.movements(each.expected),
            numbers.count(each.actual),
            numbers.money(each.worth_of_one, unit),
            numbers.money(each.worth, unit),
        )
        for each in legs
    ]
    print_table(
        "What a tenth more movements in a quarter would be worth",
        ("leg", "expected", "made", "worth of one", "worth of a tenth more"),
        rows,
    )
