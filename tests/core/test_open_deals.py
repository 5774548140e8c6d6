import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.counting.open_deals import open_deals, won_in
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.history import UNKNOWN_WHEN


def test_an_open_deal_stands_where_it_was_last_seen_with_its_age(story):
    history = story(
        (0, "2025-03-03", 0, {"amount": 100, "owner": 1}),
        (0, "2025-03-05", 1),
        (1, "2025-03-03", 0),
        (1, "2025-03-04", 3),
        (2, "2025-03-03", 0),
        (2, "2025-03-04", 4),
        until="2025-03-08",
    )
    deals = open_deals(history)
    assert deals.deal.tolist() == [0]
    assert deals.stage.tolist() == [1]
    assert deals.age.tolist() == [2]
    assert deals.amount.tolist() == [100]
    assert deals.owner.tolist() == [1]
    assert deals.entry_known.tolist() == [True]


def test_a_change_of_owner_or_amount_does_not_restart_the_age(story):
    history = story(
        (0, "2025-03-03", 0, {"owner": 1}),
        (0, "2025-03-05", None, {"owner": 2}),
        (0, "2025-03-06", None, {"amount": 5}),
        until="2025-03-08",
    )
    deals = open_deals(history)
    assert deals.age.tolist() == [4]
    assert deals.owner.tolist() == [2]
    assert deals.amount.tolist() == [5]


def test_coming_back_to_a_stage_restarts_the_age(story):
    history = story(
        (0, "2025-03-03", 0), (0, "2025-03-04", 1), (0, "2025-03-06", 0), until="2025-03-08"
    )
    assert open_deals(history).age.tolist() == [1]


def test_an_age_since_an_unknown_entry_is_a_least_one_and_says_so(story):
    history = story(
        (0, "2025-03-03", 0, {"after": UNKNOWN_WHEN}),
        (0, "2025-03-05", None, {"amount": 5}),
        until="2025-03-08",
    )
    deals = open_deals(history)
    assert deals.age.tolist() == [4]
    assert deals.entry_known.tolist() == [False]


def test_a_reopened_deal_is_open_and_not_won(story, moment):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 3), (0, "2025-03-06", 1))
    assert open_deals(history).stage.tolist() == [1]
    assert won_in(history, 0, moment("2026-01-01")).size == 0


def test_a_win_belongs_to_the_period_of_its_last_win_with_the_final_amount(story, moment):
    history = story(
        (0, "2025-01-03", 0, {"amount": 10, "owner": 1}),
        (0, "2025-01-31 12:00", 3),
        (0, "2025-02-03", 1),
        (0, "2025-04-01", 3),
        (0, "2025-05-05", None, {"amount": 12}),
    )
    first_quarter = won_in(history, moment("2025-01-01"), moment("2025-04-01"))
    second_quarter = won_in(history, moment("2025-04-01"), moment("2025-07-01"))
    assert first_quarter.size == 0
    assert second_quarter.deal.tolist() == [0]
    assert second_quarter.amount.tolist() == [12]
    assert second_quarter.at.tolist() == [moment("2025-04-01")]


def test_a_win_stays_with_the_seller_who_won_it(story, moment):
    history = story(
        (0, "2025-03-03", 0, {"owner": 1}),
        (0, "2025-03-04", 3),
        (0, "2025-06-02", None, {"owner": 2}),  # the first one left the company
    )
    assert won_in(history, 0, moment("2026-01-01")).owner.tolist() == [1]


def test_a_win_whose_owner_is_told_later_has_that_owner(story, moment):
    history = story(
        (0, "2025-03-03", 3),
        (0, "2025-03-04", None, {"owner": 2}),
        (1, "2025-03-03", 3),
        (2, "2025-03-03", 0, {"owner": 5}),
    )
    assert won_in(history, 0, moment("2026-01-01")).owner.tolist() == [2, -1]


def test_a_win_that_turned_to_a_loss_is_not_among_the_won(story, moment):
    history = story((0, "2025-03-03", 0), (0, "2025-03-04", 3), (0, "2025-03-06", 4))
    assert won_in(history, 0, moment("2026-01-01")).size == 0
    assert open_deals(history).size == 0


def test_an_empty_history_has_no_open_and_no_won_deals(story):
    assert open_deals(story()).size == 0
    assert won_in(story(), 0, 1).size == 0


RECORD = st.tuples(
    st.integers(0, 4), st.integers(0, 24 * 30), st.one_of(st.none(), st.integers(0, 4))
)


@given(st.lists(RECORD, max_size=20))
def test_each_open_deal_is_one_sojourn_that_is_still_there_at_the_same_age(story, moment, records):
    start = moment("2025-03-03")
    told = [(deal, start + hour * 3_600_000, state) for deal, hour, state in records]
    history = story(*told, until="2025-04-15")
    deals, pieces = open_deals(history), sojourns(history)
    still = pieces.take(pieces.to == history.process.still)
    assert deals.deal.tolist() == still.deal.tolist()
    assert deals.stage.tolist() == still.stage.tolist()
    assert deals.age.tolist() == still.age.tolist()


@given(st.lists(RECORD, max_size=20), st.integers(0, 24 * 31))
def test_wins_of_two_neighbouring_periods_are_those_of_both(story, moment, records, cut):
    start, end = moment("2025-03-03"), moment("2025-04-15")
    told = [(deal, start + hour * 3_600_000, state) for deal, hour, state in records]
    history = story(*told, until="2025-04-15")
    middle = start + cut * 3_600_000
    one, other = won_in(history, start, middle), won_in(history, middle, end)
    whole = won_in(history, start, end)
    assert sorted([*one.deal, *other.deal]) == whole.deal.tolist()
    assert np.all(one.at < middle)
    stands_won = history.last & (history.state == history.process.won_state)
    assert whole.deal.tolist() == history.deal[stands_won].tolist()
