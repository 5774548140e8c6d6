"""`forecast`: what will have been won, with its distribution and the chance of the target."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import forecast_document
from mellantid.cli.context import ask, reading
from mellantid.cli.deals import amounts
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName, read_date
from mellantid.cli.output import RULE, print_json, print_table, print_text, warn
from mellantid.errors import QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace import Outcome, People, Race, Standing, Workspace
    from mellantid.workspace.parts import Part

SHOWN_DEALS = 15
ARRIVALS = ("0.1", "0.5", "0.9")


class By(StrEnum):
    """Whose parts of the outcome are told too."""

    TEAM = "team"
    SELLER = "seller"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(forecast)


def forecast(
    until: Annotated[
        list[dt.date] | None,
        typer.Option(
            "--until",
            parser=read_date,
            metavar="DATE",
            help="The last day on which a win counts; the running target's by default. "
            "Given several times, the others are told beside the first.",
        ),
    ] = None,
    by: Annotated[By | None, typer.Option(help="Tell what each team or seller brings.")] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Foretell what will have been won, with its distribution and the chance of the target."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        days: list[dt.date | None] = [*until] if until else [None]
        all_found = [workspace.outcome(race, day) for day in days]
        found = all_found[0]
        parts = None if by is None else _parts(workspace, found, by)
        warn(found.notes)
        if as_json:
            print_json(forecast_document(all_found, parts))
            return
        standing = _standing(workspace, race, found)
        people = workspace.people
    print_outcome(found, standing, race.unit, people)
    if len(all_found) > 1:
        _print_horizons(all_found, race.unit)
    if parts is not None:
        _print_parts(parts, race.unit, people)


def _parts(workspace: Workspace, found: Outcome, by: By) -> tuple[Part, ...]:
    """What each team or seller brings."""
    from mellantid.workspace.parts import parts  # noqa: PLC0415 (seldom asked for)

    if by is By.SELLER:
        return parts(found.whole)
    return parts(found.whole, workspace.people.team_of(found.whole.parts.owners))


def _standing(workspace: Workspace, race: Race, found: Outcome) -> Standing | None:
    """The splits of the same period, where there is a plan for it."""
    try:
        standing = workspace.standing(race)
    except QuestionError:
        return None
    same = (standing.first, standing.last) == (found.first, found.until)
    return standing if same and found.target is not None else None


def print_outcome(found: Outcome, standing: Standing | None, unit: str, people: People) -> None:
    """Print the forecast: the sentence, the figures, the deals that weigh most."""
    print_text(_headline(found, standing, unit))
    if found.as_of >= found.until:
        return
    _print_amounts(found, unit)
    _print_deals(found, unit, people)
    if found.unknown_amounts:
        assumed = numbers.money(found.assumed_amount, unit)
        n = numbers.count(found.unknown_amounts)
        warn([f"{n} deals without an amount count for {assumed} each."])


def _headline(found: Outcome, standing: Standing | None, unit: str) -> str:
    """Where we finish, the chance of the target, and the leg that lags most: as the report."""
    from mellantid.report.sentence import Finish, sentence  # noqa: PLC0415 (--json does without)
    from mellantid.report.wording import wording  # noqa: PLC0415 (as above)

    finish = Finish(
        found.as_of,
        found.until,
        found.won,
        found.quantiles["0.1"],
        found.quantiles["0.9"],
        unit,
        found.target,
        found.p_target,
    )
    if standing is None:
        return sentence(finish, (), 0.0, wording("en"))
    return sentence(finish, standing.legs, standing.gap_money, wording("en"))


def _print_amounts(found: Outcome, unit: str) -> None:
    rows: list[tuple[str, ...]] = [
        ("won so far", numbers.money(found.won, unit)),
        ("expected of open deals", numbers.money(found.open_mean, unit)),
        ("expected of deals to come", numbers.money(found.new_mean, unit)),
        ("expected in all", numbers.money(found.mean, unit)),
        ("standard deviation", numbers.money(found.sd, unit)),
        RULE,
        *(
            (f"{numbers.percent(float(level))} chance to stay below", numbers.money(amount, unit))
            for level, amount in found.quantiles.items()
        ),
    ]
    if found.target is not None and found.arrival is not None:
        aim = numbers.round_money(found.target, unit)
        rows += [RULE, (f"chance of {aim}", numbers.percent(found.p_target))]
        rows += [
            (
                f"reached by, with {numbers.percent(float(level))} chance",
                "later" if found.arrival[level] is None else numbers.date(found.arrival[level]),
            )
            for level in ARRIVALS
        ]
    title = f"Won from {numbers.date(found.first)} to {numbers.date(found.until)}"
    print_table(title, ("", ""), rows)


def _print_horizons(found: Sequence[Outcome], unit: str) -> None:
    print_table(
        "By horizon",
        ("until", "won", "expected", "10 %", "50 %", "90 %", "chance of the target"),
        [
            (
                numbers.date(each.until),
                numbers.money(each.won, unit),
                numbers.money(each.mean, unit),
                *(numbers.money(each.quantiles[level], unit) for level in ARRIVALS),
                "" if each.p_target is None else numbers.percent(each.p_target),
            )
            for each in found
        ],
        text_columns=1,
    )


def _print_parts(parts: tuple[Part, ...], unit: str, people: People) -> None:
    print_table(
        "What each brings",
        ("", "won", "of open deals", "of deals to come", "expected", "10 %", "90 %"),
        [
            (
                people.name(each.name),
                *(
                    numbers.money(amount, unit)
                    for amount in (
                        each.won,
                        each.open_mean,
                        each.new_mean,
                        each.mean,
                        each.quantiles["0.1"],
                        each.quantiles["0.9"],
                    )
                ),
            )
            for each in parts
        ],
        text_columns=1,
        spare=("of deals to come", "of open deals"),
    )


def _print_deals(found: Outcome, unit: str, people: People) -> None:
    print_table(
        "The open deals that weigh most",
        ("deal", "stage", "owner", "age", *amounts("amount", unit), "chance"),
        [
            (
                deal.deal,
                deal.stage,
                people.name(deal.owner),
                numbers.count(deal.age),
                *amounts(deal.amount, unit),
                numbers.percent(deal.p),
            )
            for deal in found.deals[:SHOWN_DEALS]
        ],
        text_columns=3,
        spare=("age", "stage"),
    )
