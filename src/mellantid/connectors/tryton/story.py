"""What was seen of a deal at each of its revisions, as what is told of it: pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.told import Change, DealTold
from mellantid.connectors.tryton.values import milliseconds, moment_of, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS: Final = (
    "id",
    "state",
    "company/id",
    "amount",
    "currency/id",
    "employee/id",
    "lost_reason",
    "create_date",
)
"""What is exported of an opportunity."""
GONE: Final = "deleted, or in a company that is hidden from us"
HIDDEN: Final = "hidden"
"""A pipeline that nobody reads."""
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Seen:
    """How an opportunity stood.

    Attributes:
        pipeline: the company's id.
        stage: its state.
        amount: None where none is set.
        currency: ISO 4217, of the amount; None where there is none.
        owner: the employee's id; empty: nobody.
        reason: why it was lost, where it is and that is said.
        created: the moment (µs) at which the opportunity was created.

    """

    pipeline: str
    stage: str
    amount: float | None
    currency: str | None
    owner: str
    reason: str | None
    created: int

    @property
    def told(self) -> tuple[object, ...]:
        """What makes a change where it differs."""
        return (self.pipeline, self.stage, self.amount, self.currency, self.owner)


def seen_of(row: Sequence[Any], currencies: Mapping[int, str]) -> tuple[int, Seen]:
    """An exported row: the opportunity's id, and how it stood.

    Args:
        row: its `COLUMNS`.
        currencies: codes by the source's ids.

    """
    deal, state, company, amount, currency, employee, reason, created = row
    value = number_of(amount)
    return int(deal), Seen(
        pipeline=str(company),
        stage=str(state),
        amount=value,
        currency=None if value is None else currencies.get(currency),
        owner=str(employee or ""),
        reason=" ".join(str(reason or "").split())[:LONGEST_REASON] or None,
        created=moment_of(created),
    )


def told_of(deal: int, revisions: Sequence[int], seen: Mapping[int, Seen]) -> DealTold | None:
    """All that is told of an opportunity; None where nothing of it may be seen.

    Args:
        deal: its id.
        revisions: the moments (µs) of its revisions, the oldest first.
        seen: how it stood at those; one that is missing is its deletion, or not for us to see.

    """
    shown = [moment for moment in revisions if moment in seen]
    if not shown:
        return None
    within = [moment for moment in revisions if shown[0] <= moment <= shown[-1]]
    after = [moment for moment in revisions if moment > shown[-1]]
    return DealTold(
        id=str(deal),
        changes=tuple(_changes(within, seen)),
        removed_at=milliseconds(after[0]) if after else None,
        removed_why=GONE if after else "",
    )


def _changes(moments: Sequence[int], seen: Mapping[int, Seen]) -> list[Change]:
    """What differs from revision to revision."""
    changes: list[Change] = []
    entered = 0
    before: Seen | None = None
    for moment in moments:
        now = seen.get(moment)
        if now is None:
            at = milliseconds(moment)
            changes.append(Change(at, HIDDEN, HIDDEN, place=_place(at, changes)))
            before = None
            continue
        if before is None or before.told != now.told:
            changes.append(_change(milliseconds(moment), changes, now))
            if before is None or before.stage != now.stage:
                entered = len(changes) - 1
        # Why a deal was lost can be written only once it is lost.
        changes[entered] = replace(changes[entered], reason=now.reason)
        before = now
    return changes


def _change(at: int, earlier: Sequence[Change], now: Seen) -> Change:
    """What became true at a moment (ms)."""
    # A history that begins after the creation was switched on later: what it shows first became
    # true at some time in between.
    late = not earlier and milliseconds(now.created) < at
    return Change(
        at=at,
        pipeline=now.pipeline,
        stage=now.stage,
        amount=now.amount,
        currency=now.currency,
        owner=now.owner,
        after=milliseconds(now.created) if late else None,
        place=_place(at, earlier),
    )


def _place(at: int, earlier: Sequence[Change]) -> int:
    """The place among the changes of one moment (ms)."""
    return earlier[-1].place + 1 if earlier and earlier[-1].at == at else 0
