from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.history import UNKNOWN_WHEN

STILL = 5  # of three stages: won is 3, lost is 4
HOURS = st.integers(0, 24 * 21)


def rows(history, observed_from=None):
    pieces = sojourns(history, observed_from)
    columns = (pieces.stage, pieces.to, pieces.owner, pieces.entry_age, pieces.age)
    return [tuple(row) for row in np.column_stack(columns).tolist()]


def test_each_stay_ends_where_the_next_begins_and_the_last_is_still_there(story):
    history = story(
        (0, "2025-03-03", 0),  # a Monday
        (0, "2025-03-06", 1),
        (0, "2025-03-10", 2),
        until="2025-03-13",
    )
    assert rows(history) == [(0, 1, -1, 0, 3), (1, 2, -1, 0, 2), (2, STILL, -1, 0, 2)]


def test_a_closed_deal_has_no_stay_in_won_or_lost(story):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 3), (1, "2025-03-03", 4))
    assert rows(history) == [(0, 3, -1, 0, 1)]


def test_a_skip_and_a_step_back_are_ordinary_destinations(story):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 2), (0, "2025-03-05", 1))
    assert [row[:2] for row in rows(history)] == [(0, 2), (2, 1), (1, STILL)]


def test_a_reopened_deal_begins_a_new_sojourn(story):
    history = story(
        (0, "2025-03-03", 0),
        (0, "2025-03-04", 4),
        (0, "2025-05-05", 0),
        until="2025-05-07",
    )
    assert rows(history) == [(0, 4, -1, 0, 1), (0, STILL, -1, 0, 1)]


def test_a_stay_of_less_than_a_day_has_age_zero(story):
    history = story((0, "2025-03-03 08:00", 0), (0, "2025-03-03 16:00", 1), until="2025-03-04")
    assert rows(history) == [(0, 1, -1, 0, 0), (1, STILL, -1, 0, 0)]


def test_a_change_of_owner_splits_a_stay_and_its_day_belongs_to_the_new_owner(story):
    history = story(
        (0, "2025-03-03", 0, {"owner": 1}),
        (0, "2025-03-05", None, {"owner": 2}),
        (0, "2025-03-06", 1),
        until="2025-03-07",
    )
    assert rows(history) == [(0, STILL, 1, 0, 1), (0, 1, 2, 2, 3), (1, STILL, 2, 0, 0)]


def test_an_owner_given_on_the_day_of_entry_has_the_whole_stay(story):
    history = story(
        (0, "2025-03-03 08:00", 0),
        (0, "2025-03-03 09:00", None, {"owner": 2}),
        (0, "2025-03-03 17:00", 3),
    )
    assert rows(history) == [(0, 3, 2, 0, 0)]


def test_a_change_of_amount_does_not_split_a_stay(story):
    history = story(
        (0, "2025-03-03", 0, {"amount": 1}),
        (0, "2025-03-04", None, {"amount": 2}),
        (0, "2025-03-07", 1),
        until="2025-03-08",
    )
    assert rows(history) == [(0, 1, -1, 0, 4), (1, STILL, -1, 0, 0)]


def test_a_stay_begun_before_observation_is_at_risk_from_the_first_day_seen(story, moment):
    history = story((0, "2025-03-03", 0), (0, "2025-03-12", 1), until="2025-03-13")
    assert rows(history, moment("2025-03-10")) == [(0, 1, -1, 5, 7), (1, STILL, -1, 0, 0)]


def test_a_stay_that_ended_before_observation_is_left_out(story, moment):
    history = story((0, "2025-03-03", 0), (0, "2025-03-05", 1), (0, "2025-03-12", 3))
    assert rows(history, moment("2025-03-10")) == [(1, 3, -1, 3, 5)]


def test_a_day_seen_in_part_is_no_day_at_risk_for_what_was_there_before(story, moment):
    history = story(
        (0, "2025-03-03", 0),
        (0, "2025-03-10 15:00", 1),  # the day on which recording began, at noon
        (1, "2025-03-10 15:00", 0),
        (1, "2025-03-10 16:00", 1),
        until="2025-03-11",
    )
    # Deal 1 came after recording began and is seen in full.
    assert rows(history, moment("2025-03-10 12:00")) == [
        (1, STILL, -1, 0, 0),
        (0, 1, -1, 0, 0),
        (1, STILL, -1, 0, 0),
    ]


def test_a_stay_with_an_unknown_entry_is_left_out_but_not_the_later_ones(story):
    history = story(
        (0, "2025-03-03", 0, {"after": UNKNOWN_WHEN}),
        (0, "2025-03-05", None, {"owner": 3}),
        (0, "2025-03-10", 1),
        until="2025-03-11",
    )
    assert rows(history) == [(1, STILL, 3, 0, 0)]


def test_an_entry_known_to_an_interval_counts_from_its_middle_day(story):
    history = story(
        (0, "2025-03-07", 0, {"after": "2025-03-03"}),  # Monday to Friday: Wednesday
        (0, "2025-03-14", 1, {"after": "2025-03-10"}),
        until="2025-03-15",
    )
    assert rows(history) == [(0, 1, -1, 0, 5), (1, STILL, -1, 0, 2)]


def test_the_month_is_that_of_entry_into_the_stage_also_for_a_later_owner(story):
    history = story(
        (0, "2025-01-31", 0, {"owner": 1}),
        (0, "2025-02-05", None, {"owner": 2}),
        (0, "2025-03-03", 1),
    )
    assert sojourns(history).month.tolist() == [202501, 202501, 202503]


def test_the_month_of_an_interval_is_that_of_its_middle_day(story):
    history = story((0, "2025-02-05", 0, {"after": "2025-01-02"}))
    assert sojourns(history).month.tolist() == [202501]


def test_an_empty_history_has_no_sojourns(story):
    assert sojourns(story()).size == 0


def stays_of(history, deal):
    """The stays of a deal in any state: where, when entered, when left for what, and by whom."""
    stays = []
    for at, state, owner in zip(
        *(column[history.deal == deal].tolist() for column in (history.at, history.state)),
        history.owner[history.deal == deal].tolist(),
        strict=True,
    ):
        day = int(history.clock.day(at))
        if not stays or stays[-1]["state"] != state:
            if stays:
                stays[-1] |= {"exit": day, "to": state}
            stays.append({"state": state, "at": at, "entry": day, "exit": None, "owners": []})
        stays[-1]["owners"].append((day, owner))
    return stays


def by_day(history, observed=0):
    """Exits and exposure counted day by day and deal by deal: an independent computation."""
    exits, exposure = Counter(), Counter()
    first_whole = int(history.clock.day(max(observed - 1, 0))) + 1
    for deal in range(len(history.deals)):
        for stay in stays_of(history, deal):
            if stay["state"] >= 3:
                continue
            end = history.until_day if stay["exit"] is None else stay["exit"]
            begin = max(stay["entry"], first_whole) if stay["at"] < observed else stay["entry"]
            for day in range(begin, end + 1):
                owner = [who for since, who in stay["owners"] if since <= day][-1] % 4
                exposure[owner, stay["state"], day - stay["entry"]] += 1
            if stay["exit"] is not None and begin <= end:
                exits[owner, stay["state"], stay["to"], end - stay["entry"]] += 1
    return exits, exposure


RECORD = st.tuples(
    st.integers(0, 2),
    HOURS,
    st.one_of(st.none(), st.integers(0, 4)),
    st.fixed_dictionaries({}, optional={"owner": st.integers(0, 2), "amount": st.just(5)}),
)


@given(
    records=st.lists(RECORD, min_size=1, max_size=14),
    cut=st.one_of(st.none(), HOURS),
)
def test_exits_and_exposure_are_those_counted_day_by_day(story, moment, records, cut):
    start = moment("2025-03-03")
    told = [(deal, start + hour * 3_600_000, state, more) for deal, hour, state, more in records]
    history = story(*told, until="2025-03-25")
    observed = None if cut is None else start + cut * 3_600_000
    # The unknown owner, -1, is group 3.
    cells = Counts.of(sojourns(history, observed)).table(30, [0, 1, 2], unknown_owner=3)
    exits, exposure = by_day(history, observed or 0)
    for found, expected in ((cells.exits, exits), (cells.exposure, exposure)):
        filled = {tuple(at): found[tuple(at)] for at in np.argwhere(found).tolist()}
        assert filled == dict(expected)


@pytest.mark.parametrize("column", ["stage", "to", "owner", "month", "entry_age", "age", "deal"])
def test_columns_are_int64(story, column):
    pieces = sojourns(story((0, "2025-03-03", 0), (0, "2025-03-05", 1)))
    assert getattr(pieces, column).dtype == np.int64
