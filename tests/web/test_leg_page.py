from __future__ import annotations

import re

import pytest
from web_sample import logged_in, plain, words_of

from mellantid.metrics import numbers
from mellantid.workspace.leg import created_cohorts, leg_course, stays_of


@pytest.fixture
def served(standing):
    """Nothing here changes it."""
    return standing


def section(page, name):
    return re.search(rf'aria-labelledby="{name}".*?</section>', page.text, re.DOTALL)[0]


def test_a_leg_is_found_by_number_and_by_name(admin, known):
    _, race = known
    for place, name in enumerate(race.history.process.legs):
        pages = [admin.get(f"/legs/{each}") for each in (place, name, name.upper())]
        assert {each.status_code for each in pages} == {200}
        assert len({section(each, "cohorts") for each in pages}) == 1


@pytest.mark.parametrize("leg", ["99", "-1", "Nowhere", "²", "a/b"])
def test_a_leg_that_there_is_none_of_is_missing(admin, leg):
    assert admin.get(f"/legs/{leg}").status_code == 404


def test_the_split_is_the_one_that_the_command_line_gives(admin, known):
    workspace, race = known
    standing = workspace.standing(race)
    for place, leg in enumerate(standing.legs):
        shown = words_of(admin.get(f"/legs/{place}"))
        split = (
            f"{numbers.movements(leg.planned)} {numbers.count(leg.actual)} "
            f"{numbers.signed(numbers.movements(leg.movements))} "
            f"{numbers.signed(numbers.days(leg.days))}"
        )
        assert plain(split) in shown


def test_the_watch_says_what_the_command_line_says(admin, known):
    workspace, race = known
    for place, leg in enumerate(workspace.watch(race).legs):
        text = words_of(admin.get(f"/legs/{place}"))
        assert plain(f"{numbers.movements(leg.planned)} {numbers.count(leg.actual)}") in text
        if leg.since is not None:
            assert numbers.date(leg.since) in text


def test_the_course_ends_today_where_the_split_is(known):
    workspace, race = known
    plan = workspace.plan(None, race.history.until)
    for place, leg in enumerate(workspace.standing(race).legs):
        course = leg_course(race, plan, place)
        now = [each for each in course if each.actual is not None][-1]
        assert (now.planned, now.actual) == pytest.approx((leg.planned, leg.actual))
        assert (now.low, now.high) == (min(leg.low, leg.planned), max(leg.high, leg.planned))
        assert course[0].actual == course[0].planned == 0


def test_each_month_of_entry_is_all_accounted_for(known):
    _, race = known
    open_ = race.open_deals
    for stage in range(race.history.process.size):
        cohorts = stays_of(race, stage).cohorts
        for each in cohorts:
            assert each.entered == each.onward + each.back + each.lost + each.there
            assert each.low <= each.share <= each.high
        there = (open_.stage == stage) & open_.entry_known
        assert sum(each.there for each in cohorts) <= int(there.sum())


def test_a_handed_over_deal_is_one_stay_of_its_month(known, monkeypatch):
    _, race = known
    monkeypatch.setattr("mellantid.workspace.leg.COHORTS", 10_000)
    open_ = race.open_deals
    for stage in range(race.history.process.size):
        there = sum(each.there for each in stays_of(race, stage).cohorts)
        assert there == int(((open_.stage == stage) & open_.entry_known).sum())


def test_the_shares_of_a_curve_sum_to_one_and_only_grow(known):
    _, race = known
    for stage in range(race.history.process.size):
        curve = stays_of(race, stage).curve
        for each in curve:
            assert each.there + each.onward + each.back + each.lost == pytest.approx(1)
        assert [each.there for each in curve] == sorted((e.there for e in curve), reverse=True)


def test_conversion_and_time_lie_within_their_intervals_and_are_the_levers(admin, known):
    workspace, race = known
    levers = {(each.lever, each.leg): each.now for each in workspace.focus(race).levers}
    for stage, name in enumerate(race.history.process.stages):
        found = stays_of(race, stage).conversion
        assert found.low <= found.share <= found.high
        assert found.days_low <= found.days <= found.days_high
        if ("time", name) in levers and race.banded is None:
            assert found.days == pytest.approx(levers["time", name])
        text = words_of(admin.get(f"/legs/{stage + 1}"))
        assert plain(numbers.percent(found.share)) in text


def test_created_deals_are_won_lost_or_open(admin, known):
    _, race = known
    cohorts = created_cohorts(race)
    assert all(each.back == 0 for each in cohorts)
    for each in cohorts:
        row = f"{each.entered} {each.onward} {each.lost} {each.there}"
        assert row in words_of(admin.get("/legs/0"))


def test_a_seller_sees_only_the_own_caught_deals(served, known):
    workspace, race = known
    found = workspace.ropes(race)
    seller = logged_in(served, "seller")
    mine = {each.deal for each in found.caught if each.owner == "anna.lindqvist"}
    shown = {
        deal
        for place in range(1, len(race.history.process.legs))
        for deal in re.findall(r'href="/deals/([^"]+)"', seller.get(f"/legs/{place}").text)
    }
    assert shown <= mine
    assert shown


def test_before_a_plan_has_begun_a_leg_still_shows_its_stays(admin):
    page = admin.get("/legs/2?as_of=2024-11-29")
    assert page.status_code == 200
    assert "no plan to compare with" in page.text
    assert 'aria-labelledby="stays"' in page.text


def test_every_linked_number_of_the_page_is_defined_on_it(admin):
    for place in (0, 3):
        text = admin.get(f"/legs/{place}").text
        links = set(re.findall(r'href="#(metric-\w+)"', text))
        assert links <= set(re.findall(r'id="(\S+?)"', text))
