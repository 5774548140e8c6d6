import datetime as dt
from zoneinfo import ZoneInfo

HEAD = "Deal;Amount;Owner;Entered Qualified;Entered Demo;Won on\n"


def stage_map(course):
    return {
        "columns": {"deal": "Deal", "amount": "Amount", "owner": "Owner"},
        "entered": {"Qualified": "Entered Qualified", "Demo": "Entered Demo", "Won": "Won on"},
        "process": course,
    }


def at(text):
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    return round(moment.timestamp() * 1000)


def test_a_date_for_each_stage_becomes_a_movement_for_each(desk, course):
    report = desk.import_text(
        HEAD + "A;100;Eva;2024-01-02;2024-02-03;\nB;50;Bo;2024-01-05;;2024-01-05\n",
        stage_map(course),
    )
    assert desk.entries("deal, kind, stage, occurred_at, amount, owner") == [
        ("A", "created", "Qualified", at("2024-01-02"), 100.0, "Eva"),
        ("B", "created", "Qualified", at("2024-01-05"), 50.0, "Bo"),
        ("B", "won", "Won", at("2024-01-05"), None, None),
        ("A", "moved", "Demo", at("2024-02-03"), None, None),
    ]
    assert (report.rows, report.deals, report.movements) == (2, 2, 4)


def test_one_bad_date_is_left_out_and_told_and_a_row_without_any_is_rejected(desk, course):
    report = desk.import_text(
        HEAD + "A;;;2024-01-02;soon;\nB;;;;;\nC;;;later;;\n", stage_map(course)
    )
    assert [row[2] for row in desk.entries()] == ["Qualified"]
    assert [rejected.row for rejected in report.rejected] == [3, 4]
    assert "later" in report.rejected[1].why
    assert 'row 2, the date "soon"' in report.warnings[0]


def test_line_items_of_a_deal_that_agree_are_one_row(desk, course):
    line = "A;100;Eva;2024-01-02;;\n"
    report = desk.import_text(HEAD + line * 3, stage_map(course))
    assert report.added == 1
    assert "2 rows left out as a repetition" in report.warnings[0]


def test_rows_of_a_deal_that_disagree_give_the_newest_and_name_the_others(desk, course):
    rows = "A;100;Eva;2024-01-02;;\nA;120;Eva;2024-01-02;2024-02-01;\n"
    report = desk.import_text(HEAD + rows, stage_map(course))
    assert desk.entries("amount") == [(120.0,), (None,)]
    assert [(rejected.row, rejected.why) for rejected in report.rejected] == [
        (2, "the deal A stands in several rows that disagree: row 3 was taken")
    ]


def test_a_later_export_adds_new_dates_and_the_new_amount_with_them(desk, course):
    desk.import_text(HEAD + "A;100;Eva;2024-01-02;;\n", stage_map(course))
    report = desk.import_text(HEAD + "A;150;Eva;2024-01-02;2024-03-01;\n", stage_map(course))
    assert report.added == 2
    assert desk.entries("kind, occurred_at, amount")[1:] == [
        ("amount_changed", at("2024-03-01"), 150.0), ("moved", at("2024-03-01"), None),
    ]  # fmt: skip


def test_an_amount_that_changed_without_a_move_was_observed_between_the_two(desk, course):
    desk.import_text(HEAD + "A;100;Eva;2024-01-02;;\n", stage_map(course))
    desk.import_text(
        HEAD + "A;150;Eva;2024-01-02;;\n", stage_map(course), observed=at("2024-04-01")
    )
    assert desk.entries("kind, occurred_at, occurred_after, amount")[1:] == [
        ("amount_changed", at("2024-04-01"), at("2024-01-02"), 150.0)
    ]
