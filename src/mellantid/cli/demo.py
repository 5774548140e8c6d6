"""`demo`: a company with two years of deals, its plan, splits, forecast and report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from mellantid.cli.answers import print_outcome, print_standing
from mellantid.cli.context import now
from mellantid.cli.options import read_date
from mellantid.cli.output import print_text, say
from mellantid.cli.planning import print_pace
from mellantid.errors import QuestionError
from mellantid.workspace import Workspace
from mellantid.workspace.pace_table import pace_table

DATABASE = "mellantid.db"
REPORT = "report.html"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    directory: Annotated[Path, typer.Option(help="Where the demo is put.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed, another company's luck.")] = 1,
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
    from mellantid.report import write_report  # noqa: PLC0415 (as above)
    from mellantid.report.compose import compose  # noqa: PLC0415 (as above)

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
    until = company.history.until
    with Workspace.open(database, create=True) as workspace:
        set_up(workspace, company, moment)
        plan, begun = workspace.make_plan(None, company.targets[0].first, moment)
        race = workspace.race(None, until)
        print_pace(pace_table(plan, begun), race.unit)
        print_standing(workspace.standing(race), race.unit)
        print_outcome(workspace.outcome(race), race.unit)
        report = directory / REPORT
        write_report(compose(workspace, race, language), report, language)
    print_text(f"Report: {report}")
    print_text(f"Look further: mellantid splits --by seller --db {database}")
