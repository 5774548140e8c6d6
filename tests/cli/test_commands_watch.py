"""`watch`: the keys of the interface, dates only where something has spoken, words in the table."""

import datetime as dt

import pytest

INTERFACE = {"leg", "e_value", "alarm", "since", "cusum", "arl"}
COURSE = ["creation", "Qualified", "Demo", "Offer"]
SPOKEN = {"changed", "first sign", "back on plan"}


@pytest.mark.parametrize("by", ["leg", "team", "seller"])
def test_every_leg_says_its_evidence_and_a_date_only_where_a_watch_has_spoken(mellantid, db, by):
    found = mellantid("watch", "--by", by, "--json", db=db).json
    assert found["by"] == by
    assert found["course"] == COURSE
    assert found["streams"] == len(found["legs"])
    for leg in found["legs"]:
        assert set(leg) >= INTERFACE
        assert leg["e_value"] >= 0
        spoken = leg["verdict"] in SPOKEN
        assert spoken == (leg["alarm"] or leg["sign"] or leg["detected"])
        for name in ("since", "since_low", "since_high", "ratio", "ratio_low", "ratio_high"):
            assert (leg[name] is not None) == spoken
        assert (leg["team"] is not None) == (by == "team")
        assert (leg["owner"] is not None) == (by == "seller")
        assert leg["alarm"] == (leg["alarm_on"] is not None)
        assert leg["sign"] == (leg["cusum"] >= leg["threshold"])


def test_legs_stand_in_the_order_of_the_course_and_groups_in_that_of_evidence(mellantid, db):
    assert [leg["leg"] for leg in mellantid("watch", "--json", db=db).json["legs"]] == COURSE
    found = mellantid("watch", "--by", "seller", "--json", db=db).json["legs"]
    evidence = [leg["e_value"] for leg in found]
    assert evidence == sorted(evidence, reverse=True)
    assert {leg["owner"] for leg in found} == {"anna", "bo", "cia", "dan"}
    assert len(found) == 16


def test_the_last_day_that_is_over_is_the_last_one_watched(mellantid, db):
    # It is the morning of Monday 3 November.
    found = mellantid("watch", "--json", db=db).json
    assert (found["first"], found["last"]) == ("2025-01-02", "2025-10-31")
    assert mellantid("watch", "--as-of", "2025-05-30", "--json", db=db).json["last"] == "2025-05-30"


def test_early_in_the_plan_it_is_too_early_and_said_how_long_it_takes(mellantid, db):
    found = mellantid("watch", "--as-of", "2025-01-10", "--json", db=db).json
    for leg in found["legs"]:
        assert leg["verdict"] in {"too early to say", "cannot be told"}
        assert leg["too_early"]
        assert leg["wait_days"] is None or leg["wait_days"] > 6
        if leg["known_on"]:
            assert dt.date.fromisoformat(leg["known_on"]) > dt.date(2025, 1, 10)


def test_a_longer_time_between_false_signs_takes_longer_to_know(mellantid, db):
    quick, slow = (
        mellantid("watch", "--arl", arl, "--alpha", 0.01, "--json", db=db).json
        for arl in (130, 2600)
    )
    assert (quick["stated_arl"], quick["alpha"]) == (130, 0.01)
    for one, other in zip(quick["legs"], slow["legs"], strict=True):
        assert one["threshold"] <= other["threshold"]
        assert (one["arl"], other["arl"]) == (130, 2600)


def test_the_table_says_what_changed_what_cannot_be_told_and_why_sellers_cannot(mellantid, db):
    answer = mellantid("watch", db=db).out
    assert "has a leg changed pace, or is it chance?" in answer
    assert "Within a quarter a fall to 0.7 of the plan" in answer
    sellers = " ".join(mellantid("watch", "--by", "seller", db=db).out.split())
    assert "A seller's Offer leg cannot be watched inside a quarter" in sellers
    assert "Upstream legs and pooled teams can" in sellers
    assert "Anna Ek" in sellers


def test_before_a_day_is_over_and_out_of_range_are_faults_said_in_a_sentence(mellantid, db):
    early = mellantid("watch", "--as-of", "2025-01-01", db=db)
    assert early.status == 1
    assert "no whole working day" in early.err
    wrong = mellantid("watch", "--alpha", 2, db=db)
    assert wrong.status == 1
    assert "between 0 and 1" in wrong.err
