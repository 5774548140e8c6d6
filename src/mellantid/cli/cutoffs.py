"""`cutoffs`: the rope of every stage, whom it has caught, and whom it will catch next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, now, reading
from mellantid.cli.deals import amounts, told
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import numbers

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.workspace import Passage, People, Rope, Ropes
    from mellantid.workspace.ropes import BandRope

SHOWN_ROWS = 40
SOON_ROWS = 20
SOON_DAYS = 10
"""Working days ahead in which a deal that will be caught is shown: two weeks."""
BASES = {
    "half_chance": "half the chance is gone",
    "q90": "nine in ten had gone on",
    "override": "set by you",
    "stage": "as the stage, too few of its own",
}
cutoffs_app = typer.Typer(
    help="Show the rope of every stage, whom it has caught, and whom it will catch next.",
    invoke_without_command=True,
)

Stage = Annotated[str, typer.Argument(help="The stage.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(cutoffs_app, name="cutoffs")


@cutoffs_app.callback()
def cutoffs(
    context: typer.Context,
    p: Annotated[
        float | None,
        typer.Option(
            "--p",
            help="The chance that a move must have to be in time for the running target, such as "
            "0.3; half of what it would be at all by default.",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the rope of every stage, whom it has caught, and whom it will catch next."""
    if context.invoked_subcommand is not None:
        return
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.ropes(race, p, None if as_of is None else race.history.until)
        people = workspace.people
    if as_json:
        print_json(found)
        return
    _print_ropes(found, race.unit)
    _print_caught(found, race.unit, people)
    _print_waiting(found)
    _print_soon(found, race.unit, people)


@cutoffs_app.command("set")
def set_cutoff(
    stage: Stage,
    days: Annotated[int, typer.Argument(help="Working days in the stage.", show_default=False)],
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Set the cut-off of a stage yourself; what held before stays on record."""
    with reading(database) as workspace:
        name = workspace.set_cutoff(process, stage, days, now())
    print_text(f"A deal in {name} is caught after {_days(days)}.")


@cutoffs_app.command("clear")
def clear_cutoff(
    stage: Stage, database: Database = "./mellantid.db", process: ProcessName = None
) -> None:
    """Leave the cut-off of a stage to history again."""
    with reading(database) as workspace:
        name = workspace.set_cutoff(process, stage, None, now())
    print_text(f"The cut-off of {name} is what history says again.")


def _days(number: int) -> str:
    return f"{numbers.count(number)} working {'day' if number == 1 else 'days'}"


def _print_ropes(found: Ropes, unit: str) -> None:
    rows = []
    for rope in found.stages:
        rows.append((rope.stage, _basis(rope), numbers.count(rope.cutoff), numbers.count(rope.n)))
        # Where the bands have nothing of their own to say, the stage has said it.
        if any(band.cutoff != rope.cutoff for band in rope.bands):
            rows += [
                (
                    f"  {_band(band, unit)}",
                    BASES.get(band.basis, ""),
                    numbers.count(band.cutoff),
                    numbers.count(band.n),
                )
                for band in rope.bands
            ]
    headings = ("stage", "because", "cut-off", "n")
    print_table("The rope: working days in the stage", headings, rows, text_columns=2)


def _band(band: BandRope, unit: str) -> str:
    """The amounts of a band in words."""
    if band.above is None and band.up_to is None:
        return "amount unknown"
    if band.above is None:
        return f"up to {numbers.money(band.up_to, unit)}"
    if band.up_to is None:
        return f"above {numbers.money(band.above, unit)}"
    return f"{numbers.money(band.above, unit)} to {numbers.money(band.up_to, unit)}"


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
            numbers.count(deal.cutoff),
            numbers.date(deal.passage_by),
            *amounts(deal.amount, unit),
        )
        for deal in found.caught[:SHOWN_ROWS]
    ]
    title = f"Caught by the rope: {told(len(found.caught), 'deal')}"
    headings = ("deal", "stage", "owner", "age", "cut-off", "was safe to", *amounts("amount", unit))
    print_table(title, headings, rows, text_columns=3, spare=("cut-off", "was safe to"))
    if len(found.caught) > SHOWN_ROWS:
        more = numbers.count(len(found.caught) - SHOWN_ROWS)
        print_text(f"... and {more} more (all with --json).")


def _print_waiting(found: Ropes) -> None:
    if found.waiting:
        next_ = min(found.waiting, key=lambda each: each.due)
        one = len(found.waiting) == 1
        print_text(
            f"{numbers.count(len(found.waiting))} more {'stands' if one else 'stand'} past it and "
            f"{'waits' if one else 'wait'} for what is agreed; the nearest is {next_.deal}, "
            f"waiting for {numbers.date(next_.due)}."
        )


def _print_soon(found: Ropes, unit: str, people: People) -> None:
    """The deals that will be caught next, and by when each must have moved on."""
    soon = [
        deal
        for deal in found.deals
        if deal.days_left is not None
        and 0 <= deal.days_left <= SOON_DAYS
        and not (deal.next_step and deal.passage_by and deal.next_step > deal.passage_by)
    ]
    if not soon:
        print_text(f"No other deal will be caught in the next {SOON_DAYS} working days.")
        return
    rows = [
        (
            deal.deal,
            deal.stage,
            people.name(deal.owner),
            numbers.date(deal.passage_by),
            numbers.count(deal.days_left),
            *(() if found.until is None else (_in_time(deal, found.as_of),)),
            *amounts(deal.amount, unit),
        )
        for deal in soon[:SOON_ROWS]
    ]
    headings = (
        "deal",
        "stage",
        "owner",
        "move on by",
        "days left",
        *(() if found.until is None else (f"in time for {numbers.date(found.until)}",)),
        *amounts("amount", unit),
    )
    title = f"Caught next, within {SOON_DAYS} working days: {told(len(soon), 'deal')}"
    print_table(title, headings, rows, text_columns=3, spare=headings[4:6])
    if len(soon) > SOON_ROWS:
        print_text(f"... and {numbers.count(len(soon) - SOON_ROWS)} more (all with --json).")


def _in_time(deal: Passage, as_of: dt.date | None) -> str:
    """By when a move to the next stage is in time for the running target."""
    if deal.move_by is not None and as_of is not None and deal.move_by <= as_of:
        return "too late"
    return numbers.date(deal.move_by)
