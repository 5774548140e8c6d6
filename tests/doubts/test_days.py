import numpy as np
import pytest
from doubts_cases import FIRST, drawn_stays, fitted, organisation

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.doubts.by_day import LOST, ONWARD, WON, by_day
from mellantid.core.doubts.cleanups import cleanups, clumping_of, set_aside
from mellantid.core.doubts.stays import Stays, sojourns_of, stays
from mellantid.core.process import Process
from mellantid.errors import NotEnoughDataError

COURSE = Process("Deals", ("Only",))


def chances(lost=0.02, won=0.01, ages=60):
    """Daily chances of one stage, (1, 3, A): falling for losses, even for wins."""
    hazard = np.zeros((1, 3, ages))
    hazard[0, 1] = won
    hazard[0, 2] = lost * (1 + np.exp(-np.arange(ages) / 10))
    return hazard


def entries(rng, days=400, pace=2.0):
    return FIRST + np.repeat(np.arange(days), rng.poisson(pace, days))


def drawn(seed, days=400):
    rng, hazard = np.random.default_rng(seed), chances()
    # In a course of one stage the destinations are: the stage itself, won, lost.
    return drawn_stays(rng, hazard[0], entries(rng, days), last_day=FIRST + days), hazard


def test_expected_exits_are_the_sum_of_chances_of_those_at_risk():
    found, hazard = drawn(1, days=60)
    days = by_day(found, hazard, FIRST + 55)
    brute = np.zeros_like(days.expected)
    for entry, begin, last in zip(found.entry, found.begin, found.last, strict=True):
        for day in range(begin, min(last, FIRST + 55) + 1):
            age = min(day - entry, hazard.shape[-1] - 1)
            brute[WON, day - days.first] += hazard[0, 1, age]
            brute[LOST, day - days.first] += hazard[0, 2, age]
    np.testing.assert_allclose(days.expected, brute, atol=1e-10)
    assert days.seen[WON].sum() == ((found.to == 1) & (found.last <= FIRST + 55)).sum()
    assert days.seen[ONWARD].sum() == 0


def test_days_of_a_whole_history_add_up_to_its_counts():
    history = organisation(3, days=200)
    hazard, whole = fitted(history), stays(history)
    found = by_day(whole, hazard, history.until_day)
    cells = Counts.of(sojourns(history)).table(hazard.shape[-1])
    size = history.process.size
    assert found.seen[LOST].sum() == cells.exits[0, :, size + 1].sum()
    assert found.seen[WON].sum() == cells.exits[0, :, size].sum()
    expected = (hazard[:, size + 1] * cells.exposure[0]).sum()
    assert found.expected[LOST].sum() == pytest.approx(expected, rel=1e-9)
    # Stays are sojourns, whoever owned them.
    again = Counts.of(sojourns_of(whole, history.process)).table(hazard.shape[-1])
    np.testing.assert_array_equal(again.exits, cells.exits)
    np.testing.assert_array_equal(again.exposure, cells.exposure)


def test_nobody_at_risk_is_said():
    none = Stays(*[np.zeros(0, dtype=np.int64)] * 8)
    with pytest.raises(NotEnoughDataError, match="import some history"):
        by_day(none, chances(), FIRST)


def test_clean_ups_are_seldom_named_where_there_are_none():
    # At most 1 % of what is named may be false; of 60 organisations without any at most one is.
    named = 0
    for seed in range(60):
        found, hazard = drawn(seed)
        named += bool(cleanups(found, by_day(found, hazard, FIRST + 399), COURSE))
    assert named <= 1


def with_cleanup(seed, day=300, oldest=14, share=0.8):
    """Stays of which most that are old on a day are closed on it."""
    found, hazard = drawn(seed)
    rng = np.random.default_rng(seed + 1000)
    old = (found.entry + oldest <= FIRST + day) & (found.last > FIRST + day)
    closed = old & (rng.random(found.size) < share)
    return (
        Stays(
            found.deal,
            found.stage,
            np.where(closed, COURSE.lost_state, found.to),
            found.entry,
            found.begin,
            np.where(closed, FIRST + day, found.last),
            found.since,
            found.visits,
        ),
        hazard,
        int(closed.sum()),
    )


def test_a_day_of_clean_up_is_found_with_its_number_and_ages():
    for seed in range(20):
        found, hazard, closed = with_cleanup(seed)
        (one,) = cleanups(found, by_day(found, hazard, FIRST + 399), COURSE)
        assert one.day == FIRST + 300
        assert closed <= one.seen <= closed + 8
        assert one.expected < 5
        assert one.age > one.usual_age
        assert one.p < 1e-6


def test_losses_that_clump_as_other_days_do_are_no_clean_up():
    rng = np.random.default_rng(8)
    expected = np.full(4000, 4.0)
    seen = rng.negative_binomial(2, 2 / (2 + expected))
    assert clumping_of(seen, expected) == pytest.approx(0.5, abs=0.06)
    assert clumping_of(expected, expected) == 0.0
    assert clumping_of(np.zeros(0), np.zeros(0)) == 0.0


def test_what_is_set_aside_is_at_risk_up_to_the_day_before():
    found, _, closed = with_cleanup(2)
    rest = set_aside(found, np.array([FIRST + 300]), COURSE)
    gone = (found.to == COURSE.lost_state) & (found.last == FIRST + 300)
    assert gone.sum() >= closed
    assert not ((rest.to == COURSE.lost_state) & (rest.last == FIRST + 300)).any()
    lost = (found.to == COURSE.lost_state).sum()
    assert (rest.to == COURSE.lost_state).sum() == lost - gone.sum()
    days = (found.last - found.begin + 1).sum() - (rest.last - rest.begin + 1).sum()
    assert days == gone.sum()
