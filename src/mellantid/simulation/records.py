"""Happenings at plausible office hours, as the core's history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from mellantid.core.clock import MS_PER_DAY, WorkingClock, Zone
from mellantid.core.history import UNCHANGED, UNKNOWN_WHEN, History
from mellantid.core.types import Bools, Floats, Ints
from mellantid.simulation.happenings import Happening, Happenings

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.simulation.organisation import Organisation

Column = TypeVar("Column", Ints, Floats)

HOUR: Final = MS_PER_DAY // 24


def clock_in(zone: str = "Europe/Stockholm") -> WorkingClock:
    """A working clock that knows weekends and no holidays."""
    return WorkingClock.of(Zone.of(ZoneInfo(zone), zone))


def wall_moments(happenings: Happenings, clock: WorkingClock, rng: Generator) -> Ints:
    """Moments (ms UTC) between 8 and 17 local time, few at noon, in the order of the rows.

    Within a deal and a day the moments ascend as the rows do.
    """
    morning = rng.random(happenings.size) < 0.5
    hour = np.where(
        morning,
        8.0 + 4.0 * rng.beta(2.0, 1.5, happenings.size),
        12.5 + 4.5 * rng.beta(1.5, 1.8, happenings.size),
    )
    dates = clock.date_of_day(happenings.day)
    local = dates * MS_PER_DAY + (hour * HOUR).astype(np.int64)
    # Sorting within a deal's day leaves each row in its place but for the time of day.
    order = np.lexsort((local, happenings.day, happenings.deal))
    return clock.zone.moments(local[order])


def seen_from(
    start: int, happenings: Happenings, moments: Ints, stages: int
) -> tuple[Happenings, Ints, Ints]:
    """What a recording that began at `start` (ms) shows of an organisation that was running.

    A deal that was open then is first seen where it stood, entered nobody knows when; what had
    closed is not seen.

    Returns:
        The rows, their moments, and the moments after which each happened, as `History.after`.

    """
    rows = np.arange(happenings.size)

    def carried(values: Column, given: Bools) -> Column:
        # The first row of a deal, its creation, gives every value.
        return values[np.maximum.accumulate(np.where(given, rows, 0))]

    before = moments < start
    state = carried(happenings.state, happenings.state != UNCHANGED)
    amount = carried(happenings.amount, ~np.isnan(happenings.amount))
    owner = carried(happenings.owner, happenings.owner != UNCHANGED)
    last = np.append(happenings.deal[1:] != happenings.deal[:-1], True)
    ends = before & (last | ~np.append(before[1:], False))
    standing = ends & (state < stages)
    # A deal that was closed then and comes back later is new to whoever looks.
    back = np.append(False, (ends & ~standing & ~last)[:-1])
    new = standing | back
    seen = Happenings(
        np.where(new, int(Happening.CREATED), happenings.kind),
        happenings.deal,
        happenings.day,
        np.where(new, state, happenings.state),
        np.where(new, amount, happenings.amount),
        np.where(new, owner, happenings.owner),
    )
    kept = np.flatnonzero(standing | ~before)
    at = np.where(standing, start, moments)[kept]
    return seen.where(kept), at, np.where(standing[kept], UNKNOWN_WHEN, at - 1)


def history(
    organisation: Organisation,
    happenings: Happenings,
    moments: Ints,
    clock: WorkingClock,
    until: int,
    observed_from: int | None = None,
) -> History:
    """The core's history of what happened before `until` (ms, exclusive).

    Args:
        organisation: whose.
        happenings: what happened.
        moments: when, as `wall_moments` gives them.
        clock: the clock that the simulation ran on.
        until: the moment up to which everything is known.
        observed_from: the moment at which recording began, where that is later than the first
            day (see `seen_from`).

    """
    rows, at, after = happenings, moments, moments - 1
    if observed_from is not None:
        rows, at, after = seen_from(observed_from, rows, at, organisation.process.size)
    count = int(happenings.deal.max(initial=-1)) + 1
    return History.fold(
        organisation.process,
        clock,
        until,
        tuple(f"deal-{n:06d}" for n in range(1, count + 1)),
        tuple(seller.identity for seller in organisation.sellers),
        rows.deal,
        at,
        rows.state,
        rows.amount,
        rows.owner,
        after,
    )
