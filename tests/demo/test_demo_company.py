"""The demo's company: people, targets, and two years of rows that are fit for the ledger."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from mellantid.calendars import working_clock
from mellantid.core.history import UNKNOWN_WHEN
from mellantid.demo import demo_organisation

UNTIL = dt.date(2026, 10, 14)


@pytest.fixture(scope="module")
def company():
    return demo_organisation(1, UNTIL)


def won_by_year(history):
    won = history.last & (history.state == history.process.won_state)
    years = history.at[won].astype("datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    return {int(y): float(history.amount[won][years == y].sum()) for y in np.unique(years)}


def test_there_are_25_sellers_in_four_teams_on_eight_legs(company):
    assert len(company.sellers) == 25
    assert len(company.teams) == 4
    assert {seller.team for seller in company.sellers} == set(company.teams)
    assert len({seller.identity for seller in company.sellers}) == 25
    assert all(seller.identity.isascii() for seller in company.sellers)
    assert len(company.process.legs) == 8


def test_it_wins_between_60_and_120_million_a_year(company):
    assert 60e6 < won_by_year(company.history)[2025] < 120e6


def test_the_history_starts_two_years_before_and_ends_with_the_date_asked_for(company):
    clock = company.history.clock
    start = clock.start_of(dt.date(2024, 10, 14))
    at = np.array(company.rows.occurred_at)
    assert at.min() == start
    assert clock.end_of(UNTIL) - 3 * 86_400_000 < at.max() < clock.end_of(UNTIL)
    assert np.all(np.diff(at) >= 0)


def test_deals_open_when_the_crm_came_are_entered_nobody_knows_when(company):
    unknown = np.array([after == 0 for after in company.rows.occurred_after])
    at = np.array(company.rows.occurred_at)
    assert 200 < unknown.sum() < 1200
    assert np.all(at[unknown] == at.min())
    assert unknown.sum() == (company.history.after == UNKNOWN_WHEN).sum()


def test_every_deal_begins_with_its_creation_and_has_an_amount_and_an_owner_from_then(company):
    rows = company.rows
    seen = set()
    for deal, kind, amount, owner in zip(
        rows.deal, rows.kind, rows.amount, rows.owner, strict=True
    ):
        if deal not in seen:
            assert kind == "created"
            assert amount is not None
            assert amount > 0
            assert owner is not None
            seen.add(deal)
        else:
            assert kind != "created"
    assert not np.isnan(company.history.amount).any()


def test_every_kind_of_row_occurs_and_every_key_is_unique(company):
    assert set(company.rows.kind) == {
        "created",
        "moved",
        "won",
        "lost",
        "reopened",
        "amount_changed",
        "owner_changed",
    }
    assert len(set(company.rows.key)) == company.rows.size


def test_rows_name_stages_owners_and_currency_where_they_are_about_them(company):
    rows = company.rows
    labels = {*company.process.stages, "Won", "Lost"}
    people = {seller.identity for seller in company.sellers}
    for kind, stage, amount, currency, owner in zip(
        rows.kind, rows.stage, rows.amount, rows.currency, rows.owner, strict=True
    ):
        assert (stage is None) == (kind in {"amount_changed", "owner_changed"})
        assert stage is None or stage in labels
        assert (amount is None) == (currency is None)
        assert owner is None or owner in people


def test_nothing_happens_on_days_off(company):
    clock = working_clock(company.timezone, company.country, company.company_holidays)
    exact = np.array([after is None for after in company.rows.occurred_after])
    dates = clock.zone.dates(np.array(company.rows.occurred_at)[exact])
    assert clock.working[dates].all()


def test_targets_are_of_the_running_year_and_the_teams_promise_a_little_more(company):
    targets = {target.owner: target for target in company.targets}
    assert set(targets) == {"all", *company.teams, *(s.identity for s in company.sellers)}
    assert all(t.first == dt.date(2026, 1, 1) for t in company.targets)
    assert all(t.last == dt.date(2026, 12, 31) for t in company.targets)
    teams = sum(targets[team].amount for team in company.teams)
    assert 1.0 < teams / targets["all"].amount < 1.06
    assert 60e6 < targets["all"].amount < 120e6


def test_the_leg_that_slowed_passes_fewer_of_the_deals_that_stand_there(company):
    """Passes by deal-day at risk on the slow leg, the last 63 days against the year before."""
    history = company.history
    stage = company.process.stages.index(company.slow_stage)
    moved = np.flatnonzero(history.moves)
    deal, state, day = history.deal[moved], history.state[moved], history.day[moved]
    same = np.append(deal[1:] == deal[:-1], False)
    left = np.where(same, np.roll(day, -1), history.until_day + 1)
    passed = same & (np.roll(state, -1) > stage) & (np.roll(state, -1) <= company.process.size)
    slow_from = history.until_day - 62

    def pace(first, last):
        here = state == stage
        # The first 40 days of a stay: ghosts that stand there for ever do not count.
        days = np.clip(np.minimum(left, day + 40), first, last + 1) - np.clip(day, first, last + 1)
        passes = here & passed & (left >= first) & (left <= last) & (left - day < 40)
        return passes.sum() / days[here].sum()

    assert pace(slow_from, history.until_day) < 0.75 * pace(slow_from - 230, slow_from - 1)


def test_the_same_seed_and_date_give_the_same_rows(company):
    again = demo_organisation(1, UNTIL)
    assert again.rows == company.rows
    assert demo_organisation(2, UNTIL).rows.occurred_at != company.rows.occurred_at


def test_a_29th_of_february_has_a_start():
    company = demo_organisation(1, dt.date(2028, 2, 29))
    first = company.history.clock.date(company.rows.occurred_at[0])
    assert first == dt.date(2026, 2, 28)
