"""The training week in the pages and the API: who answers, who sees it, who says something."""

from __future__ import annotations

import html
import re

import pytest
from web_sample import logged_in, token_in, words_of

from mellantid.workspace.abilities import shipped
from mellantid.workspace.training import answers, versions, week_of

HERE = "/training"
FORM = {"do": "answer", "choice": "5.0", "own": "", "how": "practice", "noticed": "It helped."}
SELLER = "anna.lindqvist"
# A seller of Göteborg, whom Lars leads, and one of Anna's team who does not share.
THEIRS, MATE = "karin.akesson", "maria.nystrom"


def sent(client, **form):
    return client.post(HERE, data={"token": token_in(client.get(HERE)), **form})


def kept(client, seller=SELLER):
    with client.app.state.asking.workspace() as workspace:
        name = next(iter(workspace.processes))
        week = week_of(workspace.clock.date(client.app.state.asking.now()))
        return versions(workspace.ledger, name, seller, week)


@pytest.fixture
def seller(served):
    return logged_in(served, "seller")


@pytest.fixture
def manager(served):
    return logged_in(served, "manager")


def test_a_seller_is_asked_and_answers_and_the_answer_can_be_changed(seller):
    assert "Which ability have you sharpened this week?" in words_of(seller.get(HERE))
    assert sent(seller, **FORM, next_choice="2.1").headers["location"] == "/training#answered"
    sent(seller, **FORM | {"choice": "5.other", "own": "Silence", "how": "call_review"})
    first, second = (each.said for each in kept(seller))
    assert (first.ability, first.leg) == (shipped("en")["offer"][0], "Offer")
    assert (second.ability, second.how, second.next_leg) == ("Silence", "call_review", None)
    assert first.next_ability is not None
    page = seller.get(HERE)
    assert "This week: Silence, for Offer." in words_of(page)
    assert 'value="Silence"' in page.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"choice": ""}, "Choose the ability"),
        ({"choice": "99.0"}, "Choose the ability"),
        ({"choice": "5.other"}, "Name the ability"),
        ({"how": "magic"}, "Practice, Course, With a colleague, Call review"),
    ],
)
def test_a_form_that_lacks_something_comes_back_with_what_was_typed(seller, wrong, says):
    page = sent(seller, **FORM | wrong)
    assert page.status_code == 400
    assert says in words_of(page)
    assert "It helped." in page.text
    assert kept(seller) == ()


def test_what_was_chosen_for_this_week_and_a_suggestion_stand_in_the_form(seller):
    page = seller.get(HERE)
    chosen = [html.unescape(each) for each in re.findall(r"selected>([^<]+)<", page.text)]
    assert "Suggested for you:" in words_of(page)
    with seller.app.state.asking.workspace() as workspace:
        name = next(iter(workspace.processes))
        last = answers(workspace.ledger, name, [SELLER])[0].said
    assert chosen[0] == last.next_ability
    assert len(chosen) == 2


def test_a_seller_sees_the_own_answers_and_what_the_team_shares_and_no_more(seller):
    text = words_of(seller.get(HERE))
    assert "Anna Lindqvist" in text
    assert "Erik Sandberg" in text
    assert "Maria Nyström" not in text
    assert "Karin Åkesson" not in text
    assert seller.get(f"{HERE}?seller={MATE}").status_code == 403


def test_a_manager_sees_the_own_team_and_answers(manager, seller):
    text = words_of(manager.get(HERE))
    assert "Karin Åkesson" in text
    assert "Anna Lindqvist" not in text
    hidden = rf'value="{THEIRS}"><input type="hidden" name="week" value="(.+?)"'
    week = re.search(hidden, manager.get(HERE).text)[1]
    said = {"do": "comment", "seller": THEIRS, "week": week, "text": "Bra gjort!", "key": "k"}
    assert sent(manager, **said).headers["location"] == f"/training#{THEIRS}.{week}"
    assert "Bra gjort!" in words_of(manager.get(HERE))
    assert "Bra gjort!" not in words_of(seller.get(HERE))
    assert sent(seller, **said).status_code == 403
    assert sent(manager, **said | {"seller": SELLER}).status_code == 403
    assert sent(manager, **said | {"text": " ", "key": "l"}).status_code == 400


def test_a_viewer_sees_nobodys_training(served):
    viewer = logged_in(served, "viewer")
    text = words_of(viewer.get(HERE))
    assert "Anna Lindqvist" not in text
    assert "No answers yet" in text
    assert sent(viewer, **FORM).status_code == 403
    assert viewer.get("/api/v1/training").json()["answers"] == []


def test_who_is_no_seller_is_not_asked(admin):
    page = admin.get(HERE)
    assert "0 of 25 have answered" in words_of(page)
    assert 'name="choice"' not in page.text
    assert sent(admin, **FORM).status_code == 400


def test_what_came_of_it_stands_on_the_page_with_its_caveat(admin):
    page = admin.get(HERE)
    assert "This is no experiment." in words_of(page)
    found = admin.get("/api/v1/training").json()["effects"]
    told = [each for each in found if each["ratio"] is not None]
    assert told
    for each in told:
        assert f"{each['ratio']:.2f}" in page.text
        assert f"{each['low']:.2f} to {each['high']:.2f}" in page.text


def test_an_administrator_edits_the_library_and_a_seller_reads_it(admin, seller):
    assert sent(admin, do="library", **{"names.5": "Our way\r\n\r\nTheir way"}).status_code == 303
    assert 'value="5.1">Their way<' in seller.get(HERE).text
    assert sent(seller, do="library", **{"names.5": "Mine"}).status_code == 403
    long = sent(admin, do="library", **{"names.5": "x" * 130})
    assert (long.status_code, "Name the ability" in long.text) == (400, True)


def test_a_shipped_ability_is_told_in_the_readers_language(served):
    seller = logged_in(served, "seller")
    sent(seller, **FORM)
    seller.post("/language", data={"token": token_in(seller.get(HERE)), "to": HERE})
    text = words_of(seller.get(HERE))
    assert "Vilken förmåga" in text
    assert shipped("en")["early"][1] not in text
    assert f"Den här veckan: {shipped('sv')['offer'][0]}" in text


def test_the_api_answers_for_the_own_account_only(seller, served):
    said = {"leg": "offer", "ability": "Silence", "how": "course", "shared": True}
    token = {"X-Form-Token": token_in(seller.get(HERE))}
    from mellantid.access import Scope, find_account, issue_token  # noqa: PLC0415 (one test's)

    asking = served.state.asking
    with asking.workspace() as workspace:
        account = find_account(workspace.ledger, "seller@example.com")
        secret = issue_token(
            workspace.ledger, account, "test", (Scope.READ, Scope.WRITE), asking.now()
        )
    program = type(seller)(served, headers={"Authorization": f"Bearer {secret}"} | token)
    made = program.post("/api/v1/training", json=said)
    assert (made.status_code, made.json()["seller"], made.json()["leg"]) == (201, SELLER, "Offer")
    assert program.post("/api/v1/training", json=said | {"how": "magic"}).status_code == 400
    mine = program.get(f"/api/v1/training?seller={SELLER}").json()
    assert mine["answers"][0]["ability"] == "Silence"
    assert mine["to_train"]
    assert program.get(f"/api/v1/training?seller={MATE}").status_code == 403
    theirs = program.get("/api/v1/training").json()
    assert {each["seller"] for each in theirs["effects"]} == {SELLER}
    assert MATE not in {each["seller"] for each in theirs["answers"]}
    week = mine["answers"][0]["week"]
    spoken = {"seller": SELLER, "week": week, "text": "Mine", "key": "a"}
    assert program.post("/api/v1/training/comments", json=spoken).status_code == 201
    assert (
        program.post(
            "/api/v1/training/comments", json=spoken | {"seller": "erik.sandberg"}
        ).status_code
        == 403
    )
    assert program.post("/api/v1/training/library", json={"leg": "Offer"}).status_code == 403
    legs = program.get("/api/v1/training/library?language=sv").json()["abilities"]
    assert legs[0]["leg"] == "creation"
