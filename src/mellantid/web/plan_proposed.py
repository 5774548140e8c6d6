"""A plan that is proposed as its page shows it, beside the newest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.metrics import numbers
from mellantid.web.tables import PageTables

if TYPE_CHECKING:
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table
    from mellantid.workspace.proposing import Proposal


@dataclass(frozen=True)
class ProposalShown:
    """A plan that is proposed.

    Attributes:
        headline: what it asks for, in a sentence.
        starts: its first day, in words.
        unmet: a sentence for each target that it does not reach.
        legs: the pace of every leg, beside the newest version's.
        asked: the start as it was asked for; empty: by itself.
        start: its first day, as a form sends it.
        p: the chance that it is made for, likewise; empty: on average.

    """

    headline: str
    starts: str
    unmet: tuple[str, ...]
    legs: Table
    asked: str
    start: str
    p: str


def proposal_shown(found: Proposal, unit: str, words: Wording, asked: str) -> ProposalShown:
    """A proposal written out.

    Args:
        found: it.
        unit: of the amounts.
        words: of the pages.
        asked: the start as it was asked for; empty: none was.

    """
    language, plan, tables = words.language, found.plan, PageTables(words, unit)
    first = plan.targets[0]
    said = {
        "per_week": numbers.movements(plan.created_per_week, language),
        "target": numbers.round_money(first.target, unit, language),
        "last": numbers.date(first.last, language),
        "p": numbers.percent(plan.p, language),
    }
    unmet = tuple(
        words(
            "plan.unmet",
            target=numbers.round_money(each.target, unit, language),
            last=numbers.date(each.last, language),
            expected=numbers.money(each.expected, unit, language),
        )
        for each in plan.targets
        if not each.met
    )
    return ProposalShown(
        words("plan.proposed" if plan.p is None else "plan.proposed_p", **said),
        numbers.date(plan.start, language),
        unmet,
        _legs(found, tables, words),
        asked,
        plan.start.isoformat(),
        "" if plan.p is None else f"{plan.p:g}",
    )


def _legs(found: Proposal, tables: PageTables, words: Wording) -> Table:
    """The pace of every leg in both."""
    language = words.language
    name, pace = ("plan.leg", "name"), ("plan.proposed_pace", "number", "per_week")
    labels = [words("plan.creation"), *(each.leg for each in found.legs[1:])]
    if found.newest is None:
        rows = [
            [label, numbers.movements(each.after, language)]
            for label, each in zip(labels, found.legs, strict=True)
        ]
        return tables.table(tables.titled(name, pace), rows, caption=words("plan.pace"))
    rows = [
        [
            label,
            numbers.movements(each.before, language),
            numbers.movements(each.after, language),
            numbers.signed(numbers.movements(each.after - (each.before or 0.0), language)),
        ]
        for label, each in zip(labels, found.legs, strict=True)
    ]
    columns = tables.titled(
        name, ("plan.present_pace", "number", "per_week"), pace, ("plan.change", "number")
    )
    return tables.table(columns, rows, caption=words("plan.pace"))
