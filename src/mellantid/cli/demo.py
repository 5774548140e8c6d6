"""`demo`: a company with two years of deals, its plan, splits, forecast; and the race goes on."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
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
    from mellantid.demo import DemoCompany
    from mellantid.workspace import Race, Workspace

DATABASE = "mellantid.db"
REPORT = "report.html"
SHOWN_WEEKS = 6
EMAIL = "demo@example.com"


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
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Start the web app, and let the race go on.")
    ] = True,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8420,
    every: Annotated[
        float, typer.Option(help="Seconds between two movements, on average.", min=0.05)
    ] = 4.0,
) -> None:
    """Make a company with two years of deals; print and write how it stands; let it go on, live."""
    from mellantid.demo import demo_organisation  # noqa: PLC0415 (only the demo simulates)
    from mellantid.demo.setting_up import set_up  # noqa: PLC0415 (as above)

    database = directory / DATABASE
    if database.exists():
        raise QuestionError(
            f"There is a demo in {directory} already: remove the folder, name another one with "
            f"--directory, or open this one with mellantid serve --db {database}."
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
        password = _let_in(workspace, language, moment) if serve else ""
    print_text(f"Look further: mellantid splits --by seller --db {database}")
    if serve:
        _play(str(database), company, race, (host, port), password, every)


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


def _let_in(workspace: Workspace, language: str, moment: int) -> str:
    """Make the demo's account; give its password, which is another one in every demo."""
    from mellantid.access import Account, Role, add_account  # noqa: PLC0415 (as above)

    password = "-".join(secrets.token_hex(2) for _ in range(3))
    chosen = language if language != "en" else None
    account = Account(EMAIL, "Demo", Role.ADMIN, language=chosen)
    add_account(workspace.ledger, account, password, moment)
    return password


def _play(
    database: str,
    company: DemoCompany,
    race: Race,
    where: tuple[str, int],
    password: str,
    every: float,
) -> None:
    """Serve the demo, with movements that come in, until somebody stops it."""
    import numpy as np  # noqa: PLC0415 (as above)

    from mellantid.demo.playing_on import Player, play  # noqa: PLC0415 (as above)
    from mellantid.web.app import application  # noqa: PLC0415 (as above)
    from mellantid.web.serving import serve  # noqa: PLC0415 (as above)

    app = application(database, now)
    player = Player(company, race, np.random.default_rng())
    ended = threading.Event()
    append = app.state.asking.append
    playing = threading.Thread(target=play, args=(player, append, now, ended, every), daemon=True)
    host, port = where
    print_text(f"\nThe race goes on at http://{host}:{port}/ (Ctrl-C stops it).")
    print_text(f"Log in as {EMAIL} with the password {password}")
    playing.start()
    try:
        serve(app, host, port)
    finally:
        ended.set()
        playing.join()
        # What came in while the app was being stopped.
        app.state.asking.office.stop()
