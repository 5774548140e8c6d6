"""A plan as its page shows it: every cell written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.core.names import EVERYONE
from mellantid.metrics import numbers
from mellantid.web.tables import PageTables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.access import Sight
    from mellantid.core.planning.target import Target
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table
    from mellantid.workspace.assumptions import Assumptions
    from mellantid.workspace.pace_table import PaceTable
    from mellantid.workspace.people import People

SHOWN_SHARES = 5


@dataclass(frozen=True)
class TargetShown:
    """A target in the list, with what a form needs to take it away.

    Attributes:
        owner: identity of a seller, name of a team, or all.
        name: what to call them.
        seller: whether it is one seller's.
        amount: in words.
        first: its first date.
        last: its last one.
        period: both in words.

    """

    owner: str
    name: str
    seller: bool
    amount: str
    first: dt.date
    last: dt.date
    period: str


@dataclass(frozen=True)
class PlanShown:
    """A plan that holds.

    Attributes:
        version: its number.
        headline: what it asks for, in a sentence.
        reachable: whether every target is met.
        pace: the table of its legs.
        assumed: what it takes for granted, name and text.

    """

    version: int
    headline: str
    reachable: bool
    pace: Table
    assumed: tuple[tuple[str, str], ...]


def targets_shown(
    targets: Sequence[Target], people: People, unit: str, words: Wording
) -> list[TargetShown]:
    """The targets, the organisation's first, then by name and period."""
    language = words.language
    shown = [
        TargetShown(
            each.owner,
            words("plan.everyone") if each.owner == EVERYONE else people.name(each.owner),
            each.owner in people.persons,
            numbers.round_money(each.amount, unit, language),
            each.first,
            each.last,
            _period(each.first, each.last, language),
        )
        for each in targets
    ]
    return sorted(
        shown, key=lambda each: (each.owner != EVERYONE, each.seller, each.name, each.first)
    )


def _period(first: dt.date, last: dt.date, language: str) -> str:
    """The period in words: a calendar year by its number."""
    whole_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_year and first.year == last.year:
        return str(first.year)
    return f"{numbers.date(first, language)} – {numbers.date(last, language)}"


def plan_shown(
    found: PaceTable, people: People, unit: str, words: Wording, sight: Sight
) -> PlanShown:
    """A plan written out, for one who has this sight."""
    language = words.language
    tables = PageTables(words, unit)
    rows = [
        [
            words("plan.creation") if place == 0 else each.leg,
            numbers.movements(each.per_week, language),
            numbers.count(each.in_all, language),
        ]
        for place, each in enumerate(found.pace)
    ]
    columns = tables.titled(
        ("plan.leg", "name"), ("plan.per_week", "number", "per_week"), ("plan.in_all", "number")
    )
    first = found.periods[0]
    headline = words(
        "plan.headline" if found.p is None else "plan.headline_p",
        per_week=numbers.movements(found.pace[0].per_week, language),
        target=numbers.round_money(first.target, unit, language),
        last=numbers.date(first.last, language),
        p=numbers.percent(found.p, language),
    )
    return PlanShown(
        found.version,
        headline,
        found.reachable,
        tables.table(columns, rows, caption=words("plan.pace")),
        _assumed(found.assumptions, people, unit, words, sight),
    )


def _assumed(
    found: Assumptions, people: People, unit: str, words: Wording, sight: Sight
) -> tuple[tuple[str, str], ...]:
    language = words.language

    def moves(value: float | None) -> str:
        return numbers.movements(value, language)

    def date(value: dt.date) -> str:
        return numbers.date(value, language)

    return (
        (
            words("plan.model"),
            words(
                "plan.model_says",
                date=date(found.model_as_of),
                n=numbers.count(found.stays, language),
            ),
        ),
        (
            words("plan.so_far"),
            words(
                "plan.so_far_says",
                pace=moves(found.creations_per_week),
                n=numbers.count(found.creations, language),
                first=date(found.window_first),
                last=date(found.window_last),
            ),
        ),
        (
            words("plan.most"),
            words("plan.no_cap")
            if found.cap_per_week is None
            else words(
                "plan.most_says", cap=moves(found.cap_per_week), best=moves(found.best_per_week)
            ),
        ),
        (words("plan.season"), _season(found, words)),
        (words("plan.entry"), _entry(found, language)),
        (
            words("plan.worth"),
            words(
                "plan.worth_says",
                amount=numbers.money(found.mean_amount, unit, language),
                n=numbers.count(found.won_amounts, language),
            ),
        ),
        (words("plan.shares"), _shares(found, people, words, sight)),
        (words("plan.ramp"), _ramp(found, words)),
    )


def _season(found: Assumptions, words: Wording) -> str:
    if all(factor == 1.0 for factor in found.season):
        return words("plan.no_season")
    months = numbers.MONTHS[words.language]
    return ", ".join(
        f"{month} {numbers.decimal(factor, 2, words.language)}"
        for month, factor in zip(months, found.season, strict=True)
    )


def _entry(found: Assumptions, language: str) -> str:
    return ", ".join(
        f"{each.stage} {numbers.percent(each.share, language)}" for each in found.entry
    )


def _shares(found: Assumptions, people: People, words: Wording, sight: Sight) -> str:
    """Who creates most, of those who may be seen."""
    seen = [each for each in found.shares if not each.owner or sight.owner(each.owner)]
    return ", ".join(
        f"{people.name(each.owner) if each.owner else words('plan.nobody')} "
        f"{numbers.percent(each.share, words.language)}"
        for each in seen[:SHOWN_SHARES]
    )


def _ramp(found: Assumptions, words: Wording) -> str:
    if not found.ramp_days:
        return words("plan.ramp_none")
    return words("plan.ramp_days", n=numbers.count(found.ramp_days, words.language))
