"""The proposal: a map for a file that nobody has mapped, how sure it is, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.core.counting.follows import directly_follows
from mellantid.discovery.course import Course
from mellantid.discovery.outcome import Labels, sort_labels, sort_snapshot
from mellantid.discovery.profile import Profile, profiles
from mellantid.discovery.shape import Found, find_shape
from mellantid.discovery.toml import write_toml
from mellantid.discovery.travelled import travelled
from mellantid.discovery.words import plain
from mellantid.errors import DataError
from mellantid.importing import open_table, parse_map, refuse_without_dates
from mellantid.importing.order import tell_order

if TYPE_CHECKING:
    from pathlib import Path

    from mellantid.core.types import Ints
    from mellantid.importing.table import Table

MOST_DEALS: Final = 50_000
NO_MOMENT: Final = -(2**62)
Content = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Proposal:
    """A proposed map.

    Attributes:
        map: the map, as TOML.
        content: the same as sections.
        confidence: how far the file supports it, 0 to 1; a score, not a probability.
        why: a sentence for each choice.

    """

    map: str
    content: Content
    confidence: float
    why: tuple[str, ...]


def discover(path: str | Path) -> Proposal:
    """Propose stages, their order, won and lost, and a map.

    Raises:
        DataError: the file has no dates, or nothing in it looks like deals in stages.

    """
    with open_table(path) as table:
        table.load()
        refuse_without_dates(table)
        columns = profiles(table)
        found = find_shape(table, columns)
        labels = _labels(table, found)
        if not labels.stages:
            raise DataError(
                f"{table.name} has no label that looks like an open stage: write a map."
            )
        content = _content(found, labels, _name(table.name))
    parse_map(content, name="the proposed map")
    scores = [*found.scores, *labels.scores]
    confidence = round(float(np.clip(math.prod(scores), 0.01, 1.0)), 2)
    zone = (
        "Times without a zone are read as UTC, and only weekends are off: put the workspace's "
        "timezone and holidays in [process]."
    )
    why = (*found.why, *labels.why, zone)
    return Proposal(write_toml(content), content, confidence, why)


def _labels(table: Table, found: Found) -> Labels:
    if found.kind == "changes":
        deal, at, stage = (found.columns[role] for role in ("deal", "at", "stage"))
        return _sorted(_course(table, deal.sql, _moment(table, at), stage, found))
    if found.kind == "stages":
        return _sorted(_entries(table, found))
    stage = found.columns["stage"]
    counted = table.db.execute(
        f"SELECT {stage.sql}, count(*) FROM source WHERE {stage.sql} IS NOT NULL "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    return sort_snapshot([label for label, _ in counted], _undated(table, found))


@dataclass(frozen=True)
class _Rows:
    """Rows by deal, then in their order.

    Attributes:
        deal: which, from 0 on.
        label: its number among the names.
        at: wall-clock milliseconds, `NO_MOMENT` where not known.
        names: of the labels.

    """

    deal: Ints
    label: Ints
    at: Ints
    names: tuple[str, ...]


def _sorted(rows: _Rows) -> Labels:
    """The labels of rows that tell what followed what, and which way most deals take."""
    labels = sort_labels(Course.of(rows.deal, rows.label, rows.names))
    known = rows.at > NO_MOMENT
    graph = directly_follows(rows.deal[known], rows.at[known], rows.label[known], len(rows.names))
    way = travelled(graph, rows.names, labels.stages)
    if way:
        labels.why.append(way)
    return labels


def _moment(table: Table, column: Profile) -> str:
    """The engine's expression for a column's wall-clock time."""
    if column.dates is None:
        raise DataError(f"The column {column.name!r} has no dates: write a map.")
    order = tell_order(table, {column.index: column.dates}, "UTC")
    return column.dates.local(column.sql, order)


def _course(table: Table, deal: str, at: str, stage: Profile, found: Found) -> _Rows:
    given = found.columns.get("order")
    order = f"TRY_CAST({given.sql} AS DOUBLE), " if given else ""
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY {deal}) - 1 AS deal, {stage.sql} AS label, "  # noqa: S608
        f"coalesce({at}, {NO_MOMENT}) AS at FROM source "
        f"WHERE {stage.sql} IS NOT NULL AND {deal} IS NOT NULL "
        f"AND hash({deal}) % {_part(found)} = 0 "
        f'ORDER BY {deal}, {at} NULLS LAST, {order}"row"'
    ).fetchnumpy()
    names, codes = np.unique(np.asarray(rows["label"], dtype=str), return_inverse=True)
    return _numbered(rows, codes, tuple(map(str, names)))


def _part(found: Found) -> int:
    """One in how many deals is looked at: the order of stages needs no more than so many."""
    return max(found.columns["deal"].distinct // MOST_DEALS, 1)


def _entries(table: Table, found: Found) -> _Rows:
    """Dates of entry, each a row of its own."""
    deal = found.columns["deal"].sql
    parts = [
        f"SELECT {deal} AS deal, {k} AS label, {_moment(table, column)} AS moment FROM source"  # noqa: S608
        for k, column in enumerate(found.entered.values())
    ]
    rows = table.db.execute(
        f"SELECT dense_rank() OVER (ORDER BY deal) - 1 AS deal, label, moment AS at FROM "  # noqa: S608
        f"({' UNION ALL '.join(parts)}) WHERE moment IS NOT NULL "
        f"AND hash(deal) % {_part(found)} = 0 ORDER BY deal, moment, label"
    ).fetchnumpy()
    return _numbered(rows, rows["label"], tuple(found.entered))


def _numbered(rows: Any, codes: Any, names: tuple[str, ...]) -> _Rows:  # noqa: ANN401 - the engine's columns
    deal, label, at = (np.asarray(c, np.int64) for c in (rows["deal"], codes, rows["at"]))
    return _Rows(deal, label, at, names)


def _undated(table: Table, found: Found) -> set[str]:
    """Labels of a snapshot whose deals mostly have no date of creation."""
    created = found.columns.get("created")
    if created is None:
        return set()
    stage = found.columns["stage"].sql
    rows = table.db.execute(
        f"SELECT {stage} FROM source WHERE {stage} IS NOT NULL GROUP BY 1 "  # noqa: S608
        f"HAVING count({created.sql}) < 0.5 * count(*)"
    ).fetchall()
    return {label for (label,) in rows}


def _content(found: Found, labels: Labels, name: str) -> Content:
    names = {role: column.name for role, column in found.columns.items()}
    content: Content = {"columns": {}}
    if found.kind == "snapshot":
        roles = ("created", "stage", "closed")
        content["snapshot"] = {role: names.pop(role) for role in roles if role in names}
        content["snapshot"] |= _entered(found, labels)
    content["columns"] = dict(names)
    if found.entered:
        known = {*labels.stages, *labels.won, *labels.lost}
        content["entered"] = {
            label: column.name for label, column in found.entered.items() if label in known
        }
    process: dict[str, object] = {"name": name, "stages": labels.stages}
    process |= {"won": labels.won, "lost": labels.lost}
    if labels.ignore:
        process["ignore"] = labels.ignore
    content["process"] = process | {"timezone": "UTC"}
    return content


def _entered(found: Found, labels: Labels) -> dict[str, object]:
    """The stage that the date of creation puts a deal in, where the date's name says one."""
    created = found.columns.get("created")
    if created is None:
        return {}
    words = [word for word in plain(created.name).split() if len(word) > 4]
    told = [stage for stage in labels.stages if any(word[:5] in plain(stage) for word in words)]
    return {"entered": told[0]} if told and told[0] != labels.stages[0] else {}


def _name(file: str) -> str:
    """A process's name from a file's."""
    stem = file.partition(".")[0].replace("_", " ").strip()
    return stem[:1].upper() + stem[1:] if stem else "Sales"
