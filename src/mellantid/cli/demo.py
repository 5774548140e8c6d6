"""`demo`: a company with two years of deals, its plan, splits, forecast and report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import now, writing
from mellantid.cli.forecast import print_outcome
from mellantid.cli.options import read_date
from mellantid.cli.output import print_text, say
from mellantid.cli.planning import print_pace
from mellantid.cli.splits import print_standing
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.workspace import Race, Workspace

DATABASE = "mellantid.db"
REPORT = "report.html"
SHOWN_WEEKS = 6


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    directory: Annotated[Path, typer.Option(help="Where the demo is put.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed, another company's luck.")] = 3,
    as_of: Annotated[
        dt.date | None,
        typer.Option(
            "--as-of",
            parser=read_date,
            metavar="DATE",
            help="The day at whose end the demo stands; yesterday by default.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the report: en or sv.")] = "en",
) -> None:
    """Make a company with two years of deals; print plan, splits, forecast; write a report."""
    from mellantid.demo import demo_organisation  # noqa: PLC0415 (only the demo simulates)
    from mellantid.demo.setting_up import set_up  # noqa: PLC0415 (as above)

    database = directory / DATABASE
    if database.exists():
        raise QuestionError(
            f"There is a demo in {directory} already: remove the folder, or name another one with "
            "--directory."
        )
    directory.mkdir(parents=True, exist_ok=True)
    say("Making two years of deals ...")
    moment = now()
    today = dt.datetime.fromtimestamp(moment / 1000, tz=dt.UTC).date()
    company = demo_organisation(seed, as_of or today - dt.timedelta(days=1))
    with writing(str(database)) as workspace:
        set_up(workspace, company, moment)
        race = workspace.race(None, company.history.until)
        _print_all(workspace, race, company.targets[0].first, moment)
        _write_report(workspace, race, directory / REPORT, language)
    print_text(f"Look further: mellantid splits --by seller --db {database}")


def _print_all(workspace: Workspace, race: Race, first: dt.date, moment: int) -> None:
    from mellantid.workspace.pace_table import (  # noqa: PLC0415 (--help does without NumPy)
        pace_table,
        running_week,
    )

    people = workspace.people
    plan, begun = workspace.make_plan(None, first, moment)
    print_pace(pace_table(plan, begun), race.unit, running_week(race), SHOWN_WEEKS)
    standing = workspace.standing(race)
    print_standing(standing, race.unit, people)
    print_outcome(workspace.outcome(race), standing, race.unit, people)


def _write_report(workspace: Workspace, race: Race, file: Path, language: str) -> None:
    from mellantid.report import write_report  # noqa: PLC0415 (Jinja2 takes its time)
    from mellantid.report.compose import compose  # noqa: PLC0415 (as above)

    write_report(compose(workspace, race, language), file, language)
    print_text(f"Report: {file}")
