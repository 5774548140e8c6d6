import datetime as dt
from zoneinfo import ZoneInfo

HEAD = "Deal,Created,Stage,Closed,Amount,Owner\n"


def snapshot_map(course, **options):
    named = {"created": "Created", "stage": "Stage", "closed": "Closed"}
    return {
        "columns": {"deal": "Deal", "amount": "Amount", "owner": "Owner"},
        "snapshot": named | options,
        "process": course,
    }


def at(text):
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))
    return round(moment.timestamp() * 1000)


def end_of(text):
    return at(text) + 86_400_000 - 1


JANUARY = (
    "A,2024-01-02,Qualified,2024-06-30,100,Eva\n"
    "B,2024-01-03,Won,2024-01-20,50,Eva\n"
    "C,2024-01-04,Proposal,,70,Bo\n"
    "D,,Demo,,80,Bo\n"
)


def movements(desk):
    return desk.entries("deal, kind, stage, occurred_at, occurred_after")


def test_dates_are_moments_and_a_stage_without_one_is_observed(desk, course):
    report = desk.import_text(HEAD + JANUARY, snapshot_map(course), now=at("2024-02-01 12:00"))
    seen = end_of("2024-01-20")
    assert movements(desk) == [
        ("A", "created", "Qualified", at("2024-01-02"), None),
        ("B", "created", "Qualified", at("2024-01-03"), None),
        ("C", "created", "Qualified", at("2024-01-04"), None),
        ("B", "won", "Won", at("2024-01-20"), None),
        ("C", "moved", "Proposal", seen, at("2024-01-04")),
        ("D", "created", "Demo", seen, 0),
    ]
    assert report.movements == report.added == 6
    assert any("1 deal without any date (Demo 1)" in warning for warning in report.warnings)
    assert any("1 deal in a stage whose" in warning for warning in report.warnings)
    assert report.detected["observed"] == seen


def test_the_same_snapshot_again_adds_nothing_whenever_it_comes(desk, course):
    first = desk.import_text(HEAD + JANUARY, snapshot_map(course), now=at("2024-02-01"))
    again = desk.import_text(HEAD + JANUARY, snapshot_map(course), now=at("2024-05-01"))
    assert (again.added, again.unchanged) == (0, first.added)
    assert (again.deals, again.movements) == (first.deals, first.movements)


def test_a_deal_that_moved_between_two_snapshots_was_observed_between_the_two(desk, course):
    looks = {"observed": at("2024-02-01")}
    desk.import_text(HEAD + JANUARY, snapshot_map(course), **looks)
    later = JANUARY.replace("C,2024-01-04,Proposal", "C,2024-01-04,Demo")
    later = later.replace("A,2024-01-02,Qualified", "A,2024-01-02,Demo")
    report = desk.import_text(HEAD + later, snapshot_map(course), observed=at("2024-03-01"))
    assert report.added == 2
    assert movements(desk)[-2:] == [
        ("A", "moved", "Demo", at("2024-03-01"), at("2024-02-01")),
        ("C", "moved", "Demo", at("2024-03-01"), at("2024-02-01")),
    ]


def test_a_close_with_its_date_is_exact_also_in_a_later_snapshot(desk, course):
    desk.import_text(HEAD + JANUARY, snapshot_map(course), observed=at("2024-02-01"))
    later = JANUARY.replace(
        "A,2024-01-02,Qualified,2024-06-30,100", "A,2024-01-02,Lost,2024-02-09,90"
    )
    report = desk.import_text(HEAD + later, snapshot_map(course), observed=at("2024-03-01"))
    assert report.added == 2
    assert desk.entries("deal, kind, occurred_at, occurred_after, amount")[-2:] == [
        ("A", "amount_changed", at("2024-02-09"), None, 90.0),
        ("A", "lost", at("2024-02-09"), None, None),
    ]


def test_a_won_deal_that_is_open_again_is_reopened(desk, course):
    desk.import_text(HEAD + JANUARY, snapshot_map(course), observed=at("2024-02-01"))
    later = JANUARY.replace("B,2024-01-03,Won,2024-01-20", "B,2024-01-03,Demo,2024-09-01")
    desk.import_text(HEAD + later, snapshot_map(course), observed=at("2024-03-01"))
    assert movements(desk)[-1] == ("B", "reopened", "Demo", at("2024-03-01"), at("2024-02-01"))


def test_a_snapshot_without_a_newer_date_is_of_now_not_of_its_newest_date(desk, course):
    """Days on which nothing is created or closed are days all the same."""
    desk.import_text(HEAD + JANUARY, snapshot_map(course), now=at("2024-02-01"))
    for month, stage in ((3, "Demo"), (4, "Proposal")):
        later = JANUARY.replace("A,2024-01-02,Qualified", f"A,2024-01-02,{stage}")
        now = at(f"2024-{month:02}-01")
        report = desk.import_text(HEAD + later, snapshot_map(course), now=now)
        assert report.added == 1
        assert movements(desk)[-1][2:4] == (stage, now)


def test_an_older_snapshot_takes_nothing_back(desk, course):
    later = JANUARY.replace("C,2024-01-04,Proposal", "C,2024-01-04,Demo")
    desk.import_text(HEAD + later, snapshot_map(course), observed=at("2024-03-01"))
    report = desk.import_text(HEAD + JANUARY, snapshot_map(course), observed=at("2024-02-01"))
    assert report.added == 0


def test_amount_and_owner_that_changed_were_observed_between_the_two(desk, course):
    desk.import_text(HEAD + JANUARY, snapshot_map(course), observed=at("2024-02-01"))
    later = JANUARY.replace("A,2024-01-02,Qualified,2024-06-30,100,Eva",
                            "A,2024-01-02,Qualified,2024-06-30,130,Bo")  # fmt: skip
    report = desk.import_text(HEAD + later, snapshot_map(course), observed=at("2024-03-01"))
    assert report.added == 2
    assert desk.entries("kind, occurred_at, occurred_after, amount, owner")[-2:] == [
        ("amount_changed", at("2024-03-01"), at("2024-02-01"), 130.0, None),
        ("owner_changed", at("2024-03-01"), at("2024-02-01"), None, "Bo"),
    ]


def test_an_amount_known_only_at_the_close_is_not_known_before(desk, course):
    desk.import_text(HEAD + JANUARY, snapshot_map(course, amount_known="closed"))
    rows = desk.entries("deal, kind, amount")
    assert ("B", "created", None) in rows
    assert ("B", "won", 50.0) in rows
    assert ("A", "created", 100.0) in rows


def test_amounts_on_closed_deals_alone_are_warned_of(desk, course):
    rows = "A,2024-01-02,Qualified,,,\nB,2024-01-03,Won,2024-01-20,50,\n"
    report = desk.import_text(HEAD + rows, snapshot_map(course))
    assert any('amount_known = "closed"' in warning for warning in report.warnings)


def test_a_won_deal_with_a_close_to_come_was_only_observed(desk, course):
    rows = "A,2024-01-02,Won,2024-12-31,50,\nB,2024-01-09,Qualified,,,\n"
    desk.import_text(HEAD + rows, snapshot_map(course), now=at("2024-02-01"))
    assert movements(desk)[-1] == ("A", "won", "Won", end_of("2024-01-09"), at("2024-01-02"))


def test_the_date_of_the_present_stage_is_used_where_the_file_has_it(desk, course):
    text = HEAD.replace("\n", ",Since\n") + "A,2024-01-02,Demo,,,,2024-01-15\n"
    desk.import_text(text, snapshot_map(course, changed="Since"))
    assert movements(desk)[-1] == ("A", "moved", "Demo", at("2024-01-15"), None)


def test_a_close_before_the_creation_is_rejected_but_not_on_the_same_day(desk, course):
    rows = "A,2024-01-12,Won,2024-01-02,50,\nB,2024-01-02 10:00,Won,2024-01-02,50,\n"
    report = desk.import_text(HEAD + rows, snapshot_map(course))
    assert [rejected.why for rejected in report.rejected] == [
        "was closed on 2024-01-02, before it was created on 2024-01-12"
    ]
    assert [row[:3] for row in movements(desk)] == [
        ("B", "created", "Qualified"), ("B", "won", "Won"),
    ]  # fmt: skip


def test_values_that_a_second_file_does_not_have_are_warned_of(desk, course):
    (desk.folder / "products.csv").write_text("name\nGTX Pro\n")
    content = snapshot_map(course)
    content["lookup"] = [{"column": "Owner", "file": "products.csv", "key": "name"}]
    rows = "A,2024-01-02,Qualified,,,GTXPro\nB,2024-01-02,Qualified,,,GTX Pro\n"
    report = desk.import_text(HEAD + rows, content)
    told = (
        '1 row with a value of "Owner" that products.csv does not have: '
        '"GTXPro" (did you mean "GTX Pro"?) 1.'
    )
    assert report.warnings == [told]
