"""What was seen at each revision is told as what changed."""

from dataclasses import replace

from mellantid.connectors.told import Change
from mellantid.connectors.tryton.story import COLUMNS, GONE, HIDDEN, Seen, seen_of, told_of
from mellantid.connectors.tryton.values import as_told

MS = 1_000
LEAD = Seen("1", "lead", 1000.0, "SEK", "7", None, 10 * MS)
LOST = replace(LEAD, stage="lost")


def test_an_exported_row_is_read():
    row = [5, "lost", 1, {"decimal": "12.50"}, 3, 7, "Price\n and  time ", as_told(10 * MS)]
    seen = Seen("1", "lost", 12.5, "SEK", "7", "Price and time", 10 * MS)
    assert len(row) == len(COLUMNS)
    assert seen_of(row, {3: "SEK"}) == (5, seen)


def test_what_is_empty_in_an_export_is_nothing():
    row = [5, "lead", 1, "", 3, "", "", as_told(0)]
    assert seen_of(row, {3: "SEK"})[1] == Seen("1", "lead", None, None, "", None, 0)


def test_only_what_differs_is_a_change():
    seen = {10 * MS: LEAD, 20 * MS: LEAD, 30 * MS: replace(LEAD, amount=5.0)}
    told = told_of(4, sorted(seen), seen)
    assert told.id == "4"
    assert [(each.at, each.stage, each.amount) for each in told.changes] == [
        (10, "lead", 1000.0),
        (30, "lead", 5.0),
    ]


def test_changes_within_a_millisecond_keep_their_order():
    seen = {10 * MS: LEAD, 10 * MS + 1: replace(LEAD, stage="opportunity"), 10 * MS + 9: LOST}
    told = told_of(4, sorted(seen), seen)
    assert [(each.at, each.place, each.stage) for each in told.changes] == [
        (10, 0, "lead"),
        (10, 1, "opportunity"),
        (10, 2, "lost"),
    ]


def test_a_reason_that_is_written_later_belongs_to_the_loss():
    seen = {
        10 * MS: LEAD,
        20 * MS: LOST,
        30 * MS: replace(LOST, reason="Price"),
        40 * MS: LEAD,
    }
    told = told_of(4, sorted(seen), seen)
    assert [each.reason for each in told.changes] == [None, "Price", None]


def test_a_deal_that_is_gone_ends_with_its_last_revision():
    told = told_of(4, [10 * MS, 20 * MS], {10 * MS: LEAD})
    assert (told.removed_at, told.removed_why) == (20, GONE)


def test_a_deal_that_was_hidden_for_a_time_was_elsewhere():
    told = told_of(4, [10 * MS, 20 * MS, 30 * MS], {10 * MS: LEAD, 30 * MS: LEAD})
    assert told.removed_at is None
    assert told.changes[1] == Change(20, HIDDEN, HIDDEN)
    assert [each.pipeline for each in told.changes] == ["1", HIDDEN, "1"]


def test_a_deal_of_which_nothing_may_be_seen_is_not_told():
    assert told_of(4, [10 * MS, 20 * MS], {}) is None


def test_a_history_that_begins_late_says_what_it_does_not_know():
    told = told_of(4, [50 * MS], {50 * MS: LEAD})
    assert (told.changes[0].at, told.changes[0].after) == (50, 10)
