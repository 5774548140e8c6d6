"""A deal told from an opportunity and the rows of its two histories.

OpportunityHistory has a row whenever amount, probability, stage or close date changes; rows that
change neither stage nor amount are left out. OpportunityFieldHistory has rows of owner and record
type, where these are tracked, and for 18 months; what they were before the first row is what that
row had before it, and without rows it is what they are now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mellantid.connectors.salesforce.rows import MASTER
from mellantid.connectors.told import Change, DealTold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mellantid.connectors.salesforce.rows import Handover, Opportunity, Standing

OWNER, RECORD_TYPE = "Owner", "RecordType"
SAME: Final = 60_000
"""Milliseconds within which the first row belongs to the creation; a later one is an import's."""


@dataclass(frozen=True)
class State:
    """What is true of a deal in a moment."""

    pipeline: str
    stage: str
    amount: float | None
    currency: str
    owner: str


def told(
    opportunity: Opportunity,
    standings: Iterable[Standing],
    handovers: Iterable[Handover],
    currency: str = "",
    *,
    whole: bool = True,
) -> DealTold:
    """A deal with its whole history.

    Args:
        opportunity: how it stands.
        standings: its rows of OpportunityHistory, in any order.
        handovers: its rows of OpportunityFieldHistory that hold ids, in any order.
        currency: of amounts that no row says a currency of.
        whole: whether all that these rows do not tell has not been.

    Returns:
        The deal; what no row tells of how it stands is told as seen between the last row and the
        opportunity's own last change.

    """
    passed, handed = sorted(set(standings)), sorted(set(handovers))
    changes: list[Change] = []
    state: State | None = None
    at = 0
    for at, states in _moments(opportunity, passed, handed, currency):
        # What is not told whole is compared with how things stood at the end of each moment.
        for place, after in enumerate(states if whole else states[-1:]):
            if after != state:
                changes.append(_change(at, state, after, place))
            state = after
    if changes[0].at > opportunity.created + SAME:
        changes[0] = replace(changes[0], after=opportunity.created)
    # A row that is newer than the opportunity as it was read knows more than that does.
    if state is not None and opportunity.stamp > at:
        present = _stood(
            replace(state, pipeline=opportunity.pipeline, owner=opportunity.owner),
            (opportunity.stage, opportunity.amount, opportunity.currency),
        )
        if present != state or not whole:
            last = _change(opportunity.stamp, state if whole else None, present)
            changes.append(replace(last, after=at))
    return DealTold(
        opportunity.id,
        tuple(each for each in changes if _says(each)),
        whole,
        opportunity.stamp if opportunity.deleted else None,
    )


def _moments(
    now: Opportunity, standings: Sequence[Standing], handovers: Sequence[Handover], currency: str
) -> Iterator[tuple[int, list[State]]]:
    """By moment, the states that follow one another in it; a handover comes with the first."""
    begin = standings[0].at if standings else now.stamp
    state = State(
        _before(RECORD_TYPE, handovers, now.pipeline),
        standings[0].stage if standings else now.stage,
        standings[0].amount if standings else now.amount,
        (standings[0].currency if standings else "") or now.currency or currency,
        _before(OWNER, handovers, now.owner),
    )
    rows: dict[int, tuple[list[Standing], list[Handover]]] = {begin: ([], [])}
    for standing in standings:
        rows.setdefault(standing.at, ([], []))[0].append(standing)
    for handover in handovers:
        rows.setdefault(max(handover.at, begin), ([], []))[1].append(handover)
    for at in sorted(rows):
        stood, handed = rows[at]
        states = [_handed(state, handed)]
        for row in stood:
            states.append(_stood(states[-1], (row.stage, row.amount, row.currency)))
        state = states[-1]
        yield at, states[1:] or states


def _before(field: str, handovers: Sequence[Handover], now: str) -> str:
    """What a field was in the beginning."""
    return next((each.old or now for each in handovers if each.field == field), now)


def _handed(state: State, rows: Iterable[Handover]) -> State:
    for row in rows:
        if row.field == OWNER:
            state = replace(state, owner=row.new)
        elif row.field == RECORD_TYPE:
            state = replace(state, pipeline=row.new or MASTER)
    return state


def _stood(state: State, row: tuple[str, float | None, str]) -> State:
    """A state with a row's stage and money; an amount that is taken away is 0 from then on."""
    stage, amount, currency = row
    if amount is None and state.amount is not None:
        amount = 0.0
    return replace(state, stage=stage, amount=amount, currency=currency or state.currency)


def _change(at: int, before: State | None, after: State, place: int = 0) -> Change:
    """What became true between two states; all of it where there is none before."""
    entered = before is None or before.pipeline != after.pipeline
    moved = before is None or entered or before.stage != after.stage
    money = (after.amount, after.currency)
    paid = after.amount is not None and (
        before is None or money != (before.amount, before.currency)
    )
    handed = before is None or before.owner != after.owner
    return Change(
        at,
        pipeline=after.pipeline if entered else None,
        stage=after.stage if moved else None,
        amount=after.amount if paid else None,
        currency=(after.currency or None) if paid else None,
        owner=after.owner if handed else None,
        place=place,
    )


def _says(change: Change) -> bool:
    return replace(change, after=None) != Change(change.at, place=change.place)
