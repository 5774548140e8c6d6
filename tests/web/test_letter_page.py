from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))

import pytest
from letter_sample import words_of_pdf
from mail_server import mail_server
from web_sample import logged_in, plain, token_in, words_of

from mellantid.answers import json_text
from mellantid.letters.composing import compose_letter
from mellantid.letters.post import Post, write_post
from mellantid.letters.source import source_of
from mellantid.letters.weeks import week_of
from mellantid.metrics import numbers
from mellantid.web.app import application
from mellantid.workspace import Workspace
from mellantid.workspace.pace_table import pace_table
from mellantid.workspace.training import How, Said, answer

SELLER, OTHER, TEAM = "anna.lindqvist", "erik.sandberg", "Stockholm"
WEEK = "2025-W43"


@pytest.fixture(scope="module")
def app(demo_file, tmp_path_factory):
    """The app on one copy for the tests of this file, which write what only they read."""
    file, now = demo_file
    copy = tmp_path_factory.mktemp("letter") / "demo.db"
    shutil.copy(file, copy)
    return application(str(copy), lambda: now)


@pytest.fixture(scope="module")
def clients(app):
    return {role: logged_in(app, role) for role in ("admin", "manager", "seller", "viewer")}


@pytest.fixture(scope="module")
def letters(app):
    """Letters composed without the web."""
    asking = app.state.asking
    with Workspace.open(asking.database) as workspace:
        source = source_of(workspace, None, asking.now())
        week = week_of(None, workspace, asking.now())
        yield lambda owner="all": compose_letter(source, week, owner)


def deals_of(text):
    return set(re.findall(r"D-\d{5}", text))


@pytest.mark.parametrize("owner", ["all", TEAM, SELLER])
def test_the_page_has_the_sentence_and_the_week_by_leg(clients, letters, owner):
    found = letters(owner)
    text = words_of(clients["admin"].get(f"/letter?owner={owner}"))
    _, money = numbers.money_column(
        [*(line.money for line in found.change.lines), found.change.change], "SEK"
    )
    for line, written in zip(found.change.legs[1:], money[1:], strict=False):
        made = numbers.count(line.actual)
        due = numbers.movements(line.planned)
        assert plain(f"{line.line} {numbers.signed(written)} {made} {due}") in text
    assert plain(f"Change of the gap {numbers.signed(money[-1])}") in text
    assert sum(line.money for line in found.change.lines) == pytest.approx(
        found.change.change, abs=1e-5
    )


def test_a_letter_is_of_the_latest_week_that_is_over_and_any_other_has_an_address(clients):
    page = clients["admin"].get("/letter")
    assert "week 43" in words_of(page)
    assert "week=2025-W42" in page.text
    before = words_of(clients["admin"].get("/letter?week=2025-W42"))
    assert "week 42" in before
    assert "13 Oct 2025 to 19 Oct 2025" in before


@pytest.mark.parametrize(("week", "says"), [("many", "2026-W07"), ("2030-W01", "not begun")])
def test_a_week_that_is_none_is_refused_with_what_to_write(clients, week, says):
    answer = clients["admin"].get(f"/letter?week={week}")
    assert answer.status_code == 400
    assert says in answer.text


def test_each_gets_their_own_letter_first(clients):
    assert "Anna Lindqvist ·" in words_of(clients["seller"].get("/letter"))
    assert "Göteborg ·" in words_of(clients["manager"].get("/letter"))
    assert "the whole organisation ·" in words_of(clients["viewer"].get("/letter"))


@pytest.mark.parametrize(
    "path", ["/letter", "/letter.pdf", "/band", "/band.pdf", "/api/v1/letter", "/api/v1/band"]
)
def test_nobody_reads_another_sellers_letter_or_band(clients, path):
    assert clients["seller"].get(f"{path}?owner={OTHER}").status_code == 403
    assert clients["seller"].get(f"{path}?owner={SELLER}").status_code == 200
    assert clients["admin"].get(f"{path}?owner={OTHER}").status_code == 200
    assert clients["admin"].get(f"{path}?owner=nobody").status_code in {400, 404}


@pytest.mark.parametrize("owner", ["all", TEAM])
def test_a_seller_reads_of_no_other_sellers_deals(clients, letters, owner):
    mine = {each.deal for each in letters(SELLER).caught}
    with Workspace.open(clients["seller"].app.state.asking.database) as workspace:
        owned = workspace.ledger.rows("SELECT DISTINCT deal FROM entry WHERE owner = ?", (SELLER,))
    mine |= {row[0] for row in owned}
    seller = clients["seller"]
    page = seller.get(f"/letter?owner={owner}")
    paper = " ".join(words_of_pdf(seller.get(f"/letter.pdf?owner={owner}").content))
    document = seller.get(f"/api/v1/letter?owner={owner}").text
    for said in (page.text, paper, document):
        assert deals_of(said) <= mine
    assert "Only deals that you may see are named" in page.text
    assert not deals_of(clients["viewer"].get(f"/letter?owner={owner}").text) <= mine


@pytest.mark.parametrize("owner", ["all", TEAM, SELLER])
def test_the_api_gives_the_commands_document(clients, letters, owner):
    answer = clients["admin"].get(f"/api/v1/letter?owner={owner}&week={WEEK}")
    assert answer.text == json_text(letters(owner).as_dict())


def test_the_pdf_says_what_the_page_says(clients):
    answer = clients["admin"].get("/letter.pdf?owner=all")
    assert answer.headers["content-type"] == "application/pdf"
    page = words_of(clients["admin"].get("/letter?owner=all"))
    said = plain(" ".join(words_of_pdf(answer.content)))
    sentence = plain(re.search(r"On the present course.*?behind at \w+\.", page)[0])
    assert sentence in said
    assert deals_of(said) <= deals_of(page)


def test_the_band_of_everyone_is_the_plans_document(clients, app):
    asking = app.state.asking
    with Workspace.open(asking.database) as workspace:
        race = workspace.race(None, asking.now() + 1)
        table = pace_table(workspace.plan(None, race.history.until), race)
    document = clients["admin"].get("/api/v1/band?owner=all").json()
    assert [n for week in document["weeks"] for n in week["planned"]] == [
        each.planned for each in table.weeks
    ]
    page = clients["admin"].get("/band?owner=all").text
    cells = [
        float(n.replace("\N{NARROW NO-BREAK SPACE}", ""))
        for n in re.findall(r"<td>([^<]*)</td>", page)
    ]
    assert cells == [
        float(numbers.movements(each.planned).replace("\N{NARROW NO-BREAK SPACE}", ""))
        for each in table.weeks
    ]
    paper = words_of_pdf(clients["admin"].get("/band.pdf?owner=all").content)
    written = [numbers.movements(each.planned) for each in table.weeks]
    assert all(paper.count(each) >= written.count(each) for each in set(written))


def test_the_letter_is_in_the_readers_language(clients):
    page = clients["admin"].get("/letter", headers={"accept-language": "sv"})
    assert "Vad som har ändrats sedan förra måndagen" in page.text
    assert "Tagna av repet" in page.text


def test_every_linked_number_of_the_page_is_defined_on_it(clients):
    text = clients["admin"].get("/letter").text
    assert set(re.findall(r'href="#(metric-\w+)"', text)) <= set(re.findall(r'id="(\S+?)"', text))


def test_sending_is_offered_where_it_is_set_up_and_refused_where_it_is_not(clients):
    admin = clients["admin"]
    page = admin.get("/letter")
    assert "Send it to me now" not in page.text
    answer = admin.post("/letter", data={"token": token_in(page), "week": WEEK, "owner": "all"})
    assert answer.status_code == 400
    assert "Sending is not set up" in answer.text


def test_a_letter_is_sent_to_oneself_once_for_each_asking(clients):
    seller = clients["seller"]
    with mail_server() as server:
        with seller.app.state.asking.workspace() as workspace:
            kept = Post("127.0.0.1", server.port, "", "brev@example.com", "none")
            write_post(workspace.ledger, kept)
        page = seller.get("/letter")
        form = {"token": token_in(page), "week": WEEK, "owner": SELLER}
        assert seller.post("/letter", data=form | {"token": "wrong"}).status_code == 403
        assert seller.post("/letter", data=form | {"owner": OTHER}).status_code == 403
        answer = seller.post("/letter", data=form)
        assert answer.status_code == 303
        assert "on its way to seller@example.com" in seller.get(answer.headers["location"]).text
    [(_, to, body)] = server.mails
    assert to == ["seller@example.com"]
    assert b"Anna Lindqvist" in body


def settled(client, **form):
    return client.post("/settings", data={"token": token_in(client.get("/settings")), **form})


def test_each_chooses_the_letter_under_settings(clients):
    viewer = clients["viewer"]
    assert not re.search(r'name="weekly"[^>]*checked', viewer.get("/settings").text)
    assert settled(viewer, do="letter", language="sv", weekly="1").status_code == 303
    assert re.search(r'name="weekly"[^>]*checked', viewer.get("/settings").text)
    assert "You get it by e-mail" in viewer.get("/letter").text
    settled(viewer, do="letter", language="sv")
    assert not re.search(r'name="weekly"[^>]*checked', viewer.get("/settings").text)
    assert settled(viewer, do="letter", language="xx", weekly="1").status_code == 400


def test_only_an_administrator_says_how_letters_are_sent(clients):
    given = {
        "host": "smtp.example.com",
        "port": "587",
        "sender": "brev@example.com",
        "security": "starttls",
        "user": "",
        "address": "",
    }
    assert settled(clients["viewer"], do="post", **given).status_code == 403
    assert 'id="post.host"' not in clients["viewer"].get("/settings").text
    assert settled(clients["admin"], do="post", **given).status_code == 303
    assert 'value="smtp.example.com"' in clients["admin"].get("/settings").text
    wrong = settled(
        clients["admin"], do="post", **given | {"port": "many", "host": "other.example.com"}
    )
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.text
    assert 'value="other.example.com"' in wrong.text


def test_what_was_sharpened_is_told_to_those_who_may_see_it(clients, app):
    asking = app.state.asking
    with Workspace.open(asking.database) as workspace:
        monday = week_of(WEEK, workspace, asking.now()).monday
        process = workspace.process(None)
        for seller, noticed in ((SELLER, "Lugnare samtal."), (OTHER, "Kortare mejl.")):
            said = Said(process.legs[3], f"Lyssna ({seller})", How.PRACTICE, noticed)
            answer(workspace.ledger, process, seller, monday, said, asking.now())
    for role, seen in {
        "admin": {SELLER, OTHER},
        "seller": {SELLER},
        "viewer": set(),
    }.items():
        text = words_of(clients[role].get(f"/letter?week={WEEK}&owner=all"))
        told = {each for each in (SELLER, OTHER) if f"Lyssna ({each})" in text}
        assert told == seen, role
    assert "Lugnare samtal." in words_of(clients["seller"].get(f"/letter?week={WEEK}"))
