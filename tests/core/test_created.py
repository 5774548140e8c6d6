"""What was created, by part; and the value in hand, day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from test_money_identity import WITHIN, situations

from mellantid.core.planning.owners import Owners
from mellantid.core.standing.created import (
    BACK,
    OF_PLAN,
    ONWARD,
    at_all,
    created,
    goes_onward,
    row_credits,
)
from mellantid.core.standing.in_hand import in_hand
from mellantid.core.standing.money import money


@settings(max_examples=25, deadline=None)
@given(situations())
def test_the_parts_of_every_owners_legs_sum_to_the_splits_in_money(situation):
    plan, history, _ = situation
    for found in money(history, plan, weekly=True):
        scale = np.abs(found.steps.money).sum() + 1
        parts = created(history, found)
        assert parts.table.sum(axis=(0, 3)) == pytest.approx(found.legs, abs=WITHIN * scale)
        weeks, by_week = found.by_owner_and_week(history)
        assert parts.weeks.tolist() == weeks.tolist()
        whole = parts.table.sum(axis=3)
        assert whole == pytest.approx(by_week[..., : found.legs.shape[1]], abs=WITHIN * scale)
        # Only the planned creation is of no deal, and only leg 0 has it.
        assert not parts.table[:, :, 1:, OF_PLAN].any()
        assert (parts.table[..., OF_PLAN] <= 0).all()


@settings(max_examples=25, deadline=None)
@given(situations())
def test_the_credits_of_all_rows_are_all_that_is_neither_waiting_nor_planned(situation):
    plan, history, _ = situation
    for found in money(history, plan, weekly=True):
        scale = np.abs(found.steps.money).sum() + 1
        parts = created(history, found).table.sum(axis=(0, 2))
        for owner in range(len(found.owners)):
            credited, credit = row_credits(found, owner, history.size)
            want = parts[owner, ONWARD] + parts[owner, BACK] + found.amount_changes[owner]
            assert credit.sum() == pytest.approx(want, abs=WITHIN * scale)
            assert not credit[~credited].any()


@settings(max_examples=25, deadline=None)
@given(situations())
def test_the_value_in_hand_is_where_the_money_says_at_both_ends(situation):
    plan, history, _ = situation
    owners = Owners.of(history, plan)
    for place, found in enumerate(money(history, plan, weekly=True)):
        planned = created(history, found).table[..., OF_PLAN].sum(axis=(0, 2))
        stored = owners.spread(plan.opening[place])
        scale = np.abs(found.steps.money).sum() + np.abs(stored).sum() + 1
        for owner in range(len(history.owners)):
            course = in_hand(history, plan, place, owner)
            assert course.size == max(history.until_day - plan.start, 0) + 1
            begin = stored[owner] + found.corrections[owner]
            assert course[0] == pytest.approx(begin, abs=WITHIN * scale)
            end = stored[owner] + found.gap[owner] - planned[owner]
            assert course[-1] == pytest.approx(end, abs=WITHIN * scale)


@settings(max_examples=10, deadline=None)
@given(situations())
def test_won_at_all_is_at_least_won_in_the_period(situation):
    plan, history, _ = situation
    longer = at_all(plan, 0, history.clock)
    (found,) = money(history, longer)
    assert found.value >= money(history, plan)[0].value - WITHIN
    assert longer.periods[0].last > plan.periods[0].last


def test_onward_is_further_on_the_course_and_lost_had_come_nowhere(story):
    history = story(
        (0, "2025-03-03", 0),
        (0, "2025-03-04", 2),
        (0, "2025-03-05", 1),
        (0, "2025-03-06", 4),
        (0, "2025-03-07", 0),
        (0, "2025-03-10", None, {"amount": 7}),
        (0, "2025-03-11", 3),
        (1, "2025-03-03", 4),
        until="2025-03-12",
    )
    onward = [True, True, False, False, True, False, True, False]
    assert goes_onward(history).tolist() == onward
