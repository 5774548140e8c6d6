from __future__ import annotations

import re

import pytest
from web_sample import logged_in, plain, words_of

from mellantid.metrics import numbers
from mellantid.report.compose import compose
from mellantid.report.render import render
from mellantid.workspace import Person, Workspace
from mellantid.workspace.parts import parts


@pytest.fixture
def served(standing):
    """Nothing here changes it."""
    return standing


def names_of(workspace, by):
    people = workspace.people
    return {"team": "Stockholm", "seller": "anna.lindqvist"}[by], people.name


@pytest.mark.parametrize("by", ["team", "seller"])
def test_the_splits_are_those_of_the_command_line_by_owner(admin, known, by):
    workspace, race = known
    name, _ = names_of(workspace, by)
    group = next(g for g in workspace.standing(race, by).groups if g.group == name)
    text = words_of(admin.get(f"/race?owner={name}"))
    for leg in group.legs[1:]:
        split = (
            f"{leg.leg} {numbers.movements(leg.planned)} {numbers.count(leg.actual)} "
            f"{numbers.signed(numbers.movements(leg.movements))}"
        )
        assert plain(split) in text
    sums = [
        *(leg.money for leg in group.legs),
        group.amount_changes,
        group.transfers,
        group.re_estimation,
    ]
    assert sum(sums) == pytest.approx(group.gap_money)
    _, money = numbers.money_column([*sums, group.gap_money], "SEK")
    foot = text.partition("Amounts that changed")[2]
    assert plain(f"Deals that changed owner {numbers.signed(money[-3])}") in foot
    assert plain(f"Gap to the plan {numbers.signed(money[-1])}") in foot


@pytest.mark.parametrize("by", ["team", "seller"])
def test_the_outcome_is_that_of_the_command_line_by_owner_with_the_own_target(admin, known, by):
    workspace, race = known
    name, _ = names_of(workspace, by)
    found = workspace.outcome(race)
    belongs = None if by == "seller" else workspace.people.team_of(found.whole.parts.owners)
    part = next(each for each in parts(found.whole, belongs) if each.name == name)
    text = words_of(admin.get(f"/race?owner={name}"))
    low, high = part.quantiles["0.1"], part.quantiles["0.9"]
    assert plain(numbers.money_range(low, high, "SEK")) in text
    target = next(each for each in workspace.targets if each.owner == name)
    members = [name] if by == "seller" else [o for o, team in belongs.items() if team == name]
    p = float(found.whole.of_owners(members).exceeds(target.amount))
    aim = numbers.round_money(target.amount, "SEK")
    assert plain(f"the chance of {aim} is {numbers.percent(p)}") in text


def test_the_field_is_the_owners_own(admin, known):
    workspace, race = known
    name = "anna.lindqvist"
    place = race.history.owners.index(name)
    page = admin.get(f"/race?owner={name}")
    field = re.search(r'aria-labelledby="field".*?</section>', page.text, re.DOTALL)[0]
    rows = re.findall(r'<td class="number" data-label="Open deals">(\d+)</td>', field)
    assert sum(map(int, rows)) == int((race.open_deals.owner == place).sum())
    caught = {each.deal for each in workspace.ropes(race).caught if each.owner == name}
    assert set(re.findall(r'href="/deals/([^"]+)"', field)) <= caught


def test_a_seller_opens_the_own_race_and_the_teams_and_no_other_sellers(served):
    seller = logged_in(served, "seller")
    for mine in ("", "?owner=all", "?owner=anna.lindqvist", "?owner=Stockholm"):
        assert seller.get(f"/race{mine}").status_code == 200
    for other in ("erik.sandberg", "Malm%C3%B6", "nobody"):
        assert seller.get(f"/race?owner={other}").status_code == 403


def test_a_seller_sees_no_other_sellers_deals_in_anybodys_race(served, known):
    _, race = known
    owner_of = {
        race.history.deals[deal]: race.history.owners[owner]
        for deal, owner in zip(race.open_deals.deal, race.open_deals.owner, strict=True)
    }
    seller = logged_in(served, "seller")
    for whose in ("all", "Stockholm"):
        page = seller.get(f"/race?owner={whose}")
        shown = set(re.findall(r'href="/deals/([^"]+)"', page.text))
        assert {owner_of[deal] for deal in shown} <= {"anna.lindqvist"}


def test_a_manager_chooses_among_the_own_team_and_its_sellers(served):
    manager = logged_in(served, "manager")
    with Workspace.open(served.state.asking.database) as workspace:
        people = workspace.people.persons
    team = people["lars.bergqvist"].team
    found = set(re.findall(r'<option value="([^"]+)"', manager.get("/race").text))
    assert found == {"all", team} | {each.id for each in people.values() if each.team == team}


def test_an_owner_without_anything_in_the_race_is_said_to_have_nothing(admin, known):
    workspace, _ = known
    workspace.add_people([Person("new.comer", "New Comer", None)], {})
    answer = admin.get("/race?owner=new.comer")
    assert answer.status_code == 404
    assert "nothing of theirs" in answer.text
    assert admin.get("/race?owner=nobody.at.all").status_code == 404


def test_legs_of_the_split_table_lead_to_their_pages(admin, known):
    _, race = known
    page = admin.get("/race")
    for place in range(len(race.history.process.legs)):
        assert f'<a href="/legs/{place}">' in page.text


def test_the_report_that_stands_by_itself_leads_to_no_page(known):
    workspace, race = known
    assert 'href="/' not in render(compose(workspace, race))
