"""`cutoffs`: the rope of every stage, and the deals that it has caught."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.cli.context import ask, reading
from mellantid.cli.deals import amounts
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import numbers

if TYPE_CHECKING:
    import typer

    from mellantid.workspace import People, Rope, Ropes

SHOWN_ROWS = 40
BASES = {
    "half_chance": "half the chance is gone",
    "q90": "nine in ten had gone on",
    "override": "set by you",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(cutoffs)


def cutoffs(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the rope of every stage, and the deals that it has caught."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.ropes(race)
        people = workspace.people
    if as_json:
        print_json(found)
        return
    rows = [
        (rope.stage, _basis(rope), numbers.count(rope.cutoff), numbers.count(rope.n))
        for rope in found.stages
    ]
    headings = ("stage", "because", "cut-off", "n")
    print_table("The rope: working days in the stage", headings, rows, text_columns=2)
    _print_caught(found, race.unit, people)
    if found.waiting:
        next_ = min(found.waiting, key=lambda each: each.due)
        print_text(
            f"{numbers.count(len(found.waiting))} more stand past it and wait for what is agreed; "
            f"the nearest is {next_.deal}, on {numbers.date(next_.due)}."
        )


def _basis(rope: Rope) -> str:
    """Why the cut-off is where it is, or what is missing of it."""
    return BASES.get(rope.basis, f"too early, needs {numbers.count(rope.missing)} more")


def _print_caught(found: Ropes, unit: str, people: People) -> None:
    if not found.caught:
        print_text("No deal stands past its cut-off.")
        return
    rows = [
        (
            deal.deal,
            deal.stage,
            people.name(deal.owner),
            numbers.count(deal.age),
            *amounts(deal.amount, unit),
        )
        for deal in found.caught[:SHOWN_ROWS]
    ]
    title = f"Caught by the rope: {numbers.count(len(found.caught))} deals"
    print_table(
        title, ("deal", "stage", "owner", "age", *amounts("amount", unit)), rows, text_columns=3
    )
    if len(found.caught) > SHOWN_ROWS:
        more = numbers.count(len(found.caught) - SHOWN_ROWS)
        print_text(f"... and {more} more (all with --json).")
