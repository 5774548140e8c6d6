"""The lines of the money sum to the gap, whatever happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.standing.money import PLANNED, TRANSFERS, money

WITHIN = 1e-9
"""Of the money at stake: float64 sums of a few hundred steps err by some 1e-13 of it."""


def date(days: int) -> dt.date:
    return cases.MONDAY + dt.timedelta(days=days)


@st.composite
def situations(draw):
    """A plan made of what was known then, and all that is known later, corrections included."""
    everything = draw(cases.rows())
    late = draw(st.sets(st.integers(0, 45), max_size=8))
    made = cases.moment(cases.MONDAY) + draw(st.integers(0, 70 * 24)) * cases.HOUR
    until = made + draw(st.integers(0, 60 * 24)) * cases.HOUR
    known_then = [row for number, row in enumerate(everything) if number not in late]
    before = cases.history_of(known_then, made)
    targets = []
    for amount in draw(st.lists(st.sampled_from([300.0, 5e3, 2e6]), min_size=1, max_size=3)):
        last = draw(st.integers(before.until_day + 1, before.until_day + 60))
        ends = dt.date(1970, 1, 1) + dt.timedelta(days=int(cases.clock().date_of_day(last)))
        begins = ends - dt.timedelta(days=draw(st.integers(0, 90)))
        targets.append(Target("all", amount, begins, ends))
    basis = cases.basis(draw(st.integers(0, 50)), ages=draw(st.sampled_from([1, 2, 9, 40])))
    shares = draw(st.sampled_from([None, {"ann": 2.0, "dan": 1.0}, {"": 1.0}]))
    plan = make_plan(before, basis, targets, cap=3.0, shares=shares)
    if draw(st.booleans()):
        # New sellers ramp up: every day has shares of its own.
        rng = np.random.default_rng(draw(st.integers(0, 50)))
        daily = rng.dirichlet(np.ones(len(plan.owners)), size=plan.days)
        plan = replace(plan, daily=daily)
    return plan, cases.history_of(everything, until), draw(st.booleans())


@settings(max_examples=120, deadline=None)
@given(situations(), st.booleans())
def test_the_lines_sum_to_the_gap_for_everyone_and_for_every_owner(situation, refit):
    plan, history, weekly = situation
    anew = cases.basis(99, ages=7, mean_amount=130.0) if refit else None
    for place, found in enumerate(money(history, plan, anew=anew, weekly=weekly)):
        amounts = np.nan_to_num(history.amount, nan=plan.assumed)
        scale = plan.expected[place] + plan.periods[place].target + amounts.max(initial=0.0)
        assert found.lines().sum() == pytest.approx(found.gap.sum(), abs=WITHIN * scale)
        assert found.lines().sum(axis=1) == pytest.approx(found.gap, abs=WITHIN * scale)
        # The whole's gap is from M(0) as the plan stored it, not from the owners' parts.
        gap = found.value - plan.expected[place]
        assert found.gap.sum() == pytest.approx(gap, abs=WITHIN * scale)
        assert found.transfers.sum() == pytest.approx(0, abs=WITHIN * scale)
        _, weeks = found.by_week(history)
        steps = gap - found.re_estimation.sum()
        assert weeks.sum() == pytest.approx(steps, abs=WITHIN * scale)


@settings(max_examples=50, deadline=None)
@given(situations())
def test_cutting_at_weeks_moves_money_between_days_only(situation):
    plan, history, _ = situation
    for whole, cut in zip(money(history, plan), money(history, plan, weekly=True), strict=True):
        scale = np.abs(whole.steps.money).sum() + 1
        assert cut.lines() == pytest.approx(whole.lines(), abs=WITHIN * scale)
        assert (cut.steps.day > plan.start).all()
        assert cut.steps.day.max(initial=plan.start + 1) <= max(history.until_day, plan.start + 1)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 40))
def test_the_steps_of_a_week_are_the_change_of_the_gap_over_it(situation, shift):
    """What the weekly table says of the weeks up to a Sunday is the gap as it was that night."""
    plan, history, _ = situation
    sunday = cases.moment(cases.MONDAY + dt.timedelta(weeks=shift))
    if not plan.made < sunday < history.until:
        return
    then = history.known_at(sunday)
    if (then.after[then.after > 0] < then.at[then.after > 0] - 1).any():
        return
    if (history.after[history.after > 0] < history.at[history.after > 0] - 1).any():
        return
    cutoff = then.until_day
    for now, earlier in zip(
        money(history, plan, weekly=True), money(then, plan, weekly=True), strict=True
    ):
        rows = now.steps.day <= max(cutoff, plan.start + 1)
        if cutoff <= plan.start:
            continue
        scale = np.abs(now.steps.money).sum() + 1
        want = (earlier.gap - earlier.re_estimation).sum()
        assert now.steps.money[rows].sum() == pytest.approx(want, abs=WITHIN * scale)


@settings(max_examples=50, deadline=None)
@given(situations())
def test_each_deals_steps_sum_to_the_change_of_its_own_worth(situation):
    plan, history, _ = situation
    chances = plan.chances(history.process)
    for found, chance, of in zip(money(history, plan), chances, plan.periods, strict=True):
        worth = np.zeros((2, len(history.deals)))
        for side, until in enumerate([plan.made, history.until]):
            day = max(history.known_at(until).until_day, plan.start)
            for deal in range(len(history.deals)):
                worth[side, deal] = worth_of_one(history, plan, deal, until, day, chance, of)
        own = found.steps.deal != PLANNED
        steps = np.bincount(
            found.steps.deal[own], found.steps.money[own], minlength=len(history.deals)
        )
        scale = np.abs(found.steps.money).sum() + worth.max() + 1
        assert steps == pytest.approx(worth[1] - worth[0], abs=WITHIN * scale)


def worth_of_one(history, plan, deal, until, day, chance, of) -> float:
    """One deal's amount times chance at the end of a day, told in plain steps."""
    mine = np.flatnonzero((history.deal == deal) & (history.at < until))
    if not mine.size:
        return 0.0
    now = mine[-1]
    amount = plan.assumed if np.isnan(history.amount[now]) else history.amount[now]
    entry = max(row for row in mine if history.moves[row])
    if history.state[now] == history.process.won_state:
        return amount if of.begins <= history.at[entry] < of.ends else 0.0
    if history.state[now] == history.process.lost_state:
        return 0.0
    entered = int(history.middle_day[entry])
    if history.at[entry] >= plan.made:
        entered = max(entered, plan.start + 1)
    stage = np.array([history.state[now]])
    if entered > day:
        return amount * float(chance.entering(stage, np.array([entered]))[0])
    age = np.array([day - min(entered, plan.start if history.at[entry] < plan.made else entered)])
    return amount * float(chance.standing(stage, age, np.array([day]))[0])


def test_a_transfer_is_a_pair_of_steps_that_sum_to_nothing():
    at = cases.moment(cases.MONDAY, 9)
    rows = [(0, at, 0, 50.0, 0, None), (0, at + 20 * 24 * cases.HOUR, -1, np.nan, 1, None)]
    made = cases.moment(date(7))
    target = Target("all", 1000.0, date(0), date(90))
    plan = make_plan(cases.history_of(rows, made), cases.basis(), [target])
    (found,) = money(cases.history_of(rows, cases.moment(date(30))), plan)
    pair = found.steps.money[found.steps.leg == TRANSFERS]
    assert pair.size == 2
    assert pair[0] < 0
    assert pair[0] == -pair[1]
    assert found.transfers[0] == pair[0]
    assert found.transfers[1] == pair[1]
