"""The raw Aalen-Johansen estimate: closed forms, laws, and direct counting."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, stats

from mellantid.core.chances.incidence import incidence, occupation
from mellantid.core.chances.wintable import win_table
from mellantid.core.counting import direct
from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.counting.direct import cells_of
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process
from mellantid.errors import QuestionError

PROCESS = Process("Test", ("A", "B", "C"))
ONE = Process("One", ("A",))
WON, LOST, STILL = PROCESS.won_state, PROCESS.lost_state, PROCESS.still

ROW = st.tuples(
    st.integers(0, 2),  # stage
    st.sampled_from([0, 1, 2, WON, LOST, STILL]),
    st.integers(0, 9),  # entry_age
    st.integers(0, 12),  # days after it
)
ROWS = st.lists(ROW, max_size=60)


def made(rows, process=PROCESS):
    stage, to, entry_age, after = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    nothing = np.zeros_like(stage)
    return Sojourns(
        process, stage, to, nothing, nothing + 202401, entry_age, entry_age + after, nothing
    )


def expected_cells(process, hazard, deals=1.0):
    """Cells that hold, without noise, what hazards (S, D, A) make of so many entrants."""
    staying = np.cumprod(1 - hazard.sum(axis=1), axis=-1)
    at_risk = deals * np.concatenate((np.ones((process.size, 1)), staying[:, :-1]), axis=1)
    return Cells(process, (at_risk[:, None] * hazard)[None], at_risk[None])


@given(ROWS, st.integers(1, 30))
def test_counting_directly_is_what_the_histogram_gives(rows, ages):
    pieces = made(rows)
    one, other = cells_of(pieces, ages), Counts.of(pieces).table(ages)
    np.testing.assert_array_equal(one.exits, other.exits)
    np.testing.assert_array_equal(one.exposure, other.exposure)


@given(ROWS)
def test_counting_in_many_passes_is_counting_in_one(rows):
    pieces = made(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(direct, "_AT_ONCE", 7)
        many = cells_of(pieces, 10)
    np.testing.assert_array_equal(many.exits, cells_of(pieces, 10).exits)


def test_direct_counts_without_ages_are_refused():
    with pytest.raises(QuestionError, match="at least one age"):
        cells_of(made([]), 0)


@given(ROWS)
def test_ended_and_staying_sum_to_one_and_only_move_one_way(rows):
    found = incidence(cells_of(made(rows), 25))
    np.testing.assert_allclose(found.ended.sum(axis=2) + found.staying, 1, atol=1e-14)
    assert (np.diff(found.ended, axis=-1) >= 0).all()
    assert (np.diff(found.staying, axis=-1) <= 0).all()


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, other = (incidence(cells_of(made(some), 25)).ended for some in (rows, shuffled))
    np.testing.assert_array_equal(one, other)


@given(ROWS)
def test_where_all_is_seen_it_is_the_share_that_ended(rows):
    # Without censoring or late entry the estimate is the empirical distribution.
    rows = [(stage, to, 0, after) for stage, to, _, after in rows if to != STILL]
    found = incidence(cells_of(made(rows), 25))
    for stage in {row[0] for row in rows}:
        ends = [row for row in rows if row[0] == stage]
        for to in (0, 1, 2, WON, LOST):
            share = [sum(r[1] == to and r[3] <= age for r in ends) / len(ends) for age in range(25)]
            np.testing.assert_allclose(found.ended[0, stage, to], share, atol=1e-14)


def test_exponential_competing_risks_have_their_closed_form():
    # Continuous time cut into days: the day's chances are exact, so the estimate is exact too.
    win, lose = 0.011, 0.023
    both = win + lose
    daily = -np.expm1(-both)
    share = np.array([[0.0], [win / both], [lose / both]])
    hazard = np.broadcast_to(share * daily, (1, 3, 200))
    found = incidence(expected_cells(ONE, hazard))
    until = np.arange(1, 201)
    np.testing.assert_allclose(
        found.ended[0, 0, 1], win / both * -np.expm1(-both * until), atol=1e-13
    )
    np.testing.assert_allclose(found.staying[0, 0], np.exp(-both * until), atol=1e-13)


def test_an_erlang_chain_is_won_by_a_gamma_law():
    # One stage whose duration is the sum of three exponential legs: hazards of the gamma law.
    rate, legs = 0.04, 3
    edges = stats.gamma.sf(np.arange(301), legs, scale=1 / rate)
    hazard = np.zeros((1, 3, 300))
    hazard[0, 1] = 1 - edges[1:] / edges[:-1]
    found = incidence(expected_cells(ONE, hazard))
    law = stats.gamma.cdf(np.arange(1, 301), legs, scale=1 / rate)
    np.testing.assert_allclose(found.ended[0, 0, 1], law, atol=1e-13)
    won = win_table(ONE, found.hazard[0], 299).entering[:, 0]
    np.testing.assert_allclose(won, law, atol=1e-13)


def test_occupation_of_a_steady_chain_is_a_power_of_its_matrix():
    rng = np.random.default_rng(5)
    daily = rng.dirichlet(np.ones(5), 3)[:, :5] * 0.3
    daily[np.arange(3), np.arange(3)] = 0.0
    matrix = np.eye(5)
    matrix[:3] += daily - np.diag(daily.sum(axis=1))[:, :5] @ np.eye(3, 5)
    hazard = np.broadcast_to(daily[..., None], (3, 5, 40))
    entry = np.array([0.7, 0.2, 0.1])
    found = occupation(hazard, entry)
    for day in (0, 1, 7, 40):
        power = np.linalg.matrix_power(matrix, day)
        np.testing.assert_allclose(found[day], np.append(entry, [0, 0]) @ power, atol=1e-14)


def test_occupation_approaches_the_exponential_of_the_rates():
    rates = np.array([[-0.5, 0.3, 0.1, 0.1], [0.05, -0.4, 0.3, 0.05]])
    steps = 4000
    hazard = np.array([[[0, 0.3, 0.1, 0.1]], [[0.05, 0, 0.3, 0.05]]]).transpose(0, 2, 1) / steps
    found = occupation(np.broadcast_to(hazard, (2, 4, steps)), np.array([1.0, 0.0]))[-1]
    generator = np.vstack((rates, np.zeros((2, 4))))
    # One step is 1/4000 of the time, so the product differs by that order.
    np.testing.assert_allclose(found, linalg.expm(generator)[0], atol=1e-4)


@given(ROWS)
def test_occupation_sums_to_one(rows):
    hazard = incidence(cells_of(made(rows), 25)).hazard[0]
    found = occupation(hazard, np.array([0.5, 0.25, 0.25]))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-13)


def test_occupation_of_another_course_is_refused():
    with pytest.raises(QuestionError, match="do not belong together"):
        occupation(np.zeros((3, 4, 5)), np.ones(3))


def test_late_entry_alone_changes_who_is_at_risk():
    pieces = made([(0, WON, 0, 2), (0, WON, 2, 1), (0, STILL, 1, 3)])
    found = incidence(cells_of(pieces, 6))
    # Age 2: one of three leaves. Age 3: one of the two that are left.
    np.testing.assert_allclose(found.staying[0, 0], [1, 1, 2 / 3, 1 / 3, 1 / 3, 1 / 3])
    dropped = dataclasses.replace(pieces, entry_age=np.zeros(3, dtype=np.int64))
    assert incidence(cells_of(dropped, 6)).staying[0, 0, 3] == pytest.approx(1 / 3)
