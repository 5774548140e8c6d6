"""`settings`, `people`, `rates`: the calendar, the currency, who sells in which team."""

from __future__ import annotations

from typing import Annotated

import typer

from mellantid.answers import people_document
from mellantid.cli.context import reading, writing
from mellantid.cli.deals import told
from mellantid.cli.options import AsJson, Database, File
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import numbers

settings_app = typer.Typer(help="Calendar, currency, name.", no_args_is_help=True)
people_app = typer.Typer(help="Who sells, in which team.", no_args_is_help=True)
rates_app = typer.Typer(help="What other currencies are worth.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(settings_app, name="settings")
    app.add_typer(people_app, name="people")
    app.add_typer(rates_app, name="rates")


@settings_app.command("show")
def show_settings(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """Show the settings."""
    with reading(database) as workspace:
        found = workspace.settings.as_dict()
    if as_json:
        print_json(found)
        return
    rows = [
        (name, ", ".join(value) if isinstance(value, tuple) else str(value) or numbers.NONE)
        for name, value in found.items()
    ]
    print_table("Settings", ("setting", "value"), rows, text_columns=2)


@settings_app.command("set")
def change_setting(
    name: Annotated[str, typer.Argument(help="Which setting; see settings show.")],
    value: Annotated[str, typer.Argument(help="Its value; lists are separated by commas.")],
    database: Database = "./mellantid.db",
) -> None:
    """Change one setting, such as `timezone Europe/Oslo` or `company_holidays 07-07..08-01`.

    `silence 90` lets a deal count as lost once it has stood in one stage for more than 90 working
    days; `cleanups 2024-06-28` sets aside what was closed on a day of clean-up.

    The calendar of a country is kept as it was when it was chosen; setting `holidays` again takes
    it anew.
    """
    with writing(database) as workspace:
        workspace.change_settings(
            workspace.settings.with_text(name, value), renew=name == "holidays"
        )
    print_text(f"{name} is now {value or 'empty'}.")


@people_app.command("import")
def import_people(file: File, database: Database = "./mellantid.db") -> None:
    """Take in a CSV file of id, name, team and, where teams have parents, parent."""
    from mellantid.workspace.people import read_people  # noqa: PLC0415 (--help does without NumPy)

    persons, parents = read_people(file)
    with writing(database) as workspace:
        workspace.add_people(persons, parents)
    print_text(f"{told(len(persons), 'person', 'people')} in {told(len(parents), 'team')}.")


@people_app.command("list")
def list_people(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """List people and teams."""
    with reading(database) as workspace:
        people = workspace.people
    if as_json:
        print_json(people_document(people))
        return
    rows = [(each.id, each.name, each.team or numbers.NONE) for each in people.persons.values()]
    print_table("People", ("id", "name", "team"), rows, text_columns=3)


@rates_app.command("import")
def import_rates(file: File, database: Database = "./mellantid.db") -> None:
    """Take in a CSV file of date, currency and rate to the workspace's currency."""
    from mellantid.workspace.rates import read_rates  # noqa: PLC0415 (--help does without NumPy)

    found = read_rates(file)
    with writing(database) as workspace:
        workspace.add_rates(found)
    print_text(f"{told(len(found), 'rate')}.")
