"""What is told of a deal, as what happened to it in each process: pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mellantid.connectors.told import Change, Means
from mellantid.ledger import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mellantid.connectors.course import Course
    from mellantid.connectors.told import DealTold

EVER: Final = -(2**62)
"""Before every moment."""
ELSEWHERE: Final = "moved to another pipeline"


@dataclass(frozen=True)
class Mapped:
    """What the source's ids are called here.

    Attributes:
        source: the connection's mark, in each entry's source and at the beginning of its key.
        courses: by pipeline id, those that are read; deals elsewhere are not told.
        owners: what stands before the source's owner ids, where two connections could share some.

    """

    source: str
    courses: Mapping[str, Course]
    owners: str = ""

    def owner(self, said: str | None) -> str | None:
        """The identity here of an owner; None where nobody is said."""
        return f"{self.owners}{said}" if said else None


@dataclass(frozen=True)
class Row:
    """Something that happened to a deal.

    Attributes:
        key: says it in the source's own ids, so that it stays when names change.
        process: in which process.
        version: of the process.
        kind: what.
        at: when, ms UTC.
        after: None where exact; else the moment after which.
        sequence: the source's order within one moment.
        stage: the label of the state entered.
        amount: from here on.
        currency: of the amount.
        owner: from here on.
        reason: why it was lost or removed, where told.

    """

    key: str
    process: str
    version: int
    kind: Kind
    at: int
    after: int | None = None
    sequence: int = 0
    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    owner: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Values:
    """What is true of a deal in one moment, in the source's ids; None: not known."""

    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Before:
    """How a deal stood in the ledger before what is told: for sources that keep no history.

    Attributes:
        pipeline: in which pipeline; None: in none.
        values: as the ledger has them.
        at: the moment of the newest entry; what is told of earlier ones is known already.
        place: its order within that moment.

    """

    pipeline: str | None = None
    values: Values = field(default_factory=Values)
    at: int = EVER
    place: int = 0


NOTHING: Final = Before()


def rows_of(told: DealTold, mapped: Mapped, before: Before = NOTHING) -> tuple[Row, ...]:
    """All that happened to a deal, as entries say it.

    A value that is set again to the same is nothing that happened. A deal that changes pipeline is
    removed from the one process and created in the other, with all that is true of it then. The
    first amount and owner that are known come with the movement that they come with.

    Args:
        told: what the source tells.
        mapped: what its ids are called here.
        before: how it stood in the ledger; for a deal that is told whole: not at all.

    """
    if told.removed_at is not None and before.pipeline is None and told.removed_at <= before.at:
        return ()
    walk = _Walk(told.id, mapped, before)
    known = (before.at, before.place)
    steps = [each for each in steps_of(told.changes) if (each.at, each.place) >= known]
    for step in steps:
        walk.take(step)
    if told.removed_at is not None:
        # Whatever the order in which a source writes down the same moment: it ends removed.
        last = steps[-1] if steps else Change(before.at)
        at = max(told.removed_at, last.at)
        place = last.place + 1 if at == last.at else 0
        walk.remove("removed", Change(at, place=place), told.removed_why or None)
    return tuple(walk.rows)


def steps_of(changes: Iterable[Change]) -> list[Change]:
    """The changes in order, those of one moment and place as one."""
    steps: list[Change] = []
    for change in sorted(changes, key=lambda each: (each.at, each.place)):
        if steps and (steps[-1].at, steps[-1].place) == (change.at, change.place):
            said = {name: value for name, value in vars(change).items() if value is not None}
            steps[-1] = replace(steps[-1], **said)
        else:
            steps.append(change)
    return steps


class _Walk:
    """A deal followed from change to change."""

    def __init__(self, deal: str, mapped: Mapped, before: Before) -> None:
        self.rows: list[Row] = []
        self._mark = f"{mapped.source}/{quote(deal, safe='')}"
        self._mapped = mapped
        self._pipeline = before.pipeline
        self._true = before.values
        self._here = mapped.courses.get(before.pipeline) if before.pipeline else None
        self._told = before.values

    def take(self, change: Change) -> None:
        """Follow it through one change."""
        said = {
            name: value
            for name in ("stage", "amount", "currency", "owner")
            if (value := getattr(change, name)) is not None
        }
        self._true = replace(self._true, **said)
        self._pipeline = change.pipeline or self._pipeline
        course = self._mapped.courses.get(self._pipeline or "")
        if self._here is not None and self._here is not course:
            self.remove(f"left {quote(self._here.pipeline, safe='')}", change, ELSEWHERE)
        # Until a stage of its own pipeline is told it stands nowhere.
        if course is None or self._true.stage not in course.labels:
            return
        self._follow(course, change)

    def remove(self, what: str, change: Change, reason: str | None) -> None:
        """Take the deal out of the process that it is in."""
        if self._here is not None:
            self._add(self._here, what, Kind.REMOVED, change, reason=reason)
        self._here = None

    def _follow(self, course: Course, change: Change) -> None:
        """Tell what differs from what has been told."""
        if self._here is None:
            self._told = Values()
        kind = self._kind(course)
        told, true = self._told, self._true
        priced = true.amount is not None and (
            true.amount != told.amount or true.currency != told.currency
        )
        owned = bool(true.owner) and true.owner != told.owner
        if kind is not None:
            # The first amount and owner come with the movement.
            with_amount = priced and told.amount is None
            with_owner = owned and not told.owner
            self._add(
                course,
                _what("stage", course.pipeline, true.stage),
                kind,
                change,
                stage=course.labels[true.stage or ""],
                amount=true.amount if with_amount else None,
                currency=true.currency if with_amount else None,
                owner=self._mapped.owner(true.owner) if with_owner else None,
                reason=change.reason if kind == Kind.LOST else None,
            )
            priced, owned = priced and not with_amount, owned and not with_owner
        if priced:
            self._price(course, change)
        if owned:
            owner = self._mapped.owner(true.owner)
            what = _what("owner", true.owner)
            self._add(course, what, Kind.OWNER_CHANGED, change, owner=owner)
        self._here = course
        self._told = true if true.owner else replace(true, owner=told.owner)

    def _kind(self, course: Course) -> Kind | None:
        """What kind of movement it is; None where it stands where it stood."""
        to = course.means[self._true.stage or ""]
        if self._here is None:
            return Kind.CREATED
        if self._told.stage == self._true.stage:
            return None
        if to != Means.OPEN:
            return Kind.WON if to == Means.WON else Kind.LOST
        was = course.means.get(self._told.stage or "", Means.OPEN)
        return Kind.MOVED if was == Means.OPEN else Kind.REOPENED

    def _price(self, course: Course, change: Change) -> None:
        amount, currency = self._true.amount, self._true.currency
        what = _what("amount", repr(float(amount or 0.0)), currency)
        kind = Kind.AMOUNT_CHANGED
        self._add(course, what, kind, change, amount=amount, currency=currency)

    def _add(
        self,
        course: Course,
        what: str,
        kind: Kind,
        change: Change,
        *,
        stage: str | None = None,
        amount: float | None = None,
        currency: str | None = None,
        owner: str | None = None,
        reason: str | None = None,
    ) -> None:
        after = change.after if change.after is None or change.after < change.at else None
        self.rows.append(
            Row(
                key=f"{self._mark}/{change.at}.{change.place}/{what}",
                process=course.process,
                version=course.version,
                kind=kind,
                at=change.at,
                after=after,
                sequence=change.place,
                stage=stage,
                amount=None if amount is None else float(amount),
                currency=currency,
                owner=owner,
                reason=reason,
            )
        )


def _what(name: str, *values: str | None) -> str:
    """A part of a key: what is said, with nothing in it that parts keys."""
    return " ".join((name, *(quote(value or "", safe="") for value in values)))
