"""A line of the ticker: split, projection, verdict, in the reader's language and sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from mellantid.core.names import PER_DEAL
from mellantid.ledger import Kind
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.access import Sight
    from mellantid.report.wording import Wording
    from mellantid.workspace.scoreboard import Passing

SLIGHT: Final = 0.005
"""A chance to be won in the period, before and after, below which a deal counts for later ones."""

Line: TypeAlias = list[tuple[str, str]]
"""Parts of a line, each with its kind: what, up, down, verdict or none."""


def line_of(passing: Passing, words: Wording, sight: Sight) -> Line:
    """The line of one passing.

    Who may not see the deal reads that a deal has passed and what that did to the chance of the
    whole, which is everybody's; not which deal it was, nor what it is worth.
    """
    open_ = sight.deal(passing.owner)
    name = words("live.deal", deal=passing.deal) if open_ else words("live.some")
    line = [(_split(passing, words, name, open_), "what")]
    credit = passing.credit
    if credit is None:
        return line
    if max(credit.chance) < SLIGHT:
        return [*line, (" · ", ""), (words("live.beyond"), "verdict")] if credit.expected else line
    if open_ and credit.expected:
        way = "up" if credit.expected > 0 else "down"
        line += [(" · ", ""), (_projection(credit.expected, passing.unit, words), way)]
    if credit.target is not None and credit.expected:
        line += [(" · ", ""), (_verdict(credit.target, words), "verdict")]
    return line


def _split(passing: Passing, words: Wording, name: str, open_: bool) -> str:
    key, stage = _said(passing)
    amount = numbers.NONE
    if key == "amount":
        if not open_ or passing.amount is None:
            key = "amount_hidden"
        else:
            amount = numbers.money(passing.amount, passing.unit, words.language)
    return words(f"live.{key}", deal=name, stage=stage or "", amount=amount)


def _said(passing: Passing) -> tuple[str, str | None]:
    """Which words tell it, and the stage that they name."""
    kind = passing.kind
    if kind is Kind.LOST:
        return ("lost", passing.left) if passing.left else ("gone", None)
    if kind in {Kind.MOVED, Kind.CREATED, Kind.REOPENED}:
        if kind is not Kind.MOVED or passing.left is None:
            return {Kind.CREATED: "created", Kind.REOPENED: "reopened"}.get(
                kind, "reached"
            ), passing.entered
        if passing.onward > 0:
            return "passed", passing.left
        return "back" if passing.onward < 0 else "reached", passing.entered
    return {
        Kind.WON: "won",
        Kind.AMOUNT_CHANGED: "amount",
        Kind.OWNER_CHANGED: "owner",
        Kind.REMOVED: "removed",
    }.get(kind, "retracted"), None


def _projection(expected: float, unit: str, words: Wording) -> str:
    if unit == PER_DEAL:
        wins = numbers.signed(numbers.decimal(expected, 2, words.language))
        return words("live.expected_wins", wins=wins)
    amount = numbers.signed(numbers.money(expected, unit, words.language))
    return words("live.expected", amount=amount)


def _verdict(target: tuple[float, float], words: Wording) -> str:
    before, after = (numbers.percent(p, words.language) for p in target)
    if before == after:
        return words("live.holds", p=after)
    return words("live.shifts", before=before.removesuffix(f"{numbers.NARROW}%"), after=after)
