"""The shapes in which a database tells of deals: rows of changes, stages and people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.sql.queries import CURSOR
from mellantid.connectors.sql.values import order_of, text_of, truth_of
from mellantid.connectors.told import Means, PersonTold, PipelineTold, StageTold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import sqlalchemy as sa

Row = dict[str, Any]

PIPELINE: Final = "deals"
"""The id of the pipeline where the stages name none."""
MEANS: Final = {str(each): each for each in Means}


@dataclass(frozen=True)
class Shape:
    """Where a database has what.

    Attributes:
        changes: rows with the columns of `histories.COLUMNS`, and `touched` where there is a
            column by which new rows are found.
        stages: rows with `id` and, where there are, `name`, `means` (or `won` and `closed`),
            `pipeline`, `pipeline_name`, `gone` and `place`; None: they are listed.
        people: rows with `id` and, where there are, `name`, `first_name`, `last_name`, `email`,
            `team` and `active`; None: whoever the rows of changes name.
        listed: the stages, where they are listed.

    """

    changes: sa.Subquery
    stages: sa.Select[Any] | sa.TextClause | None = None
    people: sa.Select[Any] | sa.TextClause | None = None
    listed: tuple[StageTold, ...] = field(default=())

    @property
    def followed(self) -> bool:
        """Whether new rows can be found."""
        return CURSOR in self.changes.c


def listed_stages(text: str) -> tuple[StageTold, ...]:
    """The stages of `New, Offer, Won=won, Lost=lost`, in their order.

    Raises:
        SourceError: one is neither open, won nor lost, or stands there twice.

    """
    found = []
    for part in filter(None, (each.strip() for each in re.split(r"[,\n]", text))):
        name, mark, means = (each.strip() for each in part.rpartition("="))
        if not mark:
            name, means = part, "open"
        if means.lower() not in MEANS:
            raise SourceError(
                f"The stage {part[:60]!r} says neither open, won nor lost: write such as Won=won."
            )
        found.append(StageTold(name, name, MEANS[means.lower()]))
    if len({stage.id for stage in found}) < len(found):
        raise SourceError("A stage is listed twice: list each once.")
    return tuple(found)


def pipelines_of(rows: Iterable[Row]) -> tuple[PipelineTold, ...]:
    """Pipelines of rows of stages, in the order of the rows or of their `place`.

    A stage that has several rows is won, closed or gone where one of them says so, and takes the
    lowest of their places.
    """
    names: dict[str, str] = {}
    merged: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = text_of(row["id"])
        if key is None:
            continue
        pipeline = text_of(row.get("pipeline")) or PIPELINE
        names.setdefault(pipeline, text_of(row.get("pipeline_name")) or pipeline.capitalize())
        before = merged.setdefault((pipeline, key), row)
        merged[pipeline, key] = _either(before, row)
    told = []
    for pipeline, name in names.items():
        mine = {key: row for (line, key), row in merged.items() if line == pipeline}
        ordered = sorted(mine.items(), key=lambda each: order_of(each[1].get("place")))
        told.append(PipelineTold(pipeline, name, tuple(_stage(key, row) for key, row in ordered)))
    return tuple(told)


def _either(before: Row, row: Row) -> Row:
    if before is row:
        return row
    place = min((before.get("place"), row.get("place")), key=order_of)
    said: Row = {
        name: truth_of(before.get(name)) or truth_of(row.get(name))
        for name in ("won", "closed", "gone")
        if name in row
    }
    return {**before, **said, "place": place}


def _stage(key: str, row: Row) -> StageTold:
    said = str(row.get("means") or "").strip().lower()
    if said and said not in MEANS:
        raise SourceError(f"The stage {key!r} says {said[:40]!r}: let it say open, won or lost.")
    won, closed = truth_of(row.get("won")), truth_of(row.get("closed"))
    means = MEANS.get(said) or (Means.WON if won else Means.LOST if closed else Means.OPEN)
    return StageTold(key, text_of(row.get("name")) or key, means, truth_of(row.get("gone")))


def people_of(rows: Iterable[Row]) -> tuple[PersonTold, ...]:
    """People of rows; one who is there twice is as the last row says."""
    found = {}
    for row in rows:
        key = text_of(row["id"])
        if key is not None:
            both = (text_of(row.get(name)) for name in ("first_name", "last_name"))
            name = text_of(row.get("name")) or " ".join(each for each in both if each)
            email = text_of(row.get("email")) or ""
            team = text_of(row.get("team")) or ""
            active = truth_of(row["active"]) if row.get("active") is not None else True
            found[key] = PersonTold(key, name or email or key, email, team, active)
    return tuple(found.values())


def unlisted(stages: Sequence[str]) -> SourceError:
    """What a person is told who has not said which stages there are."""
    seen = ", ".join(stages[:20])
    return SourceError(
        "Say which stages there are, in order, and which of them are won and lost, such as: "
        f"New, Offer, Won=won, Lost=lost. The rows have {seen or 'none yet'}."
    )
