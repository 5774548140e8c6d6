from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))
sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

import json
import re

import pytest
from mail_server import mail_server
from notices_receiver import receiver as receivers
from notices_sample import event
from web_sample import logged_in, token_in, words_of

from mellantid.letters.post import Post, write_post
from mellantid.letters.readers import wants_letter
from mellantid.notices.addresses import addresses_of, switch_address
from mellantid.notices.choices import choices_of
from mellantid.notices.events import Choice, Kind
from mellantid.notices.hosts import allow_hosts, allowed_hosts
from mellantid.notices.outbox import put
from mellantid.notices.signing import SIGNATURE, is_signed

# Apprise asks for a module of Python's own that is on its way out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
HERE = "/settings/notices"
ADMIN, SELLER = "admin@example.com", "seller@example.com"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
CHOSEN = {
    "do": "choices",
    "language": "en",
    "line": "40",
    "most": "7",
    "begins": "20:00",
    "ends": "06:30",
}


def act(client, **form):
    return client.post(HERE, data={"token": token_in(client.get(HERE)), **form})


def ledger_of(client):
    return client.app.state.asking.workspace()


@pytest.fixture
def seller(served):
    return logged_in(served, "seller")


def add(client, url, way="webhook", title="There"):
    return act(client, do="address", way=way, title=title, url=url)


def test_what_is_chosen_is_kept_and_shown(seller):
    wanted = {"leg.0": "1", "caught.0": "1", "letter.0": "1"}
    assert act(seller, **CHOSEN, **wanted).headers["location"] == f"{HERE}#choices"
    with ledger_of(seller) as workspace:
        kept = choices_of(workspace.ledger, SELLER)
        assert wants_letter(workspace.ledger, SELLER)
    assert kept.wants(Choice.CAUGHT) == {0}
    assert (kept.line, kept.most, kept.quiet.free_days) == (0.4, 7, False)
    page = seller.get(HERE).text
    assert 'name="leg.0" value="1" checked' in page
    assert 'name="chance.0" value="1">' in page
    assert 'value="06:30"' in page


@pytest.mark.parametrize(
    "wrong",
    [{"line": "0"}, {"most": "many"}, {"begins": "late"}, {"language": "xx"}, {"leg.99": "1"},
     {"leg.x": "1"}],
)  # fmt: skip
def test_a_choice_with_a_fault_changes_nothing_and_stays_typed(seller, wrong):
    answer = act(seller, **CHOSEN | {"caught.0": "1"} | wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert 'name="caught.0" value="1" checked' in answer.text
    assert 'value="20:00"' in answer.text or "begins" in wrong
    with ledger_of(seller) as workspace:
        assert choices_of(workspace.ledger, SELLER).wants(Choice.CAUGHT) == frozenset()


def test_an_address_is_never_shown_again_and_can_be_chosen_and_removed(seller):
    assert add(seller, SLACK, "chat", "Team chat").status_code == 303
    page = seller.get(HERE)
    assert "slack://…i7FQ" in page.text
    assert "TIiajkdnlazk" not in page.text
    with ledger_of(seller) as workspace:
        [address] = addresses_of(workspace.ledger, SELLER)
    act(seller, **CHOSEN, **{f"chance.{address.number}": "1"})
    assert f'name="chance.{address.number}" value="1" checked' in seller.get(HERE).text
    act(seller, do="remove", number=str(address.number))
    assert "Team chat" not in words_of(seller.get(HERE)).replace("such as Team chat", "")


@pytest.mark.parametrize(
    ("way", "url", "says"),
    [
        ("chat", "json://example.com/secret-path", "give one of"),
        ("chat", f"{SLACK}?template=/etc/passwd", "template"),
        ("webhook", "https://127.0.0.1/secret-path", "private network"),
        ("webhook", "https://169.254.169.254/secret-path", "private network"),
        ("webhook", "ftp://example.com/secret-path", "begins with https"),
        ("webhook", "https://nowhere.invalid/secret-path", "how it is spelt"),
        ("pigeon", "https://example.com/secret-path", "a chat's or a program's"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_not_shown_again(seller, way, url, says):
    answer = add(seller, url, way)
    assert answer.status_code == 400
    assert says in words_of(answer)
    assert 'value="There"' in answer.text
    assert "secret-path" not in answer.text
    with ledger_of(seller) as workspace:
        assert addresses_of(workspace.ledger, SELLER) == ()


def test_a_program_is_tried_out_with_the_secret_that_is_shown_once(seller):
    with receivers() as program, ledger_of(seller) as workspace:
        allow_hosts(workspace.ledger, "127.0.0.1")
        shown = add(seller, program.url)
        secret = re.search(r"<code>(whsec_[\w-]+)</code>", shown.text)[1]
        assert secret not in seller.get(HERE).text
        [address] = addresses_of(workspace.ledger, SELLER)
        answer = act(seller, do="trial", number=str(address.number))
        assert answer.headers["location"] == f"{HERE}#latest"
        [(_, headers, body)] = program.taken
        assert json.loads(body)["event"] == "test"
        now = seller.app.state.asking.now() / 1000
        assert is_signed(secret, body, headers[SIGNATURE], now)
    assert "A notice, to see that it arrives There sent" in words_of(seller.get(HERE))


def test_a_trial_that_fails_says_why(seller):
    act(seller, do="trial", number="0")
    page = words_of(seller.get(HERE))
    assert "not delivered" in page
    assert "Sending is not set up" in page
    assert "One notice could not be delivered" in page
    assert act(seller, do="trial", number="77").status_code == 400
    assert act(seller, do="trial", number="x").status_code == 400


def test_a_trial_by_mail_arrives(seller):
    with mail_server() as server, ledger_of(seller) as workspace:
        post = Post("127.0.0.1", server.port, "", "brev@example.com", "none")
        write_post(workspace.ledger, post)
        act(seller, do="trial", number="0")
        [(_, [to], _)] = server.mails
    assert to == SELLER


def test_an_address_that_was_turned_off_says_why_and_is_turned_on_again(seller):
    add(seller, SLACK, "chat")
    with ledger_of(seller) as workspace:
        [address] = addresses_of(workspace.ledger, SELLER)
        switch_address(workspace.ledger, address.number, why="It is gone.")
    assert "It is gone." in words_of(seller.get(HERE))
    act(seller, do="on", number=str(address.number))
    assert "It is gone." not in words_of(seller.get(HERE))


def test_nobody_touches_anothers_address(served, seller):
    add(seller, SLACK, "chat")
    with ledger_of(seller) as workspace:
        [address] = addresses_of(workspace.ledger, SELLER)
    admin = logged_in(served, "admin")
    for do in ("remove", "on", "trial"):
        assert act(admin, do=do, number=str(address.number)).status_code == 400
    assert "slack://" not in admin.get(HERE).text


def test_only_administrators_allow_hosts(served, seller):
    assert act(seller, do="hosts", hosts="127.0.0.1").status_code == 403
    assert "Hosts inside" not in words_of(seller.get(HERE))
    admin = logged_in(served, "admin")
    assert act(admin, do="hosts", hosts="Chat.example.com").status_code == 303
    assert 'value="chat.example.com"' in admin.get(HERE).text
    assert act(admin, do="hosts", hosts="https://x").status_code == 400
    with ledger_of(admin) as workspace:
        assert allowed_hosts(workspace.ledger) == {"chat.example.com"}


def test_deliveries_name_no_deal_that_may_not_be_seen(seller):
    with ledger_of(seller) as workspace, workspace.ledger.writing() as connection:
        now = seller.app.state.asking.now()
        for owner in ("anna.lindqvist", "erik.nilsson"):
            late = event(Kind.CAUGHT, f"of {owner}", owner=owner)
            put(connection, late, SELLER, 0, now)
    page = words_of(seller.get(HERE))
    assert "of anna.lindqvist is caught" in page
    assert "erik.nilsson" not in page


def test_an_act_that_there_is_not_is_missing_and_foreign_forms_are_refused(seller):
    assert act(seller, do="everything").status_code == 404
    assert seller.post(HERE, data={"do": "choices", "token": "x"}).status_code == 403


def test_the_page_speaks_swedish_and_is_found_from_the_settings(seller):
    assert f'href="{HERE}"' in seller.get("/settings").text
    page = seller.get(HERE, headers={"accept-language": "sv"})
    assert "Vad du vill veta, och var" in words_of(page)


def test_without_apprise_the_page_says_what_to_run(seller, monkeypatch):
    monkeypatch.setattr("mellantid.web.pages.notices.installed", lambda: False)
    assert 'pip install "mellantid[notices]"' in words_of(seller.get(HERE))
