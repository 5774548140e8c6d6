from __future__ import annotations

import pytest


def test_the_lines_sum_to_the_gap_that_splits_tell(mellantid, db):
    mellantid("plan", db=db)
    found = mellantid("evaluate", "--json", db=db).json
    splits = mellantid("splits", "--json", db=db).json
    assert found["gap_money"] == pytest.approx(splits["gap_money"])
    total = sum(each["money"] for each in found["lines"])
    assert total == pytest.approx(found["gap_money"], abs=1e-9 * found["target"])
    money = {leg["leg"]: leg["money"] for leg in splits["legs"]}
    for leg, expected in money.items():
        mine = sum(each["money"] for each in found["lines"] if each["leg"] == leg)
        assert mine == pytest.approx(expected, abs=1e-9 * found["target"])


def test_an_evaluation_is_closed_with_what_was_learned(mellantid, db):
    mellantid("plan", db=db)
    answer = mellantid("evaluate", "--close", "Fairs bring little.", "--author", "Eva", db=db)
    assert answer.status == 0
    assert "Fairs bring little." in answer.out
    kept = mellantid("evaluate", "--json", db=db).json["closed"]
    assert [each["learned"] for each in kept] == ["Fairs bring little."]


def test_closing_with_nothing_is_refused_in_a_sentence(mellantid, db):
    mellantid("plan", db=db)
    answer = mellantid("evaluate", "--close", " ", db=db)
    assert answer.status == 1
    assert "Write what was learned first." in answer.err
