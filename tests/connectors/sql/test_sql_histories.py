"""Rows of changes as histories, and what a database's values mean."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.connectors.connector import SourceError
from mellantid.connectors.sql.following import begins, kept
from mellantid.connectors.sql.histories import Reading, deal_of
from mellantid.connectors.sql.values import amount_of, moment_of, text_of, truth_of

UTC = ZoneInfo("UTC")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = 1_748_779_200_000  # 2025-06-01 12:00 UTC
READING = Reading(
    UTC, NOON + 86_400_000, {"N": "a", "O": "a", "X": "b"}, "a", "SEK", {"N": 0, "O": 1, "X": 0}
)


def row(at, **said):
    return {"deal": "1", "at": at, **said}


def changes(*rows):
    return deal_of("1", rows, READING).changes


@pytest.mark.parametrize(
    ("value", "zone", "at"),
    [
        ("2025-06-01 12:00:00", UTC, NOON),
        ("2025-06-01T14:00:00", STOCKHOLM, NOON),
        ("2025-06-01 12:00:00.000 UTC", STOCKHOLM, NOON),
        ("2025-06-01T14:00:00+02:00", UTC, NOON),
        ("2025-06-01 9:00:00", UTC, NOON - 3 * 3_600_000),
        (dt.datetime(2025, 6, 1, 14, tzinfo=STOCKHOLM), UTC, NOON),
        (NOON, UTC, NOON),
        (NOON // 1000, UTC, NOON),
        (NOON * 1000, UTC, NOON),
        (str(NOON), UTC, NOON),
        (Decimal(NOON), UTC, NOON),
    ],
)
def test_moments_are_read_in_every_writing(value, zone, at):
    assert moment_of(value, zone) == (at, None)


def test_a_day_without_a_time_was_some_time_on_it():
    for day in ("2025-06-01", dt.date(2025, 6, 1)):
        at, after = moment_of(day, STOCKHOLM)
        assert (at - after, after + 1) == (86_400_000, NOON - 14 * 3_600_000)
    assert moment_of(None, UTC) is None


def test_amounts_ids_and_yes_and_no_are_read_in_every_writing():
    assert [amount_of(each) for each in (Decimal("1.5"), "2.5", 3, None, "")] == [
        1.5,
        2.5,
        3.0,
        None,
        None,
    ]
    assert [text_of(each) for each in (7, 7.0, "x", None, "")] == ["7", "7", "x", None, None]
    yes, no = (True, 1, "TRUE", "t", "yes"), (False, 0, "FALSE", "f", None, "")
    assert all(truth_of(each) for each in yes)
    assert not any(truth_of(each) for each in no)
    with pytest.raises(SourceError, match="no amount"):
        amount_of("1 000 kr")


def test_what_is_told_before_the_first_stage_comes_with_it():
    first, second = changes(
        row(NOON - 9, amount=5), row(NOON - 8, stage="N"), row(NOON - 5, stage="O")
    )
    assert (first.at, first.pipeline, first.stage, first.amount) == (NOON - 8, "a", "N", 5.0)
    assert (second.pipeline, second.stage, first.currency) == (None, "O", "SEK")


def test_a_row_without_a_moment_is_true_from_the_beginning():
    (only,) = changes(row(None, owner=4, currency="EUR", amount=7), row(NOON, stage="N"))
    assert (only.owner, only.currency, only.amount) == ("4", "EUR", 7.0)


def test_rows_of_one_moment_are_one_change_unless_they_contradict_each_other():
    (one,) = changes(row(NOON, stage="N"), row(NOON, amount=5), row(NOON, owner="4"))
    assert (one.stage, one.amount, one.owner) == ("N", 5.0, "4")
    two = changes(row(NOON, stage="O"), row(NOON, stage="N"))
    assert [(each.stage, each.place) for each in two] == [("N", 0), ("O", 1)]
    ordered = changes(row(NOON, stage="O", place=1), row(NOON, stage="N", place=2))
    assert [each.stage for each in ordered] == ["O", "N"]


def test_a_stage_of_another_pipeline_moves_the_deal_there():
    assert [each.pipeline for each in changes(row(NOON, stage="N"), row(NOON + 1, stage="X"))] == [
        "a",
        "b",
    ]


def test_a_deal_that_went_on_after_it_was_removed_is_there_again():
    gone = deal_of("1", [row(NOON, stage="N"), row(NOON + 5, removed=1, reason="junk")], READING)
    assert (gone.removed_at, gone.removed_why) == (NOON + 5, "junk")
    back = [row(NOON, stage="N"), row(NOON + 5, removed=1), row(NOON + 9, stage="O")]
    assert deal_of("1", back, READING).removed_at is None


def test_a_version_that_is_deleted_still_says_how_the_deal_stood():
    gone = deal_of("1", [row(NOON, stage="N", removed="true")], READING)
    assert ([each.stage for each in gone.changes], gone.removed_at) == (["N"], NOON)


def test_a_deal_that_never_had_a_stage_is_none():
    assert deal_of("1", [row(NOON, amount=5), row(NOON, removed=1)], READING) is None


def test_nothing_happens_in_the_future():
    for when in (dt.date(2025, 6, 2), dt.date(2025, 6, 9), NOON * 2):
        (only,) = changes(row(when, stage="N"))
        assert only.at == READING.now
        assert only.after is None or only.after < only.at


@given(st.permutations([(0, "N", 3), (1, "O", 4), (5, "N", 5), (5, "X", 6), (9, "O", 7)]))
def test_the_order_of_rows_changes_nothing(rows):
    told = changes(*(row(NOON + at, stage=stage, place=place) for at, stage, place in rows))
    assert [each.stage for each in told] == ["N", "O", "N", "X", "O"]


@pytest.mark.parametrize(
    ("value", "overlap", "begin"),
    [
        (100, 30, 70),
        ("2025-06-01 12:00:00", 60, "2025-06-01 11:59:00"),
        ("2025-06-01T12:00:00.500000", 60, "2025-06-01T11:59:00.500000"),
        (dt.datetime(2025, 6, 1, 12, tzinfo=UTC), 60, dt.datetime(2025, 6, 1, 11, 59, tzinfo=UTC)),
    ],
)
def test_a_look_begins_before_the_newest_row(value, overlap, begin):
    assert begins(kept(value), overlap) == begin
