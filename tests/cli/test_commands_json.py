"""Every command's JSON: the keys of the interface, one document, nothing else on the output."""

import datetime as dt
import json

import pytest

TO_ANSWER = (
    "counts", "model", "splits", "watch", "forecast", "focus", "cutoffs", "check", "target list",
    "people list", "process list", "process fit", "settings show", "plan",
)  # fmt: skip


@pytest.mark.parametrize("command", TO_ANSWER)
def test_a_command_prints_one_document_and_speaks_no_number_that_json_lacks(mellantid, db, command):
    answer = mellantid(*command.split(), "--json", db=db)
    json.loads(answer.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert answer.out.count("\n") == 1
    assert answer.status == 0


def test_counts_are_rows_of_the_histogram_and_sorted(mellantid, db):
    rows = mellantid("counts", "--json", db=db).json["rows"]
    names = {"process", "stage", "to", "owner", "entry_month", "entry_age", "age", "count"}
    assert all(set(row) == names for row in rows)
    assert all(row["count"] > 0 for row in rows)
    stages = ["Qualified", "Demo", "Offer"]
    order = [stages.index(row["stage"]) for row in rows]
    assert order == sorted(order)
    created = len({row[0] for row in _deals()})
    entered = sum(row["count"] for row in rows if row["stage"] == "Qualified")
    assert entered == created


def _deals():
    import cli_sample  # noqa: PLC0415 (only here)

    return cli_sample.rows()


def test_the_model_has_stages_cells_and_chances_to_win(mellantid, db):
    found = mellantid("model", "--json", db=db).json
    assert [each["stage"] for each in found["stages"]] == ["Qualified", "Demo", "Offer"]
    keys = {"stage", "to", "age_from", "age_to", "exits", "exposure", "hazard", "low", "high"}
    assert all(set(cell) == keys for cell in found["cells"])
    assert all(cell["low"] <= cell["hazard"] <= cell["high"] for cell in found["cells"])
    asked = {(row["age"], row["within"]) for row in found["win"]}
    assert asked == {(age, within) for age in (0, 20, 60) for within in (20, 60, 120, 240)}
    assert all(0 <= row["p"] <= 1 for row in found["win"])


def test_a_plan_has_pace_and_cumulative_weeks_and_ends_with_its_period(mellantid, db):
    found = mellantid("plan", "--json", db=db).json
    assert found["version"] == 2
    assert found["reachable"] is True
    assert found["start"] == "2025-01-01"
    assert found["end"] == "2025-12-31"
    assert [each["leg"] for each in found["pace"]] == ["creation", "Qualified", "Demo", "Offer"]
    offer = [week["planned"] for week in found["weeks"] if week["leg"] == "Offer"]
    assert offer == sorted(offer)
    assert offer[-1] == pytest.approx(found["pace"][-1]["in_all"])
    assert {week["week"] for week in found["weeks"]} >= {"2025-W02", "2025-W52"}


@pytest.mark.parametrize("by", ["leg", "team", "seller"])
def test_the_money_of_all_lines_sums_to_the_gap(mellantid, db, by):
    found = mellantid("splits", "--by", by, "--json", db=db).json
    assert found["as_of"] == "2025-11-03"
    keys = {"leg", "planned", "actual", "movements", "days", "money", "verdict"}
    assert all(keys <= set(leg) for leg in found["legs"])
    lines = sum(leg["money"] for leg in found["legs"])
    whole = lines + found["amount_changes"] + found["re_estimation"]
    assert whole == pytest.approx(found["gap_money"], abs=1e-6 * found["target"])
    if by != "leg":
        parts = sum(group["gap_money"] for group in found["groups"])
        assert parts == pytest.approx(found["gap_money"], abs=1e-6 * found["target"])
    names = {"team": {"North", "South"}, "seller": {"anna", "bo", "cia", "dan"}, "leg": set()}
    assert {group["group"] for group in found["groups"]} - {""} == names[by]


def test_movements_are_actual_less_planned_and_positive_when_ahead(mellantid, db):
    for leg in mellantid("splits", "--json", db=db).json["legs"]:
        assert leg["movements"] == pytest.approx(leg["actual"] - leg["planned"])
        assert leg["days"] * leg["movements"] >= 0


def test_a_forecast_has_its_distribution_target_arrival_and_deals(mellantid, db):
    found = mellantid("forecast", "--json", db=db).json
    assert found["until"] == "2025-12-31"
    assert list(found["quantiles"]) == ["0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95"]
    quantiles = list(found["quantiles"].values())
    assert quantiles == sorted(quantiles)
    assert found["won"] <= quantiles[0]
    assert found["mean"] == pytest.approx(
        found["won"] + found["open_mean"] + found["new_mean"], rel=1e-6
    )
    assert 0 <= found["p_target"] <= 1
    assert found["target"] == 19e6
    assert set(found["arrival"]) == set(found["quantiles"])
    assert {"deal", "stage", "age", "amount", "p"} <= set(found["deals"][0])
    weight = [deal["p"] * deal["amount"] for deal in found["deals"]]
    assert weight == sorted(weight, reverse=True)
    assert "whole" not in found


def test_several_horizons_are_told_beside_the_first_and_one_as_ever(mellantid, db):
    days = ["2025-11-28", "2025-12-31", "2026-03-31"]
    asked = [word for day in days for word in ("--until", day)]
    found = mellantid("forecast", *asked, "--json", db=db).json
    alone = mellantid("forecast", "--until", days[0], "--json", db=db).json
    horizons = found.pop("horizons")
    assert found == alone
    assert [each["until"] for each in horizons] == days
    for day, each in zip(days, horizons, strict=True):
        single = mellantid("forecast", "--until", day, "--json", db=db).json
        assert each == {name: single[name] for name in each}
    assert [each["mean"] for each in horizons] == sorted(each["mean"] for each in horizons)


@pytest.mark.parametrize("by", ["team", "seller"])
def test_the_parts_of_a_forecast_sum_to_the_whole_and_move_together(mellantid, db, by):
    found = mellantid("forecast", "--by", by, "--json", db=db).json
    parts = found["parts"]
    for name in ("won", "open_mean", "new_mean", "mean"):
        assert sum(each[name] for each in parts) == pytest.approx(found[name], rel=1e-6)
    means = [each["mean"] for each in parts]
    assert means == sorted(means, reverse=True)
    # All parts swing with the same versions of the model and of the quarter.
    assert sum(each["sd"] ** 2 for each in parts) < found["sd"] ** 2
    assert sum(each["sd"] for each in parts) >= found["sd"] * (1 - 1e-9)
    shown = mellantid("forecast", "--by", by, db=db).out
    assert "What each brings" in shown


def test_a_forecast_to_another_day_has_no_target_and_one_to_a_targets_last_day_has(mellantid, db):
    other = mellantid("forecast", "--until", "2025-11-28", "--json", db=db).json
    assert (other["until"], other["target"], other["p_target"]) == ("2025-11-28", None, None)
    assert other["arrival"] is None
    assert mellantid("forecast", "--until", "2025-12-31", "--json", db=db).json["target"] == 19e6


def test_cutoffs_have_stages_and_who_is_caught(mellantid, db):
    found = mellantid("cutoffs", "--json", db=db).json
    assert {"stage", "cutoff", "basis", "n"} <= set(found["stages"][0])
    assert found["caught"]
    for deal in found["caught"]:
        assert {"deal", "stage", "age", "owner", "amount"} <= set(deal)
        assert deal["age"] > deal["cutoff"]
        assert deal["passage_by"] < found["as_of"]
    late = {deal["deal"] for deal in found["caught"]}
    assert late == {each["deal"] for each in found["deals"] if (each["days_left"] or 0) < 0}
    assert found["until"] == "2025-12-31"


def test_a_cut_off_set_by_hand_holds_until_it_is_cleared_and_not_before_it_was_set(mellantid, db):
    def rope(*more):
        stages = mellantid("cutoffs", "--json", *more, db=db).json["stages"]
        return next(each for each in stages if each["stage"] == stages[0]["stage"])

    learned = rope()
    stage = learned["stage"]
    assert mellantid("cutoffs", "set", stage.upper(), 3, db=db).status == 0
    assert (rope()["cutoff"], rope()["basis"]) == (3, "override")
    assert rope("--as-of", "2025-11-01")["basis"] == learned["basis"] != "override"
    assert mellantid("cutoffs", "clear", stage, db=db).status == 0
    assert rope() == learned
    wrong = mellantid("cutoffs", "set", "Nowhere", 3, db=db)
    assert (wrong.status, stage in wrong.err) == (1, True)
    assert mellantid("cutoffs", "set", stage, 99_999, db=db).status == 1


def test_check_finds_everything_sound(mellantid, db):
    found = mellantid("check", "--json", db=db).json
    assert found["ok"] is True
    assert found["movements"] == len(_deals())
    assert found["differences"] == []


def test_the_same_question_gets_the_same_answer(mellantid, db):
    for command in ("splits", "forecast", "counts"):
        assert mellantid(command, "--json", db=db).out == mellantid(command, "--json", db=db).out


def test_any_number_is_explained_in_both_languages(mellantid):
    found = mellantid("explain", "gap_money", "--json").json
    assert {"name", "title", "definition", "unit"} <= set(found)
    swedish = mellantid("explain", "gap_money", "--language", "sv", "--json").json
    assert swedish["definition"] != found["definition"]
    assert found["title"] in mellantid("explain", "gap_money").out


def test_as_of_answers_from_what_was_known_at_the_end_of_that_day(mellantid, db):
    found = mellantid("splits", "--as-of", "2025-05-30", "--json", db=db).json
    assert found["as_of"] == "2025-05-30"
    opened = sum(row[1] < "2025-05-31" and row[2] == "Qualified" for row in _deals())
    before = sum(row[1] < "2025-01-01" and row[2] == "Qualified" for row in _deals())
    assert found["legs"][0]["actual"] == opened - before
    forecast = mellantid("forecast", "--as-of", "2025-05-30", "--json", db=db).json
    won = [row for row in _deals() if row[2] == "Won" and "2025-01-01" <= row[1] < "2025-05-31"]
    assert forecast["won"] == sum(row[3] for row in won)
    assert dt.date.fromisoformat(forecast["as_of"]) == dt.date(2025, 5, 30)


@pytest.mark.parametrize("by", ["leg", "team", "seller"])
def test_the_money_of_all_weeks_legs_and_groups_sums_to_the_gap_to_the_last_ore(mellantid, db, by):
    found = mellantid("splits", "--weekly", "--by", by, "--json", db=db).json
    in_all = sum(row["money"] for row in found["weeks"])
    assert in_all + found["re_estimation"] == pytest.approx(found["gap_money"], abs=0.01)
    lines = sum(leg["money"] for leg in found["legs"])
    lines += found["amount_changes"] + found["owner_changes"] + found["re_estimation"]
    assert lines == pytest.approx(found["gap_money"], abs=0.01)
    for leg in found["legs"]:
        weeks = sum(row["money"] for row in found["weeks"] if row["leg"] == leg["leg"])
        assert weeks == pytest.approx(leg["money"], abs=0.01)
    for group in found["groups"]:
        own = sum(row["money"] for row in found["weeks"] if row["group"] == group["group"])
        assert own + group["re_estimation"] == pytest.approx(group["gap_money"], abs=0.01)


def test_the_mean_of_a_week_has_an_error_and_is_the_leg_over_the_weeks(mellantid, db):
    found = mellantid("splits", "--weekly", "--json", db=db).json
    money = {leg["leg"]: leg["money"] for leg in found["legs"]}
    for each in found["innovation"]:
        assert each["missing"] == 0
        assert each["error"] >= 0
        if each["leg"] in money:
            assert each["mean"] * each["weeks"] == pytest.approx(money[each["leg"]], abs=0.01)


def test_splits_tell_weeks_in_words_too(mellantid, db):
    out = mellantid("splits", "--weekly", "--by", "team", db=db).out
    assert "Money by week of" in out
    assert "Mean of a week" in out


def test_the_model_tells_what_was_looked_for_in_the_data_and_the_size_of_it(mellantid, db):
    doubts = mellantid("model", "--json", db=db).json["doubts"]
    keys = {"kind", "verdict", "what", "stage", "way", "since", "n", "expected", "ratio", "p"}
    assert all(keys <= set(each) for each in doubts)
    kinds = {each["kind"] for each in doubts}
    assert {"clean-up", "late registration", "quarter's end", "memory", "ghosts"} <= kinds
    order = [each["verdict"] != "found" for each in doubts]
    assert order == sorted(order)
    text = mellantid("model", db=db).out
    assert "speaks against" in text
    assert "Cannot be told: late registration." in text


def test_silence_is_declared_with_a_setting(mellantid, db):
    assert "90" in mellantid("settings", "set", "silence", "90", db=db).out
    assert mellantid("settings", "show", "--json", db=db).json["silence"] == 90
    answer = mellantid("cutoffs", "--json", db=db)
    assert all(deal["age"] <= 90 for deal in answer.json["caught"])
    refused = mellantid("settings", "set", "silence", "soon", db=db)
    assert refused.status == 1
    assert "whole number" in refused.err
