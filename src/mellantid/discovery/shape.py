"""Which columns a file's movements stand in, and in which of the three shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mellantid.discovery.words import LOST, WON, named, place_on_course, plain
from mellantid.errors import DataError
from mellantid.importing.names import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mellantid.discovery.profile import Profile
    from mellantid.importing.table import Table

MOST_LABELS: Final = 60
CANDIDATES: Final = 4
CERTAIN: Final = 0.9
LONG: Final = 1.15
"""Rows per deal from which a file is taken to have a row for each change."""
SAID: Final = {
    "at": "moment", "created": "date of creation", "closed": "date of the close",
}  # fmt: skip
ENTRY_WORDS: Final = ("date entered", "entered", "date", "datum", "inträde", "reached", "on", "at")


@dataclass(frozen=True)
class Found:
    """The columns, how sure each is, and why.

    Attributes:
        kind: "changes", "stages" or "snapshot".
        columns: for each role of the map, the column.
        entered: for each stage, the column of its date of entry.
        scores: how sure each choice is, 0 to 1.
        why: a sentence for each choice.

    """

    kind: str
    columns: dict[str, Profile]
    entered: dict[str, Profile] = field(default_factory=dict)
    scores: list[float] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def find_shape(table: Table, columns: Sequence[Profile]) -> Found:
    """Choose the shape and its columns.

    Raises:
        DataError: no column can be the deal or the stage.

    """
    per_stage = _stages(table, columns)
    found = _changes(table, columns) or per_stage or _snapshot(table, columns)
    if found is None:
        raise DataError(
            f"{table.name} has dates, but no column that looks like a stage with a deal's id "
            f"beside it (its columns are {listed(table.headers, 12)}): write a map."
        )
    _others(found, columns, table.rows)
    return found


def _best(columns: Iterable[Profile], role: str) -> list[Profile]:
    ranked = sorted(columns, key=lambda column: -column.named(role))
    return ranked[:CANDIDATES]


def _can_be_stage(column: Profile) -> bool:
    return column.dates is None and 2 <= column.distinct <= MOST_LABELS


def _deals(columns: Sequence[Profile], rows: int) -> list[Profile]:
    """Columns that can be the deal's identity; where one is plainly called so, only that."""
    some = [
        column
        for column in columns
        if column.filled >= 0.98 * rows
        and column.dates is None
        and column.distinct >= max(2, rows // 2000)
        and not plain(column.name).startswith(("has ", "is "))
        and column.named("owner") < max(column.named("deal"), 0.5)
    ]
    ranked = _best(some, "deal")
    return ranked[:1] if ranked and ranked[0].named("deal") >= CERTAIN else ranked


def _changes(table: Table, columns: Sequence[Profile]) -> Found | None:
    """A row for each change: a deal on several rows whose stage and moment vary within it."""
    rows = table.rows
    deals = [c for c in _deals(columns, rows) if rows >= LONG * c.distinct]
    stages = _best((c for c in columns if _can_be_stage(c)), "stage")
    moments = _best((c for c in columns if c.dates is not None and c.filled > 0.5 * rows), "at")
    best: tuple[float, list[Profile], tuple[float, float]] | None = None
    for deal in deals:
        for stage in (each for each in stages if each is not deal):
            for at in moments:
                varies = _varies(table, deal, stage, at)
                name = deal.named("deal") + stage.named("stage") + at.named("at")
                score = name + 1.5 * varies[0] + varies[1]
                if varies[0] > 0.1 and (best is None or score > best[0]):
                    best = (score, [deal, stage, at], varies)
    if best is None:
        return None
    deal, stage, at = best[1]
    finer = _finer(table, stage, [each for each in stages if each is not deal])
    # A column that is not even called a deal and hardly varies is a product line, not a history.
    if stage.named("stage") < 0.5 and best[2][0] < 0.5:
        return None
    per_deal = rows / deal.distinct
    found = Found("changes", {"deal": deal, "at": at, "stage": finer or stage})
    found.why.append(
        f'One row for each change: "{deal.name}" comes {per_deal:.1f} times on average, and '
        f'"{stage.name}" differs within {best[2][0]:.0%} of the deals that come more than once.'
    )
    if finer is not None:
        found.why.append(
            f'"{finer.name}" tells the same as "{stage.name}", and more: each of its '
            f'{finer.distinct} labels goes with one of the {stage.distinct} of "{stage.name}".'
        )
    for role, column in found.columns.items():
        _tell(found, role, column)
    if best[2][1] < 0.5:
        found.scores.append(0.6)
        found.why.append(
            f'Most deals have one and the same moment in "{at.name}" on all their rows: the order '
            "of their stages is then not known from the file."
        )
    return found


def _finer(table: Table, stage: Profile, others: Sequence[Profile]) -> Profile | None:
    """The column that is called a stage too and tells this one's label, but has more labels."""
    for other in others:
        if other.named("stage") >= 0.5 and other.distinct > stage.distinct:
            row = table.db.execute(
                f"SELECT count(*) FROM (SELECT DISTINCT {other.sql}, {stage.sql} FROM source "  # noqa: S608
                f"WHERE {other.sql} IS NOT NULL)"
            ).fetchone()
            if row is not None and row[0] == other.distinct:
                return other
    return None


def _varies(table: Table, deal: Profile, stage: Profile, at: Profile) -> tuple[float, float]:
    """Shares of the deals on several rows within which the stage and the moment vary."""
    row = table.db.execute(
        f"SELECT avg(s), avg(t) FROM (SELECT (count(DISTINCT {stage.sql}) > 1)::INT AS s, "  # noqa: S608
        f"(count(DISTINCT {at.sql}) > 1)::INT AS t FROM source GROUP BY {deal.sql} "
        "HAVING count(*) > 1)"
    ).fetchone()
    stages, moments = row or (0.0, 0.0)
    return float(stages or 0.0), float(moments or 0.0)


def _stages(table: Table, columns: Sequence[Profile]) -> Found | None:
    """A row for each deal with a date for each stage: three or more dates called like stages."""
    rows = table.rows
    dates = {_label(c.name): c for c in columns if c.dates is not None and c.filled > 0}
    called = {
        label: column
        for label, column in dates.items()
        if label
        and (_entry_word(column.name) or place_on_course(label) is not None)
        and column.named("created") < 0.7
        and column.named("closed") < 0.7
    }
    telling = [label for label in called if place_on_course(label) is not None]
    ends = {
        label: c for label, c in dates.items() if max(named(label, WON), named(label, LOST)) == 1
    }
    deals = [c for c in _deals(columns, rows) if c.distinct > 0.9 * rows]
    if len(telling) < 2 or len(called | ends) < 3 or not deals:
        return None
    found = Found("stages", {"deal": deals[0]}, called | ends)
    found.scores.append(min(1.0, 0.6 + 0.1 * len(telling)))
    found.why.append(
        f"One row for each deal with a date for each stage: {listed(list(found.entered), 12)}."
    )
    _tell(found, "deal", deals[0])
    return found


def _entry_word(name: str) -> bool:
    text = f" {plain(name)} "
    return any(f" {word} " in text for word in ("entered", "inträde", "reached", "nådde"))


def _label(name: str) -> str:
    """A date column's name without the words that say it is a date of entry."""
    text = name.strip()
    for word in ENTRY_WORDS:
        if text.casefold().startswith(f"{word} ") or text.casefold().startswith(f"{word}_"):
            text = text[len(word) + 1 :]
        if text.casefold().endswith((f" {word}", f"_{word}")):
            text = text[: -len(word) - 1]
    return text.strip()


def _snapshot(table: Table, columns: Sequence[Profile]) -> Found | None:
    """A row for each deal as it stands, with its present stage."""
    rows = table.rows
    deals = _deals(columns, rows)
    stages = _best((c for c in columns if _can_be_stage(c)), "stage")
    dates = [c for c in columns if c.dates is not None]
    if not deals or not stages or stages[0].named("stage") == 0 or not dates:
        return None
    deal = max(deals, key=lambda c: c.named("deal") + c.distinct / rows)
    found = Found("snapshot", {"deal": deal, "stage": stages[0]})
    found.why.append(f'One row for each deal as it stands, in "{stages[0].name}".')
    for role in ("created", "closed"):
        best = max(dates, key=lambda c: c.named(role))
        if best.named(role) > 0:
            found.columns[role] = best
    for role, column in found.columns.items():
        _tell(found, role, column)
    if not {"created", "closed"} & set(found.columns):
        return None
    return found


def _others(found: Found, columns: Sequence[Profile], rows: int) -> None:
    """Amount, owner, currency and the source's order, where a column is called so."""
    taken = {column.index for column in (*found.columns.values(), *found.entered.values())}
    fits: dict[str, Callable[[Profile], bool]] = {
        "amount": lambda c: c.numeric and c.distinct > 2,
        "owner": lambda c: c.dates is None and 2 <= c.distinct < 0.5 * rows,
        "currency": lambda c: not c.numeric and c.distinct <= 60,
        "order": lambda c: c.numeric and found.kind == "changes" and c.filled == rows,
    }
    for role, fit in fits.items():
        free = [c for c in columns if c.index not in taken and c.filled and fit(c)]
        best = max(free, key=lambda c: c.named(role), default=None)
        if best is not None and best.named(role) >= 0.5:
            found.columns[role] = best
            taken.add(best.index)
            found.why.append(f'"{best.name}" is read as the {role}, by its name.')


def _tell(found: Found, role: str, column: Profile) -> None:
    name = column.named(role)
    found.scores.append(0.6 + 0.4 * name)
    reason = "by its name" if name >= 0.5 else "as its values fit best"
    found.why.append(f'"{column.name}" is read as the {SAID.get(role, role)}, {reason}.')
