"""The plan: what it promises, what it says of what cannot be reached, and that it can be kept."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.chances.passes import roll
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.plan import Plan
from mellantid.core.planning.target import Target
from mellantid.core.standing.money import money
from mellantid.core.totals.total import total
from mellantid.errors import DataError, NotEnoughDataError, QuestionError

YEAR_END = dt.date(2026, 12, 31)
FEBRUARY = dt.date(2026, 2, 2)


def past(deals: int = 40, until: dt.date = FEBRUARY):
    """Deals created through January, some moved, won and lost, some of unknown amount."""
    rng = np.random.default_rng(3)
    rows = []
    for deal in range(deals):
        at = cases.moment(cases.MONDAY, 8) + int(rng.integers(0, 25 * 24)) * cases.HOUR
        amount = np.nan if deal % 5 == 0 else float(rng.integers(20, 200))
        rows.append((deal, at, 0, amount, deal % 3, None))
        for state in (1, 2, 3) if deal % 4 == 0 else (1,) if deal % 4 == 1 else ():
            at += int(rng.integers(1, 100)) * cases.HOUR
            rows.append((deal, at, state, np.nan, -1, None))
    return cases.history_of(rows, cases.moment(until), deals=deals)


def target(amount: float, first: dt.date = cases.MONDAY, last: dt.date = YEAR_END) -> Target:
    return Target("all", amount, first, last)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100), st.floats(100, 1e6), st.integers(-40, 200), st.integers(30, 150))
def test_what_is_expected_is_the_target_where_it_is_within_reach(seed, amount, begins, length):
    first = FEBRUARY + dt.timedelta(days=begins)
    wanted = target(amount, first, max(first, FEBRUARY) + dt.timedelta(days=length))
    plan = make_plan(past(), cases.basis(seed, ages=30), [wanted], cap=50.0)
    already = plan.opening.sum()
    if plan.reachable:
        assert plan.expected[0] == pytest.approx(max(amount, already), rel=1e-9)
    else:
        assert plan.expected[0] < amount
        assert plan.pace == pytest.approx(50.0)


def test_the_pace_rises_with_the_target():
    plans = [
        make_plan(past(), cases.basis(), [target(amount)], cap=np.inf)
        for amount in (500, 5_000, 20_000, 80_000)
    ]
    level = [plan.pace[0] for plan in plans]
    assert level == sorted(level)
    assert level[-1] > level[1] > 0
    assert all(np.ptp(plan.pace) < 1e-12 for plan in plans)


def test_an_unreachable_target_is_said_to_be_so_with_the_nearest_that_can_be_reached():
    history, basis = past(), cases.basis()
    plan = make_plan(history, basis, [target(1e9)])
    assert not plan.reachable
    nearest = make_plan(history, basis, [target(plan.expected[0])])
    assert nearest.reachable
    assert nearest.expected == pytest.approx(plan.expected)
    assert nearest.pace == pytest.approx(plan.pace)


def test_a_target_that_is_won_already_asks_for_no_creation_and_is_reachable():
    history = past()
    won = np.nansum(history.amount[history.last & (history.state == 3)])
    plan = make_plan(history, cases.basis(), [target(won / 2)])
    assert plan.reachable
    assert not plan.pace.any()
    assert plan.expected[0] > won / 2


def test_the_planned_wins_are_worth_what_is_expected():
    """Forward and backward: the roll's wins within the year, at one amount, are the expectation."""
    history = past()
    history = replace(history, amount=np.full(history.size, 100.0))
    plan = make_plan(history, cases.basis(mean_amount=100.0), [target(15_000)], cap=np.inf)
    won_so_far = (history.last & (history.state == 3)).sum()
    assert plan.planned[0].tolist() == [0, 0, 0, 0]
    assert (np.diff(plan.planned, axis=0) >= 0).all()
    # Deals are won from any stage, so the wins are counted by rolling again.
    rolled = roll(plan.basis.hazard, _open_numbers(history, plan), plan.pace, plan.basis.entry)
    assert rolled.legs == pytest.approx(plan.planned)
    expected = (won_so_far + rolled.won[-1]) * 100.0
    assert expected == pytest.approx(plan.expected[0], rel=1e-9)


def _open_numbers(history, plan):
    numbers = np.zeros((3, plan.basis.hazard.shape[2]))
    entry = np.zeros(len(history.deals), dtype=int)
    state = np.full(len(history.deals), -1)
    for row in range(history.size):
        if history.moves[row]:
            entry[history.deal[row]] = history.day[row]
        state[history.deal[row]] = history.state[row]
    for deal in np.flatnonzero((state >= 0) & (state < 3)):
        age = min(history.until_day - entry[deal], numbers.shape[1] - 1)
        numbers[state[deal], age] += 1
    return numbers


def test_this_year_and_next_are_planned_together():
    history, basis = past(), cases.basis(ages=40)
    # Slow deals, so that what is created this autumn is won next year.
    slow = replace(basis, hazard=basis.hazard * 0.05)
    years = [target(4_000), target(3_000, dt.date(2027, 1, 1), dt.date(2027, 12, 31))]
    plan = make_plan(history, slow, years, cap=np.inf)
    assert plan.reachable
    assert plan.days == plan.periods[1].last - plan.start
    assert plan.expected[0] >= 4_000 * (1 - 1e-6)
    assert plan.expected[1] >= 3_000 * (1 - 1e-6)


def test_a_plan_with_a_chosen_chance_reaches_its_target_with_it():
    history, basis, amounts = past(), cases.basis(), np.array([30.0, 60.0, 100.0, 210.0])
    wanted = target(6_000)
    plan = make_plan(history, basis, [wanted], p=0.8, won_amounts=amounts, cap=np.inf)
    mean = make_plan(history, basis, [wanted], cap=np.inf)
    assert plan.expected[0] > 6_000
    assert plan.pace[0] > mean.pace[0]
    # From the open deals one by one, and the wins that the pace brings.
    (chance,) = plan.chances(history.process)
    last = np.flatnonzero(history.last)
    entry = np.maximum.accumulate(np.where(history.moves, np.arange(history.size), 0))[last]
    open_ = history.state[last] < 3
    likely = chance.standing(
        history.state[last][open_], plan.start - history.day[entry][open_], plan.start
    )
    known = np.nan_to_num(history.amount[last], nan=100.0)
    won = known[history.state[last] == 3].sum()
    come = plan.creation(chance).sum() / basis.mean_amount
    outcome = total(known[open_], likely, won, come, amounts)
    assert outcome.exceeds(6_000) == pytest.approx(0.8, abs=1e-4)


def test_a_plan_survives_being_written_down():
    history = past()
    plan = make_plan(history, cases.basis(), [target(9_000)], version=4, p=0.7)
    record = json.loads(json.dumps(plan.to_dict()))
    again = Plan.from_dict(record)
    assert again.periods == plan.periods
    assert (again.version, again.met, again.p, again.owners) == (4, plan.met, 0.7, plan.owners)
    for name in ("pace", "planned", "shares", "opening"):
        assert (getattr(again, name) == getattr(plan, name)).all()
    later = past(until=dt.date(2026, 3, 2))
    assert money(later, again)[0].gap.tolist() == money(later, plan)[0].gap.tolist()


def test_a_damaged_record_is_refused_in_one_sentence():
    record = make_plan(past(), cases.basis(), [target(9_000)]).to_dict()
    with pytest.raises(DataError, match="restore a backup"):
        Plan.from_dict(record | {"pace": {"shape": [3], "float64": "AAAA"}})
    with pytest.raises(DataError, match="unknown format"):
        Plan.from_dict({**record, "format": 99})


def test_questions_that_cannot_be_planned_are_refused():
    history, basis = past(), cases.basis()
    with pytest.raises(QuestionError, match="no target"):
        make_plan(history, basis, [])
    with pytest.raises(QuestionError, match="is over on 2026-01-31"):
        make_plan(history, basis, [target(5.0, last=dt.date(2026, 1, 31))])
    with pytest.raises(NotEnoughDataError, match="import amounts"):
        make_plan(history, replace(basis, mean_amount=float("nan")), [target(5.0)])
    with pytest.raises(QuestionError, match="below zero"):
        make_plan(history, basis, [target(5.0)], shares={"ann": -1.0})
    with pytest.raises(QuestionError, match="between 0 and 1"):
        make_plan(history, basis, [target(5e3)], p=1.0)


def test_a_plan_of_another_course_is_not_used():
    plan = make_plan(past(), cases.basis(), [target(9_000)])
    other = replace(past(), process=replace(cases.PROCESS, stages=("A", "B", "C")))
    with pytest.raises(QuestionError, match="other stages"):
        money(other, plan)


def test_shares_are_past_creations_unless_they_are_given():
    plan = make_plan(past(), cases.basis(), [target(9_000)])
    assert plan.owners == ("ann", "bo", "cy", "")
    assert plan.shares == pytest.approx(np.array([14, 13, 13, 0]) / 40)
    given_ = make_plan(past(), cases.basis(), [target(9_000)], shares={"bo": 3, "new": 1})
    assert dict(zip(given_.owners, given_.shares.tolist(), strict=True)) == {
        "ann": 0.0,
        "bo": 0.75,
        "cy": 0.0,
        "new": 0.25,
        "": 0.0,
    }
    nothing = cases.history_of([], cases.moment(FEBRUARY))
    equal = make_plan(nothing, cases.basis(), [target(9_000)])
    assert equal.shares == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])


def test_the_weeks_of_a_plan_end_on_their_last_working_day():
    plan = make_plan(past(), cases.basis(), [target(9_000, last=dt.date(2026, 2, 18))])
    names, table = plan.weeks(cases.clock())
    # Made at midnight before Monday 2 February: five days, five days, three days.
    assert names == ["2026-W06", "2026-W07", "2026-W08"]
    assert (table == plan.planned[[5, 10, 13]]).all()
    assert plan.per_week() == pytest.approx(plan.planned[13] / 13 * 5)
