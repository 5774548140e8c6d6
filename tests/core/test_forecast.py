"""The forecast: laws, edges, and the future simulated from the model itself."""

import dataclasses
import datetime as dt
import math
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.chances.chance import PeriodChance
from mellantid.core.chances.wintable import win_table
from mellantid.core.clock import WorkingClock, Zone
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.forecasting.outlook import centred
from mellantid.core.forecasting.period_factor import PeriodFactors, period_factor
from mellantid.core.history import UNCHANGED, History
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target, period
from mellantid.core.process import Process
from mellantid.errors import NotEnoughDataError, QuestionError

PROCESS = Process("test", ("A", "B", "C"))
CLOCK = WorkingClock.of(Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm"))
BEGIN, TODAY = dt.date(2023, 1, 2), dt.date(2024, 3, 29)
OWNERS = ("ada", "bo", "cia")
# Chances a day to go on, to be lost and (from B only) to go back.
ON, LOST, BACK = (0.06, 0.05, 0.08), (0.03, 0.02, 0.03), (0.0, 0.01, 0.0)
AGES = 200


def moved(stage, rng):
    """Where deals that stand in stages go today; the same stage: nowhere."""
    u, s = rng.random(stage.size), np.minimum(stage, 2)
    on, lost, back = (np.array(chances)[s] for chances in (ON, LOST, BACK))
    to = np.where(u < on, stage + 1, np.where(u < on + lost, PROCESS.lost_state, stage))
    to = np.where((u >= on + lost) & (u < on + lost + back), stage - 1, to)
    return np.where(stage < PROCESS.size, to, stage)


def made_history(creations_a_day=1.2, amounts=True, seed=7):
    """A year and a quarter of deals that move with constant daily chances."""
    rng = np.random.default_rng(seed)
    first = int(CLOCK.day_of_date((BEGIN - dt.date(1970, 1, 1)).days))
    last = int(CLOCK.day_of_date((TODAY - dt.date(1970, 1, 1)).days))
    rows, stage, owner, amount = [], np.zeros(0, dtype=int), np.zeros(0, int), np.zeros(0)
    for day in range(first, last + 1):
        to = moved(stage, rng)
        rows += [(d, day, to[d], math.nan, UNCHANGED) for d in np.flatnonzero(to != stage)]
        new = rng.poisson(creations_a_day)
        stage = np.append(to, np.zeros(new, dtype=int))
        owner = np.append(owner, rng.choice(3, new, p=(0.5, 0.3, 0.2)))
        amount = np.append(amount, np.round(np.exp(rng.normal(10, 0.6, new)), -2))
        rows += [(d, day, 0, amount[d], owner[d]) for d in range(stage.size - new, stage.size)]
    deal, day, state, worth, who = (np.array(column) for column in zip(*rows, strict=True))
    at = CLOCK.zone.moments(CLOCK.date_of_day(day.astype(int)) * 86_400_000 + 36_000_000)
    return History.fold(
        PROCESS,
        CLOCK,
        CLOCK.end_of(TODAY),
        tuple(f"d{n}" for n in range(stage.size)),
        OWNERS,
        deal,
        at,
        state,
        worth if amounts else None,
        who,
    )


HISTORY = made_history()
COUNTS = Counts.of(sojourns(HISTORY))
MODEL = fit(COUNTS.table(AGES))
ARRIVALS = arrivals(HISTORY)


def quarter(amount, first=dt.date(2024, 3, 1), last=dt.date(2024, 6, 28)):
    return period(Target("all", amount, first, last), CLOCK)


def foretell(target=3e6, seed=1, draws=12, history=HISTORY, model=MODEL, when=None, **more):
    when = quarter(3e6) if when is None else when
    rng = np.random.default_rng(seed)
    return forecast(history, model, ARRIVALS, when, target, rng, draws, **more)


def test_the_mean_is_the_sum_over_the_win_table_whatever_the_draws():
    when = quarter(3e6)
    table = win_table(PROCESS, MODEL.hazard[0], when.last - HISTORY.until_day)
    for seed, draws in ((1, 1), (1, 8), (2, 30)):
        found = foretell(seed=seed, draws=draws)
        chance = PeriodChance(table, when.first, when.last)
        p = chance.standing(found.open_.stage, found.open_.age, HISTORY.until_day)
        days = np.arange(HISTORY.until_day + 1, when.last + 1)
        wins = ARRIVALS.rate * (chance.entering(np.arange(3), days[:, None]) @ ARRIVALS.entry).sum()
        by_hand = found.won_amount.sum() + found.amount @ p + wins * ARRIVALS.mean_amount
        np.testing.assert_allclose(found.p, p, rtol=1e-9)
        assert found.mean == pytest.approx(by_hand, rel=1e-9)


def test_the_parts_sum_to_the_whole():
    found = foretell()
    assert found.parts.mean.sum() == pytest.approx(found.mean, rel=1e-12)
    whole = found.won_amount.sum() + found.open_mean + found.new_mean
    assert whole == pytest.approx(found.mean, rel=1e-12)
    each = [found.of_owner(owner) for owner in found.parts.owners]
    for total, mean in zip(each, found.parts.mean, strict=True):
        assert total.mean == pytest.approx(mean, rel=1e-9, abs=1e-6)
    # Owners share the model's versions, so their variances do not quite sum to the whole's.
    assert sum(total.sd**2 for total in each) < found.sd**2


def test_owners_together_have_the_whole_when_they_are_all_and_move_together_when_not():
    found = foretell(draws=40)
    everyone = found.of_owners(found.parts.owners)
    assert everyone.mean == pytest.approx(found.mean, rel=1e-9)
    assert everyone.sd == pytest.approx(found.sd, rel=1e-9)
    two, one, other = (found.of_owners(of) for of in (OWNERS[:2], OWNERS[:1], OWNERS[1:2]))
    assert two.mean == pytest.approx(one.mean + other.mean, rel=1e-9)
    # Sharing the versions, they covary; given a version they are independent.
    assert two.sd**2 > one.sd**2 + other.sd**2
    with pytest.raises(QuestionError, match="dan"):
        found.of_owners(["ada", "dan"])


def test_the_same_generator_gives_the_same_forecast():
    one, other = foretell(seed=3), foretell(seed=3)
    assert one.p_target == other.p_target
    assert one.arrival() == other.arrival()
    assert foretell(seed=4).sd != one.sd


def test_a_higher_target_is_less_likely():
    targets = np.linspace(*foretell().quantiles((0.01, 0.99)), 9)
    chances = [foretell(target=float(target), draws=4).p_target for target in targets]
    assert (np.diff(chances) < 0).all()


def test_not_knowing_the_model_widens_the_distribution():
    known, unknown = foretell(draws=1), foretell(draws=40)
    # Two years of history leave some 5 % here; without draws there would be nothing.
    assert unknown.sd > 1.02 * known.sd
    assert unknown.mean == pytest.approx(known.mean, rel=1e-9)


def test_a_common_factor_widens_it_and_keeps_the_mean():
    plain = foretell()
    swings = period_factor(np.full(40, 500.0), np.tile([250.0, 1000.0], 20))
    shaken = foretell(factors=PeriodFactors(swings, swings))
    assert shaken.sd > 1.1 * plain.sd
    assert shaken.mean == pytest.approx(plain.mean, rel=1e-6)


def test_chance_in_the_draws_moves_p_target_little():
    target = foretell().mean
    chances = [foretell(target=target, seed=seed, draws=48).p_target for seed in range(5)]
    # Between seeds only the width changes: measured 0.003 here.
    assert np.std(chances) < 0.01


def test_a_period_that_is_over_is_certain():
    when = quarter(1e6, dt.date(2023, 10, 2), dt.date(2023, 12, 29))
    found = foretell(when=when, target=1e6)
    assert found.sd == 0.0
    assert found.mean == found.won_amount.sum() > 0
    assert foretell(when=when, target=found.mean).p_target == 1.0
    assert foretell(when=when, target=found.mean + 1).p_target == 0.0


def test_an_earlier_horizon_expects_less_and_a_later_one_stops_at_the_period():
    when = quarter(3e6)
    early, late = foretell(until=when.last - 30), foretell(until=when.last + 30)
    assert early.mean < foretell().mean
    assert late.last == when.last
    assert late.mean == foretell().mean


def test_a_period_still_to_come_counts_only_wins_within_it():
    june = quarter(3e6, dt.date(2024, 6, 3), dt.date(2024, 6, 28))
    spring = quarter(3e6, dt.date(2024, 4, 1), dt.date(2024, 5, 31))
    both = quarter(3e6, dt.date(2024, 4, 1), dt.date(2024, 6, 28))
    means = [foretell(when=when).mean for when in (june, spring, both)]
    assert means[0] + means[1] == pytest.approx(means[2], rel=1e-9)
    found = foretell(when=june)
    assert found.won.size == 0
    assert found.course.reached(1.0)[0] == 0.0


def test_unknown_amounts_take_the_mean_won_amount():
    hidden = HISTORY.amount.copy()
    deals = foretell().open_.deal[:5]
    hidden[np.isin(HISTORY.deal, deals)] = np.nan
    found = foretell(history=dataclasses.replace(HISTORY, amount=hidden))
    assert found.unknown_amounts == 5
    np.testing.assert_array_equal(found.amount[:5], ARRIVALS.mean_amount)


def test_without_any_amount_nothing_is_foretold():
    bare = made_history(amounts=False)
    with pytest.raises(NotEnoughDataError, match="amount"):
        forecast(bare, MODEL, arrivals(bare), quarter(3e6), 1e6, np.random.default_rng(1), 2)


def test_the_course_widens_and_passes_through_the_forecast():
    found = foretell()
    course = found.course
    at = int(np.flatnonzero(course.days == found.last)[0])
    assert course.totals[at] is found.total
    assert course.totals[0].sd == 0.0
    spread = course.quantiles((0.1, 0.9)) @ [-1, 1]
    assert (np.diff(spread[: at + 1]) > 0).all()
    means = [total.mean for total in course.totals]
    assert (np.diff(means) > 0).all()
    assert (np.diff(course.reached(3e6)) >= 0).all()


def test_the_arrival_is_the_date_on_which_the_chance_has_risen_so_far():
    found = foretell(target=foretell().mean)
    dates = found.arrival((0.05, 0.5, 0.95))
    assert all(date is not None for date in dates)
    assert list(dates) == sorted(dates)
    # Near the horizon about half has arrived: within two weeks, as the total is skew.
    assert abs((dates[1] - dt.date(2024, 6, 28)).days) <= 14
    on_that_day = quarter(3e6, last=dates[1])
    assert foretell(target=found.target, when=on_that_day).p_target == pytest.approx(0.5, abs=0.05)


def test_a_target_out_of_reach_is_not_reached_within_the_horizon():
    assert foretell(target=1e9).arrival((0.05, 0.5)) == (None, None)
    assert foretell(target=1e9).p_target == 0.0


def test_a_target_that_was_reached_has_the_date_of_the_win_that_did_it():
    won = foretell().won
    amounts = won.amount[np.argsort(won.at)]
    found = foretell(target=float(amounts[:2].sum()))
    assert found.p_target == 1.0
    assert set(found.arrival()) == {CLOCK.date(int(np.sort(won.at)[1]))}


def test_without_a_target_there_is_neither_chance_nor_arrival():
    found = foretell(target=None)
    assert found.p_target is None
    with pytest.raises(QuestionError, match="target"):
        found.arrival()


def test_an_owner_that_nobody_knows_is_refused():
    with pytest.raises(QuestionError, match="dan"):
        foretell().of_owner("dan")


def test_a_model_by_group_values_each_deal_by_its_owners_group():
    of = np.array([0, 1, 1, 1])
    grouped = fit(COUNTS.table(AGES, group_of_owner=of[:3], unknown_owner=1))
    found = foretell(model=grouped, group_of_owner=of)
    when = quarter(3e6)
    for group in (0, 1):
        table = win_table(PROCESS, grouped.hazard[group], when.last - HISTORY.until_day)
        mine = of[found.open_.owner] == group
        p = PeriodChance(table, when.first, when.last).standing(
            found.open_.stage[mine], found.open_.age[mine], HISTORY.until_day
        )
        np.testing.assert_allclose(found.p[mine], p, rtol=1e-9)
    assert found.parts.mean.sum() == pytest.approx(found.mean, rel=1e-12)
    with pytest.raises(QuestionError, match="group"):
        foretell(model=grouped)


def test_it_agrees_with_the_future_simulated_from_the_model():
    """One version, so that the truth is the model; 4,000 futures of open and new deals."""
    rng = np.random.default_rng(11)
    found = foretell(draws=1)
    hazard, days, futures = MODEL.hazard[0], found.last - HISTORY.until_day, 4000
    stage = np.repeat(found.open_.stage, futures)
    age = np.repeat(found.open_.age, futures)
    future = np.tile(np.arange(futures), found.open_.size)
    amount = np.repeat(found.amount, futures)
    up_to = np.cumsum(np.concatenate([hazard, 1 - hazard.sum(1, keepdims=True)], axis=1), axis=1)
    won = np.zeros(futures)
    for _ in range(days):
        # A deal created today is at risk today at age 0, as is one that has just moved.
        new = rng.poisson(ARRIVALS.rate, futures)
        future = np.append(future, np.repeat(np.arange(futures), new))
        stage = np.append(stage, rng.choice(3, new.sum(), p=ARRIVALS.entry))
        age = np.append(age + 1, np.zeros(new.sum(), dtype=int))
        amount = np.append(amount, rng.choice(ARRIVALS.amounts, new.sum()))
        at_risk = np.arange(stage.size)
        while at_risk.size:
            limits = up_to[stage[at_risk], :, np.minimum(age[at_risk], AGES - 1)]
            to = (rng.random(at_risk.size)[:, None] >= limits).sum(axis=1)
            at_risk, to = at_risk[to < 5], to[to < 5]
            stage[at_risk], age[at_risk] = to, 0
            at_risk = at_risk[to < 3]
        wins = stage == PROCESS.won_state
        won += np.bincount(future[wins], amount[wins], minlength=futures)
        open_ = stage < 3
        stage, age, future, amount = stage[open_], age[open_], future[open_], amount[open_]
    won += found.won_amount.sum()
    error = won.std() / math.sqrt(futures)
    assert found.mean == pytest.approx(won.mean(), abs=4 * error)
    # The standard error of a standard deviation is about sd/sqrt(2n); 5 % is four of them.
    assert found.sd == pytest.approx(won.std(), rel=0.05)
    points = found.quantiles((0.1, 0.5, 0.9))
    share = (won[:, None] <= points).mean(axis=0)
    assert np.abs(share - [0.1, 0.5, 0.9]).max() < 4 * 0.5 / math.sqrt(futures)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_centred_draws_are_chances_and_average_to_the_mean(drawn, mean):
    rows, wanted = np.array(drawn), np.array(mean)
    moved_ = centred(rows, wanted)
    assert ((moved_ >= 0) & (moved_ <= 1)).all()
    unclipped = ((moved_ > 0) & (moved_ < 1)).all(axis=0)
    np.testing.assert_allclose(moved_.mean(axis=0)[unclipped], wanted[unclipped], atol=1e-9)
    np.testing.assert_allclose(centred(rows[:1], wanted), wanted[None], atol=1e-9)
