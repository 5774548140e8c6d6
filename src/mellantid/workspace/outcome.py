"""How it will end: the forecast of a period as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH, date_number
from mellantid.core.forecasting.course import LEVELS
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.planning.target import Period
from mellantid.core.weeks import QUARTER
from mellantid.errors import QuestionError
from mellantid.workspace.aims import aim_note, aimed_at
from mellantid.workspace.ghost_note import ghost_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.planning.target import Target
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race

SEED: Final = 20260101
"""The same question gets the same answer: the draws of the model always begin here."""
FEW_DAYS: Final = 65
"""Working days in a quarter: from fewer no pace of creation is to be trusted."""


@dataclass(frozen=True)
class DealChance:
    """One open deal: where it stands and its chance to be won in the period."""

    deal: str
    stage: str
    age: int
    amount: float | None
    p: float
    owner: str | None


@dataclass(frozen=True)
class Outcome:
    """The distribution of the won amount; the keys are those of `mellantid forecast --json`.

    Attributes:
        as_of: the local date at whose end this was known.
        first: the first date on which a win counts.
        until: the last.
        won: amount won so far.
        mean: expected amount at the end.
        sd: its standard deviation.
        quantiles: by level.
        target: the amount aimed at; None without one.
        p_target: the chance of it.
        arrival: by level, the date on which it is reached; None: not within the horizon.
        open_mean: the part expected of deals that are open now.
        new_mean: the part expected of deals not created yet.
        factor_sd: how much whole quarters differ by more than chance, on the log scale.
        unknown_amounts: deals taken to be worth what won deals are, as they have no amount.
        assumed_amount: what those are taken to be worth.
        deals: every open deal, the weightiest first.
        whole: the core's forecast, for charts.
        notes: what to know before trusting it, a sentence each.

    """

    as_of: dt.date
    first: dt.date
    until: dt.date
    won: float
    mean: float
    sd: float
    quantiles: dict[str, float]
    target: float | None
    p_target: float | None
    arrival: dict[str, dt.date | None] | None
    open_mean: float
    new_mean: float
    factor_sd: float
    unknown_amounts: int
    assumed_amount: float
    deals: tuple[DealChance, ...]
    whole: Forecast
    notes: tuple[str, ...] = ()


def outcome(
    race: Race,
    first: dt.date,
    until: dt.date,
    target: Target | None,
    notes: tuple[str, ...] = (),
) -> Outcome:
    """Foretell what is won from one date to another.

    Args:
        race: what is known.
        first: the first date on which a win counts.
        until: the last.
        target: what is aimed at by then, if anything.
        notes: what to know before trusting it.

    Raises:
        QuestionError: the last date comes before the first.

    """
    history, clock = race.history, race.history.clock
    aim = None if target is None else target.amount
    whole = foretell(race, first, until, aim)
    levels = [f"{level:g}" for level in LEVELS]
    return Outcome(
        as_of=clock.date(history.until - 1),
        first=first,
        until=until,
        won=float(whole.won_amount.sum()),
        mean=whole.mean,
        sd=whole.sd,
        quantiles=dict(zip(levels, whole.quantiles().tolist(), strict=True)),
        target=aim,
        p_target=whole.p_target,
        arrival=None if aim is None else dict(zip(levels, whole.arrival(), strict=True)),
        open_mean=whole.open_mean,
        new_mean=whole.new_mean,
        factor_sd=race.factors.onward.sd,
        unknown_amounts=whole.unknown_amounts,
        assumed_amount=race.assumed_amount,
        deals=_deals(race, whole),
        whole=whole,
        notes=(*notes, *_short_pace(race)),
    )


def outcome_of(race: Race, targets: Sequence[Target], until: dt.date | None = None) -> Outcome:
    """The forecast up to a date; the running target's last one by default, else a quarter.

    Args:
        race: what is known.
        targets: all targets.
        until: the last date that counts.

    Raises:
        QuestionError: the date is over.

    """
    doubted = ghost_notes(race)
    today = race.history.clock.date(race.history.until - 1)
    target = aimed_at(targets, today, until)
    if target is not None:
        return outcome(race, target.first, target.last, target, doubted)
    running = aimed_at(targets, today)
    first = today if running is None else min(running.first, today)
    notes = doubted if until else (*aim_note(targets, today), *doubted)
    return outcome(race, first, until or horizon(race, QUARTER), None, notes)


@dataclass(frozen=True, eq=False)
class Chances:
    """The chance of every open deal to be won by a date, without the rest of the forecast.

    Attributes:
        until: the last date that counts.
        deal: which deal; counts into the history's.
        p: its chance, the same as in the whole forecast.

    """

    until: dt.date
    deal: Ints
    p: Floats


def chances_of(race: Race, targets: Sequence[Target]) -> Chances:
    """The chance of every open deal by the end of the running target, else of a quarter.

    Raises:
        NotEnoughDataError: there is too little to foretell from.

    """
    today = race.history.clock.date(race.history.until - 1)
    target = aimed_at(targets, today)
    first = today if target is None else target.first
    until = horizon(race, QUARTER) if target is None else target.last
    whole = foretell(race, first, until, None)
    return Chances(until, whole.open_.deal, whole.p)


def _short_pace(race: Race) -> tuple[str, ...]:
    """A warning where what is to come is read from a few days only."""
    days = race.arrivals.window_days
    if days >= FEW_DAYS:
        return ()
    told = (
        f"The pace of new deals is known from {days} working days only: what is expected of deals "
        "to come may be far off until a quarter is known."
    )
    return (told,)


def foretell(race: Race, first: dt.date, until: dt.date, aim: float | None) -> Forecast:
    """The core's forecast of what is won from one date to another.

    Args:
        race: what is known.
        first: the first date on which a win counts.
        until: the last.
        aim: the amount aimed at; None: no arrival is asked for.

    Raises:
        QuestionError: the last date comes before the first.

    """
    if until < first:
        raise QuestionError(
            f"{until} comes before {first}, from when wins count: look ahead to a later day."
        )
    clock = race.history.clock
    period = Period(
        "all",
        float(aim or 0.0),
        int(clock.day_of_date(date_number(first) - 1)) + 1,
        int(clock.day_of_date(date_number(until))),
        clock.start_of(first),
        clock.end_of(until),
    )
    rng = np.random.default_rng(SEED)
    return forecast(
        race.history,
        race.deal_model,
        race.arrivals,
        period,
        aim,
        rng,
        factors=race.factors,
        banded=race.banded_deals,
        won_ratio=race.won_ratio.ratio,
    )


def _deals(race: Race, whole: Forecast) -> tuple[DealChance, ...]:
    history, open_ = race.history, whole.open_
    order = np.lexsort((open_.deal, -whole.p * whole.amount))
    known = ~np.isnan(open_.amount)
    return tuple(
        DealChance(
            deal=history.deals[open_.deal[row]],
            stage=history.process.stages[open_.stage[row]],
            age=int(open_.age[row]),
            amount=float(open_.amount[row]) if known[row] else None,
            p=float(whole.p[row]),
            owner=history.owners[open_.owner[row]] if open_.owner[row] >= 0 else None,
        )
        for row in order.tolist()
    )


def horizon(race: Race, working_days: int) -> dt.date:
    """The date so many working days after the last one known."""
    day = race.history.until_day + working_days
    return EPOCH + dt.timedelta(days=int(race.history.clock.date_of_day(day)))
