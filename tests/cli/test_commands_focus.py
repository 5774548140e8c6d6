"""`focus`: legs, deals and levers, as JSON and as a person reads them."""

import pytest


@pytest.fixture
def behind(mellantid, db):
    """The database with half as much again as the target, and so a plan that is not kept."""
    dates = ("--from", "2025-01-01", "--to", "2025-12-31")
    assert mellantid("target", "set", "--amount", 28e6, *dates, db=db).status == 0
    assert mellantid("plan", db=db).status == 0
    return db


def test_focus_has_legs_deals_and_levers(mellantid, db):
    found = mellantid("focus", "--json", db=db).json
    assert (found["target"], found["until"], found["p"]) == (19e6, "2025-12-31", 0.8)
    assert [leg["leg"] for leg in found["legs"]] == ["creation", "Qualified", "Demo", "Offer"]
    assert {"leg", "worth_of_one", "shortfall", "money"} <= set(found["legs"][0])
    assert {"deal", "gain", "waiting_cost"} <= set(found["deals"][0])
    assert all({"lever", "from", "to"} <= set(lever) for lever in found["levers"])
    kinds = [(lever["lever"], lever["leg"]) for lever in found["levers"]]
    stages = ("Qualified", "Demo", "Offer")
    legs = {(kind, stage) for kind in ("conversion", "time") for stage in stages}
    assert set(kinds) == {("pace", None), ("amount", None), *legs}
    assert len(kinds) == 8
    assert "notes" not in found


def test_a_shortfall_is_what_the_splits_lack_and_is_worth_so_many_times_one(mellantid, behind):
    found = mellantid("focus", "--json", db=behind).json["legs"]
    splits = mellantid("splits", "--json", db=behind).json["legs"]
    for leg, split in zip(found, splits, strict=True):
        assert leg["shortfall"] == pytest.approx(max(-split["movements"], 0.0))
        assert leg["money"] == pytest.approx(leg["worth_of_one"] * leg["shortfall"])
    assert any(leg["shortfall"] > 0 for leg in found)


def test_the_chance_of_the_target_is_the_forecasts(mellantid, db):
    forecast = mellantid("forecast", "--json", db=db).json
    found = mellantid("focus", "--json", db=db).json
    assert found["p_target"] == pytest.approx(forecast["p_target"], abs=1e-12)
    assert len(found["deals"]) == len(forecast["deals"])


def test_the_deal_that_is_worth_most_today_comes_first(mellantid, db):
    deals = mellantid("focus", "--json", db=db).json["deals"]
    worth = [deal["worth_today"] for deal in deals]
    assert worth == sorted(worth, reverse=True)
    for deal in deals:
        assert deal["worth_today"] == pytest.approx(deal["gain"] * deal["move_chance"])
        assert deal["next"] in {"Demo", "Offer", "won"}


def test_levers_lead_to_the_chance_asked_for(mellantid, db):
    found = mellantid("focus", "--p", "0.5", "--json", db=db).json
    assert found["p"] == 0.5
    enough = [lever for lever in found["levers"] if lever["feasible"]]
    assert enough
    for lever in found["levers"]:
        if lever["feasible"]:
            assert lever["p_target"] == pytest.approx(0.5, abs=0.01)
        else:
            assert lever["to"] is None
    if found["mix"] is not None:
        assert len(found["mix"]["levers"]) == 2


def test_a_sellers_focus_is_of_their_deals_and_their_part_of_the_plan(mellantid, db):
    whole = mellantid("focus", "--json", db=db).json
    parts = [
        mellantid("focus", "--seller", each, "--json", db=db).json
        for each in ("anna", "bo", "cia", "dan")
    ]
    assert [each["seller"] for each in parts] == ["anna", "bo", "cia", "dan"]
    assert all(deal["owner"] == part["seller"] for part in parts for deal in part["deals"])
    assert sum(len(part["deals"]) for part in parts) == len(whole["deals"])
    groups = mellantid("splits", "--by", "seller", "--json", db=db).json["groups"]
    for part in parts:
        (group,) = (each for each in groups if each["group"] == part["seller"])
        for leg, split in zip(part["legs"], group["legs"], strict=True):
            assert leg["shortfall"] == pytest.approx(max(-split["movements"], 0.0))
    assert all(part["levers"] == [] and part["target"] is None for part in parts)


def test_a_seller_is_known_by_name_and_told_how_to_get_levers(mellantid, db):
    answer = mellantid("focus", "--seller", "anna ek", db=db)
    assert answer.status == 0
    assert "for Anna Ek" in answer.out
    assert "mellantid target set --owner 'anna'" in answer.err


def test_a_seller_with_a_target_has_levers_to_it(mellantid, db):
    words = ("--amount", 6e6, "--from", "2025-01-01", "--to", "2025-12-31")
    assert mellantid("target", "set", "--owner", "anna", *words, db=db).status == 0
    found = mellantid("focus", "--seller", "anna", "--json", db=db).json
    assert found["target"] == 6e6
    assert 0 <= found["p_target"] <= 1
    assert len(found["levers"]) == 8


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--seller", "nobody"), "mellantid people list"),
        (("--p", "1.5"), "ask for 0.8"),
        (("--p", "0"), "ask for 0.8"),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(mellantid, db, words, why):
    answer = mellantid("focus", *words, db=db)
    assert answer.status == 1
    assert why in answer.err
    assert answer.out == ""


def test_the_tables_say_what_to_do(mellantid, behind):
    answer = mellantid("focus", db=behind)
    assert answer.status == 0
    assert "One more movement on each leg" in answer.out
    assert "worth most today" in answer.out
    assert "short:" in answer.out
    assert "28\N{NARROW NO-BREAK SPACE}MSEK" in answer.out


def test_a_plan_that_is_kept_is_said_to_be(mellantid, db):
    assert "No leg is behind the plan." in mellantid("focus", db=db).out


def test_without_a_target_and_a_plan_the_deals_are_told_and_what_is_missing(mellantid, files):
    own = files / "bare.db"
    words = ("import", files / "export.csv", "--map", files / "map.toml")
    assert mellantid(*words, db=own).status == 0
    answer = mellantid("focus", db=own)
    assert answer.status == 0
    assert "mellantid plan" in answer.err
    assert "mellantid target set" in answer.err
    assert "worth most today" in answer.out
    found = mellantid("focus", "--json", db=own).json
    assert found["deals"]
    assert found["levers"] == []
    assert found["mix"] is None
    assert all(leg["shortfall"] is None and leg["money"] is None for leg in found["legs"])
    assert all(leg["worth_of_one"] > 0 for leg in found["legs"])
