"""Fading: each deal-day counts by its own moment, and nothing else changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.fading import DAYS_IN_MONTH, Fading
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process

COURSE = Process("Course", ("A", "B"))
NOW = 202406
AGES = 12
MONTHS = st.sampled_from((202212, 202306, 202401, 202405, 202406))
STAY = st.tuples(
    st.integers(0, 1), st.sampled_from((2, 3, 4)), MONTHS, st.integers(0, 9), st.integers(0, 30)
)


def counted(stays):
    stage, to, month, first, more = np.array(stays).reshape(-1, 5).T
    zero = np.zeros(len(stage), dtype=np.int64)
    return Counts.of(Sojourns(COURSE, stage, to, zero - 1, month, first, first + more, zero))


def by_hand(stays, half_life):
    """Every deal-day by itself: 2^-(months gone by / half-life)."""
    exits, exposure = np.zeros((2, 4, AGES)), np.zeros((2, AGES))
    for stage, to, month, first, more in stays:
        gone = (NOW // 100 - month // 100) * 12 + NOW % 100 - month % 100
        for age in range(first, first + more + 1):
            weight = 2.0 ** (-(gone - age / DAYS_IN_MONTH) / half_life[stage])
            exposure[stage, min(age, AGES - 1)] += weight
            if age == first + more and to < COURSE.still:
                exits[stage, to, min(age, AGES - 1)] += weight
    return exits, exposure


@given(st.lists(STAY, min_size=1, max_size=12), st.sampled_from((1.5, 6.0, 24.0)))
def test_every_deal_day_counts_by_its_own_moment(stays, months):
    half_life = np.array([months, np.inf])
    found = counted(stays).table(AGES, fading=Fading(half_life, NOW))
    exits, exposure = by_hand(stays, half_life)
    np.testing.assert_allclose(found.exits[0], exits, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.exposure[0], exposure, rtol=1e-9, atol=1e-12)


@given(st.lists(STAY, min_size=1, max_size=12))
def test_what_never_fades_is_counted_as_ever(stays):
    counts = counted(stays)
    plain, faded = counts.table(AGES), counts.table(AGES, fading=Fading(np.full(2, np.inf), NOW))
    np.testing.assert_array_equal(plain.exits, faded.exits)
    np.testing.assert_array_equal(plain.exposure, faded.exposure)


def test_halves_that_fade_add_up_to_the_whole():
    rng = np.random.default_rng(1)
    stays = [
        (s, t, m, 0, a)
        for s, t, m, a in zip(
            rng.integers(0, 2, 60),
            rng.integers(2, 5, 60),
            rng.choice([202301, 202404], 60),
            rng.integers(0, 40, 60),
            strict=True,
        )
    ]
    fading = Fading(np.array([3.0, 12.0]), NOW)
    halves = [counted(part).table(AGES, fading=fading) for part in (stays[:25], stays[25:])]
    whole = counted(stays).table(AGES, fading=fading)
    np.testing.assert_allclose(halves[0].exits + halves[1].exits, whole.exits)
    np.testing.assert_allclose(halves[0].exposure + halves[1].exposure, whole.exposure)
