"""The simulation: all deals move in step, a whole stay at a time.

Within a period in which the calendar changes nothing, every open deal draws the age and the way of
its exit, given that it has stood so far. An exit beyond the period is not taken: the deal draws
anew in the next period, which by the hazard's nature changes nothing but the calendar's effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.process import onward_ways
from mellantid.simulation.calendar import Period, periods, season
from mellantid.simulation.happenings import Happening, Happenings, Log
from mellantid.simulation.organisation import AMOUNT_BANDS, Organisation
from mellantid.simulation.sojourn_table import SojournTable

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.clock import WorkingClock
    from mellantid.core.types import Bools, Floats, Ints

REOPENED_AFTER = (10, 60)  # working days, first and last
AMOUNT_CHANGE_SD = 0.2
NEVER = 2**40  # the day on which nobody looks at a ghost again


@dataclass
class _Deals:
    """Where every deal stands while the simulation runs."""

    stage: Ints
    entry: Ints  # the day of entry, perhaps still to come
    amount: Floats
    owner: Ints
    band: Ints


def simulate(
    organisation: Organisation,
    clock: WorkingClock,
    first_day: int,
    last_day: int,
    rng: Generator,
) -> Happenings:
    """Everything that happens from a first to a last working day, both included.

    The first day begins with an empty pipeline.
    """
    log = Log()
    deals = _created(organisation, clock, first_day, last_day, rng, log)
    rate, ways = organisation.rate_rows(), organisation.ways
    on = onward_ways(organisation.process.size)[np.arange(len(ways))[:, None], ways]
    for period in periods(organisation, clock, first_day, last_day, rng):
        bend = np.exp(period.log_on[:, None] * on)[:, None, :]
        bent = _lifted(organisation, rate * bend, on, period.first)
        table = SojournTable.of(bent.reshape(-1, *rate.shape[2:]))
        _hand_over(organisation, deals, period, rng, log)
        _run(organisation, deals, table, period, rng, log)
    happenings = log.happenings()
    return happenings.where(np.flatnonzero(happenings.day <= last_day))


def _lifted(organisation: Organisation, rate: Floats, on: Bools, day: int) -> Floats:
    """Rates by seller and band, (rows, S, A, W), with what sellers have learned by a day."""
    for each in organisation.lifts:
        if each.first <= day:
            rows = slice(each.seller * AMOUNT_BANDS, (each.seller + 1) * AMOUNT_BANDS)
            rate[rows, each.stage] *= np.where(on[each.stage], each.factor, 1.0)
    return rate


def _created(
    organisation: Organisation,
    clock: WorkingClock,
    first_day: int,
    last_day: int,
    rng: Generator,
    log: Log,
) -> _Deals:
    """Create every deal, by day at the season's pace."""
    days = np.arange(first_day, last_day + 1)
    pace = organisation.creation * season(clock, days, organisation.complications.season)
    entry = np.repeat(days, rng.poisson(pace))
    count = entry.size
    amount = organisation.amount_median * np.exp(rng.normal(0, organisation.amount_sd, count))
    amount = rounded(amount)
    stage = rng.choice(organisation.process.size, size=count, p=organisation.entry)
    owner = rng.choice(len(organisation.sellers), size=count, p=organisation.seller_share)
    band = (amount > organisation.amount_median).astype(np.int64)
    log.add(Happening.CREATED, np.arange(count), entry, stage.copy(), amount, owner)
    return _Deals(stage, entry.copy(), amount.copy(), owner.copy(), band)


def _hand_over(
    organisation: Organisation, deals: _Deals, period: Period, rng: Generator, log: Log
) -> None:
    """Let some open deals change owner within the team on the period's first day."""
    chance = organisation.complications.hand_overs
    if chance == 0.0:
        return
    standing = (deals.stage < organisation.process.size) & (deals.entry < period.first)
    deal = np.flatnonzero(standing & (rng.random(standing.size) < chance))
    teams = np.array([seller.team for seller in organisation.sellers])
    mates = teams[:, None] == teams[None, :]
    np.fill_diagonal(mates, val=False)
    likely = rng.random((deal.size, teams.size)) * mates[deals.owner[deal]]
    owner = likely.argmax(axis=1)
    deal, owner = deal[likely.max(axis=1) > 0], owner[likely.max(axis=1) > 0]
    deals.owner[deal] = owner
    day = np.full(deal.size, period.first)
    log.add(Happening.OWNER_CHANGED, deal, day, owner=owner)


def _run(
    organisation: Organisation,
    deals: _Deals,
    table: SojournTable,
    period: Period,
    rng: Generator,
    log: Log,
) -> None:
    """Move every open deal to the end of a period, one stay of each at a time."""
    size, ways = organisation.process.size, organisation.ways
    by_seller = table.last.shape[0] > size
    live = np.flatnonzero((deals.stage < size) & (deals.entry <= period.last))
    while live.size:
        stage, entry = deals.stage[live], deals.entry[live]
        kind = deals.owner[live] * AMOUNT_BANDS + deals.band[live] if by_seller else 0
        standing = np.maximum(period.first - entry, 0)
        age, way = table.draw(kind * size + stage, standing, rng)
        to = ways[stage, way]
        left = entry + age <= period.last
        live = live[left]
        _move(organisation, deals, live, (entry + age)[left], to[left], rng, log)
        live = live[(deals.stage[live] < size) & (deals.entry[live] <= period.last)]


def _move(
    organisation: Organisation,
    deals: _Deals,
    deal: Ints,
    day: Ints,
    to: Ints,
    rng: Generator,
    log: Log,
) -> None:
    """Let deals leave their stage, some with a new amount, and some losses come back."""
    process, bent = organisation.process, organisation.complications
    lost = to == process.lost_state
    ghost = lost & (rng.random(deal.size) < bent.ghosts)
    deals.entry[deal[ghost]] = NEVER
    deal, day, to, lost = deal[~ghost], day[~ghost], to[~ghost], lost[~ghost]
    if bent.amount_changes > 0.0:
        _change_amounts(deals, deal[~lost], day[~lost], bent.amount_changes, rng, log)
    kind = np.where(lost, Happening.LOST, Happening.MOVED)
    log.add(np.where(to == process.won_state, Happening.WON, kind), deal, day, to)
    before = deals.stage[deal]
    deals.stage[deal], deals.entry[deal] = to, day
    back = lost & (rng.random(deal.size) < bent.reopened)
    again = day[back] + rng.integers(*REOPENED_AFTER, size=int(back.sum()), endpoint=True)
    deals.stage[deal[back]], deals.entry[deal[back]] = before[back], again
    log.add(Happening.REOPENED, deal[back], again, before[back])


def _change_amounts(
    deals: _Deals, deal: Ints, day: Ints, chance: float, rng: Generator, log: Log
) -> None:
    """Give some deals that move a new amount, the same in the mean."""
    some = rng.random(deal.size) < chance
    deal, day = deal[some], day[some]
    log_ratio = rng.normal(-(AMOUNT_CHANGE_SD**2) / 2, AMOUNT_CHANGE_SD, deal.size)
    deals.amount[deal] = rounded(deals.amount[deal] * np.exp(log_ratio))
    log.add(Happening.AMOUNT_CHANGED, deal, day, amount=deals.amount[deal])


def rounded(amount: Floats) -> Floats:
    """Amounts as people write them: whole thousands, at least one."""
    return np.maximum(np.round(amount, -3), 1000.0)
