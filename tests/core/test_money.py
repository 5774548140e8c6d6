"""Money on worked examples: which line each step is on, and what it is worth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import plan_cases as cases
import pytest

from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target
from mellantid.core.standing.money import AMOUNT_CHANGES, PLANNED, money

START = dt.date(2026, 2, 2)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 4, 30)
BASIS = cases.basis(21, ages=30, mean_amount=100.0)
UNKNOWN = np.nan


def row(deal, date, state, amount=UNKNOWN, owner=-1, hour=10):
    return (deal, cases.moment(date, hour), state, amount, owner, None)


def history(rows, until):
    return cases.history_of(rows, cases.moment(until))


def plan_of(rows=(), amount=1_000.0, **options):
    return make_plan(
        history(list(rows), START), BASIS, [Target("all", amount, FIRST, LAST)], **options
    )


def chance(plan):
    return plan.chances(cases.PROCESS)[0]


def standing(plan, stage, entered, day):
    at = cases.day_of(day)
    return float(chance(plan).standing(stage, at - cases.day_of(entered), at))


def entering(plan, stage, day):
    return float(chance(plan).entering(stage, cases.day_of(day)))


def of_deals(found):
    """Deals' steps by leg, the planned creation left out."""
    own = found.steps.deal != PLANNED
    legs = found.steps.leg[own]
    return {int(leg): float(found.steps.money[own][legs == leg].sum()) for leg in np.unique(legs)}


def test_a_move_and_the_days_before_it_belong_to_the_leg_left_and_the_days_after_to_the_next():
    entered, moved, today = dt.date(2026, 1, 20), dt.date(2026, 2, 5), dt.date(2026, 2, 10)
    before = [row(0, entered, 0, 50.0, 0)]
    plan = plan_of(before)
    (found,) = money(history([*before, row(0, moved, 1)], dt.date(2026, 2, 11)), plan)
    # 2 February was not over when the plan was made at midnight: it starts on Friday 30 January.
    start = standing(plan, 0, entered, dt.date(2026, 1, 30))
    entrant, now = entering(plan, 1, moved), standing(plan, 1, moved, today)
    steps = of_deals(found)
    assert steps[1] == pytest.approx(50 * (entrant - start))
    assert steps[2] == pytest.approx(50 * (now - entrant))


def test_moves_of_one_day_go_from_entrant_to_entrant():
    day = dt.date(2026, 2, 5)
    rows = [row(0, day, 0, 50.0, 0, hour=9), row(0, day, 2, hour=10), row(0, day, 3, hour=11)]
    plan = plan_of()
    (found,) = money(history(rows, dt.date(2026, 2, 6)), plan)
    steps = of_deals(found)
    first, last = entering(plan, 0, day), entering(plan, 2, day)
    assert steps[0] == pytest.approx(50 * first)
    assert steps[1] == pytest.approx(50 * (last - first))
    assert steps[3] == pytest.approx(50 * (1 - last))


def test_planned_creations_are_taken_off_leg_0_as_their_days_pass():
    plan = plan_of()
    (found,) = money(history([], dt.date(2026, 2, 7)), plan)
    per_day = (
        plan.pace[0]
        * 100
        * np.array(
            [
                sum(
                    BASIS.entry[stage] * entering(plan, stage, START + dt.timedelta(days=day))
                    for stage in range(3)
                )
                for day in range(5)
            ]
        )
    )
    assert found.legs.sum(axis=0) == pytest.approx([-per_day.sum(), 0, 0, 0])
    assert found.gap.sum() == pytest.approx(-per_day.sum())


def test_in_one_row_the_move_has_the_old_amount_and_the_amount_the_new_chance():
    entered, won = dt.date(2026, 1, 20), dt.date(2026, 2, 3)
    before = [row(0, entered, 2, 50.0, 0)]
    plan = plan_of(before)
    (found,) = money(history([*before, row(0, won, 3, 80.0)], dt.date(2026, 2, 4)), plan)
    steps = of_deals(found)
    start = standing(plan, 2, entered, dt.date(2026, 1, 30))
    assert steps[3] == pytest.approx(50 * (1 - start))
    assert steps[AMOUNT_CHANGES] == pytest.approx(30)


def test_an_amount_that_becomes_known_is_a_change_from_the_assumed_one():
    before = [row(0, dt.date(2026, 1, 20), 1, UNKNOWN, 0)]
    known = row(0, dt.date(2026, 2, 3), -1, 130.0)
    plan = plan_of(before)
    later = history([*before, known], dt.date(2026, 2, 4))
    (found,) = money(later, plan)
    then = standing(plan, 1, dt.date(2026, 1, 20), START)
    assert of_deals(found)[AMOUNT_CHANGES] == pytest.approx(30 * then)
    (other,) = money(later, plan_of(before, assumed=70.0))
    assert of_deals(other)[AMOUNT_CHANGES] == pytest.approx(60 * then)


def test_a_deal_lost_and_reopened_is_charged_to_the_leg_it_was_lost_on():
    lost, back = dt.date(2026, 2, 3), dt.date(2026, 2, 5)
    before = [row(0, dt.date(2026, 1, 20), 1, 50.0, 0)]
    plan = plan_of(before)
    until = dt.date(2026, 2, 6)
    (gone,) = money(history([*before, row(0, lost, 4)], until), plan)
    (again,) = money(history([*before, row(0, lost, 4), row(0, back, 0)], until), plan)
    start = 50 * standing(plan, 1, dt.date(2026, 1, 20), dt.date(2026, 1, 30))
    assert of_deals(gone)[2] == pytest.approx(-start)
    assert of_deals(again)[2] == pytest.approx(50 * entering(plan, 0, back) - start)
    now, entrant = standing(plan, 0, back, back), entering(plan, 0, back)
    assert of_deals(again)[1] == pytest.approx(50 * (now - entrant))


def test_a_deal_that_leaves_won_takes_its_amount_with_it():
    before = [row(0, dt.date(2026, 1, 9), 2, 50.0, 0), row(0, dt.date(2026, 1, 20), 3)]
    plan = plan_of(before)
    (found,) = money(history([*before, row(0, dt.date(2026, 2, 3), 4)], dt.date(2026, 2, 4)), plan)
    assert of_deals(found) == pytest.approx({3: -50.0})
    assert plan.opening.sum() == 50.0


def test_a_win_counts_by_its_own_date():
    """30 April 2026 is a Thursday, 1 May a holiday: so it has the day of 30 April."""
    before = [row(0, dt.date(2026, 1, 20), 2, 50.0, 0)]
    plan = plan_of(before)
    until = dt.date(2026, 5, 20)
    (in_time,) = money(history([*before, row(0, LAST, 3, hour=23)], until), plan)
    (too_late,) = money(history([*before, row(0, dt.date(2026, 5, 1), 3)], until), plan)
    assert in_time.value == pytest.approx(50)
    assert too_late.value == pytest.approx(0)


def test_a_win_before_the_period_is_worth_nothing_to_it():
    before = [row(0, dt.date(2025, 12, 1), 2, 50.0, 0), row(0, dt.date(2025, 12, 29), 3)]
    plan = plan_of(before)
    assert plan.opening.sum() == 0
    (found,) = money(history([*before, row(0, dt.date(2026, 2, 3), -1, 70.0)], LAST), plan)
    assert of_deals(found) == pytest.approx({AMOUNT_CHANGES: 0.0})


def test_what_was_entered_late_of_the_time_before_the_plan_is_a_correction():
    plan = plan_of()
    late = [row(0, dt.date(2026, 1, 20), 1, 50.0, 1)]
    (found,) = money(history(late, START), plan)
    worth = 50 * standing(plan, 1, dt.date(2026, 1, 20), dt.date(2026, 1, 30))
    assert found.corrections == pytest.approx([0, worth, 0, 0])
    assert found.re_estimation.sum() == pytest.approx(found.gap.sum())
    assert not found.steps.money.any()


def test_a_model_fitted_anew_is_a_line_of_its_own():
    before = [row(0, dt.date(2026, 1, 20), 1, 50.0, 1)]
    plan, anew = plan_of(before), cases.basis(22, ages=9, mean_amount=120.0)
    later = history(before, dt.date(2026, 2, 6))
    (old,), (new,) = money(later, plan), money(later, plan, anew=anew)
    assert (new.legs == old.legs).all()
    assert not old.refitted.any()
    (then,) = plan.chances(cases.PROCESS, anew)
    day, entered = cases.day_of(dt.date(2026, 2, 5)), cases.day_of(dt.date(2026, 1, 20))
    deal = 50 * (
        float(then.standing(1, day - entered, day))
        - standing(plan, 1, dt.date(2026, 1, 20), dt.date(2026, 2, 5))
    )
    gone = day - plan.start
    come = (plan.creation(then, anew) - plan.creation(chance(plan)))[gone:].sum()
    assert new.refitted.sum() == pytest.approx(deal + come)
    assert new.gap.sum() - old.gap.sum() == pytest.approx(deal + come)


def test_every_period_has_a_statement_of_its_own():
    quarters = [
        Target("all", 700.0, FIRST, dt.date(2026, 3, 31)),
        Target("all", 900.0, dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    ]
    plan = make_plan(history([], START), BASIS, quarters, cap=np.inf)
    rows = [row(0, dt.date(2026, 2, 4), 2, 50.0, 0), row(0, dt.date(2026, 4, 2), 3)]
    first, second = money(history(rows, dt.date(2026, 4, 3)), plan)
    assert first.value == 0
    assert second.value >= 50
    for found in (first, second):
        assert found.lines().sum() == pytest.approx(found.gap.sum())


def test_a_week_holds_what_happened_in_it():
    before = [row(0, dt.date(2026, 1, 20), 1, 50.0, 0)]
    plan = plan_of(before)
    rows = [*before, row(0, dt.date(2026, 2, 18), 2)]
    (found,) = money(history(rows, dt.date(2026, 2, 21)), plan, weekly=True)
    weeks, table = found.by_week(history(rows, dt.date(2026, 2, 21)))
    assert weeks.tolist() == [202606, 202607, 202608]
    friday, before_it = dt.date(2026, 2, 13), dt.date(2026, 2, 6)
    entered = dt.date(2026, 1, 20)
    drift = standing(plan, 1, entered, friday) - standing(plan, 1, entered, before_it)
    assert table[1, 2] == pytest.approx(50 * drift)
    assert table[0, 3] == table[1, 3] == 0
    assert table[2, 3] != 0


def test_a_movements_own_step_is_its_credit():
    entered, moved = dt.date(2026, 1, 20), dt.date(2026, 2, 5)
    before = [row(0, entered, 0, 50.0, 2)]
    plan = plan_of(before)
    (found,) = money(history([*before, row(0, moved, 1)], dt.date(2026, 2, 11)), plan)
    (credit,) = np.flatnonzero(found.steps.row == 1)
    evening_before = standing(plan, 0, entered, dt.date(2026, 2, 4))
    worth = 50 * (entering(plan, 1, moved) - evening_before)
    assert found.steps.money[credit] == pytest.approx(worth)
    assert found.owners[found.steps.owner[credit]] == "cy"
