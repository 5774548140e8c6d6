"""The gap by assumption: the lines sum to it, whatever happened, and the wrong one stands out."""

from __future__ import annotations

import numpy as np
import plan_cases as cases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_money_identity import situations

from mellantid.core.evaluation.attribution import attribution
from mellantid.core.standing.money import money

WITHIN = 1e-9


@settings(max_examples=120, deadline=None)
@given(situations(), st.booleans(), st.sampled_from([None, -3, 0, 7, 30]))
def test_the_lines_sum_to_the_gap(situation, refit, later):
    plan, history, _ = situation
    anew = cases.basis(99, ages=7, mean_amount=130.0) if refit else None
    since = None if later is None else plan.start + later
    for place, of in enumerate(plan.periods):
        found = attribution(history, plan, place, anew=anew, since=since)
        amounts = np.nan_to_num(history.amount, nan=plan.assumed)
        scale = plan.expected[place] + of.target + amounts.max(initial=0.0)
        total = sum(each.money for each in found.lines)
        assert total == pytest.approx(found.gap, abs=WITHIN * scale)


@settings(max_examples=80, deadline=None)
@given(situations())
def test_a_legs_time_and_conversion_sum_to_its_own_money(situation):
    plan, history, _ = situation
    for place, whole in enumerate(money(history, plan)):
        found = attribution(history, plan, place)
        scale = np.abs(whole.steps.money).sum() + 1
        legs = whole.legs.sum(axis=0)
        for leg in range(legs.size):
            mine = sum(each.money for each in found.lines if each.leg == leg)
            assert mine == pytest.approx(legs[leg], abs=WITHIN * scale)
