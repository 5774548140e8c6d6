from __future__ import annotations

import pytest

from mellantid.errors import QuestionError
from mellantid.workspace import Person
from mellantid.workspace.band import pace_band
from mellantid.workspace.pace_table import pace_table

DAY = "2024-09-20"


@pytest.fixture
def planned(teller):
    """A year of deals of three sellers, two of them a team, with a plan from July."""
    teller.tell_a_year()
    teller.workspace.add_people([Person("s0", "Anna", "North"), Person("s1", "Bo", "North")], {})
    teller.plan()
    return teller


def band(planned, owner="all"):
    race = planned.race(DAY)
    plan = planned.workspace.plan(None, race.history.until)
    return pace_band(race, plan, planned.workspace.people, owner)


def test_the_band_of_everyone_has_the_numbers_of_the_plans_document(planned):
    race = planned.race(DAY)
    plan = planned.workspace.plan(None, race.history.until)
    document = {(each.week, each.leg): each.planned for each in pace_table(plan, race).weeks}
    found = band(planned)
    mine = {
        (week.week, leg): number
        for week in found.weeks
        for leg, number in zip(found.legs, week.planned, strict=True)
    }
    assert mine == document
    assert (found.first.isoformat(), found.last.isoformat()) == ("2024-07-01", "2024-12-31")


def test_the_sellers_bands_sum_to_the_whole_and_a_teams_to_its_own(planned):
    whole, north = band(planned), band(planned, "North")
    sellers = [band(planned, name) for name in ("s0", "s1", "s2")]
    for place, week in enumerate(whole.weeks):
        parts = [each.weeks[place].planned for each in sellers]
        assert [sum(each) for each in zip(*parts, strict=True)] == pytest.approx(week.planned)
        team = [sum(each) for each in zip(*parts[:2], strict=True)]
        assert north.weeks[place].planned == pytest.approx(team)


def test_the_band_of_a_seller_is_what_their_split_is_measured_by(planned):
    found = band(planned, "s1")
    standing = planned.standing(DAY, "seller")
    split = next(each for each in standing.groups if each.group == "s1")
    # The day asked about is a Friday: the end of its week.
    line = next(week for week in found.weeks if week.last.isoformat() == DAY)
    assert line.planned == pytest.approx([leg.planned for leg in split.legs])


def test_the_band_knows_the_running_week(planned):
    assert band(planned).now == "2024-W39"


def test_who_has_no_part_in_the_plan_is_told_whom_to_choose(planned):
    with pytest.raises(QuestionError, match="no part in plan"):
        band(planned, "nobody.at.all")
