from __future__ import annotations

import pytest
from deals_sample import asked, cards, listed, open_of, rows_of, said_of, send
from starlette.testclient import TestClient
from web_sample import logged_in

from mellantid.access import Account, Role, Scope, issue_token
from mellantid.metrics import numbers
from mellantid.web.addresses import deal_address
from mellantid.workspace import Workspace


@pytest.fixture
def own_deal(served):
    return open_of(served, "anna.lindqvist")


@pytest.fixture
def other_deal(served):
    return open_of(served, "oskar.friberg")


def test_a_viewer_sees_all_and_changes_nothing(served, own_deal):
    viewer, before = logged_in(served, "viewer"), rows_of(served)
    address = deal_address(own_deal)
    for page in (viewer.get("/deals"), viewer.get(address)):
        assert page.status_code == 200
        assert 'name="action"' not in page.text
        assert "/deals/new" not in page.text
        assert "grip" not in page.text
    assert send(viewer, address, action="win").status_code == 403
    assert viewer.get("/deals/new").status_code == 403
    assert send(viewer, "/deals/new", name="X", stage="Demo").status_code == 403
    assert rows_of(served) == before


def test_a_seller_sees_and_moves_the_own_deals_only(served, own_deal, other_deal):
    seller, before = logged_in(served, "seller"), rows_of(served)
    _, _, outcome = asked(served)
    mine = {each.deal for each in outcome.deals if each.owner == "anna.lindqvist"}
    board = seller.get("/deals")
    assert {name for names in cards(board).values() for name in names} <= mine
    assert f"{numbers.count(len(mine))} deals" in said_of(board.text)
    assert 'name="owner"' not in board.text
    assert f"{numbers.count(len(mine))} deals" in said_of(
        seller.get("/deals?view=list&owner=anna.lindqvist").text
    )
    assert not listed(seller.get("/deals?view=list&owner=oskar.friberg"))
    assert seller.get(deal_address(own_deal)).status_code == 200
    # A deal of somebody else, and one that does not exist, answer alike.
    assert seller.get(deal_address(other_deal)).status_code == 403
    assert seller.get(deal_address("No such deal")).status_code == 403
    assert send(seller, deal_address(other_deal), action="win").status_code == 403
    foreign = {"name": "X", "stage": "Demo", "owner": "oskar.friberg"}
    assert send(seller, "/deals/new", **foreign).status_code == 403
    assert send(seller, "/deals/new", **(foreign | {"owner": ""})).status_code == 403
    assert rows_of(served) == before
    assert send(seller, deal_address(own_deal), action="win").status_code == 303
    made = send(seller, "/deals/new", **(foreign | {"owner": "anna.lindqvist"}))
    assert made.status_code == 303


def test_a_seller_who_gives_a_deal_away_no_longer_sees_it(served, own_deal):
    seller = logged_in(served, "seller")
    given = send(seller, deal_address(own_deal), action="owner", owner="oskar.friberg")
    assert (given.status_code, given.headers["location"]) == (303, "/deals")
    assert seller.get(deal_address(own_deal)).status_code == 403


def test_a_manager_sees_the_teams_deals(served):
    manager = logged_in(served, "manager")
    with Workspace.open(served.state.asking.database) as workspace:
        people = workspace.people
    team = people.persons["lars.bergqvist"].team
    members = {each.id for each in people.persons.values() if each.team == team}
    _, _, outcome = asked(served)
    theirs = {each.deal for each in outcome.deals if each.owner in members}
    others = [each.deal for each in outcome.deals if each.owner not in members]
    board = manager.get("/deals")
    assert {name for names in cards(board).values() for name in names} <= theirs
    assert f"{numbers.count(len(theirs))} deals" in said_of(board.text)
    assert manager.get(deal_address(others[0])).status_code == 403
    assert send(manager, deal_address(min(theirs)), action="win").status_code == 303


def test_a_token_that_may_only_read_changes_nothing(served, own_deal):
    asking = served.state.asking
    with Workspace.open(asking.database) as workspace:
        account = Account("admin@example.com", "Admin", Role.ADMIN)
        secret = issue_token(workspace.ledger, account, "t", frozenset({Scope.READ}), 1)
    client = TestClient(served, headers={"authorization": f"Bearer {secret}"})
    page = client.get(deal_address(own_deal))
    assert page.status_code == 200
    assert 'name="action"' not in page.text
