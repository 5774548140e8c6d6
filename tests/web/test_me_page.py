from __future__ import annotations

import re

import numpy as np
import pytest
from web_sample import logged_in, plain, token_in, words_of

from mellantid.ledger import Entries
from mellantid.metrics import numbers
from mellantid.workspace import Person, Workspace
from mellantid.workspace.taking_part import take_part, taking_part

ANNA = "anna.lindqvist"


@pytest.fixture
def anna(served):
    return logged_in(served, "seller")


@pytest.fixture
def own(known):
    workspace, race = known
    return workspace.own_race(race, ANNA)


def section(page, name):
    return re.search(rf'aria-labelledby="{name}".*?</section>', page.text, re.DOTALL)[0]


def cells(page, name):
    rows = re.findall(r"<tr>(.*?)</tr>", section(page, name), re.DOTALL)
    return [
        [
            plain(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", r)
        ]
        for r in rows
    ]


def test_every_leg_is_what_splits_by_seller_tells(known, own):
    workspace, race = known
    group = next(g for g in workspace.standing(race, "seller").groups if g.group == ANNA)
    for mine, leg in zip(own.legs, group.legs, strict=True):
        assert (mine.leg, mine.movements) == (leg.leg, leg.actual)
        assert mine.planned == pytest.approx(leg.planned)
        assert mine.money == pytest.approx(leg.money, abs=0.01)
        parts = mine.created + mine.back + mine.waiting + mine.of_plan
        assert parts == pytest.approx(leg.money, abs=0.01)
    assert own.gap_money == pytest.approx(group.gap_money, abs=0.01)
    assert own.amount_changes == pytest.approx(group.amount_changes, abs=0.01)
    assert own.transfers == pytest.approx(group.transfers, abs=0.01)
    assert own.re_estimation == pytest.approx(group.re_estimation, abs=0.01)


def test_the_page_has_the_numbers_of_the_answer(anna, own):
    page = anna.get("/me")
    assert page.status_code == 200
    text = words_of(page)
    assert plain(f"You have {numbers.money(own.in_hand, 'SEK')} in hand of") in text
    legs = cells(page, "behind")[1:]
    values = [
        getattr(leg, name)
        for leg in own.legs
        for name in ("created", "back", "waiting", "of_plan", "money")
    ]
    rest = [own.amount_changes, own.transfers, own.re_estimation, own.gap_money]
    _, written = numbers.money_column([*values, *rest], "SEK")
    for place, (leg, row) in enumerate(zip(own.legs, legs, strict=False)):
        assert row[1] == numbers.count(leg.week_movements)
        assert row[3] == numbers.count(leg.movements)
        assert row[5] == plain(numbers.signed(written[place * 5]))
        assert row[9] == plain(numbers.signed(written[place * 5 + 4]))
    _, week = numbers.money_column([leg.week_created for leg in own.legs], "SEK")
    assert [row[2] for row in legs[: len(week)]] == [plain(numbers.signed(each)) for each in week]
    assert legs[-1][-1] == plain(numbers.signed(written[-1]))


def test_the_last_ten_credits_are_the_sellers_own_newest_first(anna, own):
    rows = cells(anna.get("/me"), "credits")[1:]
    assert len(rows) == len(own.credits) == 10
    assert [row[0] for row in rows] == [each.deal for each in own.credits]
    told = [plain(numbers.signed(numbers.money(each.expected, "SEK"))) for each in own.credits]
    assert [row[3] for row in rows] == told
    dates = [each.date for each in own.credits]
    assert dates == sorted(dates, reverse=True)


def test_the_next_milestone_is_near_and_the_goal_is_the_sellers_target(known, own):
    workspace, _ = known
    target = next(each for each in workspace.targets if each.owner == ANNA)
    assert (own.goal, own.goal_from) == (target.amount, "target")
    following = next(each for each in own.milestones if each.ahead)
    assert following.value - own.in_hand <= 0.04 * own.goal
    assert [each.value for each in own.milestones if each.goal] == [target.amount]


def test_where_no_target_is_set_the_goal_is_what_the_plan_expects(known):
    workspace, race = known
    target = next(each for each in workspace.targets if each.owner == ANNA)
    workspace.withdraw_target(ANNA, target.first, target.last, race.history.until)
    found = workspace.own_race(race, ANNA)
    assert found.goal_from == "plan"
    rest = found.legs[0].of_plan
    assert found.goal > 0 > rest


def test_the_team_did_together_what_its_sellers_did_each(known, own):
    workspace, race = known
    team_of = workspace.people.team_of(race.history.owners)
    team = [name for name in race.history.owners if team_of.get(name) == "Stockholm"]
    each = [workspace.own_race(race, name) for name in team]
    moved = [sum(leg.week_movements for leg in one.legs) for one in each]
    together = own.team_week
    assert (together.team, together.sellers) == ("Stockholm", len(team))
    assert together.movements == sum(moved)
    assert together.moving == sum(n > 0 for n in moved)
    assert together.created == pytest.approx(sum(one.week_created for one in each))
    assert together.beyond == pytest.approx(sum(one.week_beyond for one in each))


def test_the_earlier_self_is_counted_over_as_many_working_days(known, own):
    _, race = known
    history, clock = race.history, race.history.clock
    first, last = clock.start_of(own.then.first), clock.end_of(own.then.last)
    worked = int(clock.day(np.array([last - 1]))[0] - clock.day(np.array([first - 1]))[0])
    assert worked == own.then.day
    me = history.owners.index(ANNA)
    inside = (history.at >= first) & (history.at < last) & (history.owner == me)
    created = int((inside & history.first & (history.state < history.process.size)).sum())
    assert own.then.legs[0].then == created


def test_a_seller_opens_the_own_page_and_no_other(anna):
    assert anna.get("/me").status_code == 200
    assert anna.get(f"/me?owner={ANNA}").status_code == 200
    assert anna.get("/me?owner=erik.sandberg").status_code == 403
    assert anna.get("/api/v1/me?owner=erik.sandberg").status_code == 403
    assert anna.get("/api/v1/me").json()["owner"] == ANNA


def test_a_manager_opens_those_of_the_own_team_and_an_administrator_any(served, admin):
    manager = logged_in(served, "manager")
    with Workspace.open(served.state.asking.database) as workspace:
        people = workspace.people.persons
    team = people["lars.bergqvist"].team
    inside = next(each.id for each in people.values() if each.team == team)
    outside = next(each.id for each in people.values() if each.team != team)
    assert manager.get(f"/me?owner={inside}").status_code == 200
    assert manager.get(f"/me?owner={outside}").status_code == 403
    assert "has" in words_of(admin.get(f"/me?owner={outside}"))
    assert people[outside].name in words_of(admin.get(f"/me?owner={outside}"))


def test_who_owns_no_deals_gets_an_honest_empty_page(served, admin):
    viewer = logged_in(served, "viewer")
    page = viewer.get("/me")
    assert page.status_code == 200
    assert "No deals of your own" in page.text
    assert viewer.get(f"/me?owner={ANNA}").status_code == 403
    assert "Choose a seller" in admin.get("/me").text
    with Workspace.open(served.state.asking.database) as workspace:
        workspace.add_people([Person("new.comer", "New Comer", None)], {})
    assert "New Comer has no deals" in words_of(admin.get("/me?owner=new.comer"))


def test_only_those_who_own_deals_have_it_in_the_menu(served, anna, admin):
    assert '<a href="/me"' in anna.get("/race").text
    assert '<a href="/me"' not in admin.get("/race").text
    assert '<a href="/me"' not in logged_in(served, "viewer").get("/race").text


def test_nobody_is_ranked_who_has_not_chosen_it(anna, known):
    workspace, race = known
    assert workspace.own_race(race, ANNA).ranking is None
    page = anna.get("/me")
    assert "You take part in no ranking" in words_of(page)
    take_part(workspace.ledger, "erik.sandberg", 1)
    assert "Erik Sandberg" not in section(anna.get("/me"), "ranking")
    sent = anna.post("/me/ranking", data={"do": "in", "token": token_in(page)})
    assert sent.status_code == 303
    page = anna.get("/me")
    rows = cells(page, "ranking")[1:]
    assert {row[1] for row in rows} == {"Anna Lindqvist", "Erik Sandberg"}
    assert all(re.fullmatch(r"\d+ % to \d+ %", row[3]) for row in rows)
    anna.post("/me/ranking", data={"do": "out", "token": token_in(page)})
    assert taking_part(workspace.ledger) == {"erik.sandberg"}


def test_a_ranking_is_seen_by_those_in_it_only(anna, admin, known):
    workspace, _ = known
    for name in (ANNA, "erik.sandberg"):
        take_part(workspace.ledger, name, 1)
    assert anna.get("/api/v1/me").json()["ranking"] is not None
    assert admin.get(f"/api/v1/me?owner={ANNA}").json()["ranking"] is None
    page = admin.get(f"/me?owner={ANNA}")
    assert 'aria-labelledby="ranking"' not in page.text
    assert admin.post("/me/ranking", data={"do": "in", "token": token_in(page)}).status_code == 403
    assert anna.post("/me/ranking", data={"do": "in"}).status_code == 403


def test_what_a_seller_moves_is_on_the_own_page_with_its_credit_at_once(served, anna, known):
    asking = served.state.asking
    workspace, race = known
    deal = next(d for d in workspace.outcome(race).deals if d.owner == ANNA and d.p > 0.02)
    assert f'data-owner="{ANNA}"' in anna.get("/me").text
    name = race.history.process.name
    columns = {"deal": deal.deal, "kind": "won", "stage": "Won", "occurred_at": asking.now()}
    before = workspace.own_race(race, ANNA)
    asking.append(Entries(key="own:won", process=name, source="test", owner=ANNA, **columns))
    after = workspace.own_race(asking.race(workspace)[0], ANNA)
    credit = after.credits[0]
    assert (credit.deal, credit.entered, credit.onward) == (deal.deal, "won", 1)
    assert credit.expected > 0
    assert after.created - before.created == pytest.approx(credit.expected)
    assert after.won == pytest.approx(before.won + deal.amount)
    page = anna.get("/me")
    told, rows = deal.deal in section(page, "ticker"), cells(page, "credits")
    asking.office.stop()
    assert told
    assert rows[1][:2] == [deal.deal, f"won from {deal.stage}"]


def test_it_is_worked_out_once_for_each_position_of_the_ledger(anna, monkeypatch):
    calls = []
    whole = Workspace.own_race
    monkeypatch.setattr(Workspace, "own_race", lambda *given: calls.append(given) or whole(*given))
    for _ in range(3):
        assert anna.get("/me").status_code == 200
    assert len(calls) == 1


def test_every_linked_number_of_the_page_is_defined_on_it(anna):
    text = anna.get("/me").text
    assert set(re.findall(r'href="#(metric-\w+)"', text)) <= set(re.findall(r'id="(\S+?)"', text))


def test_a_past_day_has_no_ticker_and_its_own_numbers(anna):
    page = anna.get("/me?as_of=2025-06-30")
    assert "30 Jun 2025" in words_of(page)
    assert "data-live" not in page.text
