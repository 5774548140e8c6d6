"""Observation: the moment at which a file with one row per deal was true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.clock import MS_PER_DAY
from mellantid.importing.engine import identifier, query
from mellantid.importing.reading import LATEST
from mellantid.importing.zones import zone_named

if TYPE_CHECKING:
    from mellantid.importing.mapping import Map
    from mellantid.importing.reading import Reading
    from mellantid.importing.table import Table


def observation(
    table: Table, mapping: Map, reading: Reading, recorded_at: int, dated: int | None
) -> int:
    """The newest date of the file that is not in the future, to the end of its day; else now.

    A file tells nothing of what came after its newest date, so no later moment may be said to have
    been looked at. Dates to come are plans, such as the close that a seller expects.

    Args:
        table: the table, read.
        mapping: for the time zone.
        reading: what is known of the table `reading`.
        recorded_at: now.
        dated: the newest date that files before this one had; None where there is none. A file
            whose newest date is the same came later all the same: it was true now.

    """
    newest = start = -1
    for key in reading.dates:
        at, local = identifier(key + "_at"), identifier(key + "_local")
        table.db.execute(query("newest", at=at, local=local, now=recorded_at, latest=LATEST))
        moment, wall = table.db.fetchone() or (None, None)
        if moment is None:
            continue
        end = moment
        if wall % MS_PER_DAY == 0:
            end = int(zone_named(mapping.timezone).moments(wall + MS_PER_DAY)) - 1
        start, newest = max((start, newest), (int(moment), int(end)))
    if newest < 0 or (dated is not None and start <= dated <= newest):
        return recorded_at
    return min(newest, recorded_at)
