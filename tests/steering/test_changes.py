"""Changed chances stay chances, and change what they are meant to and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.chances.wintable import win_chances
from mellantid.core.process import Process
from mellantid.core.steering.changes import (
    Changes,
    converted,
    days_to_go_on,
    goes_on,
)
from mellantid.core.steering.sooner import sooner
from mellantid.errors import QuestionError

SEEDS = st.integers(0, 2**32 - 1)
FACTORS = st.floats(0.1, 10.0)


def chances(seed, stages=3, ages=15, leave=0.4):
    """Random daily chances with every way out at every age."""
    rng = np.random.default_rng(seed)
    hazard = rng.gamma(0.5, size=(stages, stages + 2, ages))
    hazard[np.arange(stages), np.arange(stages)] = 0.0
    return hazard * rng.uniform(0, leave, (stages, 1, ages)) / hazard.sum(axis=1, keepdims=True)


@given(SEEDS, FACTORS, st.integers(0, 2))
def test_another_conversion_keeps_the_chance_to_stay_and_multiplies_the_odds(seed, factor, stage):
    before = chances(seed)
    after = converted(before, {stage: factor})
    np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=1e-12)
    others = np.arange(3) != stage
    np.testing.assert_array_equal(after[others], before[others])
    np.testing.assert_array_equal(after[stage, :stage], before[stage, :stage])
    on = slice(stage + 1, 4)
    odds = [each[stage, on].sum(axis=0) / each[stage, 4] for each in (before, after)]
    np.testing.assert_allclose(odds[1], factor * odds[0], rtol=1e-9)
    # The ways on keep their proportions.
    np.testing.assert_allclose(
        after[stage, on] * before[stage, on].sum(axis=0),
        before[stage, on] * after[stage, on].sum(axis=0),
        rtol=1e-9,
    )


@given(SEEDS, FACTORS, st.integers(0, 2))
def test_stays_that_end_sooner_have_chances_that_are_chances(seed, factor, stage):
    after = sooner(chances(seed), {stage: factor}, 60)
    assert (after >= 0).all()
    assert after.sum(axis=1).max() <= 1 + 1e-12


@given(SEEDS, st.floats(0.5, 3.0))
def test_stays_that_end_sooner_go_where_they_did_in_so_much_less_time(seed, factor):
    # All stays are over long before day 500, so that nothing is cut off.
    before = chances(seed, leave=0.4) + 0.02
    before[np.arange(3), np.arange(3)] = 0.0
    after = sooner(before, {1: factor}, 500)
    assert goes_on(after, 1) == pytest.approx(goes_on(before, 1), rel=1e-6)
    assert days_to_go_on(after, 1) == pytest.approx(days_to_go_on(before, 1) / factor, rel=1e-6)


def test_stays_that_end_sooner_lower_no_chance_where_a_factor_on_hazards_does():
    """Decision 0014: of the same courses the plain way makes a deal's chance fall in 127."""
    course = Process("Course", ("A", "B", "C"))
    lowered = {"ended sooner": 0, "hazards": 0}
    for seed in range(300):
        before, stage = chances(seed, ages=12), seed % 3
        stay = np.maximum(1 - before[stage].sum(axis=0), 0.0)
        faster = before.copy()
        faster[stage] *= (1 - stay**1.5) / np.maximum(1 - stay, 1e-12)
        hazards = {"ended sooner": sooner(before, {stage: 1.5}, 40), "hazards": faster}
        now = win_chances(course, before, 40)[1][-1, 0]
        for way, hazard in hazards.items():
            lowered[way] += win_chances(course, hazard, 40)[1][-1, 0] < now - 1e-9
    assert lowered["ended sooner"] == 0
    assert lowered["hazards"] > 100


def test_with_the_factor_one_nothing_changes():
    before = chances(3)
    np.testing.assert_allclose(converted(before, {0: 1.0, 1: 1.0}), before, rtol=1e-15)
    after = sooner(before, {0: 1.0}, 8)
    np.testing.assert_allclose(after, before, rtol=1e-9)


def test_a_stage_of_even_chances_has_the_closed_form():
    hazard = np.zeros((1, 3, 4))
    hazard[0, 1], hazard[0, 2] = 0.06, 0.04
    assert goes_on(hazard, 0) == pytest.approx(0.6, rel=1e-12)
    # A stay of daily chance q, which may end on the day of entry, lasts (1 - q) / q days.
    assert days_to_go_on(hazard, 0) == pytest.approx(9.0, rel=1e-12)
    assert goes_on(converted(hazard, {0: 2.0}), 0) == pytest.approx(0.75, rel=1e-12)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_must_be_above_zero(factor):
    with pytest.raises(QuestionError, match="factor above 0"):
        Changes(pace=factor)


def test_a_change_of_a_stage_that_there_is_not_is_refused():
    with pytest.raises(QuestionError, match="0 to 2"):
        Changes(speed={3: 1.2}).check(3)
