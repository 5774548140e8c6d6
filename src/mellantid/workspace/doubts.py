"""What the data make doubtful: every test of records and model, told in sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.doubts.by_day import by_day
from mellantid.core.doubts.cleanups import cleanups, set_aside
from mellantid.core.doubts.ghosts import ghosts
from mellantid.core.doubts.memory import memories
from mellantid.core.doubts.stays import sojourns_of, stays
from mellantid.core.modelling.model import fit
from mellantid.core.watch.compensators import last_whole_day
from mellantid.workspace.doubt import FOUND
from mellantid.workspace.doubted_model import told_calendar, told_memory
from mellantid.workspace.doubted_records import (
    told_cleanups,
    told_ghosts,
    told_lateness,
    told_silence,
)
from mellantid.workspace.race import MOST_AGES

if TYPE_CHECKING:
    from mellantid.core.doubts.cleanups import Cleanup
    from mellantid.core.doubts.delays import Delays
    from mellantid.core.doubts.stays import Stays
    from mellantid.core.types import Floats
    from mellantid.workspace.doubt import Doubt
    from mellantid.workspace.race import Race

QUARTER: Final = 65
"""Working days within which the effect of clean-ups on the open deals' chances is told."""


def doubts(race: Race, late: Delays | bool) -> tuple[Doubt, ...]:
    """Everything that was looked for, what was found first.

    Args:
        race: the process as known at a moment.
        late: the law of delays; see `lateness`.

    """
    # As recorded: the losses of silence come from a rule, and no day or memory is behind them.
    recorded = replace(race, history=race.silence.recorded, silence=None) if race.silence else race
    history = recorded.history
    all_stays = stays(history, race.observed_from)
    told = [*told_silence(race), *told_lateness(late)]
    last = last_whole_day(history)
    if all_stays.size and last >= all_stays.begin.min():
        found, hazard = _cleanups(recorded, all_stays, last)
        told += told_cleanups(race, found, _effect(recorded, hazard))
        told += told_calendar(recorded, by_day(all_stays, hazard, last))
    standing = stays(race.history, race.observed_from)
    told += told_ghosts(race, ghosts(standing, history.process, race.history.until_day))
    told += told_memory(race, memories(all_stays, history.process))
    return tuple(sorted(told, key=lambda each: each.verdict != FOUND))


def _cleanups(race: Race, found: Stays, last: int) -> tuple[tuple[Cleanup, ...], Floats]:
    """Days of clean-up, and the daily chances with those days set aside.

    A clean-up is in what the model was fitted on, and hides itself a little: so a second look is
    taken with the first one's days set aside.
    """
    process, hazard = race.history.process, race.model.hazard[0]
    days: tuple[Cleanup, ...] = ()
    for _ in range(2):
        days = cleanups(found, by_day(found, hazard, last), process)
        if not days:
            break
        rest = set_aside(found, np.array([each.day for each in days]), process)
        counts = Counts.of(sojourns_of(rest, process))
        ages = min(int(counts.age.max(initial=0)) + 2, MOST_AGES)
        hazard = fit(counts.table(ages)).hazard[0]
    return days, hazard


def _effect(race: Race, hazard: Floats) -> float:
    """The open deals' expected wins within a quarter by other daily chances, over the model's."""
    open_ = race.open_deals
    wins = []
    for each in (hazard, race.model.hazard[0]):
        table = win_table(race.history.process, each, QUARTER)
        age = np.minimum(open_.age, each.shape[-1] - 1)
        wins.append(float(table.standing[QUARTER, open_.stage, age].sum()))
    return wins[0] / wins[1] if wins[1] > 0 else 1.0
