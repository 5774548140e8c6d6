"""`next-step` as a person uses it."""

import datetime as dt


def test_an_agreed_step_is_kept_listed_and_cleared(mellantid, db):
    tomorrow = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1)
    said = mellantid("next-step", "set", "D1", f"{tomorrow}", "--what", "lunch", db=db)
    assert said.status == 0
    listed = mellantid("next-step", "list", "--json", db=db)
    assert listed.json == [{"deal": "D1", "due": f"{tomorrow}", "what": "lunch"}]
    assert "lunch" in mellantid("next-step", "list", db=db).out
    mellantid("next-step", "clear", "D1", db=db)
    assert mellantid("next-step", "list", "--json", db=db).json == []


def test_a_date_that_is_over_and_a_deal_that_is_not_there_are_refused(mellantid, db):
    over = mellantid("next-step", "set", "D1", "2020-01-31", db=db)
    assert (over.status, "is over" in over.err) == (1, True)
    unknown = mellantid("next-step", "set", "D-none", "2999-01-31", db=db)
    assert (unknown.status, "no deal 'D-none'" in unknown.err) == (1, True)
