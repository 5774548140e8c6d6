"""`target` and `plan`: what is aimed at, and the pace that it takes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import plans_document, targets_document
from mellantid.cli.context import now, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text, warn
from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.core.planning.target import Mismatch
    from mellantid.workspace import PaceTable, People
    from mellantid.workspace.pace_table import PlannedPeriod

target_app = typer.Typer(help="What is aimed at.", no_args_is_help=True)
plan_app = typer.Typer(
    help="Work out the pace that the targets take, and keep it as a new version of the plan.",
    invoke_without_command=True,
)

Owner = Annotated[str, typer.Option("--owner", help="all, a team, or a seller's identity.")]
First = Annotated[
    dt.date,
    typer.Option("--from", parser=read_date, metavar="DATE", help="First day that counts."),
]
Last = Annotated[
    dt.date, typer.Option("--to", parser=read_date, metavar="DATE", help="Last day that counts.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(target_app, name="target")
    app.add_typer(plan_app, name="plan")


@target_app.command("set")
def set_target(
    amount: Annotated[float, typer.Option("--amount", help="In the workspace's currency.")],
    first: First,
    last: Last,
    owner: Owner = EVERYONE,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Set a target; what it was before stays on record."""
    from mellantid.core.planning.target import Target  # noqa: PLC0415 (--help does without NumPy)

    target = Target(owner, amount, first, last)
    with reading(database) as workspace:
        found = workspace.set_target(target, now())
        unit, people = workspace.unit, workspace.people
    if as_json:
        print_json({"target": target, "mismatches": found})
    else:
        print_text(
            f"Target of {_called(owner, people)}: {numbers.round_money(amount, unit)} from "
            f"{numbers.date(first)} to {numbers.date(last)}."
        )
    warn(_mismatch(each, unit, people) for each in found)


@target_app.command("withdraw")
def withdraw_target(
    first: First, last: Last, owner: Owner = EVERYONE, database: Database = "./mellantid.db"
) -> None:
    """Take a target away."""
    with reading(database) as workspace:
        workspace.withdraw_target(owner, first, last, now())
    print_text(f"The target of {owner} no longer holds; it stays on record.")


@target_app.command("list")
def list_targets(database: Database = "./mellantid.db", as_json: AsJson = False) -> None:
    """List the targets, and where the parts do not add up to the whole."""
    with reading(database) as workspace:
        targets, found = workspace.targets, workspace.mismatches()
        unit, people = workspace.unit, workspace.people
    if as_json:
        print_json(targets_document(targets, found))
        return
    rows = [
        (
            _called(each.owner, people),
            numbers.date(each.first),
            numbers.date(each.last),
            numbers.round_money(each.amount, unit),
        )
        for each in targets
    ]
    if not rows:
        print_text(
            "No target has been set: mellantid target set --owner all --amount X --from DATE "
            "--to DATE."
        )
        return
    print_table("Targets", ("owner", "from", "to", "amount"), rows, text_columns=3)
    warn(_mismatch(each, unit, people) for each in found)


def _called(owner: str, people: People) -> str:
    return "the whole organisation" if owner == EVERYONE else people.name(owner)


def _mismatch(each: Mismatch, unit: str, people: People) -> str:
    more = "more" if each.difference > 0 else "less"
    missing = f" ({len(each.without)} have none)" if each.without else ""
    parts = "teams and sellers" if each.by == "owners" else "shorter periods"
    return (
        f"The targets of the {parts} under {_called(each.owner, people)} from {each.first} to "
        f"{each.last} sum to "
        f"{numbers.money(each.parts, unit)}{missing}, "
        f"{numbers.money(abs(each.difference), unit)} {more} than the whole."
    )


@plan_app.callback()
def plan(
    context: typer.Context,
    p: Annotated[
        float | None,
        typer.Option("--p", help="The chance to plan for, such as 0.8; the mean by default."),
    ] = None,
    start: Annotated[
        dt.date | None,
        typer.Option(
            "--start",
            parser=read_date,
            metavar="DATE",
            help="The plan's first day; the running target's first day by default.",
        ),
    ] = None,
    ramp: Annotated[
        int | None,
        typer.Option(
            "--ramp",
            metavar="DAYS",
            help="Working days that a new seller takes to a settled pace, 0 for none; as past "
            "starters did by default.",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Work out the pace that the targets take, and keep it as a new version of the plan."""
    if context.invoked_subcommand is not None:
        return
    from mellantid.workspace.pace_table import pace_table  # noqa: PLC0415 (--help does without NumPy)

    if as_of is not None and start is not None:
        raise QuestionError("Give either --start or --as-of: a plan starts the day after --as-of.")
    if as_of is not None:
        start = as_of + dt.timedelta(days=1)
    with reading(database) as workspace:
        made, race = workspace.make_plan(process, start, now(), p, ramp)
        others = [name for name in workspace.processes if name != race.history.process.name]
        people = workspace.people
    warn(race.notes)
    if others:
        warn([f"This plan meets the whole target without {' and '.join(sorted(others))}."])
    found = pace_table(made, race)
    if as_json:
        print_json(found)
        return
    print_pace(found, race.unit)
    from mellantid.cli.plans import print_assumptions  # noqa: PLC0415 (as above)

    print_assumptions(found.assumptions, race.unit, people)


@plan_app.command("list")
def list_plans(
    database: Database = "./mellantid.db", process: ProcessName = None, as_json: AsJson = False
) -> None:
    """List the versions of the plan."""
    with reading(database) as workspace:
        found, unit = workspace.plan_versions(process), workspace.unit
    if as_json:
        print_json(plans_document(found))
        return
    from mellantid.cli.plans import print_versions  # noqa: PLC0415 (as above)

    print_versions(found, unit)


@plan_app.command("compare")
def compare_plans(
    before: Annotated[int, typer.Argument(help="A version.", show_default=False)],
    after: Annotated[int, typer.Argument(help="Another version.", show_default=False)],
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Say what differs between two versions of the plan."""
    with reading(database) as workspace:
        found, unit = workspace.compare_plans(process, before, after), workspace.unit
    if as_json:
        print_json(found)
        return
    from mellantid.cli.plans import print_comparison  # noqa: PLC0415 (as above)

    print_comparison(found, unit)


def print_pace(found: PaceTable, unit: str, since: str = "", weeks: int | None = None) -> None:
    """Print the plan: the pace of every leg, and the pace band.

    Args:
        found: the plan.
        unit: of the amounts.
        since: the first week of the band that is shown, such as 2026-W07.
        weeks: how many weeks of it are shown; None: all.

    """
    print_text(
        f"Plan {found.version}, from {numbers.date(found.start)} to {numbers.date(found.end)}."
    )
    for each in found.periods:
        print_text(_promise(each, found.p, unit))
    print_table(
        "Pace: movements that every leg needs",
        ("leg", "a week", "in all"),
        [
            (each.leg, numbers.movements(each.per_week), numbers.movements(each.in_all))
            for each in found.pace
        ],
    )
    by_week: dict[str, list[str]] = {}
    for line in found.weeks:
        if line.week >= since:
            by_week.setdefault(line.week, []).append(numbers.movements(line.planned))
    rows = [(week, *planned) for week, planned in list(by_week.items())[:weeks]]
    title = "Pace band: planned movements by the end of each week, since the plan's start"
    legs = [each.leg for each in found.pace]
    print_table(title, ("week", *legs), rows, spare=legs[1:-1])


def _promise(period: PlannedPeriod, p: float | None, unit: str) -> str:
    """What the plan makes of a target."""
    aim = (
        f"Target {numbers.round_money(period.target, unit)} from {numbers.date(period.first)} to "
        f"{numbers.date(period.last)}"
    )
    expected = numbers.money(period.expected, unit)
    if not period.met:
        cannot = "it cannot be reached"
        nearest = ", which is the nearest target that can be"
        if p is not None:
            cannot += f" with {numbers.percent(p)} chance"
            nearest = " on average"
        return (
            f"{aim}: {cannot}; twice the best quarter's pace of creation brings "
            f"{expected}{nearest}."
        )
    with_chance = "" if p is None else f", which reaches it with {numbers.percent(p)} chance"
    return f"{aim}: the plan expects {expected}{with_chance}."
