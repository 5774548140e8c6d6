"""What Pipedrive can tell of what is true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mellantid.simulators.crm import OPEN, facts
from mellantid.simulators.pipedrive.server import KEPT

if TYPE_CHECKING:
    from mellantid.simulators.crm import Fact, SimulatedCrm


def truth(crm: SimulatedCrm, pipeline: str) -> set[Fact]:
    """The facts of deals that are to be seen; won and lost by the names that their status gets."""
    since = crm.now() - KEPT
    means = {each.id: each.means for each in crm.pipelines[pipeline].stages}
    return {
        replace(each, value=f"{pipeline}-{means[each.value]}")
        if each.what == "stage" and means[each.value] != OPEN
        else each
        for each in facts(crm, pipeline)
        if (crm.deals[each.deal].deleted_at or since) >= since
    }
