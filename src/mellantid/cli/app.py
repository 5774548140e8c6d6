"""The command line put together: groups, errors as one sentence, exit status."""

from __future__ import annotations

import os
import sys

import typer
from typer.exceptions import TyperException

from mellantid import __version__
from mellantid.cli import (
    cutoffs,
    definitions,
    demo,
    forecast,
    importing,
    model,
    planning,
    settings,
    splits,
    upkeep,
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
    demo, importing, planning, splits, forecast, cutoffs, model, settings, definitions, upkeep,
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
        app(standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        # Asked with no arguments, the help has been shown and there is no message.
        if error.format_message():
            say(f"{error.format_message()} See --help of the command.")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted; nothing was left half done.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the answer has gone; Python would complain once more when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except MellantidError as error:
        say(str(error))
        sys.exit(FAULT)
