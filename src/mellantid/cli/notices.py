"""`notices`: who is told of what, trying it out, and one round without the web app."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mellantid.cli.context import now, reading, writing
from mellantid.cli.options import AsJson, Database
from mellantid.cli.output import print_json, print_table, print_text, say
from mellantid.errors import MellantidError, QuestionError

if TYPE_CHECKING:
    from mellantid.notices.finding import Seen
    from mellantid.workspace import Workspace

notices = typer.Typer(help="What is told to whom, as it happens.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notices, name="notices")


@notices.command("list")
def list_(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """Show who has chosen what, and what could not be delivered; addresses stay secret."""
    from mellantid.access import accounts  # noqa: PLC0415 (--help does without NumPy)

    with reading(database) as workspace:
        found = [_chosen(workspace, each.email) for each in accounts(workspace.ledger)]
    if as_json:
        print_json({"accounts": found})
        return
    rows = [
        (account["account"], event, ", ".join(where), str(account["lost"]))
        for account in found
        for event, where in account["events"].items()
    ]
    if not rows:
        print_text("Nobody has chosen any notices: each does so under Settings, Notices.")
        return
    print_table("Notices", ("account", "event", "where", "lost"), rows, text_columns=3)


def _chosen(workspace: Workspace, email: str) -> dict[str, Any]:
    """What an account has chosen, and how much of the last month did not arrive."""
    from mellantid.notices.addresses import addresses_of  # noqa: PLC0415 (as above)
    from mellantid.notices.choices import MAIL, choices_of  # noqa: PLC0415 (as above)

    chosen = choices_of(workspace.ledger, email)
    names = {MAIL: "e-mail"} | {
        each.number: f"{each.title} ({each.number}, {each.shown}{', off' if each.off else ''})"
        for each in addresses_of(workspace.ledger, email)
    }
    query = "SELECT count(*) FROM notice WHERE account = ? AND state = 'failed'"
    return {
        "account": email,
        "events": {
            str(event): [names[each] for each in sorted(places)]
            for event, places in sorted(chosen.places.items())
        },
        "line": chosen.line,
        "lost": workspace.ledger.rows(query, (email,))[0][0],
    }


@notices.command("test")
def trial(
    email: Annotated[str, typer.Argument(help="Whose account.", show_default=False)],
    to: Annotated[
        int, typer.Option(help="Number of an address, as notices list tells it; 0: the e-mail.")
    ] = 0,
    database: Database = "./mellantid.db",
) -> None:
    """Send an account one notice, now."""
    from mellantid.notices.delivering import try_out  # noqa: PLC0415 (as above)
    from mellantid.notices.outbox import State  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        result = try_out(workspace, email, to, now)
    if result.state is not State.SENT:
        raise MellantidError(f"It has not arrived: {result.why}")
    print_text(f"A notice is on its way to {email}.")


@notices.command("send")
def send(database: Database = "./mellantid.db") -> None:
    """Look what has happened and send what is due, once; `serve` does it by itself."""
    from mellantid.letters.sending import sender_of  # noqa: PLC0415 (as above)
    from mellantid.notices.delivering import deliver_due  # noqa: PLC0415 (as above)
    from mellantid.notices.finding import look  # noqa: PLC0415 (as above)
    from mellantid.notices.letters_out import letters_due  # noqa: PLC0415 (as above)
    from mellantid.notices.outbox import State  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        look(workspace, _seen, now())
        processes = sorted(workspace.processes)
        try:
            first = processes[0] if processes else None
            letters_due(workspace, sender_of(workspace, first, now()), now())
        except QuestionError as error:
            say(f"A letter cannot be written: {error}")
        done = deliver_due(workspace, now)
    sent = sum(each.state is State.SENT for each in done)
    print_text(f"{sent} sent, {len(done) - sent} not.")
    for why in sorted({each.why for each in done if each.state is not State.SENT}):
        say(why)
    if len(done) > sent:
        sys.exit(1)


def _seen(workspace: Workspace, process: str, /) -> Seen:
    """What is known of a process, worked out now."""
    from mellantid.notices.finding import Seen  # noqa: PLC0415 (as above)
    from mellantid.report.compose import compose  # noqa: PLC0415 (as above)

    race = workspace.race(process, workspace.moment(None, now() + 1).until)
    foretold = workspace.outcome(race)
    return Seen(race, compose(workspace, race, foretold=foretold), foretold)
