"""`next-step`: what is agreed with a deal, so that the rope does not call it stuck."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from mellantid.cli.context import now, reading, writing
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import numbers

steps = typer.Typer(help="What is agreed with deals.", no_args_is_help=True)
Deal = Annotated[str, typer.Argument(help="The deal's identity.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(steps, name="next-step")


@steps.command("set")
def set_step(
    deal: Deal,
    due: Annotated[
        dt.date, typer.Argument(parser=read_date, metavar="DATE", help="When.", show_default=False)
    ],
    what: Annotated[str, typer.Option(help="What is to happen.")] = "",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Say when something is to happen with a deal: until then it is not called caught."""
    from mellantid.workspace.next_steps import (  # noqa: PLC0415 (--help does without NumPy)
        NextStep,
        set_next_step,
    )

    with writing(database) as workspace:
        set_next_step(workspace, process, NextStep(deal, due, what), now())
    print_text(f"Next with {deal}: {what or 'a step'} on {numbers.date(due)}.")


@steps.command("clear")
def clear_step(
    deal: Deal, database: Database = "./mellantid.db", process: ProcessName = None
) -> None:
    """Say that nothing is agreed with a deal any longer."""
    from mellantid.workspace.next_steps import clear_next_step  # noqa: PLC0415 (as above)

    with writing(database) as workspace:
        clear_next_step(workspace, process, deal, now())
    print_text(f"Nothing is agreed with {deal} any longer; what was stays on record.")


@steps.command("list")
def list_steps(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what is agreed, the nearest first."""
    with reading(database) as workspace:
        from mellantid.workspace.next_steps import next_steps  # noqa: PLC0415 (as above)

        until = now() + 1 if as_of is None else workspace.clock.end_of(as_of)
        found = next_steps(workspace.ledger, workspace.process(process).name, until)
    nearest = sorted(found.values(), key=lambda step: (step.due, step.deal))
    if as_json:
        print_json(nearest)
        return
    if not nearest:
        print_text("Nothing is agreed with any deal: mellantid next-step set DEAL DATE.")
        return
    rows = [(step.deal, numbers.date(step.due), step.what) for step in nearest]
    print_table("Agreed", ("deal", "date", "what"), rows, text_columns=3)
