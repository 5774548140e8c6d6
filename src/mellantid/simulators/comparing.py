"""A ledger against what is true of a simulated CRM."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from mellantid.ledger import KINDS, Kind
from mellantid.simulators.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mellantid.connectors.course import Course
    from mellantid.connectors.keeping import Connection
    from mellantid.ledger import Ledger, Records


def wrong(
    ledger: Ledger, connection: Connection, true: Mapping[str, Iterable[Fact]]
) -> tuple[set[Fact], set[Fact]]:
    """What a ledger lacks of the truth about a connection's pipelines, and what it has too much.

    Args:
        ledger: with what was read.
        connection: by which it was.
        true: the facts of each pipeline, by its id.

    """
    lacking: set[Fact] = set()
    too_much: set[Fact] = set()
    for pipeline, course in connection.courses.items():
        there = {_plain(each) for each in true[pipeline]}
        here = told_facts(ledger.read(course.process), course)
        lacking |= there - here
        too_much |= here - there
    return lacking, too_much


def told_facts(records: Records, course: Course) -> set[Fact]:
    """The entries of a process that hold, as facts: what was so at the end of each moment."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row in np.lexsort((records.id, records.sequence, records.at)).tolist():
        rows[int(records.deal[row])].append(row)
    return {
        fact
        for deal, several in rows.items()
        for fact in _told(records, course, records.deals[deal], several)
    }


def _told(records: Records, course: Course, deal: str, rows: Iterable[int]) -> Iterator[Fact]:
    moments: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        moments[int(records.at[row])].append(row)
    told: dict[str, str] = {}
    for at, several in moments.items():
        now: dict[str, str] = {}
        for row in several:
            if KINDS[records.kind[row]] == Kind.REMOVED:
                now, told = {}, {}
                yield Fact(deal, at, "removed", "")
            now |= _said(records, course, row)
        changed = {name: value for name, value in now.items() if told.get(name) != value}
        yield from (Fact(deal, at, name, value) for name, value in changed.items())
        told |= changed


def _said(records: Records, course: Course, row: int) -> dict[str, str]:
    """What an entry says, in the source's ids."""
    said = {}
    if records.stage[row] >= 0:
        said["stage"] = course.ever[records.stages[records.stage[row]]]
    if not np.isnan(records.amount[row]):
        said["amount"] = f"{records.amount[row]:g}"
    if records.owner[row] >= 0:
        said["owner"] = records.owners[records.owner[row]]
    return said


def _plain(fact: Fact) -> Fact:
    """A fact with its amount written in one way."""
    if fact.what != "amount":
        return fact
    return Fact(fact.deal, fact.at, fact.what, f"{float(fact.value):g}")
