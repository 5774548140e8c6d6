"""The simulation does what its truth says: counted exits against true hazards and chances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mellantid.core.history import UNCHANGED
from mellantid.simulation import (
    PLAIN,
    Complications,
    Happening,
    Organisation,
    clock_in,
    hazards,
    simulate,
    standard_course,
)
from mellantid.simulation.bending import chances, rates, with_ghosts
from mellantid.simulation.sojourn_table import SojournTable

CLOCK = clock_in()
FIRST, LAST = 13_000, 13_400


def organisation(complications: Complications = PLAIN, creation: float = 120.0, seed: int = 1):
    rng = np.random.default_rng(seed)
    return Organisation.draw(rng, standard_course(), complications, creation=creation)


def stays(happenings, last=LAST, standing=-1):
    """Stage, destination and age of every stay, counted afresh from the rows."""
    rows = happenings.where(np.flatnonzero(happenings.state != UNCHANGED))
    same = np.append(rows.deal[1:] == rows.deal[:-1], False)
    to = np.where(same, np.roll(rows.state, -1), standing)
    age = np.where(same, np.roll(rows.day, -1), last) - rows.day
    return rows.state, to, age


def residuals(stage, to, age, q):
    """(counted - expected) / sd of the exits by stage, destination and bin of ages."""
    edges = np.array([0, 1, 3, 6, 10, 16, 25, 40, 60, 90, 140, 220, 400])
    found = []
    for s in range(q.shape[0]):
        mine = stage == s
        leaving = np.bincount(age[mine], minlength=400)[:400]
        at_risk = leaving[::-1].cumsum()[::-1]
        for j in range(q.shape[1]):
            exits = np.bincount(age[mine & (to == j)], minlength=400)[:400]
            expected = at_risk * q[s, j, :400]
            sd2 = np.add.reduceat(expected * (1 - q[s, j, :400]), edges[:-1])
            gap = np.add.reduceat(exits - expected, edges[:-1])
            assert not np.any((sd2 == 0) & (gap != 0)), "an exit where the truth has none"
            found.extend(gap[sd2 > 5] / np.sqrt(sd2[sd2 > 5]))
    return np.array(found)


# A zero effect with the calendar on makes every deal draw anew each month: the law must not change.
@pytest.mark.parametrize(
    "complications",
    [PLAIN, replace(PLAIN, hand_overs=1e-12), replace(PLAIN, ghosts=0.3)],
    ids=["one period", "drawn anew each month", "ghosts"],
)
def test_counted_hazards_equal_the_true_ones(complications):
    org = organisation(complications)
    happenings = simulate(org, CLOCK, FIRST, LAST, np.random.default_rng(2))
    z = residuals(*stays(happenings), org.base_hazard)
    # Some 200 standard normal numbers: the largest stays under 4.5 but once in 700 runs, and the
    # mean square lies within 4 sd of 1.
    assert z.size > 150
    assert np.abs(z).max() < 4.5
    assert (z**2).mean() == pytest.approx(1.0, abs=4 * np.sqrt(2 / z.size))


def test_the_chances_to_get_anywhere_are_those_the_course_states():
    course = standard_course()
    q = hazards(course, ages=20_000)
    stay = np.cumprod(1 - q.sum(axis=1), axis=1)
    before = np.concatenate([np.ones((len(course), 1)), stay[:, :-1]], axis=1)
    ends = (q * before[:, None, :]).sum(axis=2)
    onward = 1 - ends[:, -1]
    # What is left after 20,000 days is under 0.0001.
    assert onward == pytest.approx([stage.onward for stage in course], abs=1e-3)
    assert ends[1, 3] == pytest.approx(course[1].onward * course[1].skip, abs=1e-3)
    assert ends[1, 0] == pytest.approx(course[1].onward * course[1].back, abs=1e-3)


def test_the_hazard_of_moving_on_rises_and_then_falls():
    q = hazards(standard_course())
    onward = q[2, 3, 1:300]
    top = int(onward.argmax())
    assert 3 < top < 60
    assert np.all(np.diff(onward[:top]) > 0)
    assert np.all(np.diff(onward[top:]) < 0)


def test_every_days_chances_are_chances():
    q = hazards(standard_course())
    assert q.min() >= 0
    assert q.sum(axis=1).max() < 1


def test_a_table_drawn_from_an_age_gives_the_distribution_given_that_age():
    rng = np.random.default_rng(3)
    rate = rng.gamma(1.0, 0.02, size=(3, 40, 2))
    table = SojournTable.of(rate)
    draws, start, row = 200_000, 12, 1
    age, way = table.draw(np.full(draws, row), np.full(draws, start), rng)
    q = rate[row] / rate[row].sum(axis=1, keepdims=True)
    q = q * -np.expm1(-rate[row].sum(axis=1, keepdims=True))
    assert age.min() == start
    left = 1.0
    for a in range(start, 39):
        for w in range(2):
            expected = left * q[a, w]
            sd = np.sqrt(expected * (1 - expected) / draws)
            assert np.mean((age == a) & (way == w)) == pytest.approx(expected, abs=4.5 * sd)
        left *= 1 - q[a].sum()
    # From the last age on the wait is geometric with the last age's chance.
    late = age[age >= 39] - 39
    chance = q[39].sum()
    assert late.mean() == pytest.approx((1 - chance) / chance, rel=0.05)


def test_rates_and_chances_are_each_others_inverse():
    q = hazards(standard_course())
    assert chances(rates(q)) == pytest.approx(q, abs=1e-12)


def test_unrecorded_losses_leave_the_other_ways_chances_from_entry_as_they_were():
    q = hazards(standard_course(), ages=3000)
    shown = with_ghosts(q, lost_state=8, share=0.4)

    def ever(hazard):
        stay = np.cumprod(1 - hazard.sum(axis=1), axis=1)
        before = np.concatenate([np.ones((7, 1)), stay[:, :-1]], axis=1)
        return (hazard * before[:, None]).sum(axis=2)

    assert ever(shown)[:, :8] == pytest.approx(ever(q)[:, :8], abs=1e-9)
    assert ever(shown)[:, 8] == pytest.approx(0.6 * ever(q)[:, 8], abs=1e-9)


def test_won_deals_take_three_to_twelve_months():
    org = organisation()
    happenings = simulate(org, CLOCK, FIRST, FIRST + 900, np.random.default_rng(4))
    created = happenings.day[happenings.kind == Happening.CREATED]
    won = happenings.kind == Happening.WON
    early = created[happenings.deal[won]] < FIRST + 300
    days = (happenings.day[won] - created[happenings.deal[won]])[early]
    low, middle, high = np.quantile(days, [0.1, 0.5, 0.9])
    # Three months are 63 working days, twelve 250.
    assert 60 < low < middle < high < 250
    assert 80 < middle < 170
