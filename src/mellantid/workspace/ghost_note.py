"""The one doubt that is quick enough to tell beside every forecast: ghosts among the open deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.doubts.ghosts import ghosts
from mellantid.core.doubts.stays import stays
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.workspace.race import Race


def ghost_notes(race: Race) -> tuple[str, ...]:
    """What a forecast should be read with, ghosts: a sentence, or none."""
    found = ghosts(
        stays(race.history, race.observed_from), race.history.process, race.history.until_day
    )
    past = sum(each.past for each in found if each.found)
    if not past:
        return ()
    whole = race.open_deals.size
    note = (
        f"{numbers.count(past)} of {numbers.count(whole)} open deals have stood for longer than "
        "deals in their stage ever take to move, and look lost: mellantid model tells which."
    )
    return (note,)
