"""`target` and `plan`: several at once, in the future, over, and what does not add up."""

import pytest

QUARTER = ("--from", "2025-10-01", "--to", "2025-12-31")
YEAR = ("--from", "2025-01-01", "--to", "2025-12-31")


def set_target(mellantid, db, amount, *period, owner="all"):
    return mellantid("target", "set", "--owner", owner, "--amount", amount, *period, db=db)


def test_the_same_period_again_changes_its_target_and_another_period_adds_one(mellantid, db):
    set_target(mellantid, db, 7e6, *YEAR)
    set_target(mellantid, db, 2e6, *QUARTER)
    found = mellantid("target", "list", "--json", db=db).json["targets"]
    assert [(each["last"], each["amount"]) for each in found] == [
        ("2025-12-31", 7e6),
        ("2025-12-31", 2e6),
    ]
    mellantid("target", "withdraw", *QUARTER, db=db)
    assert len(mellantid("target", "list", "--json", db=db).json["targets"]) == 1


def test_targets_that_do_not_add_up_are_told_of_by_name(mellantid, db):
    set_target(mellantid, db, 9e6, *YEAR, owner="North")
    answer = set_target(mellantid, db, 2e6, *YEAR, owner="anna")
    assert "North" in answer.err
    assert "less than the whole" in answer.err
    found = mellantid("target", "list", "--json", db=db).json["mismatches"]
    assert {each["owner"] for each in found} == {"North", "all"}


def test_two_targets_at_once_are_both_planned_for_and_both_told(mellantid, db):
    set_target(mellantid, db, 5e6, *QUARTER)
    plan = mellantid("plan", "--start", "2025-10-01", "--json", db=db).json
    assert [each["target"] for each in plan["periods"]] == [19e6, 5e6]
    found = mellantid("splits", "--json", db=db).json
    assert [each["target"] for each in found["periods"]] == [19e6, 5e6]
    text = " ".join(mellantid("splits", db=db).out.split())
    assert "The target of 5 MSEK for 1 Oct 2025 to 31 Dec 2025" in text


def test_versions_count_up_and_the_newest_that_had_begun_is_compared_with(mellantid, db):
    later = mellantid("plan", "--start", "2025-07-01", "--json", db=db).json
    assert later["version"] == 2
    assert mellantid("splits", "--json", db=db).json["plan_version"] == 2
    early = mellantid("splits", "--as-of", "2025-04-30", "--json", db=db).json
    assert early["plan_version"] == 1


def test_a_plan_as_of_a_day_starts_on_the_next(mellantid, db):
    plan = mellantid("plan", "--as-of", "2025-06-30", "--json", db=db).json
    assert plan["start"] == "2025-07-01"


def test_a_surer_plan_asks_for_a_higher_pace(mellantid, db):
    mean, sure = (mellantid("plan", *words, "--json", db=db).json for words in ((), ("--p", "0.9")))
    assert sure["p"] == 0.9
    assert sure["pace"][0]["per_week"] > mean["pace"][0]["per_week"]
    text = " ".join(mellantid("plan", "--p", "0.9", db=db).out.split())
    assert "which reaches it with 90 % chance" in text


def test_a_target_in_the_future_is_planned_for_from_today(mellantid, db):
    mellantid("target", "withdraw", *YEAR, db=db)
    set_target(mellantid, db, 15e6, "--from", "2026-01-01", "--to", "2026-12-31")
    plan = mellantid("plan", "--json", db=db).json
    assert (plan["start"], plan["end"]) == ("2025-11-03", "2026-12-31")
    forecast = mellantid("forecast", "--json", db=db).json
    assert (forecast["first"], forecast["until"]) == ("2026-01-01", "2026-12-31")
    assert forecast["won"] == 0
    assert mellantid("splits", "--json", db=db).json["first"] == "2026-01-01"


def test_a_target_out_of_reach_is_said_to_be_so_with_what_can_be_reached(mellantid, db):
    set_target(mellantid, db, 9e9, *YEAR)
    plan = mellantid("plan", "--json", db=db).json
    assert plan["reachable"] is False
    assert plan["periods"][0]["expected"] < 9e9
    assert "cannot be reached" in mellantid("plan", db=db).out


def test_a_plan_before_history_begins_says_when_it_begins_and_what_to_run(mellantid, db):
    mellantid("target", "withdraw", *YEAR, db=db)
    set_target(mellantid, db, 5e6, "--from", "2023-11-01", "--to", "2025-12-31")
    answer = mellantid("plan", db=db)
    assert answer.status == 1
    assert "begins on 2024-01-01" in answer.err
    start = answer.err.split("--start ")[1].strip(".\n")
    assert mellantid("plan", "--start", start, db=db).status == 0


def test_a_target_whose_period_is_over_is_planned_as_it_was_known_at_its_start(mellantid, db):
    mellantid("target", "withdraw", *YEAR, db=db)
    set_target(mellantid, db, 5e6, "--from", "2025-01-01", "--to", "2025-06-30")
    assert mellantid("plan", "--json", db=db).json["start"] == "2025-01-01"
    # The plan's own period is compared with also when it is over.
    found = mellantid("splits", "--json", db=db).json
    assert found["last"] == "2025-06-30"
    assert sum(leg["money"] for leg in found["legs"]) + found["amount_changes"] + found[
        "re_estimation"
    ] == pytest.approx(found["gap_money"], abs=5.0)


def test_without_targets_the_list_says_how_to_set_one(mellantid, db):
    mellantid("target", "withdraw", *YEAR, db=db)
    answer = mellantid("target", "list", db=db)
    assert "mellantid target set" in answer.out


def test_a_plan_tells_what_it_assumes(mellantid, db):
    found = mellantid("plan", "--json", db=db).json
    assumed = found["assumptions"]
    assert assumed["model_as_of"] == "2024-12-31"
    assert assumed["window_first"] < assumed["window_last"] <= "2024-12-31"
    assert assumed["planned_per_week"] == pytest.approx(found["pace"][0]["per_week"])
    assert assumed["cap_per_week"] == pytest.approx(2 * assumed["best_per_week"])
    assert len(assumed["season"]) == 12
    for part in ("shares", "entry"):
        assert sum(each["share"] for each in assumed[part]) == pytest.approx(1.0)
    text = " ".join(mellantid("plan", db=db).out.split())
    assert "What the plan assumes" in text
    assert "as of 31 Dec 2024" in text


def test_versions_are_listed_and_compared(mellantid, db):
    set_target(mellantid, db, 25e6, *YEAR)
    second = mellantid("plan", "--json", db=db).json
    listed = mellantid("plan", "list", "--json", db=db).json["versions"]
    assert [each["version"] for each in listed] == [1, 2]
    assert [each["targets"][0]["target"] for each in listed] == [19e6, 25e6]
    found = mellantid("plan", "compare", 1, 2, "--json", db=db).json
    assert (found["before"], found["after"]) == tuple(listed)
    for leg, pace in zip(found["legs"], second["pace"], strict=True):
        assert leg["after"] == pace["per_week"]
        assert leg["change"] == pytest.approx(leg["after"] - leg["before"])
    assert found["legs"][0]["change"] > 0
    # Both were made from one past.
    assert all(stage["change"] == 0 for stage in found["stages"])
    text = mellantid("plan", "compare", 1, 2, db=db).out
    assert "plan 1" in text
    assert "plan 2" in text
    assert mellantid("plan", "list", db=db).out.count("MSEK") >= 2


def test_a_version_that_there_is_not_is_named(mellantid, db):
    answer = mellantid("plan", "compare", 1, 9, db=db)
    assert answer.status == 1
    assert "no plan 9" in answer.err
