from __future__ import annotations

import html
import re

import pytest
from web_sample import logged_in, token_in, words_of

from mellantid.metrics import numbers
from mellantid.web.evaluation_shown import DEFINED


def document(client, since="start"):
    return client.get(f"/api/v1/evaluation?since={since}").json()


def cells(page, caption):
    """Rows of a table, by its caption."""
    table = re.search(
        rf"<table[^>]*>\s*<caption[^>]*>{caption}</caption>(.*?)</table>", page, re.DOTALL
    )
    rows = re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in re.findall(
            r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in rows
    ][1:]  # fmt: skip


@pytest.mark.parametrize("since", ["start", "month"])
def test_the_pages_numbers_are_the_documents(admin, since):
    found = document(admin, since)
    page = admin.get(f"/evaluation?since={since}")
    said = words_of(page)
    for name in ("planned_money", "expected_money"):
        assert words_plain(numbers.money(found[name], "SEK")) in said
    told = [each for each in found["lines"] if abs(each["money"]) >= 0.005 or each["n"]]
    _, written = numbers.money_column([*(x["money"] for x in told), found["gap_money"]], "SEK")
    rows = cells(page.text, "The gap by assumption")
    assert [row[2] for row in rows] == [numbers.signed(each) for each in written]
    legs = cells(page.text, "What the model believes now")
    assert [row[1] for row in legs] == [
        numbers.percent(each["conversion_assumed"]) for each in found["believed"]["legs"]
    ]


def words_plain(text):
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("since", ["start", "month"])
def test_the_lines_of_the_document_sum_to_the_gap(admin, since):
    found = document(admin, since)
    total = sum(each["money"] for each in found["lines"])
    assert abs(total - found["gap_money"]) < 1e-9 * found["target"]
    assert ("before" in {each["kind"] for each in found["lines"]}) == (since == "month")


def test_every_definition_of_the_page_is_there(admin):
    page = admin.get("/evaluation").text
    assert all(f'id="metric-{name}"' in page for name in DEFINED)


def test_the_race_says_when_it_is_due_until_it_has_been_closed(admin):
    # The demo stands at the last of October, and its plan began with the year.
    race = words_of(admin.get("/race"))
    assert "It is time to evaluate" in race
    page = admin.get("/evaluation")
    assert "It is time to evaluate" in words_of(page)
    form = {"token": token_in(page), "key": "one", "learned": "Leads from fairs die early."}
    assert admin.post("/evaluation", data=form).status_code == 303
    assert admin.post("/evaluation", data=form).status_code == 303
    again = admin.get("/evaluation")
    assert again.text.count("Leads from fairs die early.") == 1
    assert "Admin" in words_of(again)
    assert "It is time to evaluate" not in words_of(again)
    assert "It is time to evaluate" not in words_of(admin.get("/race"))
    assert document(admin)["closed"][0]["learned"] == "Leads from fairs die early."


def test_nothing_learned_comes_back_with_a_sentence(admin):
    page = admin.get("/evaluation")
    form = {"token": token_in(page), "key": "two", "learned": "  "}
    answer = admin.post("/evaluation", data=form)
    assert answer.status_code == 400
    assert "Write what was learned first." in words_of(answer)
    assert document(admin)["closed"] == []


def test_a_proposal_that_is_accepted_is_a_new_version_and_the_target_stays(admin):
    page = admin.get("/evaluation")
    before, targets = admin.get("/api/v1/plans").json(), admin.get("/api/v1/targets").json()
    assert "A new plan changes the pace, never the target." in words_of(page)
    proposed = document(admin)["proposal"]
    form = {"token": token_in(page), "start": proposed["plan"]["start"], "p": ""}
    assert admin.post("/plan/versions", data=form).status_code == 303
    after = admin.get("/api/v1/plans").json()
    assert after["versions"][:-1] == before["versions"]
    assert after["versions"][-1]["version"] == proposed["plan"]["version"]
    assert after["versions"][-1]["created_per_week"] == pytest.approx(
        proposed["plan"]["created_per_week"]
    )
    assert admin.get("/api/v1/targets").json() == targets


def test_looking_keeps_no_plan(admin):
    before = admin.get("/api/v1/plans").json()
    admin.get("/evaluation")
    assert admin.get("/api/v1/plans").json() == before


@pytest.mark.parametrize("role", ["seller", "viewer"])
def test_who_may_not_settle_reads_and_neither_accepts_nor_closes(served, role):
    client = logged_in(served, role)
    page = client.get("/evaluation")
    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert "/plan/versions" not in page.text
    form = {"token": token_in(page), "key": "three", "learned": "No."}
    assert client.post("/evaluation", data=form).status_code == 403


def test_a_form_of_another_session_is_refused(admin):
    form = {"token": "0", "key": "four", "learned": "No."}
    assert admin.post("/evaluation", data=form).status_code == 403


def test_the_page_is_there_in_swedish(admin):
    admin.post("/language", data={"token": token_in(admin.get("/plan")), "to": "/evaluation"})
    said = words_of(admin.get("/evaluation"))
    assert "Vilket antagande höll inte?" in said


def test_the_plan_leads_to_the_evaluation(admin):
    assert 'href="/evaluation"' in admin.get("/plan").text
