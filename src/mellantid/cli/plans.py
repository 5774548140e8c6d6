"""What a plan assumes, its versions, and what differs between two of them, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.cli.output import print_table, print_text
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace.assumptions import Assumptions
    from mellantid.workspace.people import People
    from mellantid.workspace.plans import PlanComparison, PlanVersion

SHOWN_SHARES = 5


def print_assumptions(found: Assumptions, unit: str, people: People) -> None:
    """Print what a plan takes for granted."""
    pace = (
        f"{numbers.movements(found.creations_per_week)} a week: "
        f"{numbers.count(found.creations)} from {numbers.date(found.window_first)} to "
        f"{numbers.date(found.window_last)}; the plan asks for "
        f"{numbers.movements(found.planned_per_week)}"
    )
    cap = "none, as nothing has been created"
    if found.cap_per_week is not None:
        cap = (
            f"{numbers.movements(found.cap_per_week)} a week, twice the best quarter's "
            f"{numbers.movements(found.best_per_week)}"
        )
    rows = [
        (
            "model",
            f"as of {numbers.date(found.model_as_of)}, from {numbers.count(found.stays)} stays",
        ),
        ("creation so far", pace),
        ("most that is asked for", cap),
        ("season", _season(found.season)),
        ("deals to come begin in", _entry(found)),
        (
            "a deal to come is worth",
            _worth(found, unit),
        ),
        ("unknown amounts", _unknown(found, unit)),
        ("who creates", _shares(found, people)),
        ("new sellers", _ramp(found, people)),
    ]
    print_table("What the plan assumes", ("", ""), rows, text_columns=2)


def _worth(found: Assumptions, unit: str) -> str:
    mean = numbers.money(found.mean_amount, unit)
    return f"{mean}, the mean of {numbers.count(found.won_amounts)} won ones"


def _season(factors: Sequence[float]) -> str:
    if all(factor == 1.0 for factor in factors):
        return "none: fewer than two whole years are known, or the months do not differ"
    months = numbers.MONTHS["en"]
    return ", ".join(
        f"{month} {numbers.decimal(factor, 2)}"
        for month, factor in zip(months, factors, strict=True)
    )


def _entry(found: Assumptions) -> str:
    return ", ".join(f"{each.stage} {numbers.percent(each.share)}" for each in found.entry)


def _unknown(found: Assumptions, unit: str) -> str:
    if not found.unknown_amounts:
        return "none: every open deal has one"
    deals = (
        "1 open deal counts"
        if found.unknown_amounts == 1
        else (f"{numbers.count(found.unknown_amounts)} open deals count")
    )
    return f"{deals} as {numbers.money(found.assumed_amount, unit)}"


def _shares(found: Assumptions, people: People) -> str:
    told = [
        f"{people.name(each.owner) if each.owner else 'nobody'} {numbers.percent(each.share)}"
        for each in found.shares[:SHOWN_SHARES]
    ]
    more = len(found.shares) - SHOWN_SHARES
    return ", ".join(told) + (f" and {numbers.count(more)} more" if more > 0 else "")


def _ramp(found: Assumptions, people: People) -> str:
    if not found.ramp_days:
        return "create as the others do: no ramp is known or was given"
    ramp = f"take {numbers.count(found.ramp_days)} working days to their pace"
    if not found.ramping:
        return f"{ramp}; there are none now"
    return f"{ramp}: {', '.join(people.name(each) for each in found.ramping)}"


def print_versions(found: Sequence[PlanVersion], unit: str) -> None:
    """Print the versions of a plan."""
    if not found:
        print_text("There is no plan yet: make one with mellantid plan.")
        return
    rows = [
        (
            numbers.count(each.version),
            "" if target.met else "out of reach",
            numbers.date(each.start),
            numbers.date(target.last),
            "mean" if each.p is None else numbers.percent(each.p),
            numbers.round_money(target.target, unit),
            numbers.money(target.expected, unit),
            numbers.movements(each.created_per_week),
        )
        for each in found
        for target in each.targets
    ]
    headings = ("plan", "", "from", "to", "chance", "target", "expected", "created/week")
    print_table("Versions of the plan", headings, rows, text_columns=2)


def print_comparison(found: PlanComparison, unit: str) -> None:
    """Print what differs between two versions."""
    versions = (found.before, found.after)
    print_versions(versions, unit)
    names = [f"plan {each.version}" for each in versions]
    print_table(
        "Pace: movements a week",
        ("leg", *names, "change"),
        [
            (
                each.leg,
                numbers.movements(each.before),
                numbers.movements(each.after),
                numbers.signed(numbers.movements(each.change)),
            )
            for each in found.legs
        ],
    )
    rows = [
        (
            f"chance of an entrant of {each.stage}",
            numbers.percent(each.before),
            numbers.percent(each.after),
            numbers.signed(numbers.decimal(each.change * 100, 1)),
        )
        for each in found.stages
    ]
    for name, before, after in (
        ("won and open at the start", found.before.opening, found.after.opening),
        ("worth of a deal to come", found.before.mean_amount, found.after.mean_amount),
    ):
        change = numbers.signed(numbers.money(after - before, unit))
        rows.append((name, numbers.money(before, unit), numbers.money(after, unit), change))
    title = "What they stand on (chances to be won at all, in percentage points)"
    print_table(title, ("", *names, "change"), rows)
