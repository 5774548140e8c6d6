"""Changes that come late: told of a moment before the newest one that the ledger knows.

A source without a history tells each change as it happens, and deliveries overtake one another. A
late change is put in its place among what the ledger has of the deal, and the whole is told anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mellantid.connectors.rows import ELSEWHERE
from mellantid.connectors.told import Change, DealTold
from mellantid.ledger import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.connectors.rows import Mapped
    from mellantid.ledger import Entry

SAID: Final = ("stage", "amount", "owner")


def with_late(told: DealTold, mapped: Mapped, holding: Sequence[Entry]) -> DealTold | None:
    """The deal as the ledger has it, with changes that are told late in their places.

    Only what happened at a known moment is put in, and only fields of which the ledger knows
    nothing at that moment: what a source says otherwise now of what is known already stays as it
    was told then.

    Args:
        told: what the source tells, of a deal whose history it does not keep.
        mapped: what its ids are called here.
        holding: the entries of the deal that hold, in order.

    Returns:
        All of it, to be taken as the whole history; None: nothing comes late, or the deal has been
        removed meanwhile.

    """
    if not holding or any(e.kind == Kind.REMOVED and e.reason != ELSEWHERE for e in holding):
        return None
    newest = (holding[-1].occurred_at, holding[-1].sequence)
    known = _known(holding, mapped)
    said = {
        (each.at, each.place, name)
        for each in known
        for name in SAID
        if getattr(each, name) is not None
    }
    late = [
        new
        for each in told.changes
        if each.after is None and (each.at, each.place) < newest and (new := _unknown(each, said))
    ]
    if not late:
        return None
    later = [each for each in told.changes if (each.at, each.place) >= newest]
    return replace(told, changes=(*_ordered([*known, *late]), *later), whole=True)


def _known(holding: Iterable[Entry], mapped: Mapped) -> list[Change]:
    """What the entries say, in order, without what a deal only took along to another pipeline."""
    found: list[Change] = []
    amount: tuple[float | None, str | None] = (None, None)
    owner: str | None = None
    for entry in holding:
        change = _change(entry, mapped)
        if change is None:
            continue
        if entry.kind == Kind.CREATED and found:
            if (change.amount, change.currency) == amount:
                change = replace(change, amount=None, currency=None)
            if change.owner == owner:
                change = replace(change, owner=None)
        if change.amount is not None:
            amount = change.amount, change.currency
        owner = change.owner or owner
        found.append(change)
    return found


def _ordered(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: (each.at, each.place))


def _unknown(change: Change, said: set[tuple[int, int, str]]) -> Change | None:
    """What a change says that the ledger does not know of its moment; None: nothing."""
    known = {name for name in SAID if (change.at, change.place, name) in said}
    left = replace(
        change,
        stage=None if "stage" in known else change.stage,
        amount=None if "amount" in known else change.amount,
        currency=None if "amount" in known or change.amount is None else change.currency,
        owner=None if "owner" in known else change.owner,
    )
    return left if any(getattr(left, name) is not None for name in SAID) else None


def _change(entry: Entry, mapped: Mapped) -> Change | None:
    """What an entry says, in the source's ids; None: that a deal has gone to another pipeline."""
    course = next(each for each in mapped.courses.values() if each.process == entry.process)
    if entry.kind == Kind.REMOVED:
        return None
    owner = None if entry.owner is None else entry.owner.removeprefix(mapped.owners)
    return Change(
        entry.occurred_at,
        pipeline=course.pipeline,
        stage=None if entry.stage is None else course.ever.get(entry.stage),
        amount=entry.amount,
        currency=entry.currency,
        owner=owner,
        after=entry.occurred_after,
        place=entry.sequence,
        reason=entry.reason,
    )
