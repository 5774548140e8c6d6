from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from web_sample import PASSWORD, log_in, logged_in, token_in

from mellantid.web.app import application
from mellantid.workspace import Workspace


def test_who_is_not_logged_in_is_sent_to_log_in_and_then_on(visitor):
    answer = visitor.get("/race")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=/race")
    entered = log_in(visitor, "admin")
    assert (entered.status_code, entered.headers["location"]) == (303, "/race")
    assert visitor.get("/race").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_address_typed(visitor):
    answer = log_in(visitor, "admin", "fel lösenord här")
    assert answer.status_code == 403
    assert "admin@example.com" in answer.text
    assert "No account has this e-mail and password" in answer.text
    assert not visitor.cookies


def test_after_five_wrong_passwords_even_the_right_one_must_wait(visitor):
    for _ in range(5):
        log_in(visitor, "admin", "fel lösenord här")
    assert log_in(visitor, "admin").status_code == 429
    assert log_in(visitor, "viewer").status_code == 303


def test_nobody_is_sent_to_another_site_after_logging_in(visitor):
    form = {"email": "admin@example.com", "password": PASSWORD, "to": "//evil.example/race"}
    assert visitor.post("/login", data=form).headers["location"] == "/race"


def test_logging_out_ends_the_session_itself_and_not_only_the_cookie(served, admin):
    cookie = admin.cookies["mellantid"]
    admin.post("/logout", data={"token": token_in(admin.get("/race"))})
    thief = TestClient(served, cookies={"mellantid": cookie}, follow_redirects=False)
    assert thief.get("/race").status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_that_is_not_the_sessions_own_changes_nothing(admin, token):
    admin.post("/logout", data={"token": token})
    admin.post("/language", data={"token": token})
    assert (
        "Log out"
        in TestClient(admin.app, cookies={"mellantid": admin.cookies.get("mellantid") or ""})
        .get("/login")
        .text
        or admin.cookies.get("mellantid") is None
    )


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_from_another_site_is_refused(visitor, headers):
    form = {"email": "admin@example.com", "password": PASSWORD}
    assert visitor.post("/login", data=form, headers=headers).status_code == 403


def test_the_first_visitor_makes_the_first_account_and_the_second_cannot(tmp_path):
    file = tmp_path / "new.db"
    with Workspace.open(file, create=True):
        pass
    client = TestClient(application(str(file), lambda: 1), follow_redirects=False)
    assert client.get("/login").headers["location"] == "/welcome"
    form = {"name": "Eva", "email": "eva@example.com", "password": "kort"}
    refused = client.post("/welcome", data=form)
    assert refused.status_code == 400
    assert "choose one of 10 or more" in refused.text
    assert client.post("/welcome", data=form | {"password": PASSWORD}).status_code == 303
    other = client.post("/welcome", data=form | {"email": "x@example.com", "password": PASSWORD})
    assert other.headers["location"] == "/login"
    assert client.get("/welcome").headers["location"] == "/login"


def test_a_chosen_language_wins_over_the_browsers_and_lasts(served):
    client = logged_in(served, "admin")
    swedish = {"accept-language": "sv-SE,sv;q=0.9,en;q=0.8"}
    page = client.get("/race", headers=swedish)
    assert 'lang="sv"' in page.text
    assert "Logga ut" in page.text
    client.post("/language", data={"token": token_in(page)}, headers=swedish)
    assert 'lang="en"' in client.get("/race", headers=swedish).text
    assert 'lang="en"' in logged_in(served, "admin").get("/race", headers=swedish).text


def test_a_page_may_load_nothing_from_elsewhere_and_run_no_script_of_its_text(admin):
    answer = admin.get("/race")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org/", "")


def test_a_page_that_is_not_there_says_where_to_go(admin):
    answer = admin.get("/nowhere")
    assert answer.status_code == 404
    assert "Go back to the race" in answer.text
