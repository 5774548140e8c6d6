"""`watch`: which legs have truly changed pace, since when, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.cli.splits import By
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.workspace import LegWatch, People, Watch

SHOWN_ROWS = 12
"""Lines by team or seller, the strongest evidence first; those named are all shown."""
MOST_ODDS = 1e6
HEADINGS = (
    "verdict",
    "expected",
    "actual",
    "pace",
    "from",
    "to",
    "evidence",
    "false sign",
    "seen in",
)
SPARE = ("false sign", "from", "to", "expected", "actual")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(watch)


def watch(
    by: Annotated[
        By, typer.Option(help="Watch the legs of everyone, of each team or of each seller.")
    ] = By.LEG,
    alpha: Annotated[
        float | None,
        typer.Option(help="Chance of ever a false alarm on a leg.", show_default="0.05"),
    ] = None,
    arl: Annotated[
        float | None,
        typer.Option(
            help="Working days between false first signs on a leg.", show_default="520, two years"
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say which legs have truly changed pace, and which only look like it."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.watch(race, by.value, alpha, arl)
        people = workspace.people
    if as_json:
        print_json(found)
        return
    print_watch(found, people)


def print_watch(found: Watch, people: People) -> None:
    """Print the table, a sentence for each change, and what cannot be told yet."""
    print_text(
        f"Plan {found.plan_version} watched from {numbers.date(found.first)} to "
        f"{numbers.date(found.last)}: has a leg changed pace, or is it chance?"
    )
    shown = _shown(found)
    grouped = found.by != By.LEG
    headings = (*([found.by] if grouped else []), "leg", *HEADINGS)
    rows = [(*([_whose(leg, people)] if grouped else []), leg.leg, *_cells(leg)) for leg in shown]
    print_table(
        "Pace against the plan, of the deals at hand",
        headings,
        rows,
        text_columns=3 if grouped else 2,
        spare=SPARE,
    )
    if len(shown) < len(found.legs):
        print_text(
            f"... and {numbers.count(len(found.legs) - len(shown))} more with less evidence "
            "(all with --json)."
        )
    for leg in shown:
        sentence = _sentence(leg, found, people)
        if sentence:
            print_text(sentence)
    if grouped:
        print_text(_together(found))
    print_text(_how_soon(found))


def _shown(found: Watch) -> list[LegWatch]:
    """The lines that are shown: all legs, or a short list of teams' or sellers'."""
    if found.by == By.LEG:
        return list(found.legs)
    return [leg for place, leg in enumerate(found.legs) if leg.named or place < SHOWN_ROWS]


def _whose(leg: LegWatch, people: People) -> str:
    """The team or seller."""
    if leg.owner is not None:
        return people.name(leg.owner) if leg.owner else "Nobody"
    return leg.team or "No team"


def _cells(leg: LegWatch) -> tuple[str, ...]:
    return (
        leg.verdict,
        numbers.movements(leg.planned),
        numbers.movements(leg.actual),
        numbers.NONE if leg.pace is None else numbers.decimal(leg.pace, 2),
        numbers.decimal(leg.pace_low, 2),
        numbers.NONE if leg.pace_high is None else numbers.decimal(leg.pace_high, 2),
        _odds(leg.e_value),
        numbers.NONE if leg.arl is None else f"1 in {numbers.days(leg.arl)}",
        numbers.days(leg.wait_days),
    )


def _odds(e_value: float) -> str:
    """Evidence as people bet on it."""
    if e_value < 1.0:
        return "none"
    if e_value > MOST_ODDS:
        return f"over {numbers.count(MOST_ODDS)} to 1"
    return f"{numbers.movements(e_value)} to 1"


def _sentence(leg: LegWatch, found: Watch, people: People) -> str:
    """What there is to say of a leg whose watches have spoken."""
    name = leg.leg.capitalize() if leg.leg.islower() else leg.leg
    if found.by != By.LEG:
        name = f"{_whose(leg, people)}: {leg.leg}"
    if leg.ratio is None or leg.ratio_low is None or leg.ratio_high is None:
        return ""
    if leg.verdict == "back on plan":
        return (
            f"{name} had left its planned pace by {numbers.date(leg.alarm_on)}; "
            "what has come since no longer shows it."
        )
    pace = (
        f"{numbers.decimal(leg.ratio, 2)} of its planned pace since {numbers.date(leg.since)} "
        f"({numbers.decimal(leg.ratio_low, 2)} to {numbers.decimal(leg.ratio_high, 2)})"
    )
    if leg.alarm:
        return f"{name} has gone at {pace}; the evidence is {_odds(leg.e_value)}."
    often = "seldom" if leg.arl is None else f"once in {numbers.days(leg.arl)} working days"
    return f"{name} seems to go at {pace}: a first sign, as a leg on plan gives one {often}."


def _together(found: Watch) -> str:
    """What holds of all streams together."""
    named = sum(leg.named for leg in found.legs)
    of = f"{numbers.count(found.streams)} legs of {found.by}s"
    if not named:
        return f"Of {of} watched together none stands out enough to be named; look at the first."
    share = numbers.percent(found.alpha)
    return (
        f"Of {of} watched together {numbers.count(named)} can be named as changed; on average at "
        f"most {share} of such names are false."
    )


def _how_soon(found: Watch) -> str:
    """How soon a fall can be told from chance, and where it cannot be within a quarter."""
    fall = f"a fall to {numbers.decimal(found.rho, 1)} of the plan"
    seen = {leg.leg for leg in found.legs if leg.inside_quarter}
    soon = [name for name in found.course if name in seen]
    told = {leg.leg for leg in found.legs}
    late = [name for name in found.course if name in told - seen]
    if not late:
        return f"Within a quarter {fall} is seen on every leg."
    waits = [leg.wait_days for leg in found.legs if leg.leg == late[-1] and leg.wait_days]
    least = f"{numbers.days(min(waits))} working days" if waits else "longer than can be said"
    where = f" It is on {', '.join(soon)}." if soon else ""
    if found.by == By.SELLER:
        best = " at best" if waits else ""
        return (
            f"A seller's {late[-1]} leg cannot be watched inside a quarter: to see {fall} would "
            f"take {least}{best}. Upstream legs and pooled teams can (--by leg, --by team).{where}"
        )
    return f"Within a quarter {fall} is not seen on {', '.join(late)} ({late[-1]}: {least}).{where}"
