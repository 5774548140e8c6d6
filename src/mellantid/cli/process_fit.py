"""`process fit`: how well the course that we have fits what deals do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.deals import told
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from typing import Any

SHOWN_LOOPS: Final = 5


def register(process_app: typer.Typer) -> None:
    """Add the command to the group that it belongs to."""
    process_app.command("fit")(fit_process)


def fit_process(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say how well the course fits what deals do: back moves, skips, loops, where nobody waits."""
    with reading(database) as workspace:
        from mellantid.answers.process_fit import (  # noqa: PLC0415 (--help does without NumPy)
            fit_document,
        )
        from mellantid.workspace.process_fit import process_fit  # noqa: PLC0415 (as above)

        document = fit_document(process_fit(ask(workspace, process, as_of)))
    if as_json:
        print_json(document)
        return
    print_text(
        f"{numbers.percent(document['deals_in_order'])} of {told(document['deals'], 'deal')} never "
        f"go back on this course; {numbers.percent(document['deals_step_by_step'])} take it step "
        "by step, from the first stage and without skipping one. "
        f"{numbers.percent(document['moves_in_order'])} of {told(document['moves'], 'move')} go "
        "onward or end the deal."
    )
    _print_stages(document["stages"])
    _print_loops(document["loops"])
    _print_order(document["order"])


def _print_stages(stages: list[dict[str, Any]]) -> None:
    counted = ("deals", "passed", "next", "skip", "back", "lost", "still", "returns")
    rows = [
        (
            each["stage"],
            _remark(each),
            *(numbers.count(each[name]) for name in counted),
            numbers.decimal(each["median_days"], 1),
            numbers.decimal(each["long_days"], 1),
            numbers.percent(each["same_day"]),
            numbers.count(each["n"]),
        )
        for each in stages
    ]
    print_table(
        "Deals that came and that passed by, where they went, and days of 24 hours by which half "
        "and nine in ten have left",
        ("stage", "remark", *counted, "half left", "9 in 10", "same day", "n"),
        rows,
        text_columns=2,
        spare=("same day", "returns", "n", "lost", "next"),
    )


def _remark(stage: dict[str, Any]) -> str:
    if stage["nobody_waits"]:
        return f"nobody waits: merge with {stage['mostly_to']}"
    return "rare" if stage["rare"] else ""


def _print_loops(loops: list[dict[str, Any]]) -> None:
    if not loops:
        print_text("No deal came back to a stage.")
        return
    rows = [
        (each["from"], each["to"], numbers.count(each["times"]), numbers.count(each["deals"]))
        for each in loops[:SHOWN_LOOPS]
    ]
    print_table("Back to a stage", ("from", "to", "times", "deals"), rows, text_columns=2)


def _print_order(order: dict[str, Any]) -> None:
    begun = (
        f"{numbers.count(order['backward'])} of {told(order['steps'], 'move')} between stages go "
        "backward"
    )
    best, next_best = order["best"], order["next_best"]
    if best is None:
        print_text(f"{begun}; there are too many stages to try every order of them.")
    elif best["backward"] < order["backward"]:
        fewer = numbers.count(best["backward"])
        print_text(f"{begun}; in the order {' > '.join(best['stages'])} it would be {fewer}.")
    elif next_best is None:
        print_text(f"{begun}.")
    else:
        print_text(
            f"{begun}; no order of the stages has fewer, and the next best "
            f"({' > '.join(next_best['stages'])}) {numbers.count(next_best['backward'])}."
        )
