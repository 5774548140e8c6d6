"""Where exactly one assumption is wrong its line stands out; where none is, chance is as told."""

from __future__ import annotations

import numpy as np
import pytest
from attribution_cases import Truth, course, lived, true_hazard

from mellantid.core.evaluation.attribution import Learned, attribution
from mellantid.core.evaluation.beliefs import leg_beliefs
from mellantid.core.evaluation.lines import Kind, Said

STAND_OUT = [
    (Truth(pace=0.5), Kind.PACE, 0),
    (Truth(conversion=0.5), Kind.CONVERSION, 2),
    (Truth(speed=0.6), Kind.TIME, 2),
    (Truth(size=0.75), Kind.SIZE, 0),
    (Truth(won_for=0.85), Kind.WON_FOR, None),
]


def score(line):
    return abs(line.money) / line.sd if line.sd else 0.0


@pytest.mark.parametrize(("truth", "kind", "leg"), STAND_OUT, ids=[str(k) for _, k, _ in STAND_OUT])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_assumption_that_was_wrong_stands_out(truth, kind, leg, seed):
    plan, history = lived(seed, truth, pace=12.0)
    found = attribution(history, plan)
    loudest = max(found.lines, key=score)
    assert (loudest.kind, loudest.leg) == (kind, leg)
    assert loudest.said is Said.BEYOND
    assert loudest.money < 0
    assert abs(sum(each.money for each in found.lines) - found.gap) < 1e-9 * found.period.target


def test_where_all_assumptions_hold_each_lines_deviation_is_as_told():
    scores = []
    for seed in range(40):
        plan, history = lived(seed, Truth(), pace=4.0, deals=100, days=60)
        found = attribution(history, plan)
        scores.append([each.money / each.sd for each in found.lines if each.sd])
    table = np.array(scores)
    # The mean of 40 is within 4 standard errors of 0, and the deviation of 40 within 4 of 1.
    assert (np.abs(table.mean(axis=0)) < 4 / np.sqrt(40)).all()
    assert (np.abs(table.std(axis=0) - 1) < 4 / np.sqrt(80)).all()


def test_what_the_plan_was_estimated_from_widens_a_line_and_changes_no_money():
    plan, history = lived(1, Truth())
    sure = attribution(history, plan)
    learned = Learned(np.full((3, 5), 20.0), swing=0.1, swing_of_creation=0.1, amounts=50.0)
    wide = attribution(history, plan, learned=learned)
    assert [each.money for each in wide.lines] == [each.money for each in sure.lines]
    pairs = [(w, s) for w, s in zip(wide.lines, sure.lines, strict=True) if s.sd]
    assert all(w.sd >= s.sd for w, s in pairs)
    kinds = {w.kind for w, s in pairs if w.sd > s.sd * 1.001}
    assert kinds == {Kind.PACE, Kind.SIZE, Kind.CONVERSION, Kind.TIME}
    assert wide.chance_sd == sure.chance_sd


def test_a_line_of_few_events_is_too_early_to_judge():
    plan, history = lived(3, Truth(pace=0.2), pace=0.3, deals=2, days=10)
    found = attribution(history, plan)
    assert {each.said for each in found.lines if each.sd is not None} == {Said.EARLY}
    assert found.wrong() == ()


def test_what_came_before_is_one_line():
    plan, history = lived(1, Truth(conversion=0.5))
    whole, late = attribution(history, plan), attribution(history, plan, since=plan.start + 90)
    (before,) = [each for each in late.lines if each.kind is Kind.BEFORE]
    total = sum(each.money for each in late.lines)
    assert total == pytest.approx(whole.gap, abs=1e-9 * whole.period.target)
    assert late.days == 30
    assert before.money != 0


def test_beliefs_are_those_of_the_chances():
    plain = leg_beliefs(course().hazard)
    bent = leg_beliefs(true_hazard(course().hazard, Truth(conversion=0.5, speed=0.5)))
    assert bent[1].conversion < plain[1].conversion
    assert bent[1].median_days > plain[1].median_days
    assert (bent[0], bent[2]) == (plain[0], plain[2])


def test_a_constant_chance_has_the_geometric_median_and_its_share():
    hazard = np.zeros((1, 3, 4))
    hazard[0, 1], hazard[0, 2] = 0.01, 0.03
    (found,) = leg_beliefs(hazard)
    assert found.conversion == pytest.approx(0.25)
    # The first age at whose end half have left: (1 - 0.04)^(a + 1) <= 1/2.
    assert found.median_days == np.ceil(np.log(0.5) / np.log(0.96)) - 1
