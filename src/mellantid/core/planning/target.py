"""Targets: how much whom is to win in which period, and where parts do not add up to the whole.

A target belongs to a seller, a team or everyone. Targets of the organisation, its teams and its
sellers are set by different people and need not agree; `mismatches` shows where they do not.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import date_number
from mellantid.core.names import EVERYONE
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mellantid.core.clock import WorkingClock

SAME: Final = 1e-9

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Target:
    """An amount to be won by an owner from one date to another, both included.

    Attributes:
        owner: a seller's or a team's identity, or `EVERYONE`.
        amount: in the workspace's currency.
        first: the first date on which a win counts.
        last: the last date on which a win counts.

    """

    owner: str
    amount: float
    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount) and self.amount > 0):
            raise DataError(
                f"The target of {self.owner} is {self.amount}: give an amount above zero."
            )
        if self.last < self.first:
            raise DataError(
                f"The target of {self.owner} ends on {self.last}, before it begins on "
                f"{self.first}: swap the dates or correct one."
            )

    @property
    def span(self) -> Span:
        """The first and last date."""
        return self.first, self.last


@dataclass(frozen=True)
class Period:
    """A target's period on the working clock.

    A win is counted by its own date. A chance to win is reckoned in working days: a day belongs to
    the period where its date does.

    Attributes:
        owner: whose target it is.
        target: the amount to be won.
        first: the first working day within the period.
        last: the last working day within the period.
        begins: the moment (ms) at which the first date begins.
        ends: the moment (ms) at which the last date ends, exclusive.

    """

    owner: str
    target: float
    first: int
    last: int
    begins: int
    ends: int


def period(target: Target, clock: WorkingClock) -> Period:
    """Put a target's dates on the working clock."""
    before = date_number(target.first) - 1
    return Period(
        target.owner,
        float(target.amount),
        int(clock.day_of_date(max(before, 0))) + 1,
        int(clock.day_of_date(date_number(target.last))),
        clock.start_of(target.first),
        clock.end_of(target.last),
    )


@dataclass(frozen=True)
class Mismatch:
    """A period in which an owner's parts do not sum to the whole.

    Attributes:
        owner: whose target the whole is.
        first: the period's first date.
        last: the period's last date.
        by: what the parts are, `owners` (the teams and sellers below) or `periods` (the owner's
            own shorter periods).
        whole: the owner's target.
        parts: the sum of the parts' targets.
        without: those below that have no target for the period, counted as nothing.

    """

    owner: str
    first: dt.date
    last: dt.date
    by: str
    whole: float
    parts: float
    without: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        """Parts less whole: positive where the parts promise more."""
        return self.parts - self.whole


def mismatches(targets: Iterable[Target], parent: Mapping[str, str]) -> list[Mismatch]:
    """Each owner and period whose parts do not sum to the whole, by owner and date.

    An owner without a target for a period counts for the sum of its shorter periods that cover it
    exactly, else for the sum of those below it. Nothing is said where no part has a target. Where
    an owner has two targets for one period, the later in order stands.

    Args:
        targets: all targets that stand.
        parent: the team of each seller and the parent of each team; a team that is not in it
            belongs to `EVERYONE`.

    """
    standing = {(each.owner, each.span): each.amount for each in targets}
    below = _children(parent, {owner for owner, _ in standing})
    found = []
    for (owner, span), whole in sorted(standing.items()):
        split = _tiles(standing, owner, span)
        if split is not None and not _same(split, whole):
            found.append(Mismatch(owner, *span, "periods", whole, split))
        parts = {child: _amount(standing, below, child, span) for child in below.get(owner, ())}
        known = [amount for amount in parts.values() if amount is not None]
        if known and not _same(sum(known), whole):
            without = tuple(child for child, amount in parts.items() if amount is None)
            found.append(Mismatch(owner, *span, "owners", whole, sum(known), without))
    return found


def _children(parent: Mapping[str, str], owners: set[str]) -> dict[str, list[str]]:
    """Those directly below each owner; whoever has no parent is below everyone."""
    for owner in parent:
        _refuse_circle(parent, owner)
    below: dict[str, list[str]] = {}
    for owner in sorted(({*parent, *parent.values()} | owners) - {EVERYONE}):
        below.setdefault(parent.get(owner) or EVERYONE, []).append(owner)
    return below


def _refuse_circle(parent: Mapping[str, str], owner: str) -> None:
    """Walk up from an owner, and see that it is not met again."""
    above, steps = parent.get(owner), 0
    while above is not None and steps < len(parent):
        if above == owner:
            raise DataError(f"{owner} stands above itself: correct the parents of the teams.")
        above, steps = parent.get(above), steps + 1


def _amount(
    standing: Mapping[tuple[str, Span], float],
    below: Mapping[str, list[str]],
    owner: str,
    span: Span,
) -> float | None:
    """What an owner has promised for a period; None where nothing is said."""
    own = standing.get((owner, span))
    if own is None:
        own = _tiles(standing, owner, span)
    if own is not None:
        return own
    children = below.get(owner, ())
    parts = [_amount(standing, below, child, span) for child in children]
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _tiles(standing: Mapping[tuple[str, Span], float], owner: str, span: Span) -> float | None:
    """The sum of an owner's shorter periods where they cover a period without gap or overlap."""
    inside = sorted(
        (each, amount)
        for (who, each), amount in standing.items()
        if who == owner and each != span and span[0] <= each[0] and each[1] <= span[1]
    )
    expected, total = span[0], 0.0
    for (first, last), amount in inside:
        if first != expected:
            return None
        expected, total = last + dt.timedelta(days=1), total + amount
    return total if inside and expected > span[1] else None


def _same(left: float, right: float) -> bool:
    return math.isclose(left, right, rel_tol=SAME)
