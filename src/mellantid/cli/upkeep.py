"""`check`, `backup`, `restore`: is everything sound, and keeping it so."""

from __future__ import annotations

import typer

from mellantid.cli.context import now, reading, writing
from mellantid.cli.options import AsJson, Database, File
from mellantid.cli.output import print_json, print_text
from mellantid.errors import DataError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (check, backup, restore):
        app.command()(command)


def check(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """Verify the ledger and every derived figure against a rebuild from scratch."""
    from mellantid.workspace.soundness import (  # noqa: PLC0415 (--help does without NumPy)
        check_workspace,
    )

    with reading(database) as workspace:
        found = check_workspace(workspace, now())
    if as_json:
        print_json(found)
    elif found.ok:
        print_text(f"All is sound: {found.movements} movements.")
    if not found.ok:
        raise DataError(
            "Something does not agree: "
            + " ".join(found.differences)
            + " Restore a backup into a new database and compare."
        )


def backup(file: File, database: Database = "./mellantid.db") -> None:
    """Copy the database into a new file, also while others use it."""
    with reading(database) as workspace:
        workspace.ledger.back_up(file)
    print_text(f"Backed up to {file}.")


def restore(file: File, database: Database = "./mellantid.db") -> None:
    """Fill an empty database with a backup."""
    with writing(database) as workspace:
        workspace.ledger.restore(file)
    print_text(f"Restored {file} into {database}.")
