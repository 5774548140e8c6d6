from __future__ import annotations

import datetime as dt
import re

import pytest
from starlette.testclient import TestClient
from web_sample import PASSWORD, logged_in, token_in, words_of

from mellantid.access import Account, Role, add_account
from mellantid.core.process import Process
from mellantid.web.app import application
from mellantid.workspace import Workspace

NOW = 1_767_600_000_000  # 2026-01-05 09:00 in Stockholm
COMPANY = {"step": "company", "name": "Fjäll AB", "timezone": "Europe/Stockholm"} | {
    "holidays": "SE",
    "currency": "SEK",
}


def export(deals=120):
    """A small CRM's history: a deal a week-day through 2025, some won, some lost."""
    rows = ["Deal;Changed;Stage;Amount;Owner"]
    for deal in range(deals):
        month, day = 1 + deal // 14, 1 + 2 * (deal % 14)
        stages = ["Qualified", "Demo", "Offer", ("Won", "Lost")[deal % 3 == 0]]
        for step, stage in enumerate(stages[: 4 if month < 8 else 2]):
            at = f"2025-{month + step:02d}-{day:02d} 09:30"
            rows.append(f"D{deal};{at};{stage};{50_000 + 1_000 * deal};anna")
    return "\n".join(rows).encode()


@pytest.fixture
def newcomer(tmp_path):
    """The first visitor of an empty installation, with the first account made."""
    file = tmp_path / "new.db"
    with Workspace.open(file, create=True):
        pass
    client = TestClient(application(str(file), lambda: NOW), follow_redirects=False)
    form = {"name": "Eva", "email": "eva@example.com", "password": PASSWORD}
    assert client.post("/welcome", data=form).status_code == 303
    return client


def act(client, form):
    return client.post("/start", data={"token": token_in(client.get("/start")), **form})


def step_of(client):
    return re.search(r'name="step" value="(\w+)"', client.get("/start").text)[1]


def imported(client):
    """Send the export, and import it as guessed."""
    files = {"file": ("export.csv", export(), "text/csv")}
    token = token_in(client.get("/settings/import"))
    sent = client.post("/settings/import", data={"token": token}, files=files)
    page = client.get(sent.headers["location"])
    form = dict(re.findall(r'<input[^>]* name="([\w.]+)" value="([^"]*)"', page.text))
    form |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', page.text))
    for field, options in re.findall(r'<select[^>]* name="([\w.]+)">(.*?)</select>', page.text):
        form[field] = (re.findall(r"<option selected>([^<]*)", options) or [""])[0]
    form["before"] = form["toml"].replace("&#34;", '"')
    return client.post(sent.headers["location"], data=form | {"do": "import"})


def test_from_empty_to_the_first_splits(newcomer):
    for page in ("/race", "/plan"):
        assert newcomer.get(page).headers["location"] == "/start"
    assert act(newcomer, COMPANY).status_code == 303
    assert "/settings/import" in newcomer.get("/start").text
    assert "The file is in" in words_of(imported(newcomer))
    proposed = newcomer.get("/start")
    assert "was won" in words_of(proposed)
    amount = re.search(r'name="amount" value="(\d+)"', proposed.text)[1]
    target = {"step": "target", "amount": amount, "first": "2026-01-01", "last": "2026-12-31"}
    assert act(newcomer, target).status_code == 303
    assert newcomer.get("/start").headers["location"] == "/race"
    assert newcomer.get("/race").status_code == 200


def test_a_step_is_resumed_where_it_was_left(newcomer):
    assert 'value="company"' in newcomer.get("/start").text
    act(newcomer, COMPANY)
    assert 'value="by_hand"' in newcomer.get("/start").text
    assert 'value="by_hand"' in newcomer.get("/start").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"timezone": "Mora"}, "Mora"), ({"holidays": "XX"}, "XX"), ({"name": " "}, "no name")],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(newcomer, wrong, says):
    answer = act(newcomer, COMPANY | wrong)
    assert answer.status_code == 400
    assert says in words_of(answer)
    assert 'value="SEK"' in answer.text


def test_beginning_by_hand_leads_from_stages_to_a_race(newcomer):
    act(newcomer, COMPANY)
    act(newcomer, {"step": "by_hand", "process": "Ny", "stages": "Möte\nOffert"})
    with newcomer.app.state.asking.workspace() as workspace:
        assert workspace.process().stages == ("Möte", "Offert")
    target = {"step": "target", "amount": "1 000 000"}
    assert step_of(newcomer) == "target"
    assert act(newcomer, target | {"first": "2026-01-01", "last": "2026-12-31"}).status_code == 303
    assert 'href="/deals/new"' in newcomer.get("/start").text
    deal = newcomer.get("/deals/new")
    form = {"token": token_in(deal), "name": "Alfa", "stage": "Möte", "amount": "50000"}
    form["key"] = re.search(r'name="key" value="([^"]*)"', deal.text)[1]
    assert newcomer.post("/deals/new", data=form).status_code == 303
    assert step_of(newcomer) == "plan"
    start = re.search(r'name="start" type="date" value="([^"]*)"', newcomer.get("/start").text)[1]
    assert start == "2026-01-06"
    assert act(newcomer, {"step": "plan", "start": start}).status_code == 303
    assert newcomer.get("/race").headers["location"] == "/start"
    assert "the race begins on 6 Jan 2026" in words_of(newcomer.get("/start"))
    assert newcomer.get("/plan").status_code == newcomer.get("/deals").status_code == 200
    newcomer.app.state.asking.now = lambda: NOW + 86_400_000
    assert newcomer.get("/start").headers["location"] == "/race"
    assert newcomer.get("/race").status_code == 200


def test_a_plan_begins_where_there_is_enough_history(newcomer):
    act(newcomer, COMPANY)
    imported(newcomer)
    early = {"step": "target", "amount": "5000000", "first": "2025-01-01", "last": "2026-12-31"}
    assert act(newcomer, early).status_code == 303
    assert newcomer.get("/start").headers["location"] == "/race"
    with newcomer.app.state.asking.workspace() as workspace:
        (plan,) = workspace.plan_versions(None)
    assert dt.date(2025, 3, 1) < plan.start < dt.date(2025, 6, 1)
    again = newcomer.get("/plan?propose=1")
    start = re.search(r'type="hidden" name="start" value="([^"]+)"', again.text)[1]
    form = {"token": token_in(again), "start": start, "p": ""}
    assert newcomer.post("/plan/versions", data=form).status_code == 303


@pytest.mark.parametrize("page", ["/race", "/focus", "/plan", "/legs/1", "/trust"])
def test_every_page_without_a_race_leads_to_the_next_step(newcomer, page):
    assert newcomer.get(page).headers["location"] == "/start"


@pytest.mark.parametrize("page", ["/race", "/focus", "/plan", "/deals", "/legs/1", "/trust"])
def test_with_several_processes_a_page_shows_the_first(newcomer, page):
    act(newcomer, COMPANY)
    imported(newcomer)
    target = {"step": "target", "amount": "5000000", "first": "2026-01-01", "last": "2026-12-31"}
    act(newcomer, target)
    with newcomer.app.state.asking.workspace() as workspace:
        workspace.keep_process(Process("Övrigt", ("Möte",)), NOW)
    assert newcomer.get(page).status_code == 200


def test_who_does_not_settle_is_told_that_the_race_has_not_begun(newcomer):
    with newcomer.app.state.asking.workspace() as workspace:
        for role, person in (("viewer", None), ("seller", "anna")):
            account = Account(f"{role}@example.com", role, Role(role), person)
            add_account(workspace.ledger, account, PASSWORD, NOW)
    others = [logged_in(newcomer.app, role) for role in ("viewer", "seller")]
    for form in (None, COMPANY, {"step": "by_hand", "process": "Ny", "stages": "Möte"}):
        if form is not None:
            act(newcomer, form)
        for client in others:
            assert client.get("/race").headers["location"] == "/start"
            assert "not begun" in words_of(client.get("/start"))
            assert client.get("/deals").status_code == 200
            assert client.get("/plan").status_code in {200, 303}
            refused = client.post("/start", data={"token": token_in(client.get("/start"))})
            assert refused.status_code == 403


def test_deals_without_a_process_lead_to_the_next_step(newcomer):
    assert 'href="/start"' in newcomer.get("/deals").text
    assert newcomer.get("/deals/new").headers["location"] == "/deals"


def test_the_demo_fills_an_empty_workspace_and_is_whole(newcomer):
    act(newcomer, COMPANY)
    assert act(newcomer, {"step": "demo"}).status_code == 303
    assert newcomer.get("/start").headers["location"] == "/race"
    assert newcomer.get("/race").status_code == 200
