"""`connect`: the CRMs that deals are read from."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import now, writing
from mellantid.cli.deals import told
from mellantid.cli.options import AsJson, Database
from mellantid.cli.output import print_json, print_table, print_text, say
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mellantid.access.sealing import Seal
    from mellantid.connectors.connector import Kind
    from mellantid.connectors.keeping import Connection
    from mellantid.connectors.result import Progress, Result
    from mellantid.connectors.syncing import Sync
    from mellantid.workspace import Workspace

VARIABLE = "MELLANTID_CONNECT_"
PAUSE = 1.0
"""Seconds between looks at what is due, while changes are followed."""

connect = typer.Typer(help="The CRMs that deals are read from.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The connection's name.", show_default=False)]
Some = Annotated[
    str | None, typer.Argument(help="The connection's name; all where it is left out.")
]
Given = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="A value; secrets are asked for."),
]
Pipelines = Annotated[
    list[str] | None,
    typer.Option("--pipeline", metavar="NAME", help="One to read; may be repeated. Else all."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(connect, name="connect")


@connect.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="Such as hubspot, salesforce, pipedrive, odoo.")],
    name: Annotated[str | None, typer.Option(help="What to call it.", show_default="KIND")] = None,
    given: Given = None,
    pipelines: Pipelines = None,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Connect a CRM: secrets are prompted for, or read from MELLANTID_CONNECT_FIELD or a pipe."""
    from mellantid.connectors.keeping import (  # noqa: PLC0415 (--help does without)
        add_connection,
        new_connection,
        remove_connection,
    )
    from mellantid.connectors.kinds import kind_of  # noqa: PLC0415 (as above)

    found = kind_of(kind)
    called = name or kind
    values = _values(found, given or [])
    with writing(database) as workspace:
        made = new_connection(found, called, values, _seal(database), now())
        add_connection(workspace.ledger, made)
        try:
            with _opened(workspace, called, database) as sync:
                looked = sync.connect(pipelines)
                processes = [each.process for each in sync.connection.courses.values()]
        except BaseException:
            # What cannot be read is not kept, so that it can be given again.
            remove_connection(workspace.ledger, called)
            raise
    if as_json:
        print_json({"name": called, "account": looked.account, "processes": processes})
        return
    print_text(
        f"{called} is connected to {looked.account}, with {', '.join(processes)}. Read its deals "
        f"with mellantid connect sync {called}."
    )


@connect.command("list")
def list_connections(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """List the connections and how they are."""
    from mellantid.connectors.keeping import connections  # noqa: PLC0415 (as above)

    with _existing(database) as workspace:
        found = connections(workspace.ledger)
    if as_json:
        print_json([_document(each) for each in found])
        return
    if not found:
        print_text("Nothing is connected yet: mellantid connect add KIND.")
        return
    rows = [(each.name, each.kind, each.account, str(each.status), each.message) for each in found]
    print_table("Connections", ("name", "kind", "account", "state", ""), rows, 5)


@connect.command("show")
def show(name: Name, database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """Show what is known of a connection; never its secrets."""
    from mellantid.connectors.keeping import find_connection  # noqa: PLC0415 (as above)

    with _existing(database) as workspace:
        found = find_connection(workspace.ledger, name)
    if as_json:
        print_json(_document(found))
        return
    document = _document(found)
    document.pop("results")
    rows = [(key.replace("_", " "), _cell(value)) for key, value in document.items()]
    rows += [(f"last {what}", _cell(done)) for what, done in found.results.items()]
    print_table("", ("", ""), rows, 2)


@connect.command("sync")
def sync_(
    name: Some = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on reading what changes; Ctrl-C stops it.")
    ] = False,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Read deals: the whole history the first time, then what has changed."""
    with _existing(database) as workspace:
        names = _names(workspace, name)
        results = [_sync(workspace, each, database) for each in names]
        _print(names, results, as_json=as_json)
        if follow:
            say("Changes are read as they come (Ctrl-C stops it).")
            _follow(workspace, names, database)


@connect.command("reconcile")
def reconcile(
    name: Some = None, database: Database = "./mellantid.db", as_json: AsJson = False
) -> None:
    """Compare how all deals stand with the ledger, and mend what differs."""
    with _existing(database) as workspace:
        names, results = _names(workspace, name), []
        for each in names:
            with _opened(workspace, each, database) as sync, _progress(each) as progress:
                results.append([sync.reconcile(progress)])
    _print(names, results, as_json=as_json)


@connect.command("remove")
def remove(name: Name, database: Database = "./mellantid.db") -> None:
    """Forget a connection and its secrets; what it has told stays in the ledger."""
    from mellantid.connectors.keeping import remove_connection  # noqa: PLC0415 (as above)

    with _existing(database) as workspace:
        remove_connection(workspace.ledger, name)
    print_text(f"{name} is removed, with its secrets; the deals that it told of stay.")


def _values(kind: Kind, given: Sequence[str]) -> dict[str, str]:
    """What was given on the command line, in variables, and at the prompt or through a pipe."""
    values = {}
    for pair in given:
        field, parted, value = pair.partition("=")
        if not parted:
            raise QuestionError(f"--set {pair!r} says no value: write it as FIELD=VALUE.")
        values[field] = value
    for each in kind.fields:
        variable = os.environ.get(f"{VARIABLE}{each.name.upper()}")
        if variable is not None:
            values.setdefault(each.name, variable)
    missing = [each for each in kind.fields if each.required and not each.default]
    for each in missing:
        if each.name not in values:
            values[each.name] = _asked(kind, each.name, secret=each.secret)
    return values


def _asked(kind: Kind, field: str, *, secret: bool) -> str:
    """A value from the person at the terminal, or the next line of what is piped in."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(f"{kind.title}: {field}", hide_input=secret, err=True)
        return asked
    return sys.stdin.readline().strip()


def _sync(workspace: Workspace, name: str, database: str) -> list[Result]:
    """All that is to be read now."""
    from mellantid.connectors.result import FILLING, FOLLOWING  # noqa: PLC0415 (as above)

    with _opened(workspace, name, database) as sync:
        if FOLLOWING not in sync.connection.cursors:
            sync.connect()
        results = []
        if FILLING in sync.connection.cursors:
            with _progress(name) as progress:
                results.append(sync.back_fill(progress))
        results.append(sync.catch_up())
        return results


def _follow(workspace: Workspace, names: Sequence[str], database: str) -> None:
    """Do what is due, until somebody stops it; a fault is told, and tried again by itself."""
    from mellantid.connectors.following import Following  # noqa: PLC0415 (as above)

    with Following(workspace, _seal(database), now) as following:
        while True:
            for step in following.step(names):
                if step.fault:
                    say(f"{step.name}: {step.fault}")
                elif step.result is not None and (step.result.added or step.result.taken_back):
                    say(f"{step.name}: {_done(step.result)}.")
            time.sleep(PAUSE)


def _names(workspace: Workspace, name: str | None) -> list[str]:
    from mellantid.connectors.keeping import connections, find_connection  # noqa: PLC0415 (as above)

    if name is not None:
        return [find_connection(workspace.ledger, name).name]
    found = [each.name for each in connections(workspace.ledger)]
    if not found:
        raise QuestionError("Nothing is connected yet: mellantid connect add KIND.")
    return found


def _existing(database: str) -> Workspace:
    """The workspace, which must be there; the mathematics stays out, as nothing is counted."""
    from mellantid.workspace import Workspace  # noqa: PLC0415 (as above)

    return Workspace.open(database)


@contextmanager
def _opened(workspace: Workspace, name: str, database: str) -> Iterator[Sync]:
    from mellantid.connectors.opening import opened  # noqa: PLC0415 (as above)

    with opened(workspace, name, _seal(database), now) as sync:
        yield sync


def _seal(database: str) -> Seal:
    from mellantid.access.sealing import Seal  # noqa: PLC0415 (as above)
    from mellantid.ledger.opening import path_of  # noqa: PLC0415 (as above)

    return Seal(path_of(database))


@contextmanager
def _progress(name: str) -> Iterator[Progress | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only for a terminal)
    from rich.progress import Progress as Bar  # noqa: PLC0415 (only for a terminal)

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def tell(done: int, of: int | None) -> None:
            bar.update(task, completed=done, total=of)

        yield tell


def _document(connection: Connection) -> dict[str, object]:
    """A connection as JSON, without its secrets."""
    return {
        "name": connection.name,
        "kind": connection.kind,
        "account": connection.account,
        "state": str(connection.status),
        "message": connection.message,
        "next_try": connection.next_try,
        "given": dict(connection.given),
        "secrets": sorted(connection.secrets),
        "processes": [each.process for each in connection.courses.values()],
        "results": {name: dict(each) for name, each in connection.results.items()},
    }


def _print(names: Sequence[str], results: Sequence[Sequence[Result]], *, as_json: bool) -> None:
    if as_json:
        pairs = zip(names, results, strict=True)
        print_json({name: [each.as_dict() for each in several] for name, several in pairs})
        return
    for name, several in zip(names, results, strict=True):
        for result in several:
            print_text(f"{name}: {_done(result)}.")
            for deal, why in result.refused.items():
                say(f"Note: deal {deal} was left out: {why}")


def _done(result: Result) -> str:
    """What a reading did, in words."""
    parts = [
        f"{told(result.deals, 'deal')} read",
        f"{told(result.added, 'entry', 'entries')} added",
    ]
    if result.taken_back:
        parts.append(f"{result.taken_back} taken back")
    if result.found:
        parts.append(f"{told(result.found, 'deal')} differed, {result.mended} mended")
    return ", ".join(parts)


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
