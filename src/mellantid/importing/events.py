"""Events: what rows in any of the three shapes say happened, as the engine's table `event`.

An event: the row it comes from, the deal, the label and state entered, the moment (with the moment
after which it happened, where it was only observed), when it was known, the source's order within a
moment, and the amount, currency, owner and reason that hold from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.importing.engine import query
from mellantid.importing.mapping import labels_of
from mellantid.importing.names import did_you_mean
from mellantid.importing.per_deal import from_snapshot, from_stages
from mellantid.importing.reading import LATEST

if TYPE_CHECKING:
    from mellantid.importing.mapping import Map
    from mellantid.importing.reading import Reading
    from mellantid.importing.table import Table

IGNORED = -1


def make_events(table: Table, mapping: Map, reading: Reading, observed: int) -> None:
    """Turn the table `reading` into the tables `judged` (each row, and why not) and `event`.

    Args:
        table: the table, read.
        mapping: what it means.
        reading: what is known of the table `reading`.
        observed: the moment at which a file with one row per deal was true.

    """
    _label_table(table, mapping)
    if mapping.shape == "changes":
        _from_changes(table, reading)
    elif mapping.snapshot is None:
        from_stages(table, mapping, reading, observed)
    else:
        from_snapshot(table, mapping, reading, mapping.snapshot, observed)


def _label_table(table: Table, mapping: Map) -> None:
    process = mapping.process
    states = {label: process.state(label) for label in (*process.stages, *process.won)}
    states |= {label: process.state(label) for label in process.lost}
    states |= dict.fromkeys(process.ignore, IGNORED)
    table.db.execute("CREATE OR REPLACE TABLE label (label VARCHAR, state INTEGER)")
    table.db.executemany("INSERT INTO label VALUES (?, ?)", [[*pair] for pair in states.items()])
    table.db.execute("CREATE OR REPLACE TABLE hint (label VARCHAR, hint VARCHAR)")
    if mapping.shape != "stages":
        table.db.execute(query("unlisted"))
        labels = labels_of(process)
        hints = [[label, did_you_mean(labels, label)] for (label,) in table.db.fetchall()]
        if hints:
            table.db.executemany("INSERT INTO hint VALUES (?, ?)", hints)


def _from_changes(table: Table, reading: Reading) -> None:
    recorded = reading.has("recorded")
    order = reading.has("order")
    number = f"TRY_CAST({reading.text('order')} AS BIGINT)" if order else "NULL::BIGINT"
    parts = {
        "known": "greatest(recorded_at, at_at)" if recorded else "at_at",
        "sequence": number,
        "bad_sequence": f'reading."order" IS NOT NULL AND {number} IS NULL' if order else "false",
        "order_text": reading.text("order"),
        "currency": f"upper({reading.text('currency')})",
        "owner": reading.text("owner"),
        "reason": reading.text("reason"),
        "deal_name": reading.header("deal"),
        "at_name": reading.header("at"),
        "at_form": reading.form("at"),
        "stage_name": reading.header("stage"),
        "latest": LATEST,
    }
    table.db.execute(query("changes", **parts))
    table.db.execute(query("changes_event"))
