"""`me`: a seller's own race, in movements, in expected value and beside their earlier self."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import me_document
from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import RULE, print_json, print_table, print_text
from mellantid.errors import QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace.own_race import OwnBest, OwnCredit, OwnMilestone, OwnRace

KINDS = {
    "passage": "fastest passage, days",
    "movements": "best week, movements",
    "created": "best week, created",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(me)


def me(
    owner: Annotated[
        str, typer.Option(metavar="SELLER", help="Whose race: an identity or a name.")
    ],
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Tell a seller's own race: what was created, milestones, bests, weeks on pace, credits."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        seller = workspace.people.seller(owner, race.history.owners)
        found = workspace.own_race(race, seller)
    if found is None:
        raise QuestionError(f"{owner!r} has no deal in this race: name another seller.")
    if as_json:
        print_json(me_document(found, own=True))
        return
    print_own_race(found, race.unit)


def print_own_race(found: OwnRace, unit: str) -> None:
    """Print the page in words and tables."""
    print_text(
        f"{found.name}, as of {numbers.date(found.as_of)}: {numbers.money(found.in_hand, unit)} in "
        f"hand of {numbers.money(found.goal, unit)}, of which {numbers.money(found.won, unit)} is "
        f"won. Movements onward have added {numbers.money(found.created, unit)} since "
        f"{numbers.date(found.since)}, {numbers.money(found.week_created, unit)} of it this week."
    )
    streak = found.streak
    print_text(
        f"Weeks on pace in a row: {streak.now} (the most: {streak.longest}); {streak.on_pace} of "
        f"{streak.judged} weeks that could be judged."
    )
    _print_legs(found, unit)
    _print_milestones(found.milestones, unit)
    _print_bests(found.bests, unit)
    _print_credits(found.credits, unit)


def _print_legs(found: OwnRace, unit: str) -> None:
    names = ("created", "back", "waiting", "of_plan", "money")
    table = [[getattr(leg, name) for name in names] for leg in found.legs]
    rest = {
        "amount changes": found.amount_changes,
        "owner changes": found.transfers,
        "re-estimation": found.re_estimation,
        "gap to the plan": found.gap_money,
    }
    values = [value for row in table for value in row] + list(rest.values())
    scale, written = numbers.money_column(values, unit)
    cells = [numbers.signed(each) for each in written]
    width = len(names)
    rows = [
        (
            leg.leg,
            numbers.movements(leg.planned),
            numbers.count(leg.movements),
            *cells[place * width : (place + 1) * width],
        )
        for place, leg in enumerate(found.legs)
    ]
    blank = ("",) * (width + 1)
    foot = [
        (name, *blank, cell) for name, cell in zip(rest, cells[len(table) * width :], strict=True)
    ]
    print_table(
        f"What brought the money, {scale}" if scale else "What brought the money",
        ("leg", "plan", "actual", "created", "lost/back", "waiting", "planned", "split"),
        [*rows, RULE, *foot],
        spare=("plan", "planned", "actual"),
    )


def _print_milestones(found: Sequence[OwnMilestone], unit: str) -> None:
    if not found:
        return
    rows = [
        (
            numbers.money(each.value, unit) + (" (goal)" if each.goal else ""),
            "ahead" if each.ahead else "passed",
            numbers.date(each.reached),
        )
        for each in found
    ]
    print_table("Milestones in hand", ("", "", "first reached"), rows, text_columns=2)


def _print_bests(found: Sequence[OwnBest], unit: str) -> None:
    rows = []
    for each in found:
        if each.value is None:
            value, when = f"too early: {each.missing} more", numbers.NONE
        else:
            value = (
                numbers.money(each.value, unit)
                if each.kind == "created"
                else numbers.count(each.value)
            )
            when = numbers.date(each.date)
        rows.append(
            (
                f"{'* ' if each.new else ''}{each.leg or 'all legs'}",
                KINDS[each.kind],
                value,
                numbers.count(each.times),
                numbers.count(each.n),
                when,
            )
        )
    if rows:
        headings = ("leg", "what", "best", "times", "of n", "first on")
        print_table("Personal bests (* new)", headings, rows, text_columns=2, spare=("times",))


def _print_credits(found: Sequence[OwnCredit], unit: str) -> None:
    rows = [
        (
            numbers.date(each.date),
            each.deal,
            each.entered,
            numbers.signed(numbers.money(each.expected, unit)),
        )
        for each in found
    ]
    if rows:
        headings = ("date", "deal", "stands in", "expected")
        print_table("The last credits", headings, rows, text_columns=3)
