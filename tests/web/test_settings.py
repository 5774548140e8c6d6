from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from web_sample import PASSWORD, log_in, logged_in, token_in, words_of

from mellantid.access import accounts
from mellantid.web.guard import form_token

HERE = "/settings"
COMPANY = {
    "do": "company",
    "name": "Ny AB",
    "timezone": "Europe/Helsinki",
    "holidays": "FI",
    "company_holidays": "12-27..12-30",
    "currency": "eur",
}


def act(client, **form):
    return client.post(HERE, data={"token": token_in(client.get(HERE)), **form})


def workspace_of(client):
    return client.app.state.asking.workspace()


def test_the_organisations_settings_are_kept_and_counted_by(admin):
    assert act(admin, **COMPANY).status_code == 303
    with workspace_of(admin) as workspace:
        kept = workspace.settings
    assert (kept.name, kept.timezone, kept.holidays) == ("Ny AB", "Europe/Helsinki", "FI")
    assert (kept.company_holidays, kept.currency) == (("12-27..12-30",), "EUR")


@pytest.mark.parametrize(
    "wrong", [{"timezone": "Mora"}, {"holidays": "XX"}, {"company_holidays": "99-99"}, {"name": ""}]
)
def test_a_setting_with_a_fault_changes_nothing_and_stays_typed(admin, wrong):
    answer = act(admin, **COMPANY | wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'value="12-27..12-30"' in answer.text or "company_holidays" in wrong
    with workspace_of(admin) as workspace:
        assert workspace.settings.name != "Ny AB"


def test_exit_criteria_are_written_by_stage_and_taken_away(admin):
    with workspace_of(admin) as workspace:
        process = workspace.process()
    act(admin, **{"do": "criteria", "process": process.name, "criterion.1": "Budget is known"})
    assert "Budget is known" in admin.get(HERE).text
    act(admin, **{"do": "criteria", "process": process.name, "criterion.1": " "})
    assert "Budget is known" not in admin.get(HERE).text


def test_a_person_is_added_with_a_team_below_another(admin):
    act(admin, do="person", id="p1", name="Pelle", team="Umeå", parent="Norrland")
    with workspace_of(admin) as workspace:
        assert workspace.people.persons["p1"].team == "Umeå"
        assert workspace.people.parents["Umeå"] == "Norrland"
    assert act(admin, do="person", id="p1", team="A", parent="A").status_code == 400


def test_changing_a_person_begins_from_what_is_known(admin):
    page = admin.get(f"{HERE}?person=anna.lindqvist")
    with workspace_of(admin) as workspace:
        anna = workspace.people.persons["anna.lindqvist"]
    assert f'value="{anna.team}"' in page.text
    act(admin, do="person", id=anna.id, name="Anna L", team=anna.team)
    with workspace_of(admin) as workspace:
        kept = workspace.people.persons[anna.id]
    assert (kept.name, kept.team) == ("Anna L", anna.team)


@pytest.mark.parametrize("taken", ["all", "anna.lindqvist"])
def test_a_team_is_not_called_as_a_person_or_the_whole(admin, taken):
    assert act(admin, do="person", id="p1", team=taken).status_code == 400


def test_a_team_is_put_below_another_and_back(admin):
    act(admin, do="person", id="p1", team="A", parent="B")
    act(admin, do="team", name="B", parent="")
    assert act(admin, do="team", name="A", parent="").status_code == 303
    with workspace_of(admin) as workspace:
        assert workspace.people.parents["A"] is None


def test_teams_never_stand_in_a_circle(admin):
    act(admin, do="person", id="p1", team="A", parent="B")
    act(admin, do="person", id="p2", team="B", parent="C")
    for form in (
        {"do": "team", "name": "C", "parent": "A"},
        {"do": "team", "name": "C", "parent": "C"},
        {"do": "person", "id": "p3", "team": "C", "parent": "A"},
    ):
        answer = act(admin, **form)
        assert answer.status_code == 400
        assert "above itself" in words_of(answer)
    assert admin.get("/plan").status_code == 200


def test_an_account_gets_another_role_at_once(served, admin):
    seller = logged_in(served, "seller")
    form = {"do": "change", "email": "seller@example.com", "name": "Anna"}
    assert 'value="Seller"' in admin.get(f"{HERE}?account=seller@example.com").text
    assert act(admin, **form, role="admin", of="").status_code == 303
    assert "The organisation" in words_of(seller.get(HERE))
    assert act(admin, **form, role="manager", of="").status_code == 400
    assert act(admin, **form, role="seller", of="nobody").status_code == 400


def test_the_last_administrator_stays_one(admin):
    form = {"do": "change", "email": "admin@example.com", "name": "A", "role": "viewer"}
    assert "last administrator" in words_of(act(admin, **form))


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "-1", "0"])
def test_a_token_that_there_is_not_is_told_of(admin, number):
    assert act(admin, do="revoke", number=number).status_code == 400


def test_somebody_is_let_in_and_let_out_again(served, admin):
    form = {"do": "account", "email": "new@example.com", "name": "Nils", "role": "viewer"}
    assert act(admin, **form, password=PASSWORD).status_code == 303
    client = logged_in(served, "new")
    assert client.get("/race").status_code == 200
    act(admin, do="remove", email="new@example.com")
    assert client.get("/race").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "nobody"}, "no e-mail"),
        ({"email": "seller@example.com"}, "has an account already"),
        ({"role": "seller"}, "which person"),
        ({"role": "king"}, "no role"),
        ({"password": "short"}, "10 or more"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_what_was_typed(admin, wrong, says):
    form = {"do": "account", "email": "new@example.com", "name": "Nils", "role": "viewer"}
    answer = act(admin, **form | {"password": PASSWORD} | wrong)
    assert answer.status_code == 400
    assert says in words_of(answer)
    assert 'value="Nils"' in answer.text
    assert PASSWORD not in answer.text


def test_the_last_administrator_stays(admin):
    assert "last administrator" in words_of(act(admin, do="remove", email="admin@example.com"))


def test_a_token_is_shown_once_does_its_work_and_is_taken_back(served, admin):
    shown = act(admin, do="token", name="BI", **{"scope.read": "1"})
    secret = re.search(r"<code>([\w-]+)</code>", shown.text)[1]
    assert secret not in admin.get(HERE).text
    program = TestClient(served, headers={"Authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/targets").status_code == 200
    number = re.search(r'name="number" value="(\d+)"', admin.get(HERE).text)[1]
    act(admin, do="revoke", number=number)
    assert program.get("/api/v1/targets").status_code == 401


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_cannot_send_a_persons_forms_whatever_it_may_do(served, admin, scope):
    shown = act(admin, do="token", name="BI", **{f"scope.{scope}": "1"})
    secret = re.search(r"<code>([\w-]+)</code>", shown.text)[1]
    program = TestClient(served, headers={"Authorization": f"Bearer {secret}"})
    account = {"do": "account", "email": "x@example.com", "role": "admin", "password": PASSWORD}
    for token in ("", form_token(""), form_token(secret), "å"):
        assert program.post(HERE, data={"token": token, **account}).status_code == 403
    with workspace_of(admin) as workspace:
        assert "x@example.com" not in {each.email for each in accounts(workspace.ledger)}


def test_a_token_without_a_scope_is_refused(admin):
    assert "can do nothing" in words_of(act(admin, do="token", name="BI"))


def test_logging_out_everywhere_ends_every_session(served, admin):
    other = logged_in(served, "admin")
    assert other.get("/race").status_code == 200
    act(admin, do="log_out_everywhere")
    assert admin.get("/race").status_code == other.get("/race").status_code == 303


def test_the_own_password_is_changed_by_who_knows_it(served, admin):
    new = "tio mil till Mora"
    assert act(admin, do="own_password", present="wrong", password=new).status_code == 400
    assert act(admin, do="own_password", present=PASSWORD, password=new).status_code == 303
    fresh = TestClient(served, follow_redirects=False)
    assert log_in(fresh, "admin").status_code == 403
    assert log_in(fresh, "admin", new).status_code == 303


def test_others_change_what_is_their_own_and_nothing_else(served):
    for role in ("seller", "manager", "viewer"):
        client = logged_in(served, role)
        assert "The organisation" not in words_of(client.get(HERE))
        assert act(client, **COMPANY).status_code == 403
        assert act(client, do="language", language="sv").status_code == 303
        assert 'lang="sv"' in client.get(HERE).text


def test_an_act_that_there_is_not_is_missing(admin):
    assert act(admin, do="everything").status_code == 404
