import numpy as np
import pytest
from doubts_cases import FIRST, drawn_stays, organisation

from mellantid.core.doubts.memory import EARLIER_VISITS, ONWARD, SINCE_CREATION, log_rank, memories
from mellantid.core.doubts.stays import UNKNOWN, Stays, stays
from mellantid.core.process import Process

COURSE = Process("Deals", ("First", "Second"))


def test_the_log_rank_test_is_that_of_the_published_trial():
    # Freireich et al., Blood 21 (1963): weeks of remission under 6-MP and placebo; Cox and Oakes,
    # Analysis of Survival Data (1984): expected 19.25 and 10.75, chi-square 16.79.
    drug = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    weeks = np.array(drug + placebo)
    left = np.array([True] * 9 + [False] * 12 + [True] * 21)
    group = np.repeat([0, 1], 21)
    excess, expected, covariance = log_rank(group, np.zeros(42, dtype=np.int64), weeks, left)
    assert expected == pytest.approx([19.25, 10.75], abs=0.005)
    assert excess + expected == pytest.approx([9, 21])
    assert excess @ np.linalg.pinv(covariance) @ excess == pytest.approx(16.79, abs=0.005)


def test_groups_may_enter_late_and_their_excess_sums_to_nothing():
    rng = np.random.default_rng(2)
    group, first = rng.integers(0, 3, 500), rng.integers(0, 10, 500)
    last, left = first + rng.integers(0, 30, 500), rng.random(500) < 0.7
    excess, expected, covariance = log_rank(group, first, last, left)
    assert excess.sum() == pytest.approx(0.0, abs=1e-9)
    assert expected.sum() == pytest.approx(left.sum())
    assert covariance.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-9)
    at_risk = [(group == g) & (first <= 12) & (last >= 12) for g in range(3)]
    assert all(each.any() for each in at_risk)


def second_stage(seed, effect, deals=900):
    """Stays in the second stage of deals that had spent some days before it."""
    rng = np.random.default_rng(seed)
    hazard = np.zeros((4, 80))
    hazard[2], hazard[3] = 0.03, 0.02
    since = rng.integers(0, 60, deals)
    slow = since >= 40
    parts = []
    for rows, factor in ((~slow, 1.0), (slow, effect)):
        bent = hazard.copy()
        bent[2] *= factor
        entry = FIRST + rng.integers(0, 200, int(rows.sum()))
        drawn = drawn_stays(rng, bent, entry, stage=1, last_day=FIRST + 260)
        parts.append((drawn, since[rows]))
    names = ("deal", "stage", "to", "entry", "begin", "last")
    columns = [np.concatenate([getattr(drawn, name) for drawn, _ in parts]) for name in names]
    told = np.concatenate([part for _, part in parts])
    return Stays(*columns, told, np.zeros(deals, dtype=np.int64))


def onward_of(found):
    (one,) = [each for each in found if (each.way, each.of) == (ONWARD, SINCE_CREATION)]
    return one


def test_p_values_are_even_where_a_stage_forgets():
    # 400 draws: a standard error of 0.011 at 0.05 and 0.025 at one half.
    found = [memories(second_stage(seed, 1.0, 250), COURSE) for seed in range(400)]
    p = np.array([onward_of(each).p for each in found])
    assert 0.02 < np.mean(p < 0.05) < 0.085
    assert 0.42 < np.mean(p < 0.5) < 0.58


def test_a_stage_that_remembers_is_found_with_the_size_of_it():
    found = [onward_of(memories(second_stage(seed, 0.5), COURSE)) for seed in range(40)]
    assert np.mean([each.p < 0.01 for each in found]) > 0.95
    # The log-rank's ratio of observed to expected is a one-step estimate, drawn a little to 1.
    assert np.mean([each.ratio for each in found]) == pytest.approx(0.5, abs=0.08)
    assert all(each.high_to < 25 and each.low_from >= 38 for each in found)


def test_of_a_simulated_semi_markov_organisation_little_is_remembered():
    histories = [organisation(seed, days=400) for seed in range(6)]
    found = [each for history in histories for each in memories(stays(history), history.process)]
    p = [each.p for each in found if not each.missing]
    # Some hundred tests: a standard error of 0.02.
    assert len(p) > 60
    assert np.mean(np.array(p) < 0.05) < 0.12


def test_too_few_exits_say_how_many_more_are_needed():
    found = onward_of(memories(second_stage(1, 1.0, 40), COURSE))
    assert found.missing > 0
    assert np.isnan(found.p)


def test_stays_know_the_deals_age_and_earlier_visits():
    history = organisation(5, days=200, reopened=0.2)
    found = stays(history)
    assert (found.since[found.visits == 0] >= 0).all()
    again = found.visits > 0
    assert again.any()
    for row in np.flatnonzero(again)[:20]:
        same = (found.deal == found.deal[row]) & (found.stage == found.stage[row])
        assert found.visits[row] == (same & (found.entry < found.entry[row])).sum()
    of = [each.of for each in memories(found, history.process)]
    assert EARLIER_VISITS in of
    late = stays(history, observed_from=int(history.at.min()) + 100 * 86_400_000)
    assert (late.since == UNKNOWN).any()
