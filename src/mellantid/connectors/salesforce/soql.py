"""Queries in SOQL, written from values that may hold anything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def select(
    fields: Sequence[str],
    source: str,
    where: Iterable[str] = (),
    *,
    group: Sequence[str] = (),
    order: Sequence[str] = (),
    most: int = 0,
) -> str:
    """A query; empty parts are left out, and `most` 0 means all."""
    parts = ["SELECT", ", ".join(fields), "FROM", source]
    conditions = [each for each in where if each]
    if conditions:
        parts += ["WHERE", " AND ".join(conditions)]
    if group:
        parts += ["GROUP BY", ", ".join(group)]
    if order:
        parts += ["ORDER BY", ", ".join(order)]
    if most:
        parts += ["LIMIT", str(most)]
    return " ".join(parts)


def among(field: str, values: Iterable[str]) -> str:
    """The condition that a field has one of some values."""
    return f"{field} IN ({','.join(quoted(each) for each in values)})"


def within(field: str, begin: int, end: int) -> str:
    """The condition that a moment is at `begin` or later, and before `end` (ms UTC)."""
    return f"{field} >= {moment(begin)} AND {field} < {moment(end)}"


def quoted(value: str) -> str:
    """A text as a literal."""
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    for sign, written in (("\n", "\\n"), ("\r", "\\r")):
        plain = plain.replace(sign, written)
    return f"'{plain}'"


def moment(at: int) -> str:
    """A moment (ms UTC) as a literal, which stands without quotes."""
    when = dt.datetime.fromtimestamp(at / 1_000, dt.UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{at % 1_000:03d}Z"
