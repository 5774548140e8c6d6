from __future__ import annotations

import re

import pytest
from web_sample import logged_in, words_of

from mellantid.metrics import numbers
from mellantid.workspace import Workspace


@pytest.fixture
def served(standing):
    """Nothing here changes it."""
    return standing


def said(asking, seller=None, p=None):
    with Workspace.open(asking.database) as workspace:
        race = workspace.race(None, workspace.moment(None, asking.now() + 1).until)
        return workspace.focus(race, seller, p), workspace.ropes(race)


def deals_on(page, section):
    part = re.search(rf'aria-labelledby="{section}".*?</section>', page.text, re.DOTALL)[0]
    return re.findall(r'href="/deals/([^"]+)"', part)


def test_the_five_deals_are_those_that_the_command_line_puts_first(admin):
    found, _ = said(admin.app.state.asking)
    page = admin.get("/focus")
    assert deals_on(page, "deals") == [each.deal for each in found.deals[:5]]
    _, gains = numbers.money_column([each.gain for each in found.deals[:5]], "SEK")
    assert all(f"+{gain}" in words_of(page) for gain in gains)


def test_each_leg_has_the_worth_and_the_shortfall_of_the_command_line(admin):
    found, _ = said(admin.app.state.asking)
    text = words_of(admin.get("/focus"))
    _, worths = numbers.money_column([leg.worth_of_one for leg in found.legs], "SEK")
    _, together = numbers.money_column([leg.money for leg in found.legs], "SEK")
    for leg, one, whole in zip(found.legs[1:], worths[1:], together[1:], strict=True):
        short = numbers.movements(leg.shortfall)
        assert re.sub(r"\s+", " ", f"{leg.leg} {leg.deals} {one} {short} {whole}") in text


def test_a_chance_is_asked_for_in_the_address(admin):
    asking = admin.app.state.asking
    for p in (0.5, 0.9):
        found, _ = said(asking, p=p)
        page = admin.get(f"/focus?p={p}")
        assert re.search(rf'p={p}#levers" aria-current="true"', page.text)
        levers = words_of(page).partition("Chance to reach")[2]
        if found.mix:
            assert numbers.percent(found.mix_p) in levers
        else:
            best = max(found.levers, key=lambda each: each.p)
            assert numbers.percent(best.p).replace(numbers.NARROW, " ") in levers


@pytest.mark.parametrize("p", ["much", "0", "1", "nan"])
def test_a_chance_that_is_none_is_a_fault_that_says_how_to_write_one(admin, p):
    answer = admin.get(f"/focus?p={p}")
    assert answer.status_code == 400
    assert "0.8" in answer.text


def test_a_seller_sees_the_own_deals_and_the_own_chance(served):
    seller = logged_in(served, "seller")
    found, ropes = said(served.state.asking, "anna.lindqvist")
    page = seller.get("/focus")
    assert deals_on(page, "deals") == [each.deal for each in found.deals[:5]]
    mine = [each.deal for each in ropes.caught if each.owner == "anna.lindqvist"]
    assert deals_on(page, "caught") == mine[:10]
    assert "Anna Lindqvist: the chance of" in words_of(page)


def test_a_seller_sees_no_other_sellers_deals_by_any_address(served):
    seller = logged_in(served, "seller")
    other = seller.get("/focus?seller=erik.sandberg")
    assert other.status_code == 403
    assert "not for you to see" in other.text
    assert seller.get("/focus?seller=Erik+Sandberg").status_code == 403
    found, _ = said(served.state.asking)
    mine = {each.deal for each in found.deals if each.owner == "anna.lindqvist"}
    whole = seller.get("/focus?seller=all")
    shown = {*deals_on(whole, "deals"), *deals_on(whole, "caught")}
    assert shown <= mine
    assert "Only deals that you may see" in whole.text


def test_a_manager_chooses_among_the_sellers_of_the_team_and_a_viewer_among_all(served):
    def choices(role):
        return re.findall(r'<option value="([^"]+)"', logged_in(served, role).get("/focus").text)

    with Workspace.open(served.state.asking.database) as workspace:
        people = workspace.people.persons
    team = people["lars.bergqvist"].team
    assert set(choices("manager")) == {"all"} | {
        each.id for each in people.values() if each.team == team
    }
    assert set(choices("viewer")) >= {"all", *people}


def test_what_costs_a_second_is_computed_once_for_each_position_of_the_ledger(admin, monkeypatch):
    calls = []
    whole = Workspace.focus
    monkeypatch.setattr(Workspace, "focus", lambda *given: calls.append(given) or whole(*given))
    for _ in range(3):
        assert admin.get("/focus?p=0.61").status_code == 200
    assert len(calls) == 1


def test_every_linked_number_of_the_page_is_defined_on_it(admin):
    text = admin.get("/focus").text
    assert set(re.findall(r'href="#(metric-\w+)"', text)) <= set(re.findall(r'id="(\S+?)"', text))
