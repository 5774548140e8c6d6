"""The command line put together: groups, errors as one sentence, exit status."""

from __future__ import annotations

import os
import sqlite3
import sys

import typer
from typer.exceptions import TyperException

from mellantid import __version__
from mellantid.cli import (
    activities,
    backtest,
    connecting,
    cutoffs,
    definitions,
    demo,
    evaluation,
    focus,
    forecast,
    importing,
    letter,
    me,
    model,
    next_steps,
    notices,
    planning,
    playbook,
    serving,
    settings,
    splits,
    training,
    upkeep,
    watch,
)
from mellantid.cli.output import say
from mellantid.errors import MellantidError

OK, FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="mellantid",
    help="Split times for B2B sales: where you are on every leg, and whether you will finish.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
GROUPS = (
    demo, importing, connecting, planning, splits, watch, forecast, focus, me, activities, training,
    cutoffs, backtest, model, playbook, settings, definitions, next_steps, letter, notices,
    evaluation, upkeep, serving,
)  # fmt: skip
for group in GROUPS:
    group.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mellantid {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    del version  # the callback has printed it


def main() -> None:
    """Run a command; a fault is one sentence on standard error, never a traceback."""
    # Waking the threads of a matrix library costs more than matrices as small as ours gain by it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Without its standalone mode Typer gives the status of an exit back, also of Ctrl-C.
        if app(standalone_mode=False) == INTERRUPTED:
            _stop()
    except TyperException as error:
        # Asked with no arguments, the help has been shown and there is no message.
        if error.format_message():
            say(f"{error.format_message()} See --help of the command.")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _stop()
    except (MellantidError, sqlite3.Error, OSError) as error:
        say(_told(error))
        sys.exit(FAULT)


def _stop() -> None:
    say("Interrupted; nothing was left half done.")
    sys.exit(INTERRUPTED)


def _told(error: Exception) -> str:
    """A fault as one sentence that tells what to do."""
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'A file'} cannot be used ({error.strerror}): check the name and "
            "your rights."
        )
    if isinstance(error, sqlite3.Error):
        return (
            f"The database cannot be used ({error}): see that the disk is not full, or restore a "
            "backup into a new database with mellantid restore."
        )
    return str(error)
