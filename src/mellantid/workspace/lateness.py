"""Lateness: when movements happened and when they became known, where the source tells both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.doubts.delays import delays

if TYPE_CHECKING:
    from mellantid.core.doubts.delays import Delays
    from mellantid.ledger import Ledger
    from mellantid.workspace.race import Race

# A source that has no time of recording is taken to have known everything at once: only one in
# which something became known later than it happened tells anything.
TOLD: Final = """
    SELECT occurred_at, known_at FROM entry
    WHERE process = :process AND occurred_after IS NULL
    AND kind IN ('created', 'moved', 'won', 'lost', 'reopened')
    AND occurred_at < :until AND known_at < :until
    AND source IN (
        SELECT source FROM entry WHERE process = :process AND occurred_after IS NULL
        GROUP BY source HAVING max(known_at - occurred_at) > 0
    )
"""


def lateness(ledger: Ledger, race: Race) -> Delays | bool:
    """The law of delays of a process; whether any source tells delays, where too few do.

    Args:
        ledger: the workspace's.
        race: the process as known at a moment.

    """
    history = race.history
    found = {"process": history.process.name, "until": history.until}
    rows = np.array(ledger.rows(TOLD, found), dtype=np.int64).reshape(-1, 2)
    if not rows.size:
        return False
    happened, known = history.clock.day(rows).T
    return delays(happened, known, history.until_day) or True
