"""What is told of deals against what the ledger has of them: what to append and to take back.

An entry's key says what happened in the source's own ids, so what is read again adds nothing, also
after a stage was renamed. A thing that was taken back and is told again gets a key with a counter.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.late import with_late
from mellantid.connectors.rows import EVER, NOTHING, Before, Row, Values, rows_of
from mellantid.ledger import Entries, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.connectors.rows import Mapped
    from mellantid.connectors.told import DealTold
    from mellantid.ledger import Entry

AGAIN: Final = "#"
"""Parts a key from its counter; it stands in no part of a key, where it is written as %23."""
BACK: Final = "#back"
NO_LONGER: Final = "the source no longer tells it"
# What two entries of one key may not differ in; the label may, as a stage is renamed.
SAME: Final = {
    "process": "process",
    "kind": "kind",
    "at": "occurred_at",
    "after": "occurred_after",
    "sequence": "sequence",
    "amount": "amount",
    "currency": "currency",
    "owner": "owner",
}


@dataclass(frozen=True)
class Known:
    """An entry of this connection in the ledger.

    Attributes:
        entry: as the ledger has it.
        holds: whether it has not been taken back.

    """

    entry: Entry
    holds: bool


@dataclass(frozen=True)
class Written:
    """An entry to be: a row with its key, or the taking back of one.

    Attributes:
        row: what happened; of a taking back: what is taken back, where and when that is told.
        deal: the deal.
        known_at: when it became known (ms); None: when it happened.
        refers_to: the key of what is taken back.

    """

    row: Row
    deal: str
    known_at: int | None = None
    refers_to: str | None = None


def differences(
    told: DealTold, mapped: Mapped, known: Sequence[Known], asked_at: int, now: int
) -> list[Written]:
    """What the ledger lacks of a deal, and what of it no longer is so.

    Args:
        told: what the source tells.
        mapped: what its ids are called here.
        known: all entries of this connection about the deal, also those taken back.
        asked_at: the moment (ms) before the source was asked: what was recorded later is newer
            than what was told.
        now: the present moment (ms).

    """
    by_key: dict[str, list[Known]] = {}
    for each in known:
        by_key.setdefault(each.entry.key.partition(AGAIN)[0], []).append(each)
    holding = _holding(known, mapped)
    if not told.whole:
        told = with_late(told, mapped, holding) or told
    before = NOTHING if told.whole else _before(holding, mapped)
    read_at: dict[str, int] = {}
    for each in known:
        process, at = each.entry.process, each.entry.recorded_at
        read_at[process] = max(at, read_at.get(process, -1))
    found: list[Written] = []
    wanted = set()
    for row in rows_of(told, mapped, before):
        wanted.add(row.key)
        late = row.at <= read_at.get(row.process, -1)
        found += _lacking(row, told.id, by_key.get(row.key, ()), asked_at, now, late=late)
    if told.whole:
        # What a pipeline told that is not read any more is left as it was.
        read = {course.process for course in mapped.courses.values()}
        gone = [
            each
            for key, several in by_key.items()
            for each in several
            if key not in wanted
            and each.holds
            and each.entry.process in read
            and each.entry.recorded_at < asked_at
        ]
        found = [*(_back(each.entry, now) for each in gone), *found]
    return found


def as_entries(written: Iterable[Written], source: str) -> Entries | None:
    """A batch for the ledger; None where there is nothing to write."""
    listed = list(written)
    if not listed:
        return None
    columns: dict[str, list[Any]] = {field.name: [] for field in fields(Entries)}
    for each in listed:
        for name, value in _columns(each, source).items():
            columns[name].append(value)
    return Entries(**columns)


def _columns(each: Written, source: str) -> dict[str, Any]:
    row = each.row
    return {
        "key": row.key,
        "process": row.process,
        "deal": each.deal,
        "kind": str(row.kind),
        "occurred_at": row.at,
        "source": source,
        "stage": row.stage,
        "process_version": row.version,
        "occurred_after": row.after,
        "known_at": each.known_at,
        "sequence": row.sequence,
        "amount": row.amount,
        "currency": row.currency,
        "owner": row.owner,
        "refers_to": each.refers_to,
        "reason": row.reason,
    }


def _lacking(
    row: Row, deal: str, versions: Sequence[Known], asked_at: int, now: int, *, late: bool
) -> list[Written]:
    """What to write so that a row holds."""
    holding = [each.entry for each in versions if each.holds]
    if any(_same(row, each) for each in holding):
        return []
    if any(each.recorded_at >= asked_at for each in holding):
        return []
    found = [_back(each, now) for each in holding]
    number = len(versions) + 1
    key = row.key if number == 1 else f"{row.key}{AGAIN}{number}"
    # What had happened when the deal was last read, and was not told then, is known only now.
    known_at = now if number > 1 or late else None
    return [*found, Written(replace(row, key=key), deal, known_at)]


def _same(row: Row, entry: Entry) -> bool:
    if row.reason and not entry.reason:
        # It was written later than the loss.
        return False
    return all(getattr(row, mine) == getattr(entry, its) for mine, its in SAME.items())


def _back(entry: Entry, now: int) -> Written:
    """The taking back of an entry."""
    row = Row(
        key=entry.key + BACK,
        process=entry.process,
        version=entry.process_version,
        kind=Kind.RETRACTED,
        at=now,
        reason=NO_LONGER,
    )
    return Written(row, entry.deal, now, entry.key)


def _holding(known: Sequence[Known], mapped: Mapped) -> list[Entry]:
    """The entries that hold, of the pipelines that are read, in order."""
    read = {course.process for course in mapped.courses.values()}
    holding = [each.entry for each in known if each.holds and each.entry.process in read]
    return sorted(holding, key=lambda each: (each.occurred_at, each.sequence, each.id))


def _before(holding: Sequence[Entry], mapped: Mapped) -> Before:
    """How a deal stands by the entries that hold, in order."""
    courses = {course.process: course for course in mapped.courses.values()}
    pipeline: str | None = None
    values: Mapping[str, Any] = {}
    for entry in holding:
        course = courses[entry.process]
        if entry.kind == Kind.REMOVED:
            pipeline = None
            continue
        if entry.kind == Kind.CREATED:
            pipeline, values = course.pipeline, {}
        owner = None if entry.owner is None else entry.owner.removeprefix(mapped.owners)
        said = {
            "stage": course.ever.get(entry.stage or ""),
            "amount": entry.amount,
            "currency": entry.currency,
            "owner": owner,
        }
        values = {**values, **{name: value for name, value in said.items() if value is not None}}
    at, place = (holding[-1].occurred_at, holding[-1].sequence) if holding else (EVER, 0)
    return Before(pipeline, Values(**values), at, place)
