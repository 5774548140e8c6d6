import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mellantid.errors import DataError

HEAD = "Deal,When,Stage,Amount,Owner\n"


def long_map(course, **columns):
    named = {"deal": "Deal", "at": "When", "stage": "Stage", "amount": "Amount", "owner": "Owner"}
    return {"columns": named | columns, "process": course}


def at(text):
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    return round(moment.timestamp() * 1000)


ROWS = [
    "A,2024-01-02 09:00,Qualified,100,Eva",
    "A,2024-02-02 09:00,Demo,100,Eva",
    "A,2024-03-02 09:00,Won,120,Bo",
    "B,2024-01-05 10:00,Qualified,50,Eva",
    "B,2024-01-09 10:00,Lost,50,Eva",
    "B,2024-04-01 10:00,Demo,50,Eva",
]


def test_rows_become_movements_and_changes_of_amount_and_owner(desk, course):
    report = desk.import_text(HEAD + "\n".join(ROWS), long_map(course))
    assert desk.entries("deal, kind, stage, occurred_at, amount, owner") == [
        ("A", "created", "Qualified", at("2024-01-02 09:00"), 100.0, "Eva"),
        ("B", "created", "Qualified", at("2024-01-05 10:00"), 50.0, "Eva"),
        ("B", "lost", "Lost", at("2024-01-09 10:00"), None, None),
        ("A", "moved", "Demo", at("2024-02-02 09:00"), None, None),
        ("A", "amount_changed", None, at("2024-03-02 09:00"), 120.0, None),
        ("A", "owner_changed", None, at("2024-03-02 09:00"), None, "Bo"),
        ("A", "won", "Won", at("2024-03-02 09:00"), None, None),
        ("B", "reopened", "Demo", at("2024-04-01 10:00"), None, None),
    ]
    assert (report.rows, report.deals, report.movements, report.added) == (6, 2, 6, 8)
    assert (report.unchanged, report.rejected, report.warnings) == (0, [], [])


def test_the_same_file_again_adds_nothing(desk, course):
    first = desk.import_text(HEAD + "\n".join(ROWS), long_map(course))
    before = desk.entries("*")
    again = desk.import_text(HEAD + "\n".join(ROWS), long_map(course))
    assert (again.added, again.unchanged) == (0, first.added)
    assert again.movements == first.movements
    assert desk.entries("*") == before


def test_order_of_rows_duplicates_and_format_make_no_difference(make_desk, course):
    plain, other = make_desk(), make_desk()
    plain.import_text(HEAD + "\n".join(ROWS), long_map(course))
    shuffled = [*ROWS, ROWS[2], ROWS[0]]
    random.Random(5).shuffle(shuffled)  # noqa: S311 (a shuffle, no secret)
    cells = [row.split(",") for row in shuffled]
    lines = [
        f"{deal};{when[8:10]}/{when[5:7]}/{when[:4]} {when[11:]};{stage} ;{amount},00;{owner}"
        for deal, when, stage, amount, owner in cells
    ]
    text = "\r\n".join(["Deal;When;Stage;Amount;Owner", *lines, "Z;31/12/2023;Note;;"])
    report = other.import_text(text, long_map(course))
    assert other.content() == plain.content()
    assert any("2 rows left out as a repetition" in warning for warning in report.warnings)
    assert report.detected["decimal_mark"] == "comma"


def test_a_later_export_adds_only_what_is_new(make_desk, course):
    desk, whole = make_desk(), make_desk()
    desk.import_text(HEAD + "\n".join([*ROWS[:2], *ROWS[3:5]]), long_map(course))
    report = desk.import_text(HEAD + "\n".join(ROWS), long_map(course))
    whole.import_text(HEAD + "\n".join(ROWS), long_map(course))
    assert (report.added, report.unchanged) == (4, 4)
    assert sorted(row[1:] for row in desk.content()) == sorted(row[1:] for row in whole.content())


def test_an_export_of_new_rows_alone_goes_on_from_what_the_ledger_knows(make_desk, course):
    desk, whole = make_desk(), make_desk()
    desk.import_text(HEAD + "\n".join([*ROWS[:2], *ROWS[3:5]]), long_map(course))
    report = desk.import_text(HEAD + "\n".join([ROWS[2], ROWS[5]]), long_map(course))
    whole.import_text(HEAD + "\n".join(ROWS), long_map(course))
    assert (report.added, report.unchanged) == (4, 0)
    assert sorted(row[1:] for row in desk.content()) == sorted(row[1:] for row in whole.content())


def test_a_dry_run_reports_the_same_and_writes_nothing(desk, course):
    dry = desk.import_text(HEAD + "\n".join(ROWS), long_map(course), dry_run=True)
    assert desk.entries() == []
    wet = desk.import_text(HEAD + "\n".join(ROWS), long_map(course))
    assert (dry.added, dry.movements, dry.unchanged) == (wet.added, wet.movements, 0)
    assert dry.dry_run


def test_a_row_in_the_same_stage_is_no_movement(desk, course):
    rows = ["A,2024-01-02,Qualified,100,Eva", "A,2024-01-05,Qualified,130,Eva"]
    report = desk.import_text(HEAD + "\n".join(rows), long_map(course))
    assert [row[1] for row in desk.entries()] == ["created", "amount_changed"]
    assert report.movements == 1


def test_a_reentered_stage_is_a_movement_of_its_own(desk, course):
    rows = ["A,2024-01-02,Qualified,,", "A,2024-01-05,Demo,,", "A,2024-01-09,Qualified,,"]
    desk.import_text(HEAD + "\n".join(rows), long_map(course))
    assert [row[2] for row in desk.entries()] == ["Qualified", "Demo", "Qualified"]


def test_ties_go_along_the_course_where_the_source_has_no_order(desk, course):
    rows = ["A,2024-01-02,Won,,", "A,2024-01-02,Demo,,", "A,2024-01-02,Qualified,,"]
    desk.import_text(HEAD + "\n".join(rows), long_map(course))
    assert [row[1:3] for row in desk.entries()] == [
        ("created", "Qualified"), ("moved", "Demo"), ("won", "Won"),
    ]  # fmt: skip


def test_the_sources_own_order_rules_ties_and_tells_repeated_visits_apart(desk, course):
    head = "Deal,When,Stage,Amount,Owner,No\n"
    rows = ["A,2024-01-02,Demo,,,4", "A,2024-01-02,Qualified,,,3", "A,2024-01-02,Demo,,,1"]
    first = desk.import_text(head + "\n".join(rows), long_map(course, order="No"))
    assert desk.entries("stage, sequence") == [("Demo", 0), ("Qualified", 1), ("Demo", 2)]
    assert len({row[0] for row in desk.entries("key")}) == 3
    renumbered = [row.replace(",4", ",40").replace(",1", ",0") for row in rows]
    again = desk.import_text(head + "\n".join(renumbered), long_map(course, order="No"))
    assert (first.added, again.added) == (3, 0)


def test_all_that_one_row_says_has_one_place_among_those_of_its_moment(desk, course):
    head = "Deal,When,Stage,Amount,Owner,No\n"
    rows = ["A,2024-01-02,Qualified,100,Eva,1", "A,2024-01-02,Demo,120,Bo,2"]
    desk.import_text(head + "\n".join(rows), long_map(course, order="No"))
    assert sorted(desk.entries("kind, sequence")) == [
        ("amount_changed", 1), ("created", 0), ("moved", 1), ("owner_changed", 1),
    ]  # fmt: skip


def test_what_the_source_recorded_later_was_known_later(desk, course):
    text = (
        "Deal,When,Stage,Amount,Owner,Saved\n"
        "A,2024-01-02 09:00,Qualified,,,2024-01-04 12:00\n"
        "A,2024-01-03 09:00,Demo,,,\n"
    )
    desk.import_text(text, long_map(course, recorded="Saved"))
    assert desk.entries("known_at") == [(at("2024-01-04 12:00"),), (at("2024-01-03 09:00"),)]


def test_every_rejected_row_is_named_with_its_reason_and_the_good_ones_go_in(desk, course):
    rows = [
        "A,2024-01-02,Qualified,100,Eva",
        ",2024-01-02,Demo,,",
        "B,,Demo,,",
        "C,soon,Demo,,",
        "D,2099-01-02,Demo,,",
        "E,2024-01-02,,,",
        "F,2024-01-02,demo,,",
        "G,2024-01-02,Demo,much,Eva",
    ]
    report = desk.import_text(HEAD + "\n".join(rows), long_map(course))
    assert [(rejected.row, rejected.why) for rejected in report.rejected] == [
        (3, 'has no deal in "Deal"'),
        (4, 'has no date in "When"'),
        (5, 'the date "soon" cannot be read as year-month-day'),
        (6, 'the date "2099-01-02" lies outside 1970 to 2069'),
        (7, 'has no stage in "Stage"'),
        (8, 'the stage "demo" is listed nowhere in the map (did you mean "Demo"?)'),
    ]
    assert [row[0] for row in desk.entries()] == ["A", "G"]
    assert report.rows == 8
    assert "1 amount in" in report.warnings[0]
    assert '"much"' in report.warnings[0]


def test_labels_that_the_map_ignores_are_counted(desk, course):
    rows = ["A,2024-01-02,Qualified,,", "A,2024-01-03,Note,,"]
    report = desk.import_text(HEAD + "\n".join(rows), long_map(course))
    assert report.movements == 1
    assert report.warnings == ['1 row with a label that the map ignores: "Note" 1.']


def test_a_fact_that_is_contradicted_later_is_left_as_it_was_and_told(desk, course):
    desk.import_text(HEAD + "A,2024-01-02,Qualified,100,Eva\n", long_map(course))
    report = desk.import_text(HEAD + "A,2024-01-02,Qualified,999,Eva\n", long_map(course))
    assert report.added == 0
    assert desk.entries("amount") == [(100.0,)]
    assert "another amount or owner" in report.warnings[0]


def test_a_missing_column_is_named_with_the_map_and_the_columns_that_there_are(desk, course):
    with pytest.raises(DataError, match=r'no column "Stagee" \(did you mean "Stage"\?\); it has'):
        desk.import_text(HEAD + ROWS[0], long_map(course, stage="Stagee"))


def test_a_table_without_dates_is_refused_in_one_sentence(desk, course):
    text = "Product,Seller,Size,Status\nA,Eva,20240,Won\nB,Bo,11,Lost\n"
    with pytest.raises(DataError, match="no column with dates, so it cannot be used"):
        desk.import_text(text, long_map(course))


def test_an_empty_table_gives_an_empty_report(desk, course):
    report = desk.import_text(HEAD, long_map(course))
    assert (report.rows, report.deals, report.movements, report.added) == (0, 0, 0, 0)


def test_progress_is_told_from_reading_to_writing(desk, course):
    told = []
    options = {"progress": lambda *step: told.append(step)}
    desk.import_text(HEAD + "\n".join(ROWS), long_map(course), **options)
    assert told[0] == ("reading", 0, 0)
    assert told[-1] == ("writing", 8, 8)


TEXTS = st.text(st.sampled_from("ab/\\>?'1 å"), min_size=1, max_size=4).map(str.strip).filter(bool)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            TEXTS, st.integers(1, 28), st.sampled_from(["Qualified", "Demo", "Proposal", "Won"]),
            st.sampled_from(["", "5", "7.5"]), TEXTS,
        ),
        min_size=1, max_size=12,
    ),
    st.randoms(),
)  # fmt: skip
def test_any_rows_in_any_order_give_one_ledger_once(make_desk, course, rows, chance):
    """The law of import: order and repetition of rows change nothing, and twice is once."""
    desk, other = make_desk(), make_desk()
    lines = ["\t".join((deal, f"2024-01-{day:02}", *rest)) for deal, day, *rest in rows]
    mixed = lines * 2
    chance.shuffle(mixed)
    head = HEAD.replace(",", "\t")
    desk.import_text(head + "\n".join(lines), long_map(course))
    other.import_text(head + "\n".join(mixed), long_map(course))
    assert desk.content() == other.content()
    assert desk.import_text(head + "\n".join(mixed), long_map(course)).added == 0


def test_a_currency_alone_can_change_and_one_that_is_not_said_has_not(desk, course):
    head = "Deal,When,Stage,Amount,Owner,Cur\n"
    rows = ["A,2024-01-02,Qualified,5,,eur", "A,2024-01-03,Demo,5,,", "A,2024-01-04,Won,5,,USD"]
    desk.import_text(head + "\n".join(rows), long_map(course, currency="Cur"))
    assert desk.entries("kind, amount, currency") == [
        ("created", 5.0, "EUR"), ("moved", None, None), ("amount_changed", 5.0, "USD"),
        ("won", None, None),
    ]  # fmt: skip
