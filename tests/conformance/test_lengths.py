import numpy as np
import pytest

from mellantid.core.conformance.lengths import DAY, HOUR, SMALLEST, lengths
from mellantid.core.conformance.paths import Paths
from mellantid.core.history import UNKNOWN_WHEN


def stays(hours, stages=3, until=None):
    """Deals that spend so many hours in each stage; None: still there."""
    deal, state, at = [], [], []
    for k, each in enumerate(hours):
        now = k * 48 * HOUR + 8 * HOUR
        for stage, length in enumerate(each):
            deal, state, at = [*deal, k], [*state, stage], [*at, now]
            if length is None:
                break
            now += int(length * HOUR)
        else:
            deal, state, at = [*deal, k], [*state, stages], [*at, now]
    deal, state, at = (np.array(each, dtype=np.int64) for each in (deal, state, at))
    end = int(at.max()) + 1 if until is None else until
    known = np.ones(at.size, dtype=bool)
    return Paths.of(
        stages, deal, state, at, at // DAY, known, at % DAY != 0, (end, (end - 1) // DAY)
    )


def test_lengths_are_in_days_and_shares_of_those_that_left():
    found = lengths(stays([(24, 0.5, 48), (48, 30, 48), (72, 2, 48)]))
    assert found.median.tolist() == pytest.approx([2, 2 / 24, 2])
    assert found.long.tolist() == pytest.approx([3, 30 / 24, 2])
    assert found.under_hour.tolist() == pytest.approx([0, 1 / 3, 0])
    assert found.same_day.tolist() == pytest.approx([0, 2 / 3, 0])
    assert found.n.tolist() == [3, 3, 3]


def test_a_stay_that_goes_on_counts_as_long_as_it_has_lasted():
    # Of four, one left after a day, one after three; two are still there after two and ten days.
    deals = [(24,), (72,), (None,), (None,)]
    found = lengths(stays(deals, stages=1, until=(3 * 48 + 8 + 48) * HOUR))
    # Product-limit: after a day 1/4 has left; of the two then at risk at three days half leave.
    assert found.median[0] == pytest.approx(3)
    assert found.long[0] == np.inf
    assert found.n[0] == 4


def test_a_stay_of_the_last_day_is_no_night_yet():
    found = lengths(stays([(2,), (2,), (None,)], stages=1))
    assert found.n[0] == 2
    assert found.same_day[0] == 1.0


def test_a_stage_that_is_left_at_once_beside_long_ones_has_nobody_waiting():
    found = lengths(stays([(200, 0.5, 300)] * SMALLEST))
    assert found.passing.tolist() == [False, True, False]
    few = lengths(stays([(200, 0.5, 300)] * (SMALLEST - 1)))
    assert not few.passing.any()


def test_one_in_five_that_waits_makes_a_stage_a_control():
    some = [(200, 100 if k % 5 == 0 else 0.5, 300) for k in range(100)]
    assert not lengths(stays(some)).passing.any()


def test_where_all_is_quick_no_stage_is_nothing_beside_the_others():
    assert not lengths(stays([(0.5, 0.5, 0.5)] * 50)).passing.any()


def test_deals_that_stand_forgotten_in_one_stage_make_no_other_quick():
    deals = [(4, 4, 4)] * 50 + [(4, None, 0)] * 50
    assert not lengths(stays(deals, until=9_000 * DAY)).passing.any()


def test_dates_without_a_time_of_day_tell_no_hours(paths):
    found = lengths(paths(*["0 1 2 W"] * 3))
    assert np.isnan(found.under_hour).all()
    assert found.median.tolist() == [1, 1, 1]


def test_what_nothing_is_known_of_is_nan(paths):
    found = lengths(paths("2 W"))
    assert np.isnan(found.median[:2]).all()
    assert np.isnan(found.same_day[:2]).all()
    assert lengths(paths()).n.tolist() == [0, 0, 0]


def test_a_stay_whose_entry_is_not_known_has_no_length(story):
    history = story(
        (0, "2025-01-06", 0, {"after": UNKNOWN_WHEN}), (0, "2025-01-16", 1), (0, "2025-01-17", 3),
    )  # fmt: skip
    assert lengths(Paths.of_history(history)).n.tolist() == [0, 1, 0]
