"""Traps that others fell into, at the level of histories, sojourns and counts: a test for each."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from mellantid.core.clock import WorkingClock, Zone
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import open_deals, won_in
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.history import UNKNOWN_WHEN, History

WON, LOST = 3, 4  # of three stages


def cells(history, ages=60, **options):
    return Counts.of(sojourns(history, **options)).table(ages)


def test_lost_deals_are_in_the_denominator(story):
    history = story(
        *[(deal, "2025-03-03", 0) for deal in range(10)],
        *[(deal, "2025-03-04", 1) for deal in range(3)],
        *[(deal, "2025-03-04", LOST) for deal in range(3, 10)],
        until="2025-03-05",
    )
    found = cells(history)
    # On age 1, 3 of 10 at risk go on and 7 are lost; without the lost ones it would be 3 of 3.
    assert found.exposure[0, 0, 1] == 10
    assert found.exits[0, 0, 1, 1] == 3
    assert found.exits[0, 0, LOST, 1] == 7


def test_open_deals_contribute_the_days_they_have_stood(story):
    history = story(
        (0, "2025-03-03", 0),
        (0, "2025-03-04", 1),
        *[(deal, "2025-03-03", 0) for deal in range(1, 10)],
        until="2025-03-08",
    )
    found = cells(history)
    assert found.exposure[0, 0, :6].tolist() == [10, 10, 9, 9, 9, 0]
    assert found.exits[0, 0].sum() == 1


def test_a_reentered_stage_is_a_new_sojourn_and_not_one_long_one(story):
    history = story(
        (0, "2025-03-03", 0),
        (0, "2025-03-05", 1),
        (0, "2025-03-07", 0),
        (0, "2025-03-10", 1),
        until="2025-03-11",
    )
    in_first = sojourns(history).take(sojourns(history).stage == 0)
    assert in_first.age.tolist() == [2, 1]
    assert in_first.entry_age.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("dtype", [np.int16, np.int64, np.float64, object])
def test_same_day_ties_depend_neither_on_row_order_nor_on_input_type(story, moment, seed, dtype):
    told = [(deal, day, state) for deal in range(5) for day in (3, 4) for state in (2, 0, 1)]
    told += [(deal, 4, WON if deal % 2 else LOST) for deal in range(5)]
    expected = story(*[(deal, f"2025-03-0{day}", state) for deal, day, state in told])
    order = np.random.default_rng(seed).permutation(len(told))
    deal, day, state = (np.array(column)[order] for column in zip(*told, strict=True))
    shuffled = History.fold(
        expected.process,
        expected.clock,
        expected.until,
        expected.deals,
        expected.owners,
        deal=deal.astype(dtype),
        at=moment("2025-03-03") + (day - 3) * 86_400_000,
        state=state.astype(dtype),
    )
    for found, wanted in zip(
        (Counts.of(sojourns(shuffled)).columns()),
        Counts.of(sojourns(expected)).columns(),
        strict=True,
    ):
        assert found.tolist() == wanted.tolist()
    assert won_in(shuffled, 0, shuffled.until).deal.tolist() == [1, 3]


@pytest.mark.parametrize("ages", [2, 5, 17, 200])
def test_exits_and_exposure_do_not_change_with_the_grid_they_are_reported_on(story, ages):
    rng = np.random.default_rng(2)
    start = int(dt.datetime(2025, 1, 2, tzinfo=dt.UTC).timestamp() * 1000)
    told = []
    for deal in range(200):
        created = start + int(rng.integers(0, 90)) * 86_400_000
        told += [(deal, created, 0), (deal, created + int(rng.integers(0, 60)) * 86_400_000, 1)]
    counts = Counts.of(sojourns(story(*told)))
    coarse, fine = counts.table(ages), counts.table(300)
    shared = ages - 1
    np.testing.assert_array_equal(coarse.exits[..., :shared], fine.exits[..., :shared])
    np.testing.assert_array_equal(coarse.exposure[..., :shared], fine.exposure[..., :shared])
    np.testing.assert_array_equal(coarse.exits[..., -1], fine.exits[..., shared:].sum(axis=-1))
    np.testing.assert_array_equal(
        coarse.exposure[..., -1], fine.exposure[..., shared:].sum(axis=-1)
    )
    # Nor does it matter whether the months are counted apart and then put together.
    months = np.unique(counts.month)
    apart = [counts.table(ages, weight_of_month=lambda m, one=one: m == one) for one in months]
    np.testing.assert_array_equal(sum(part.exposure for part in apart), coarse.exposure)


def test_what_happens_on_the_first_day_is_not_lost(story, moment):
    history = story(
        (0, "2025-03-03 09:00", 0),
        (0, "2025-03-03 15:00", WON),
        (1, "2025-03-03 09:00", 0),
        until="2025-03-04",
    )
    # Observation began that very morning: both deals were created after it.
    found = cells(history, observed_from=moment("2025-03-03"))
    assert found.exits[0, 0, WON, 0] == 1
    assert found.exposure[0, 0, 0] == 2
    assert arrivals(history, observed_from=moment("2025-03-03")).creations == 2


def test_a_way_out_that_nobody_took_yet_has_its_place_and_its_exposure(story):
    found = cells(story((0, "2025-03-03", 0), (0, "2025-03-05", LOST), until="2025-03-06"))
    assert found.exits.shape[2] == 5
    assert found.exits[0, 0, WON].sum() == 0
    assert found.exposure[0, 0].sum() == 3


def test_missing_history_is_left_truncated_and_not_invented(story, moment):
    # A snapshot of 10 March knows the deal's entry on 3 March; nobody saw those that had gone.
    known = story((0, "2025-03-03", 0), (0, "2025-03-12", 1), until="2025-03-13")
    found = cells(known, observed_from=moment("2025-03-10"))
    assert found.exposure[0, 0].nonzero()[0].tolist() == [5, 6, 7]
    # Where not even the entry is known, no age is made up; what comes after is kept.
    unknown = story(
        (0, "2025-03-10", 0, {"after": UNKNOWN_WHEN}), (0, "2025-03-12", 1), until="2025-03-13"
    )
    assert cells(unknown).exposure[0].sum(axis=1).tolist() == [0, 1, 0]
    # And a move seen between two snapshots is not put on the day of the second.
    between = story(
        (0, "2025-03-03", 0), (0, "2025-03-14", 1, {"after": "2025-03-10"}), until="2025-03-15"
    )
    assert cells(between).exits[0, 0, 1].nonzero()[0].tolist() == [7]


def test_a_deal_that_leaves_won_is_no_longer_won(story, moment):
    history = story(
        (0, "2025-03-03", 0, {"amount": 100}),
        (0, "2025-03-04", WON),
        (0, "2025-03-06", 2),
        (1, "2025-03-03", 0, {"amount": 50}),
        (1, "2025-03-05", WON),
        (1, "2025-03-07", LOST),
        until="2025-03-10",
    )
    assert won_in(history, 0, moment("2025-12-31")).size == 0
    assert open_deals(history).deal.tolist() == [0]
    assert arrivals(history).amounts.size == 0
    # As seen before it left, it was won.
    before = history.known_at(moment("2025-03-06"))
    assert won_in(before, 0, moment("2025-12-31")).amount.tolist() == [100, 50]


def test_a_deal_older_than_a_year_keeps_its_age_and_its_exposure(story):
    history = story((0, "2022-01-03", 0), (1, "2022-01-03", 0), (1, "2024-06-03", WON))
    old = int(open_deals(history).age[0])
    assert old == np.busday_count("2022-01-03", "2025-06-30")
    age_at_win = np.busday_count("2022-01-03", "2024-06-03")
    found = cells(history, ages=250)
    assert found.exits[0, 0, WON, 249] == 1
    assert found.exposure[0, 0].sum() == (old + 1) + (age_at_win + 1)
    assert cells(history, ages=2_000).exits[0, 0, WON, age_at_win] == 1


def test_working_and_calendar_days_are_not_mixed(story):
    easter = [dt.date(2025, 4, 18), dt.date(2025, 4, 21)]
    clock = WorkingClock.of(Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm"), easter)
    history = story(
        (0, "2025-04-16 10:00", 0),  # the Wednesday before Easter
        (0, "2025-04-23 10:00", 1),  # the Wednesday after: three working days, seven calendar days
        (1, "2025-04-16 10:00", 0),
        until="2025-04-23 20:00",
        clock=clock,
    )
    assert sojourns(history).age[0] == 3
    assert open_deals(history).age.tolist() == [0, 3]
    paced = arrivals(history)
    assert paced.rate_days == 4  # 16, 17, 22 and 23 April


def test_a_move_by_night_belongs_to_the_local_day(story):
    clock = WorkingClock.of(Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm"))
    history = story(
        (0, "2025-07-02 10:00", 0),
        (0, "2025-07-02 22:30", 1),  # half past midnight on the 3rd in Stockholm
        until="2025-07-04",
        clock=clock,
    )
    assert sojourns(history).age[0] == 1
