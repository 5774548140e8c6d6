"""`activities`: what was done, what a movement takes, and how many the plan asks for."""

from __future__ import annotations

import csv
import datetime as dt
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import activities_document
from mellantid.cli.context import ask, now, reading, writing
from mellantid.cli.options import AsJson, AsOf, Database, File, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.core.names import PER_DEAL
from mellantid.errors import DataError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mellantid.workspace import People
    from mellantid.workspace.activities import Doing, Kept
    from mellantid.workspace.activity_answer import Activities, LegActivities

SHOWN = 12
SOURCE = "cli"
COLUMNS = ("date", "seller", "kind", "deal", "leg", "key")
activities = typer.Typer(help="Calls, meetings, proposals: what was done.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(activities, name="activities")


@activities.command("list")
def list_activities(
    owner: Annotated[
        str | None,
        typer.Option(metavar="SELLER", help="Whose: an identity or a name; everyone's without."),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Tell what was done, what a movement takes on each leg, and what the plan asks for."""
    with reading(database) as workspace:
        from mellantid.workspace.activity_known import (  # noqa: PLC0415 (--help is quick without)
            known_activities,
        )
        from mellantid.workspace.activity_telling import activities_of  # noqa: PLC0415 (as above)

        race = ask(workspace, process, as_of)
        people = workspace.people
        seller = None if owner is None else people.seller(owner, race.history.owners)
        found = activities_of(workspace, race, known_activities(workspace, race), seller)
    if as_json:
        print_json(activities_document(found))
        return
    print_activities(found, people, "" if race.unit == PER_DEAL else race.unit)


@activities.command("add")
def add(
    kind: Annotated[str, typer.Option(help="What was done: call, meeting, proposal ...")],
    deal: Annotated[str | None, typer.Option(help="The deal that it was about.")] = None,
    leg: Annotated[
        str | None, typer.Option(help="Where it was about no deal: the leg, such as creation.")
    ] = None,
    seller: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Who did it (or name); the deal's owner without."),
    ] = None,
    on: Annotated[
        dt.date | None,
        typer.Option(parser=read_date, metavar="DATE", help="When, if not just now."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The same key again adds nothing.", show_default=False)
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Log an activity."""
    from mellantid.workspace.activities import Doing  # noqa: PLC0415 (as above)

    said = Doing(key or f"cli:{secrets.token_urlsafe(12)}", kind, seller, deal, leg, on)
    _tell(_kept(database, process, [said]), as_json=as_json)


@activities.command("import")
def import_activities(
    file: File,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Log activities from CSV with the columns date, seller, kind, deal or leg, and key."""
    _tell(_kept(database, process, _read(file)), as_json=as_json)


@activities.command("undo")
def undo(
    key: Annotated[str, typer.Argument(help="The activity's key, as --json lists it.")],
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Take an activity back; it stays on record and counts no longer."""
    with writing(database) as workspace:
        from mellantid.workspace.activities import take_back  # noqa: PLC0415 (as above)

        take_back(workspace.ledger, workspace.process(process).name, key, SOURCE, now())
    print_text(f"{key} counts no longer.")


@activities.command("kinds")
def kinds_of_activities(
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="Keep this list; may be repeated."),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Bring back the shipped list.")] = False,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Show the kinds of activities, or keep the organisation's own words for them."""
    with writing(database) if keep or reset else reading(database) as workspace:
        from mellantid.workspace.activity_kinds import keep_kinds, kinds  # noqa: PLC0415 (as above)

        known = (
            keep_kinds(workspace.ledger, keep or ()) if keep or reset else kinds(workspace.ledger)
        )
    if as_json:
        print_json({"kinds": known})
        return
    print_text(", ".join(known))


def _kept(database: str, process: str | None, said: Sequence[Doing]) -> Kept:
    with writing(database) as workspace:
        from mellantid.workspace.activities import checked, log  # noqa: PLC0415 (as above)

        course = workspace.process(process)
        rows, _ = checked(workspace, course, said, SOURCE, now())
        return log(workspace.ledger, course.name, rows)


def _tell(kept: Kept, *, as_json: bool) -> None:
    if as_json:
        print_json(kept)
        return
    print_text(f"Logged: {kept.added} new, {kept.unchanged} there already.")
    if kept.conflicts:
        keys = ", ".join(kept.conflicts[:SHOWN])
        print_text(f"Something else was logged under these keys, and stands: {keys}.")


def _read(file: Path) -> list[Doing]:
    """The activities of a CSV file.

    Raises:
        DataError: a column is missing, or a line cannot be read; the message says which and why.

    """
    from mellantid.workspace.activities import Doing  # noqa: PLC0415 (as above)

    with file.open(encoding="utf-8-sig", newline="") as opened:
        first = opened.readline()
        opened.seek(0)
        table = csv.DictReader(opened, delimiter=";" if ";" in first else ",")
        names = {(name or "").strip().casefold(): name for name in table.fieldnames or ()}
        lacking = [each for each in ("date", "kind", "key") if each not in names]
        if lacking or not {"deal", "leg"} & set(names):
            raise DataError(
                f"{file} has no column {(lacking or ['deal or leg'])[0]}: its first line should "
                f"name {', '.join(COLUMNS)}; it has {', '.join(names) or 'nothing'}."
            )
        found = []
        for number, row in enumerate(table, 2):
            cell = {each: (row.get(names.get(each, "")) or "").strip() for each in COLUMNS}
            if not any(cell.values()):
                continue
            try:
                date = read_date(cell["date"])
            except typer.BadParameter as error:
                raise DataError(f"Line {number} of {file}: {error.message}") from error
            if not cell["key"]:
                raise DataError(f"Line {number} of {file} has no key: give each line its own.")
            seller, deal, leg = (cell[each] or None for each in ("seller", "deal", "leg"))
            found.append(Doing(cell["key"], cell["kind"], seller, deal, leg, date))
    if not found:
        raise DataError(f"{file} has no activities: it needs a line for each below the headings.")
    return found


def print_activities(found: Activities, people: People, unit: str) -> None:
    """Print activities in words and tables."""
    whose = "Everyone" if found.owner is None else people.name(found.owner)
    asked = "" if found.needed is None else f"; the plan asks for {_span_of(found)} a week"
    print_text(f"{whose}, {found.week}: {numbers.count(found.done)} activities so far{asked}.")
    _print_legs(found)
    _print_deals(found, people, unit)
    rows = [
        (
            numbers.date(each.date),
            people.name(each.seller),
            each.kind,
            each.about or numbers.NONE,
            each.leg or numbers.NONE,
        )
        for each in found.logged[:SHOWN]
    ]
    if not rows:
        print_text("Nothing is logged yet: mellantid activities add --kind call --deal DEAL")
        return
    headings = ("date", "seller", "kind", "deal", "leg")
    print_table("The last activities", headings, rows, text_columns=5, spare=("leg",))


def _span_of(found: Activities) -> str:
    about, low, high = (
        numbers.decimal(each or 0.0, 0)
        for each in (found.needed, found.needed_low, found.needed_high)
    )
    return f"about {about} ({low} to {high})"


def _print_legs(found: Activities) -> None:
    rows = [
        (
            each.leg,
            numbers.count(each.week),
            _between(each.needed, each.needed_low, each.needed_high),
            _takes(each),
            f"{numbers.count(each.activities)} / {numbers.count(each.movements)}",
        )
        for each in found.legs
    ]
    print_table(
        "Activities by leg, with 80 % intervals",
        ("leg", "this week", "needed a week", "for one movement", "n: done / moved"),
        rows,
    )


def _takes(leg: LegActivities) -> str:
    if leg.per_movement is None:
        more = [
            f"{numbers.count(n)} {what}"
            for n, what in (
                (leg.missing_movements, "movements"), (leg.missing_activities, "activities")
            )
            if n
        ]  # fmt: skip
        return f"too early: {' and '.join(more)} more"
    return _between(leg.per_movement, leg.low, leg.high)


def _between(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return numbers.NONE
    return f"{numbers.decimal(value, 1)} ({numbers.decimal(low, 1)} to {numbers.decimal(high, 1)})"


def _print_deals(found: Activities, people: People, unit: str) -> None:
    if found.missing_after:
        n = numbers.count(found.missing_after)
        print_text(f"What follows an activity: too early to say, {n} more movements are needed.")
        return
    rows = [
        (
            each.deal,
            people.name(each.owner),
            each.leg,
            numbers.percent(each.without),
            numbers.percent(each.chance),
            numbers.money(each.worth, unit),
        )
        for each in found.deals[:5]
    ]
    if not rows:
        return
    print_table(
        "The next activity: chance to move within a week (no experiment)",
        ("deal", "owner", "leg", "without", "with", "worth"),
        rows,
        text_columns=3,
        spare=("leg",),
    )
    print_text("Who is called is chosen: part of the difference is that choice, not the call.")
