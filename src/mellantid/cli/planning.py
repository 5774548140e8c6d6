"""`target` and `plan`: what is aimed at, and the pace that it takes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import now, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import print_json, print_table, print_text, warn
from mellantid.core.target import EVERYONE, Target
from mellantid.metrics import numbers
from mellantid.workspace.pace_table import pace_table

if TYPE_CHECKING:
    from mellantid.core.target import Mismatch
    from mellantid.workspace.pace_table import PaceTable

target_app = typer.Typer(help="What is aimed at.", no_args_is_help=True)

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
    app.command()(plan)


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
    target = Target(owner, amount, first, last)
    with reading(database) as workspace:
        found = workspace.set_target(target, now())
        unit = workspace.settings.currency
    if as_json:
        print_json({"target": target, "mismatches": found})
    else:
        print_text(
            f"Target of {owner}: {numbers.money(amount, unit)} from {numbers.date(first)} to "
            f"{numbers.date(last)}."
        )
    warn(_mismatch(each, unit) for each in found)


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
        unit = workspace.settings.currency
    if as_json:
        print_json({"targets": targets, "mismatches": found})
        return
    rows = [
        (t.owner, numbers.date(t.first), numbers.date(t.last), numbers.money(t.amount, unit))
        for t in targets
    ]
    print_table("Targets", ("owner", "from", "to", "amount"), rows, text_columns=3)
    warn(_mismatch(each, unit) for each in found)


def _mismatch(each: Mismatch, unit: str) -> str:
    more = "more" if each.difference > 0 else "less"
    missing = f" ({len(each.without)} have none)" if each.without else ""
    parts = "teams and sellers" if each.by == "owners" else "shorter periods"
    return (
        f"The targets of the {parts} under {each.owner} from {each.first} to {each.last} sum to "
        f"{numbers.money(each.parts, unit)}{missing}, "
        f"{numbers.money(abs(each.difference), unit)} {more} than the whole."
    )


def plan(
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
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Work out the pace that the targets take, and keep it as a new version of the plan."""
    if as_of is not None:
        start = as_of + dt.timedelta(days=1)
    with reading(database) as workspace:
        made, race = workspace.make_plan(process, start, now(), p)
    found = pace_table(made, race)
    if as_json:
        print_json(found)
        return
    print_pace(found, race.unit)


def print_pace(found: PaceTable, unit: str) -> None:
    """Print the plan: the pace of every leg, and the pace band."""
    print_text(
        f"Plan {found.version}, from {numbers.date(found.start)} to {numbers.date(found.end)}."
    )
    for period in found.periods:
        reach = "" if period.met else "; that cannot be reached, the nearest that can is "
        nearest = "" if period.met else numbers.money(period.expected, unit)
        print_text(
            f"Target {numbers.money(period.target, unit)} from {numbers.date(period.first)} to "
            f"{numbers.date(period.last)}: expected {numbers.money(period.expected, unit)}"
            f"{reach}{nearest}."
        )
    print_table(
        "Pace",
        ("leg", "movements a week", "in all"),
        [
            (each.leg, numbers.movements(each.per_week), numbers.movements(each.in_all))
            for each in found.pace
        ],
    )
    legs = [each.leg for each in found.pace]
    by_week: dict[str, list[str]] = {}
    for each in found.weeks:
        by_week.setdefault(each.week, []).append(numbers.movements(each.planned))
    rows = [(week, *planned) for week, planned in by_week.items()]
    print_table("Planned movements by the end of each week", ("week", *legs), rows)
