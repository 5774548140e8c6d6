"""The demo's company: who it is, its settings, its targets, and what has happened to its deals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.calendars import working_clock
from mellantid.core.clock import date_number
from mellantid.demo.people import demo_sellers
from mellantid.demo.rows import DemoRows, demo_rows
from mellantid.simulation import (
    EVERYTHING,
    Organisation,
    Seller,
    Truth,
    history,
    seen_from,
    simulate,
    standard_course,
    wall_moments,
)

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.history import History
    from mellantid.core.process import Process

NAME: Final = "Fjällräv Industriteknik"
ZONE: Final = "Europe/Stockholm"
COUNTRY: Final = "SE"
COMPANY_HOLIDAYS: Final = ("07-07..08-01",)
CURRENCY: Final = "SEK"
YEARS: Final = 2
WARM_UP_DAYS: Final = 250
CREATION: Final = 6.0
SLOW_STAGE: Final = 3
SLOW_DAYS: Final = 63
# The model does not know yet that big deals are slower or that quarters share their luck: with
# these the plan would be wrong from its first day, and that is not what the demo is to show.
COMPLICATIONS: Final = replace(EVERYTHING, big_deals_slower=0.0, common_factor=0.0)
# The company aims a little above its pace, and its teams promise a little more than it asks.
AMBITION: Final = 1.02
PROMISED: Final = 1.03


@dataclass(frozen=True)
class DemoTarget:
    """A target.

    Attributes:
        owner: a seller's identity, a team's name, or `all`.
        amount: in the company's currency.
        first: first date of the period.
        last: its last date.

    """

    owner: str
    amount: float
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class DemoCompany:
    """A company with a history.

    Attributes:
        name: what it is called.
        timezone: IANA name.
        country: of its public holidays.
        company_holidays: rules of its own ones.
        currency: of its amounts.
        process: its course.
        teams: names of its teams.
        sellers: its people.
        targets: of the company, its teams and its sellers, for the running year.
        rows: what happened, as ledger columns.
        slow_stage: the stage whose leg has slowed in the last three months.
        truth: what is true of it.
        history: the same as `rows`, as the core has it.

    """

    name: str
    timezone: str
    country: str
    company_holidays: tuple[str, ...]
    currency: str
    process: Process
    teams: tuple[str, ...]
    sellers: tuple[Seller, ...]
    targets: tuple[DemoTarget, ...]
    rows: DemoRows
    slow_stage: str
    truth: Truth
    history: History


def demo_organisation(seed: int, until: dt.date) -> DemoCompany:
    """Make the demo's company, known up to the end of a date, from two years before it.

    Its CRM was taken into use two years ago, with the deals that were open then; when those had
    entered their stage nobody knows.

    Args:
        seed: another seed, another company's luck.
        until: the last date of which something is known.

    """
    rng = np.random.default_rng(seed)
    clock = working_clock(ZONE, COUNTRY, COMPANY_HOLIDAYS)
    last_day = int(clock.day_of_date(date_number(until)))
    start = clock.start_of(_years_before(until, YEARS))
    first_day = int(clock.day(start)) - WARM_UP_DAYS
    organisation = Organisation.draw(
        rng,
        standard_course(),
        COMPLICATIONS,
        demo_sellers(),
        CREATION,
        slow=(SLOW_STAGE, last_day - SLOW_DAYS + 1, last_day),
    )
    happenings = simulate(organisation, clock, first_day, last_day, rng)
    moments = wall_moments(happenings, clock, rng)
    rows = demo_rows(
        organisation,
        *seen_from(start, happenings, moments, organisation.process.size),
        CURRENCY,
    )
    truth = Truth.of(organisation)
    return DemoCompany(
        NAME,
        ZONE,
        COUNTRY,
        COMPANY_HOLIDAYS,
        CURRENCY,
        organisation.process,
        tuple(dict.fromkeys(seller.team for seller in organisation.sellers)),
        organisation.sellers,
        _targets(truth, clock, until.year),
        rows,
        organisation.process.stages[SLOW_STAGE],
        truth,
        history(organisation, happenings, moments, clock, clock.end_of(until), start),
    )


def _years_before(date: dt.date, years: int) -> dt.date:
    """The same date some years before; the 28th for a 29th of February that does not exist."""
    try:
        return date.replace(year=date.year - years)
    except ValueError:
        return date.replace(year=date.year - years, day=28)


def _targets(truth: Truth, clock: WorkingClock, year: int) -> tuple[DemoTarget, ...]:
    """Targets of the year: the whole, the teams and the sellers, in proportion to their deals."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = int(clock.day_of_date(date_number(last)) - clock.day_of_date(date_number(first)))
    whole = round(AMBITION * truth.won_per_day * days, -6)
    organisation = truth.organisation
    shares = {"all": 1.0 / PROMISED}
    for seller, share in zip(organisation.sellers, organisation.seller_share, strict=True):
        shares[seller.team] = shares.get(seller.team, 0.0) + share
    for seller, share in zip(organisation.sellers, organisation.seller_share, strict=True):
        shares[seller.identity] = share
    return tuple(
        DemoTarget(owner, float(round(PROMISED * whole * share, -5)), first, last)
        for owner, share in shares.items()
    )
