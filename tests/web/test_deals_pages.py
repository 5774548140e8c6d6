from __future__ import annotations

import html
import re

import pytest
from deals_sample import asked, cards, fault, listed, open_of, rows_of, said_of, same, send
from markupsafe import escape
from web_sample import PASSWORD, logged_in, token_in

from mellantid.access import Account, Role, add_account
from mellantid.core.process import Process
from mellantid.metrics import numbers
from mellantid.web.addresses import deal_address
from mellantid.web.app import application
from mellantid.web.texts import texts
from mellantid.workspace import Settings, Workspace
from mellantid.workspace.cannot import SENTENCES


@pytest.fixture
def newcomer(tmp_path):
    """Who administers a workspace that has a course and no deals yet."""
    file = tmp_path / "new.db"
    with Workspace.open(file, create=True) as workspace:
        workspace.change_settings(Settings(currency="SEK"))
        workspace.keep_process(Process("Sales", ("Demo", "Offer")), 1)
        account = Account("admin@example.com", "Admin", Role.ADMIN)
        add_account(workspace.ledger, account, PASSWORD, 1)
    return logged_in(application(str(file), lambda: 1_750_240_800_000), "admin")


@pytest.fixture
def own_deal(served):
    return open_of(served, "anna.lindqvist")


@pytest.fixture
def other_deal(served):
    return open_of(served, "oskar.friberg")


def test_the_board_has_the_heaviest_open_deals_of_each_stage_and_says_how_many_more(served, admin):
    race, _, outcome = asked(served)
    page = admin.get("/deals")
    found = cards(page)
    assert list(found) == list(race.history.process.stages)
    for stage, names in found.items():
        here = [each for each in outcome.deals if each.stage == stage]
        known = [each.deal for each in here if each.amount is not None]
        assert names == known[:25]
        column = page.text.partition(f'data-stage="{stage}"')[2].partition("</section>")[0]
        assert f"{numbers.count(len(here))} deal" in column
        more = re.search(r'href="([^"]+)">([^<]+) more<', column)
        assert (more is None) == (len(here) <= 25)
        if more:
            assert more[2] == numbers.count(len(here) - 25)
            there = said_of(admin.get(html.unescape(more[1])).text)
            assert f"{numbers.count(len(here))} deals" in there


def test_a_card_tells_what_the_command_line_tells(served, admin):
    _, ropes, outcome = asked(served)
    passages = {each.deal: each for each in ropes.deals}
    caught = {each.deal for each in ropes.caught}
    page = admin.get("/deals?sort=rope").text
    shown = re.findall(r'<li class="card[^"]*" data-deal="([^"]+)"(.*?)</li>', page, re.DOTALL)
    chances = {each.deal: each for each in outcome.deals}
    assert shown
    for name, card in shown:
        told, deal, passage = said_of(card), chances[name], passages[name]
        assert same(numbers.money(deal.amount, "SEK")) in told
        assert same(numbers.percent(deal.p)) in told
        assert re.search(rf"\b{numbers.days(deal.age)} days?\b", told)
        assert numbers.date(passage.passage_by) in told
        # By a word and a symbol, not by colour alone.
        assert ("⊘ Past the rope" in told) == (name in caught)


def test_filters_and_order_live_in_the_address(served, admin):
    race, ropes, outcome = asked(served)
    rope = listed(admin.get("/deals?view=list&sort=rope"))
    days = {each.deal: each.days_left for each in ropes.deals}
    assert [days[name] for name in rope] == sorted(days[name] for name in rope)
    biggest = listed(admin.get("/deals?view=list&sort=amount"))[0]
    assert max(each.amount or 0 for each in outcome.deals) == next(
        each.amount for each in outcome.deals if each.deal == biggest
    )
    caught = said_of(admin.get("/deals?view=list&caught=1").text)
    assert f"{numbers.count(len(ropes.caught))} deals" in caught
    mine = admin.get("/deals?view=list&owner=anna.lindqvist")
    named = {each.deal for each in outcome.deals if each.owner == "anna.lindqvist"}
    assert set(listed(mine)) <= named
    assert set(listed(admin.get("/deals?view=list&q=lindqv"))) <= named
    one = biggest.lower()
    assert listed(admin.get(f"/deals?view=list&state=all&q={one}")) == [biggest]
    stage = race.history.process.stages[-1]
    assert set(listed(admin.get(f"/deals?view=list&stage={stage}"))) <= {
        each.deal for each in outcome.deals if each.stage == stage
    }
    assert "No deal fits that" in admin.get("/deals?view=list&q=nothing-like-it").text
    assert admin.get("/deals?view=x&state=x&sort=x&page=x&stage=Nowhere").status_code == 200


def test_the_list_has_every_closed_deal_a_page_at_a_time_the_newest_first(served, admin):
    race, _, _ = asked(served)
    state = race.history.state[race.history.last]
    for name, code in (
        ("won", race.history.process.won_state),
        ("lost", race.history.process.lost_state),
    ):
        total, found, address = int((state == code).sum()), [], f"/deals?view=list&state={name}"
        while address:
            page = admin.get(html.unescape(address))
            found += listed(page)
            onward = re.search(r'rel="next" href="([^"]+)"', page.text)
            address = onward and onward[1]
        assert len(found) == len(set(found)) == total
    assert admin.get("/deals?view=list&state=lost&page=9999").status_code == 200


def test_every_row_has_its_line_with_a_cross_for_lost(admin):
    page = admin.get("/deals?view=list&state=lost").text
    assert page.count('class="deal-line"') == page.count('class="cross"') == 50
    assert re.search(r"<title>D-\d+: [^<]*days in [^<]*, Lost</title>", page)
    assert 'class="cross"' not in admin.get("/deals?view=list&state=won").text


def test_a_movement_from_the_page_is_in_the_race_at_once(served, admin, own_deal):
    address = deal_address(own_deal)
    page = admin.get(address)
    stage = re.search(r"<option selected>([^<]+)</option>", page.text)[1]
    answer = send(admin, address, action="move", stage=stage)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    _, ropes, _ = asked(served)
    assert next(each.stage for each in ropes.deals if each.deal == own_deal) == stage
    history = said_of(admin.get(address).text)
    assert f"Moved to {stage} Undo Admin" in history
    assert own_deal in str(cards(admin.get("/deals?sort=newest"))[stage])


def test_a_deal_is_followed_from_its_form_to_its_end_and_back(admin):
    name = "Åre kommun / 40 platser?"
    made = send(
        admin, "/deals/new", name=name, stage="Demo", owner="anna.lindqvist", amount="1 250 000"
    )
    address = made.headers["location"]
    assert address == deal_address(name)
    page = admin.get(address)
    assert name in html.unescape(page.text)
    assert "1.25 MSEK" in said_of(page.text)
    for fields in (
        {"action": "amount", "amount": "2000000"},
        {"action": "owner", "owner": "oskar.friberg"},
        {"action": "step", "due": "2025-12-01", "what": "Meeting"},
        {"action": "note", "text": "<b>They</b> asked"},
        {"action": "lose", "reason": "Price"},
        {"action": "reopen", "stage": "Offer"},
        {"action": "win"},
    ):
        assert send(admin, address, **fields).status_code == 303, fields
    told = said_of(admin.get(address).text)
    for words in ("Won since", "Oskar Friberg", "<b>They</b> asked", "Price", "Reopened in Offer"):
        assert words in told
    taken = re.search(r'name="taken" value="([^"]+)"', admin.get(address).text)[1]
    assert send(admin, address, action="undo", taken=taken).status_code == 303
    told = said_of(admin.get(address).text)
    assert "Won undone" in told
    assert "Stands in Offer" in told
    assert "Meeting, 1 Dec 2025" in told


def test_a_form_sent_twice_counts_once(served, admin, own_deal):
    before = rows_of(served)
    for _ in range(2):
        answer = send(admin, deal_address(own_deal), action="win", key="twice")
        assert answer.status_code == 303
    for _ in range(2):
        fields = {"name": "New one", "stage": "Demo", "owner": "anna.lindqvist", "key": "again"}
        assert send(admin, "/deals/new", **fields).status_code == 303
    assert rows_of(served) == before + 2


def test_a_bad_form_comes_back_with_what_was_typed_and_changes_nothing(served, admin, own_deal):
    before, address = rows_of(served), deal_address(own_deal)
    answer = send(admin, address, action="amount", amount="a lot")
    assert answer.status_code == 400
    assert fault(answer) == "a lot is no amount: write it in figures, such as 250000 or 1250.50."
    assert 'value="a lot"' in answer.text
    assert "<details open>" in answer.text
    late = send(admin, address, action="move", stage="Offer", at="2031-01-01")
    assert late.status_code == 400
    assert 'value="2031-01-01"' in late.text
    again = send(admin, "/deals/new", name=own_deal, stage="Demo", amount="5")
    assert again.status_code == 400
    assert f'value="{own_deal}"' in again.text
    assert rows_of(served) == before
    swedish = admin.post(
        address,
        data={"token": token_in(admin.get(address)), "key": "k", "action": "amount", "amount": "x"},
        headers={"accept-language": "sv"},
    )
    assert fault(swedish).startswith("x är inget belopp")


def test_a_fault_of_a_form_that_the_page_no_longer_has_is_said_too(admin, own_deal):
    send(admin, deal_address(own_deal), action="win")
    answer = send(admin, deal_address(own_deal), action="move", stage="Demo")
    assert answer.status_code == 400
    assert fault(answer) == f"{own_deal} is won: reopen it first."


def test_after_a_move_on_the_board_the_answer_is_the_board(admin, own_deal):
    back = "/deals?sort=newest"
    answer = send(admin, deal_address(own_deal), action="move", stage="Contract", back=back)
    if answer.status_code == 400:
        answer = send(admin, deal_address(own_deal), action="move", stage="Demo", back=back)
    assert answer.headers["location"] == back
    elsewhere = send(admin, deal_address(own_deal), action="win", back="//evil.example/deals")
    assert elsewhere.headers["location"] == deal_address(own_deal)


@pytest.mark.parametrize(
    "name",
    [
        "A/B", "/a", "a/", "a//b", "new", ".", "..", "a/../b", "100 %", "50%2F", "Å ä ö", "q?x=1",
        "#1", "a&b=c", "+46", "<b>", '"quoted"', "a;b", "a\\b", "日本", "x" * 200,
    ],
)  # fmt: skip
def test_a_deal_may_be_called_anything(newcomer, name):
    made = send(newcomer, "/deals/new", name=name, stage="Demo")
    assert made.status_code == 303
    page = newcomer.get(made.headers["location"])
    assert page.status_code == 200
    assert f'<h1 class="deal-name">{escape(name)}</h1>' in page.text
    moved = send(newcomer, made.headers["location"], action="move", stage="Offer")
    assert moved.status_code == 303
    assert "Stands in Offer" in said_of(newcomer.get(moved.headers["location"]).text)


def test_a_deal_that_is_not_there_is_missing(admin):
    assert admin.get("/deals/No-such-deal").status_code == 404
    assert admin.get("/deals/").status_code == 404


def test_the_first_deal_of_an_empty_workspace_is_entered_by_hand(newcomer):
    page = newcomer.get("/deals")
    assert page.status_code == 200
    assert "Enter the first deal here" in page.text
    assert send(newcomer, "/deals/new", name="Alfa", stage="Demo", amount="5").status_code == 303
    assert cards(newcomer.get("/deals")) == {"Demo": ["Alfa"], "Offer": []}
    assert newcomer.get("/deals/Alfa").status_code == 200


def test_without_a_course_the_page_says_what_to_do_first(tmp_path):
    file = tmp_path / "new.db"
    with Workspace.open(file, create=True) as workspace:
        account = Account("admin@example.com", "Admin", Role.ADMIN)
        add_account(workspace.ledger, account, PASSWORD, 1)
    page = logged_in(application(str(file), lambda: 1), "admin").get("/deals")
    assert page.status_code == 200
    assert "import what you have" in page.text
    assert "/deals/new" not in page.text


def test_of_several_processes_each_has_its_own_deals(newcomer):
    with Workspace.open(newcomer.app.state.asking.database) as workspace:
        workspace.keep_process(Process("A & B", ("Talk",)), 1)
    made = send(newcomer, "/deals/new?process=A+%26+B", name="Alfa", stage="Talk")
    assert made.headers["location"] == "/deals/Alfa?process=A+%26+B"
    page = newcomer.get("/deals?process=A+%26+B")
    assert cards(page) == {"Talk": ["Alfa"]}
    assert "/deals/Alfa?process=A+%26+B" in html.unescape(page.text)
    assert newcomer.get("/deals/Alfa?process=Sales").status_code == 404
    assert "Enter the first deal here" in newcomer.get("/deals?process=Sales").text


def test_undoing_the_only_entry_leads_back_to_the_deals(newcomer):
    made = send(newcomer, "/deals/new", name="Alfa", stage="Demo")
    page = newcomer.get(made.headers["location"])
    taken = re.search(r'name="taken" value="([^"]+)"', page.text)[1]
    gone = send(newcomer, "/deals/Alfa", action="undo", taken=taken)
    assert (gone.status_code, gone.headers["location"]) == (303, "/deals")
    assert newcomer.get("/deals/Alfa").status_code == 404
    assert "Enter the first deal here" in newcomer.get("/deals").text


def test_pages_have_no_inline_style_or_script(admin, own_deal):
    for address in ("/deals", "/deals?view=list", "/deals/new", deal_address(own_deal)):
        text = admin.get(address).text
        assert " style=" not in text
        assert "<script>" not in text
        for field in re.findall(r"<(?:input|select|textarea) [^>]*", text):
            if 'type="hidden"' not in field:
                identity = re.search(r'id="([^"]+)"', field)[1]
                assert f'for="{identity}"' in text
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))


def test_the_pages_say_why_in_the_words_that_the_workspace_has():
    said = {key: words for key, words in texts("en").words.items() if key.startswith("cannot.")}
    assert said == {f"cannot.{why}": words for why, words in SENTENCES.items()}
