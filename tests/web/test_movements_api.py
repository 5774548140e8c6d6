"""Movements over the API: what is taken in, from whom, and what is said of the rest."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from web_sample import logged_in

from mellantid.access import Scope, find_account, issue_token

URL = "/api/v1/movements"
NEW = {"key": "a", "deal": "X-1", "kind": "created", "stage": "Prospect", "amount": 90_000}


def bearer(app, role, *scopes):
    with app.state.asking.workspace() as workspace:
        account = find_account(workspace.ledger, f"{role}@example.com")
        token = issue_token(workspace.ledger, account, "test", scopes, 0)
    return TestClient(app, headers={"authorization": f"Bearer {token}"})


def entry(app, key):
    with app.state.asking.workspace() as workspace:
        names = "deal, kind, stage, amount, owner, occurred_at"
        return workspace.ledger.rows(f"SELECT {names} FROM entry WHERE key = ?", (key,))


def test_a_movement_is_kept_once_however_often_it_is_sent(served):
    client = bearer(served, "admin", Scope.WRITE)
    assert client.post(URL, json=NEW).json() == {"added": 1, "unchanged": 0, "conflicts": []}
    again = NEW | {"occurred_at": served.state.asking.now()}
    assert client.post(URL, json=again).json()["unchanged"] == 1
    other = client.post(URL, json=again | {"amount": 1}).json()
    assert other["added"] == 0
    assert other["conflicts"][0]["key"] == "a"
    assert entry(served, "a") == [
        ("X-1", "created", "Prospect", 90_000.0, None, served.state.asking.now())
    ]


def test_a_list_is_kept_whole_or_not_at_all(served, admin):
    won = {"key": "b", "deal": "X-1", "stage": "Won", "occurred_at": "2025-10-30T09:30:00+01:00"}
    assert admin.post(URL, json=[NEW, won]).json()["added"] == 2
    assert entry(served, "b")[0][1] == "won"
    lost = {"key": "c", "deal": "X-2", "stage": "Lost"}
    answer = admin.post(URL, json=[lost, {"key": "d", "deal": "X-3", "kind": "nonsense"}])
    assert answer.status_code == 400
    assert "nonsense" in answer.json()["error"]
    assert entry(served, "c") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": None}, "has no key"),
        ({"deal": ""}, "has no deal"),
        ({"stage": "Dmo"}, "no stage of 'New business'"),
        ({"stage": None, "kind": None}, "neither a stage nor a kind"),
        ({"occurred_at": "yesterday"}, "no moment"),
        ({"occurred_at": "2025-10-30T09:30:00"}, "no moment"),
        ({"occurred_at": "2051-01-01T00:00:00Z"}, "future"),
        ({"amount": "much"}, "a number"),
    ],
)
def test_what_cannot_be_a_movement_is_refused_with_what_to_do(admin, change, said):
    answer = admin.post(URL, json=NEW | change)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_only_json_from_our_own_pages_or_a_token_is_taken(admin):
    text = {"content-type": "text/plain"}
    assert admin.post(URL, content=b"{}", headers=text).status_code == 415
    foreign = {"origin": "https://evil.example"}
    assert admin.post(URL, json=NEW, headers=foreign).status_code == 403


def test_a_token_writes_only_with_the_right_to(served):
    assert bearer(served, "admin", Scope.READ).post(URL, json=NEW).status_code == 403
    assert bearer(served, "viewer", Scope.WRITE).post(URL, json=NEW).status_code == 403


def test_a_seller_moves_only_their_own_deals(served):
    seller = logged_in(served, "seller")
    mine = NEW | {"owner": "anna.lindqvist"}
    assert seller.post(URL, json=mine).json()["added"] == 1
    assert seller.post(URL, json={"key": "b", "deal": "X-1", "stage": "Demo"}).status_code == 200
    given = {"key": "c", "deal": "X-1", "kind": "owner_changed", "owner": "erik.sandberg"}
    assert seller.post(URL, json=given).status_code == 403
    others = {"key": "d", "deal": "D-00001", "stage": "Demo"}
    assert seller.post(URL, json=others).status_code == 403
    assert entry(served, "c") == entry(served, "d") == []
