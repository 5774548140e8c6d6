"""What an opportunity tells of itself, where its tracked history may not be read.

It says when it took its present stage and when it was closed, but not what was before. So it
begins with the stage it has, and what else it has is dated to between two moments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.odoo.history import (
    Passed,
    begun,
    changes_of,
    currency_of,
    moment,
    shown,
    standing,
)
from mellantid.connectors.told import Change, DealTold

if TYPE_CHECKING:
    from mellantid.connectors.odoo.history import Reading

Row = dict[str, Any]

TOGETHER: Final = 2_000
"""Moments (ms) of one record that are no further apart were written at once."""


def deal_seen(lead: Row, reading: Reading, looked: int = 0) -> DealTold:
    """What is known of a deal from its record alone.

    Args:
        lead: its record of `crm.lead`.
        reading: how records are to be read.
        looked: when (ms) it was certainly looked at last; 0: never.

    """
    present = standing(lead, reading)
    start = begun(lead)
    entered = max(moment(lead.get("date_last_stage_update")) or start, start)
    if entered - start <= TOGETHER:
        entered = start
    closed = moment(lead.get("date_closed"))
    written = max(moment(lead["write_date"]) or 0, entered, closed or 0)
    passed: list[Passed] = [(entered, None, replace(present, active=True))]
    if not present.active and closed is not None:
        passed.append((max(closed, entered), None, present))
    steps = list(changes_of(passed, lead, reading))
    # The stage's moment is the stage's only: nobody has said when the rest was written.
    told = [replace(each, amount=None, currency=None, owner=None) for each in steps]
    last = told[-1].at
    after = max(last, min(looked, written - 1))
    told.append(
        Change(
            written,
            after=after if written - last > TOGETHER else None,
            place=sum(each.at == written for each in told),
            currency=currency_of(lead, reading),
            **shown(present, reading),
        )
    )
    return DealTold(str(lead["id"]), tuple(told), whole=False)
