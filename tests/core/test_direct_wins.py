"""Deals that are first heard of as won: their pace, their part of the forecast and of the plan."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import plan_cases as cases
import pytest
from scipy.stats import nbinom

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals, direct_wins, direct_wins_by_owner
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.forecasting.period_factor import PeriodFactors, period_factor
from mellantid.core.history import UNKNOWN_WHEN, History
from mellantid.core.modelling.model import fit
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.plan import Plan
from mellantid.core.planning.planned_amounts import planned_amounts
from mellantid.core.planning.target import Target, period
from mellantid.core.standing.money import money

WON, LOST = cases.STAGES, cases.STAGES + 1
START = cases.day_of(dt.date(2026, 6, 1))
AMOUNT = 50.0


def noon(day):
    """Noon of working days."""
    dates = np.asarray(cases.clock().date_of_day(np.asarray(day)))
    return cases.clock().zone.moments(dates * 86_400_000 + 12 * cases.HOUR)


def story(day, state, until, owner=0, after=None):
    """One row for each deal: its first; deal d is number d."""
    day, state = np.asarray(day), np.asarray(state)
    at = noon(day)
    return History.fold(
        cases.PROCESS,
        cases.clock(),
        int(noon(until)) + 6 * cases.HOUR,
        tuple(f"D{number}" for number in range(day.size)),
        cases.OWNERS,
        np.arange(day.size),
        at,
        state,
        np.full(day.size, AMOUNT),
        np.broadcast_to(owner, day.shape),
        at - 1 if after is None else after,
    )


def half_direct(days=60, owner=0):
    """Every day one deal is created, and every second day one is heard of as won."""
    day = np.concatenate([np.arange(START - days, START), np.arange(START - days, START, 2)])
    state = np.where(np.arange(day.size) < days, 0, WON)
    return story(day, state, START, owner)


def foretold(history, last=40, draws=200, target=None, factors=None, first=1):
    coming = arrivals(history)
    model = fit(Counts.of(sojourns(history)).table(60))
    begins, ends = (
        dt.date(1970, 1, 1) + dt.timedelta(days=int(cases.clock().date_of_day(START + ahead)))
        for ahead in (first, last)
    )
    when = period(Target("all", 1.0, begins, ends), cases.clock())
    rng = np.random.default_rng(1)
    found = forecast(history, model, coming, when, target, rng, draws, factors=factors)
    return found, coming


def test_only_first_rows_that_say_won_and_still_hold_are_direct_wins():
    day = np.array([START - 5, START - 4, START - 3, START - 3, START - 2])
    state = np.array([WON, 0, WON, WON, LOST])
    history = story(day, state, START)
    assert direct_wins(history).tolist() == [True, False, True, True, False]
    # D2 is lost after all; of D3 nobody knows when it was won: it was there before.
    undone = History.fold(
        cases.PROCESS,
        cases.clock(),
        history.until,
        history.deals,
        history.owners,
        np.append(history.deal, 2),
        np.append(history.at, history.at[2] + 1),
        np.append(history.state, LOST),
        after=np.append(np.where(history.deal == 3, UNKNOWN_WHEN, history.after), history.at[2]),
    )
    assert undone.deal[direct_wins(undone)].tolist() == [0]


def test_the_pace_is_that_of_the_working_days_seen():
    coming = arrivals(half_direct())
    assert (coming.direct_wins, coming.window_days) == (30, 61)
    assert coming.direct_rate == pytest.approx(30 / 61)
    # They are no creations: those are of deals that stand in a stage.
    assert coming.creations == 60


def test_where_none_has_been_none_is_foretold():
    history = story(np.arange(START - 60, START), np.zeros(60, dtype=int), START)
    assert arrivals(history).direct_rate == 0.0


def test_a_course_that_nobody_uses_still_has_a_forecast():
    history = story(np.arange(START - 60, START), np.full(60, WON), START)
    coming = arrivals(history)
    assert (coming.creations, coming.direct_wins) == (0, 60)
    assert coming.entry.tolist() == [1.0, 0.0, 0.0]
    found, _ = foretold(history)
    assert found.mean == pytest.approx(coming.direct_rate * 40 * AMOUNT, rel=0.02)


def test_their_number_is_negative_binomial_where_nothing_else_can_be_won():
    """Gamma(n, d) mixed Poisson over t days: NB(n, d/(d + t)), by hand."""
    # Created deals are lost the same day, so that only direct wins remain.
    day = np.repeat(np.arange(START - 60, START), 2)
    rows = np.arange(day.size)
    history = story(day, np.where(rows % 2, WON, 0), START)
    lost = History.fold(
        cases.PROCESS,
        cases.clock(),
        history.until,
        history.deals,
        history.owners,
        np.append(history.deal, rows[::2]),
        np.append(history.at, history.at[::2] + 1),
        np.append(history.state, np.full(60, LOST)),
        np.append(history.amount, np.full(60, AMOUNT)),
    )
    found, coming = foretold(lost)
    assert (found.open_.size, coming.direct_wins) == (0, 60)
    others = found.new_mean - coming.direct_rate * 40 * AMOUNT
    assert 0 <= others < 0.02 * found.new_mean
    by_hand = nbinom(60, 61 / (61 + 40))
    counts = np.arange(20, 61)
    # The few others shift it by up to 1 %; 200 even draws of the gamma leave less.
    share = found.total.cdf(counts * AMOUNT) - by_hand.cdf(counts)
    assert np.abs(share).max() < 0.02
    assert found.sd == pytest.approx(AMOUNT * by_hand.std(), rel=0.02)


def test_only_days_of_the_period_count_and_the_parts_sum_to_the_whole():
    history = half_direct(owner=np.arange(90) % 3)
    whole, coming = foretold(history, 40)
    early, _ = foretold(history, 20)
    late, _ = foretold(history, 40, first=21)
    assert early.mean + late.mean == pytest.approx(whole.mean, rel=1e-9)
    assert whole.parts.mean.sum() == pytest.approx(whole.mean, rel=1e-12)
    shares = direct_wins_by_owner(history)
    assert shares.sum() == coming.direct_wins
    worth = coming.direct_rate * 40 * AMOUNT
    # Creations are shared evenly by the owners as well here.
    each = [whole.of_owner(owner).mean for owner in cases.OWNERS]
    assert each == pytest.approx(whole.parts.mean[:3].tolist(), rel=1e-9)
    assert (whole.parts.new_mean[:3] > worth / 3 * 0.99).all()


def test_an_uncertain_factor_on_creation_widens_them():
    swings = np.array([700.0, 1400.0, 800.0, 1200.0, 900.0, 1300.0])
    factor = period_factor(np.full(6, 1000.0), swings)
    plain, _ = foretold(half_direct())
    wide, _ = foretold(half_direct(), factors=PeriodFactors(factor, factor))
    assert wide.sd > 1.1 * plain.sd
    assert wide.mean == pytest.approx(plain.mean, rel=1e-9)


def planned(direct_rate, target=40_000.0, days=60):
    """A plan from an empty course."""
    history = story(np.array([START - 3]), np.array([LOST]), START)
    first, last = (
        dt.date(1970, 1, 1) + dt.timedelta(days=int(cases.clock().date_of_day(START + ahead)))
        for ahead in (1, days)
    )
    basis = replace(cases.basis(5, ages=15, mean_amount=AMOUNT), direct_rate=direct_rate)
    return make_plan(history, basis, [Target("all", target, first, last)], cap=math.inf), history


def test_a_plan_asks_the_course_for_what_they_do_not_bring():
    without, _ = planned(0.0)
    with_them, _ = planned(2.0)
    brought = 2.0 * 60 * AMOUNT
    assert with_them.expected == pytest.approx(without.expected)
    share = with_them.pace.sum() / without.pace.sum()
    assert share == pytest.approx(1 - brought / 40_000.0, rel=1e-9)
    enough, _ = planned(20.0)
    assert enough.pace.sum() == 0.0
    assert enough.expected[0] == pytest.approx(20.0 * 60 * AMOUNT)


def test_a_stored_plan_keeps_them_and_one_from_before_has_none():
    plan, _ = planned(2.0)
    record = plan.to_dict()
    assert Plan.from_dict(record).basis.direct_rate == 2.0
    del record["basis"]["direct_rate"]
    assert Plan.from_dict(record).basis.direct_rate == 0.0


def test_the_planned_course_ends_at_what_the_plan_expects():
    plan, history = planned(2.0)
    amounts = planned_amounts(history, plan, 0, np.array([START, START + 30, START + 60]))
    assert amounts[0] == 0.0
    assert amounts[-1] == pytest.approx(plan.expected[0], rel=1e-9)


def test_the_lines_sum_to_the_gap_and_leg_0_is_nil_on_average_when_they_come_as_planned():
    plan, before = planned(20.0)
    rng = np.random.default_rng(3)
    gaps = []
    for _ in range(200):
        day = np.repeat(np.arange(START + 1, START + 31), rng.poisson(20.0, 30))
        lived = story(
            np.append(START - 3, day), np.append(LOST, np.full(day.size, WON)), START + 30
        )
        found = money(lived, plan)[0]
        assert found.lines().sum() == pytest.approx(found.gap.sum(), abs=1e-6)
        assert found.legs[:, 1:] == pytest.approx(0.0)
        assert found.value - plan.expected[0] == pytest.approx(found.gap.sum(), abs=1e-6)
        gaps.append(found.legs[:, 0].sum())
    assert before.deals == ("D0",)
    # The number of 30 days is Poisson(600).
    error = AMOUNT * math.sqrt(600 / 200)
    assert abs(np.mean(gaps)) < 4 * error
    assert np.std(gaps) == pytest.approx(AMOUNT * math.sqrt(600), rel=0.2)
