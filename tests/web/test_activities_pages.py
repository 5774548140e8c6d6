"""Activities on the pages and by the API: the numbers of the document, who sees and logs what."""

from __future__ import annotations

import re

import pytest
from web_sample import logged_in, plain, token_in, words_of

from mellantid.access import Scope, find_account, issue_token
from mellantid.answers import activities_document, json_text
from mellantid.metrics import numbers
from mellantid.workspace import Workspace
from mellantid.workspace.activities import holding
from mellantid.workspace.activity_known import known_activities
from mellantid.workspace.activity_telling import activities_of

ANNA = "anna.lindqvist"
API = "/api/v1/activities"


@pytest.fixture
def anna(served):
    return logged_in(served, "seller")


@pytest.fixture
def told(known):
    workspace, race = known
    return lambda owner=ANNA: activities_of(
        workspace, race, known_activities(workspace, race), owner
    )


def own_deal(race, owner=ANNA, mine=True):
    place, open_ = race.history.owners.index(owner), race.open_deals
    return race.history.deals[int(open_.deal[(open_.owner == place) == mine][0])]


def section(page):
    found = re.search(r'aria-labelledby="activities".*?</section>', page.text, re.DOTALL)[0]
    return plain(re.sub(r"<[^>]+>", " ", found))


def few(value):
    return numbers.decimal(value, 1 if value < 10 else 0)


def test_the_page_and_the_api_have_the_numbers_of_the_answer(anna, admin, told):
    found = told()
    mine, whole = anna.get(API).json(), admin.get(f"{API}?owner={ANNA}").json()
    # What she did about deals that are somebody else's by now is not hers to see.
    here = [each for each in whole["logged"] if each["owner"] == ANNA or each["about"] is None]
    assert [each for each in mine["logged"] if each in here] == here
    assert all(each["owner"] in {ANNA, None} for each in mine["logged"])
    assert mine | {"logged": None} == whole | {"logged": None}
    page = section(anna.get("/me"))
    assert f"{found.done} activities this week" in page
    ends = (found.needed, found.needed_low, found.needed_high)
    about, low, high = (numbers.decimal(each, 0) for each in ends)
    assert f"about {about} a week ({low} to {high}, 80 %)" in page
    for leg in found.legs:
        assert f"{few(leg.needed)} ({few(leg.needed_low)} to {few(leg.needed_high)})" in page
        assert f"{few(leg.per_movement)} ({few(leg.low)} to {few(leg.high)})" in page
        assert f"own: {leg.own_activities} for {leg.own_movements}" in page
    assert plain(numbers.money(found.deals[0].worth, "SEK")) in page


def test_the_api_gives_the_commands_document(admin, told):
    assert admin.get(f"{API}?owner={ANNA}").text == json_text(activities_document(told()))


def test_a_legs_page_tells_what_a_movement_takes_of_everyone(admin, told):
    found = told(None)
    page, leg, after = section(admin.get("/legs/3")), found.legs[3], found.after[2]
    assert f"about {few(leg.per_movement)} activities ({few(leg.low)} to {few(leg.high)}" in page
    assert f"{leg.activities} activities for {leg.movements} movements" in page
    assert f"{numbers.decimal(after.ratio, 1)} times as often" in page
    assert "no experiment" in page


def test_an_activity_is_logged_from_the_own_page_once_and_undone(anna, known):
    workspace, race = known
    page, deal = anna.get("/me"), own_deal(race)
    key = re.search(r'name="key" value="([\w-]+)"', page.text)[1]
    form = {
        "token": token_in(page), "key": key, "owner": ANNA, "about": f"deal:{deal}",
        "kind": "meeting", "at": str(workspace.clock.date(race.history.until - 1)), "do": "log",
    }  # fmt: skip
    before = len(holding(workspace.ledger, race.history.process.name))
    for _ in range(2):
        sent = anna.post("/me/activities", data=form)
        assert (sent.status_code, sent.headers["location"]) == (303, "/me#activities")
    after = holding(workspace.ledger, race.history.process.name)
    assert len(after) == before + 1
    mine = next(each for each in after if each.key == key)
    assert (mine.seller, mine.deal, mine.kind) == (ANNA, deal, "meeting")
    assert f"Meeting, {deal}" in section(anna.get("/me"))
    undo = {"token": form["token"], "owner": ANNA, "taken": key, "do": "undo"}
    assert anna.post("/me/activities", data=undo).status_code == 303
    assert len(holding(workspace.ledger, race.history.process.name)) == before


def test_a_form_that_cannot_be_comes_back_with_what_was_typed(anna):
    page = anna.get("/me")
    form = {
        "token": token_in(page), "key": "x", "owner": ANNA, "about": "leg:creation",
        "kind": "demo", "at": "2031-01-01", "do": "log",
    }  # fmt: skip
    back = anna.post("/me/activities", data=form)
    assert back.status_code == 400
    assert "is in the future" in words_of(back)
    assert 'value="2031-01-01"' in back.text
    assert re.search(r'value="demo" selected', back.text)
    assert re.search(r'value="leg:creation" selected', back.text)
    assert anna.post("/me/activities", data=form | {"token": "no"}).status_code == 403


def test_it_is_logged_on_the_deals_page_and_told_in_its_history(anna, known):
    _, race = known
    deal = own_deal(race)
    page = anna.get(f"/deals/{deal}")
    assert "within a week with a chance of" in words_of(page)
    form = {"token": token_in(page), "key": "k-activity", "action": "activity", "kind": "proposal"}
    assert anna.post(f"/deals/{deal}", data=form).status_code == 303
    text = words_of(anna.get(f"/deals/{deal}"))
    assert "Proposal sent Anna Lindqvist Undo" in text
    taken = form | {"action": "undo_activity", "taken": "k-activity"}
    assert anna.post(f"/deals/{deal}", data=taken).status_code == 303
    assert "Proposal sent undone" in words_of(anna.get(f"/deals/{deal}"))
    again = anna.post(f"/deals/{deal}", data=taken)
    assert (again.status_code, "taken back already" in words_of(again)) == (400, True)
    wrong = anna.post(f"/deals/{deal}", data=form | {"key": "other", "kind": "dance"})
    assert (wrong.status_code, "called dance" in words_of(wrong)) == (400, True)


def test_batches_are_taken_in_once_for_each_key_and_conflicts_are_told(admin, known):
    _, race = known
    deal = own_deal(race)
    batch = [
        {"key": "1", "kind": "call", "deal": deal, "occurred_at": "2025-10-01"},
        {"key": "2", "kind": "email", "leg": "creation", "seller": ANNA},
    ]
    assert admin.post(API, json=batch).json() == {"added": 2, "unchanged": 0, "conflicts": []}
    batch[1]["kind"] = "call"
    assert admin.post(API, json=batch).json() == {"added": 0, "unchanged": 1, "conflicts": ["2"]}
    logged = {each["key"]: each for each in admin.get(f"{API}?owner={ANNA}").json()["logged"]}
    assert (logged["2"]["kind"], logged["2"]["leg"]) == ("email", "creation")
    for row, why in (
        ({"kind": "call", "deal": deal}, "has no key"),
        ({"key": "3", "kind": "call"}, "which deal"),
        ({"key": "3", "kind": "call", "deal": deal, "occurred_at": "soon"}, "is no moment"),
    ):
        sent = admin.post(API, json=row)
        assert (sent.status_code, why in sent.json()["error"]) == (400, True)
    assert admin.post(f"{API}/undo", json={"key": "1"}).json() == {"taken_back": "1"}


def test_nobody_logs_or_reads_what_is_not_theirs(served, anna, known):
    _, race = known
    other = own_deal(race, mine=False)
    for row in (
        {"key": "1", "kind": "call", "deal": other},
        {"key": "1", "kind": "call", "deal": "no-such-deal"},
        {"key": "1", "kind": "call", "leg": "creation", "seller": "erik.sandberg"},
    ):
        assert anna.post(API, json=row).status_code == 403
    assert anna.get(f"{API}?owner=erik.sandberg").status_code == 403
    found = anna.get(API).json()
    assert {each["seller"] for each in found["logged"]} == {ANNA}
    theirs = next(
        each.key for each in holding(known[0].ledger, race.history.process.name)
        if each.seller != ANNA
    )  # fmt: skip
    assert anna.post(f"{API}/undo", json={"key": theirs}).status_code == 403
    assert anna.post(f"{API}/kinds", json={"names": ["x"]}).status_code == 403
    viewer = logged_in(served, "viewer")
    mine = {"key": "1", "kind": "call", "deal": own_deal(race)}
    assert viewer.post(API, json=mine).status_code == 403
    manager = logged_in(served, "manager").get(API).json()
    team = known[0].people.team_of(race.history.owners)
    assert {team[each["owner"]] for each in manager["deals"]} == {team["lars.bergqvist"]}


def test_a_token_needs_the_scope_to_write(served, visitor, known):
    asking = served.state.asking
    row = {"key": "t", "kind": "call", "deal": own_deal(known[1])}
    for scopes, status in (((Scope.READ,), 403), ((Scope.READ, Scope.WRITE), 200)):
        with Workspace.open(asking.database) as workspace:
            account = find_account(workspace.ledger, "seller@example.com")
            secret = issue_token(workspace.ledger, account, "t", scopes, asking.now())
        sent = visitor.post(API, json=row, headers={"Authorization": f"Bearer {secret}"})
        assert sent.status_code == status


def test_every_linked_number_is_defined_on_the_page(admin, known):
    for path in ("/legs/3", f"/deals/{own_deal(known[1])}"):
        text = admin.get(path).text
        linked = set(re.findall(r'href="#(metric-\w+)"', text))
        assert linked <= set(re.findall(r'id="(\S+?)"', text)), path
