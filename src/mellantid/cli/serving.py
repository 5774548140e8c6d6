"""`serve`: the web app and API; `users`: who may log in."""

from __future__ import annotations

from typing import Annotated

import typer

from mellantid.cli.context import now, writing
from mellantid.cli.options import AsJson, Database
from mellantid.cli.output import print_json, print_table, print_text, say

users = typer.Typer(help="Who may log in.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.add_typer(users, name="users")


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8420,
    database: Database = "./mellantid.db",
) -> None:
    """Start the web app and API; Ctrl-C stops it."""
    from mellantid.web.app import application  # noqa: PLC0415 (other commands need no server)
    from mellantid.web.serving import serve as run  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        first = not _accounts(workspace.ledger)
    say(f"Mellantid is at http://{host}:{port}/ (Ctrl-C stops it).")
    if first:
        say("Nobody can log in yet: the first to open the page makes the first account.")
    run(application(database, now), host, port)


def _accounts(ledger: object) -> object:
    from mellantid.access import accounts  # noqa: PLC0415 (as above)

    return accounts(ledger)  # type: ignore[arg-type]


@users.command("add")
def add(
    email: Annotated[str, typer.Argument(help="By which they log in.")],
    role: Annotated[str, typer.Option(help="admin, manager, seller or viewer.")] = "viewer",
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    person: Annotated[
        str | None, typer.Option(help="Who they are in the data (mellantid people list).")
    ] = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
    database: Database = "./mellantid.db",
) -> None:
    """Let somebody log in."""
    from mellantid.access import Account, Role, add_account  # noqa: PLC0415 (as above)
    from mellantid.errors import QuestionError  # noqa: PLC0415 (as above)

    if role not in set(Role):
        raise QuestionError(f"There is no role {role!r}: choose one of {', '.join(Role)}.")
    with writing(database) as workspace:
        account = Account(email, name or email, Role(role), person)
        made = add_account(workspace.ledger, account, password, now())
    print_text(f"{made.email} may log in as {made.role}.")


@users.command("list")
def list_(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """Show who may log in."""
    from mellantid.access import accounts  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        found = accounts(workspace.ledger)
    if as_json:
        print_json(found)
        return
    rows = [(each.email, each.name, each.role, each.person or "") for each in found]
    print_table("Accounts", ("e-mail", "name", "role", "person"), rows, text_columns=4)


@users.command("password")
def password(
    email: Annotated[str, typer.Argument(help="Whose.")],
    new: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
    database: Database = "./mellantid.db",
) -> None:
    """Give somebody another password; they are logged out everywhere."""
    from mellantid.access import change_password  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        change_password(workspace.ledger, email, new)
    print_text(f"{email} has a new password and is logged out everywhere.")


@users.command("remove")
def remove(
    email: Annotated[str, typer.Argument(help="Whom.")], database: Database = "./mellantid.db"
) -> None:
    """Let somebody in no longer; what they entered stays."""
    from mellantid.access import remove_account  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        remove_account(workspace.ledger, email)
    print_text(f"{email} may log in no longer.")
