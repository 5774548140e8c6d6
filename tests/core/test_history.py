import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core import history as history_module
from mellantid.core.history import UNKNOWN_WHEN, History
from mellantid.errors import DataError

COLUMNS = ("deal", "at", "after", "state", "amount", "owner")
DAY = 86_400_000
FIRST = 20_000 * DAY  # 2024-10-04

RECORD = st.tuples(
    st.integers(0, 3),
    st.integers(0, 6),  # few moments, so that many tie
    st.integers(-1, 4),
    st.sampled_from([np.nan, 10.0, 20.0]),
    st.integers(-1, 2),
    st.sampled_from([None, 1, 3, UNKNOWN_WHEN]),
    st.integers(0, 1),
)


def fold(records, like, until=FIRST + 100 * DAY, dtype=np.int64):
    deal, at, state, amount, owner, after, sequence = zip(*records, strict=True)
    moments = [FIRST + DAY * step for step in at]
    bounds = [
        moment - 1 if back is None else back if back == UNKNOWN_WHEN else moment - back * DAY
        for moment, back in zip(moments, after, strict=True)
    ]
    return History.fold(
        like.process,
        like.clock,
        until,
        like.deals,
        like.owners,
        deal=np.array(deal, dtype=dtype),
        at=np.array(moments),
        state=np.array(state, dtype=dtype),
        amount=np.array(amount),
        owner=np.array(owner, dtype=dtype),
        after=np.array(bounds),
        sequence=np.array(sequence, dtype=dtype),
    )


def same(one, other):
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.fixture(scope="module")
def like(story):
    return story((3, "2024-10-04", 0))


@given(records=st.lists(RECORD, min_size=1, max_size=12), data=st.data())
def test_order_of_rows_and_duplicates_change_nothing(like, records, data):
    expected = fold(records, like)
    again = data.draw(st.lists(st.sampled_from(records), max_size=4))
    shuffled = data.draw(st.permutations(records + again))
    same(fold(shuffled, like), expected)


@given(records=st.lists(RECORD, min_size=1, max_size=12))
def test_moments_too_far_apart_for_one_key_are_sorted_all_the_same(like, records):
    expected = fold(records, like)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_module, "LARGEST_KEY", 0)
        same(fold(records, like), expected)


@given(records=st.lists(RECORD, min_size=1, max_size=12))
def test_dtype_changes_nothing(like, records):
    expected = fold(records, like)
    for dtype in (np.int8, np.int32, np.float64):
        same(fold(records, like, dtype=dtype), expected)


@given(records=st.lists(RECORD, min_size=1, max_size=12), until=st.integers(0, 7))
def test_what_was_known_earlier_is_the_fold_of_what_had_come_by_then(like, records, until):
    end = FIRST + until * DAY
    same(fold(records, like).known_at(end), fold(records, like, until=end))


@given(records=st.lists(RECORD, min_size=1, max_size=12))
def test_folding_a_folded_history_changes_nothing(like, records):
    once = fold(records, like)
    columns = {name: getattr(once, name) for name in COLUMNS}
    # Rows of one moment are in order already: the order becomes the source's sequence.
    again = History.fold(
        once.process,
        once.clock,
        once.until,
        once.deals,
        once.owners,
        **columns,
        sequence=np.arange(once.size),
    )
    same(again, once)


@given(records=st.lists(RECORD, min_size=1, max_size=12))
def test_each_row_holds_what_was_said_last(like, records):
    exact = [(*record[:5], None, record[6]) for record in records]
    history = fold(exact, like)
    for deal in range(4):
        rows = np.flatnonzero(history.deal == deal)
        told = [record for record in exact if record[0] == deal]
        last = max((record[1] for record in told), default=0)
        states = [r for r in told if r[2] >= 0]
        assert bool(rows.size) == bool(states)
        if not states:
            continue
        moment = max(r[1] for r in states)
        sequence = max(r[6] for r in states if r[1] == moment)
        expected = max(r[2] for r in states if (r[1], r[6]) == (moment, sequence))
        assert history.state[rows[-1]] == expected
        assert history.at[rows[-1]] <= FIRST + last * DAY


def test_a_value_holds_until_another_is_given(story):
    history = story(
        (0, "2025-03-03", 0, {"amount": 100, "owner": 4}),
        (0, "2025-03-05", 1),
        (0, "2025-03-06", None, {"amount": 250}),
        (0, "2025-03-07", 3, {"owner": 5}),
    )
    assert history.state.tolist() == [0, 1, 1, 3]
    assert history.amount.tolist() == [100, 100, 250, 250]
    assert history.owner.tolist() == [4, 4, 4, 5]
    assert history.moves.tolist() == [True, True, False, True]
    assert history.before.tolist() == [-1, 0, 1, 1]


def test_what_is_said_before_a_deal_stands_anywhere_is_kept_for_its_creation(story):
    history = story((0, "2025-03-03", None, {"amount": 70}), (0, "2025-03-04", 1))
    assert history.size == 1
    assert history.amount.tolist() == [70]
    assert history.first.tolist() == history.last.tolist() == [True]


def test_a_row_that_says_nothing_new_is_dropped(story):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 0), (0, "2025-03-05", 1))
    assert history.state.tolist() == [0, 1]


def test_moves_of_one_moment_go_along_the_course_unless_the_source_has_an_order(story):
    along = story((0, "2025-03-03", 2), (0, "2025-03-03", 0), (0, "2025-03-03", 3))
    assert along.state.tolist() == [0, 2, 3]
    back = story(
        (0, "2025-03-03", 2, {"sequence": 1}),
        (0, "2025-03-03", 0, {"sequence": 2}),
    )
    assert back.state.tolist() == [2, 0]


def test_of_two_tellings_of_one_move_the_more_exact_one_stays(story, moment):
    exact, loose = (0, "2025-03-05", 1), (0, "2025-03-05", 1, {"after": "2025-03-01"})
    for records in ((exact, loose), (loose, exact)):
        history = story(*records)
        assert history.size == 1
        assert history.after.tolist() == [moment("2025-03-05") - 1]


def test_what_happens_at_the_end_of_knowledge_is_left_out(story, moment):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 1), until="2025-03-04")
    assert history.state.tolist() == [0]
    assert history.until_day == int(history.clock.day(moment("2025-03-03")))


def test_an_interval_is_put_on_its_middle_working_day(story, moment):
    # From Monday to the Wednesday of next week: 3, 4, 5, 6, 7, 10, 11, 12 March; the fourth day.
    history = story((0, "2025-03-12", 0, {"after": "2025-03-03"}))
    assert history.middle_day.tolist() == [int(history.clock.day(moment("2025-03-06")))]
    assert history.day.tolist() == [int(history.clock.day(moment("2025-03-12")))]


def test_a_row_is_never_put_before_the_row_before_it(story, moment):
    history = story(
        (0, "2025-03-11", 0),
        (0, "2025-03-12", 1, {"after": "2025-03-03"}),
        (1, "2025-03-04", 0),
    )
    tuesday = int(history.clock.day(moment("2025-03-11")))
    assert history.middle_day.tolist()[:2] == [tuesday, tuesday]
    assert history.middle_day[2] == int(history.clock.day(moment("2025-03-04")))


def test_of_an_unknown_moment_only_the_latest_day_is_known(story, moment):
    history = story((0, "2025-03-12", 0, {"after": UNKNOWN_WHEN}))
    assert history.known.tolist() == [False]
    assert history.middle_day.tolist() == [int(history.clock.day(moment("2025-03-12")))]


def test_an_empty_history_has_no_rows_and_no_faults(story):
    history = story()
    assert history.size == 0
    for name in ("first", "last", "before", "moves", "day", "middle_day", "exact", "known"):
        assert getattr(history, name).size == 0


def test_columns_of_different_length_are_refused(like):
    with pytest.raises(DataError, match="differ in length"):
        History.fold(like.process, like.clock, 0, (), (), deal=[0], at=[1, 2], state=[0])
