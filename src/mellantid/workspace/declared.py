"""What a workspace declares of its records: silence as a loss, clean-ups, where they begin."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import date_number
from mellantid.core.counting.silence import lost_by_silence
from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.core.counting.silence import Silence
    from mellantid.core.history import History
    from mellantid.workspace.race import Race
    from mellantid.workspace.settings import Settings


def declared(race: Race, settings: Settings) -> Race:
    """A race with what the settings declare: where recording began, silence, days of clean-up."""
    clock = race.history.clock
    observed = settings.observed_from
    days = [date_number(dt.date.fromisoformat(each)) for each in settings.cleanups]
    race = replace(
        race,
        observed_from=clock.start_of(dt.date.fromisoformat(observed)) if observed else None,
        set_aside=tuple(clock.day_of_date(days).tolist()),
    )
    if not settings.silence:
        return race
    found, notes = silenced(race.history, settings.silence, race.unit)
    return replace(race, history=found.history, notes=race.notes + notes, silence=found)


def silenced(history: History, days: int, unit: str) -> tuple[Silence, tuple[str, ...]]:
    """The history with silence as a loss, and a sentence on how many deals that is about.

    Args:
        history: what is known.
        days: working days in one stage after which a deal is lost.
        unit: of the amounts.

    """
    found = lost_by_silence(history, days)
    if not found.lost:
        return found, ()
    deals = f"{numbers.count(found.standing.size)} deals{worth_in_words(found, unit)}"
    note = (
        f"{deals} count as lost by silence: they have stood in one stage for more than "
        f"{numbers.count(days)} working days; of "
        f"{numbers.count(found.lost)} that ever did, {numbers.count(found.back)} came back."
    )
    return found, (note,)


def worth_in_words(found: Silence, unit: str, language: str = "en") -> str:
    """What the deals that are lost by silence now are worth, in brackets; nothing if not known."""
    rows = found.history.last & np.isin(found.history.deal, found.standing)
    worth = float(np.nansum(found.history.amount[rows]))
    if unit == PER_DEAL or not worth:
        return ""
    return f" ({numbers.money(worth, unit, language)})"
