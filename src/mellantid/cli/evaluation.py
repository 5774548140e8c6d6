"""`evaluate`: what was planned, what happened, which assumption was wrong, what now."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, now, reading, writing
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import RULE, print_json, print_table, print_text, say
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace.believing import Believed
    from mellantid.workspace.evaluating import Evaluation, EvaluationLine
    from mellantid.workspace.proposing import Proposal

LEAST = 0.005
"""What rounds to nothing."""


class Since(StrEnum):
    """From when lines are told."""

    START = "start"
    MONTH = "month"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    since: Annotated[
        Since, typer.Option(help="Tell the gap since the plan's start, or since the month's.")
    ] = Since.START,
    learned: Annotated[
        str | None,
        typer.Option("--close", metavar="TEXT", help="Close the evaluation with what was learned."),
    ] = None,
    author: Annotated[str, typer.Option(help="Who closes it.")] = "",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say which assumption of the plan was wrong and what it cost, and propose a new plan."""
    if learned is not None and as_of is not None:
        raise typer.BadParameter("An evaluation is closed as of now: leave out --as-of.")
    with reading(database) if learned is None else writing(database) as workspace:
        from mellantid.workspace.evaluating import (  # noqa: PLC0415 (--help does without NumPy)
            close,
            evaluation,
        )

        race, moment = ask(workspace, process, as_of), now()
        if learned is not None:
            close(workspace, race, learned, author, moment, uuid.uuid4().hex)
        found = evaluation(workspace, race, since.value, moment if as_of is None else None)
        unit = race.unit
    if as_json:
        from mellantid.answers.evaluation import evaluation_document  # noqa: PLC0415 (as above)

        print_json(evaluation_document(found))
        return
    _print(found, unit)
    if learned is not None:
        say("Closed. The next evaluation is due next month, or when a leg changes.")


def _print(found: Evaluation, unit: str) -> None:
    planned, expected = (
        numbers.money(each, unit) for each in (found.planned_money, found.expected_money)
    )
    print_text(
        f"Plan {found.plan_version} expected {planned} by {numbers.date(found.last)}; now "
        f"{expected} is expected."
    )
    if not found.wrong:
        print_text("No assumption of the plan is beyond chance.")
    _print_lines(found, unit)
    print_text(
        f"Within chance or too early: {numbers.signed(numbers.money(found.chance, unit))}; chance "
        f"alone has a standard deviation of {numbers.money(found.chance_sd, unit)}."
    )
    _print_believed(found.believed, unit)
    if found.proposal is not None:
        _print_proposal(found.proposal)
    elif found.no_proposal:
        print_text(f"No new plan is proposed: {found.no_proposal}")
    for each in found.closed[:3]:
        print_text(f"{numbers.date(each.on)}, plan {each.plan_version}: {each.learned}")


def _print_lines(found: Evaluation, unit: str) -> None:
    scale, written = numbers.money_column(
        [*(each.money for each in found.lines), found.gap_money], unit
    )
    cells = [numbers.signed(each) for each in written]
    rows: list[Sequence[str]] = [
        (
            each.kind,
            each.leg or "",
            each.verdict if each.low is not None else "",
            money,
            numbers.NONE if each.high is None else f"± {numbers.money(each.high, unit)}",
            _measured(each, each.expected, unit),
            _measured(each, each.seen, unit),
            numbers.count(each.n),
        )
        for each, money in zip(found.lines, cells[:-1], strict=True)
        if abs(each.money) >= LEAST or each.n
    ]
    rows += [RULE, ("gap to the plan", "", "", cells[-1], "", "", "", "")]
    print_table(
        f"The gap by assumption since {numbers.date(found.since)}",
        (
            "assumption",
            "leg",
            "verdict",
            f"money, {scale}" if scale else "money",
            "chance",
            "expected",
            "seen",
            "n",
        ),
        rows,
        text_columns=3,
        spare=("n", "seen", "expected"),
    )


def _measured(line: EvaluationLine, value: float | None, unit: str) -> str:
    """What was expected or seen, in the line's own measure."""
    from mellantid.workspace.evaluating import OF_ONE  # noqa: PLC0415 (--help does without NumPy)

    if value is None or (line.kind in OF_ONE and not line.n):
        return numbers.NONE
    return numbers.money(value, unit) if line.kind in OF_ONE else numbers.count(value)


def _print_believed(found: Believed, unit: str) -> None:
    rows = [
        (
            each.leg,
            numbers.percent(each.conversion_assumed),
            numbers.percent(each.conversion_now),
            numbers.NONE
            if each.conversion_seen is None
            else numbers.percent(each.conversion_seen.value),
            numbers.NONE if each.days_assumed is None else numbers.days(each.days_assumed),
            numbers.NONE if each.days_now is None else numbers.days(each.days_now),
            numbers.NONE if each.days_seen is None else numbers.days(each.days_seen.value),
            numbers.count(each.n),
        )
        for each in found.legs
    ]
    print_table(
        "Share that goes on, and median working days: plan, model now, stays since the plan",
        ("leg", "plan", "now", "seen", "days: plan", "now ", "seen ", "n"),
        rows,
        text_columns=1,
        spare=("seen ", "seen"),
    )
    amounts = [numbers.money(each, unit) for each in (found.amount_assumed, found.amount_now)]
    print_text(
        f"Deals created a week: plan {numbers.movements(found.pace_assumed)}, seen "
        f"{numbers.movements(found.pace_seen)} (n {found.creations}). A won deal: plan "
        f"{amounts[0]}, now {amounts[1]} (n {found.won_amounts})."
    )


def _print_proposal(found: Proposal) -> None:
    rows = [
        (
            each.leg,
            numbers.NONE if each.before is None else numbers.movements(each.before),
            numbers.movements(each.after),
        )
        for each in found.legs
    ]
    print_table(
        "A plan from today for the same targets, movements a week",
        ("leg", f"plan {found.newest}" if found.newest else "plan", "proposed"),
        rows,
    )
    start = found.plan.start.isoformat()
    print_text(f"Keep it with: mellantid plan --start {start}. The targets stay as they are.")
