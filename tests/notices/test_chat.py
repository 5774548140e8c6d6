from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notices_sample import NOON, choose, email, event, give, puts

from mellantid.errors import QuestionError
from mellantid.notices import services
from mellantid.notices.addresses import Way
from mellantid.notices.delivering import deliver_due
from mellantid.notices.events import Choice, Event, Kind
from mellantid.notices.hosts import allow_hosts
from mellantid.notices.outbox import State
from mellantid.notices.services import SERVICES, check_chat
from mellantid.notices.telling import say, words_in
from mellantid.notices.written import as_chat, as_mail, harmless

# Apprise asks for a module of Python's own that is on its way out.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-12.westeurope.logic.azure.com:443/workflows/3e6cd9b2bd6a4b3f9d4d0f8fbb3b2b2b/"
    "triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&"
    "sig=iXKeqGv8JfabcdefgH"
)
TOKEN = "abcdefghijklmnopqrstuvwxyz"  # noqa: S105 (a test's own)


def mattermost(receiver):
    return f"mmost://127.0.0.1:{receiver.port}/{TOKEN}"


def test_a_chat_gets_what_waits_in_one_message_through_apprise(workspace, receiver):
    place, _ = give(workspace, "anna", mattermost(receiver), Way.CHAT)
    choose(workspace, "anna", [place], language="sv")
    late = event(Kind.CAUGHT, "D1 <!channel>", owner="anna")
    puts(workspace, "anna", event(), late, place=place)
    assert [each.state for each in deliver_due(workspace, lambda: NOON)] == [State.SENT]
    [(path, _, body)] = receiver.taken
    assert path == f"/hooks/{TOKEN}"
    text = json.loads(body)["text"]
    assert "Need tappar mot planen: −9,0 förflyttningar" in text
    assert "D1 ‹!channel› är tagen av repet" in text


def test_a_letter_goes_to_a_chat_by_itself(workspace, receiver):
    place, _ = give(workspace, "anna", mattermost(receiver), Way.CHAT)
    choose(workspace, "anna", [place], Choice.LEG, Choice.LETTER)
    letter = Event(Kind.LETTER, NOON, about="2026-W07", text="**Monday letter, week 7** · all")
    puts(workspace, "anna", event(), letter, event(about="Offer"), place=place)
    assert len(deliver_due(workspace, lambda: NOON)) == 2
    first, second = (json.loads(body)["text"] for body in receiver.bodies)
    assert "Need slips" in first
    assert "Offer slips" in first
    assert "Monday letter" in second


def test_a_chat_that_does_not_take_it_is_tried_again_and_its_address_is_not_told(
    workspace, receiver, caplog
):
    place, _ = give(workspace, "anna", mattermost(receiver), Way.CHAT)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    receiver.answers.append((500, {}))
    [result] = deliver_due(workspace, lambda: NOON)
    assert result.state is State.WAITING
    assert "Mattermost" in result.why
    assert TOKEN not in result.why + caplog.text


def test_a_host_that_is_no_longer_allowed_gets_nothing(workspace, receiver):
    place, _ = give(workspace, "anna", mattermost(receiver), Way.CHAT)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    allow_hosts(workspace.ledger, "")
    [result] = deliver_due(workspace, lambda: NOON)
    assert result.state is State.FAILED
    assert "administrator" in result.why
    assert receiver.taken == []


@pytest.mark.parametrize(
    "url",
    [
        SLACK,
        f"{SLACK}/#sales",
        "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
        TEAMS,
        "https://discord.com/api/webhooks/4000000000000000000/" + "a" * 68,
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
    ],
)
def test_addresses_as_services_give_them_or_apprise_writes_them_can_be_used(url):
    check_chat(url, ())


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("json://localhost/", "give one of"),
        ("syslog://", "give one of"),
        ("mailto://a:b@example.com", "give one of"),
        ("https://example.com/hook", "give one of"),
        ("vapid://mail/subscriber", "give one of"),
        (f"json:/{SLACK}", "give one of"),
        ("", "give one of"),
        ("slack://no", "no address of this kind"),
        (f"{SLACK}?template=/etc/passwd", "'template'"),
        (f"{SLACK}/#sales?template=/etc/passwd", "'template'"),
        (f"{SLACK}?to=%23a&%74emplate=/etc/passwd", "'template'"),
        (f"{SLACK}?to=a;template=x", "'template'"),
        (f"{SLACK}?rto=9999", "'rto'"),
        (f"{SLACK}?verify=no", "'verify'"),
        (f"{SLACK}?+X-Header=a", "'x-header'"),
        (TEAMS.replace("logic.azure.com", "logic.azure.com.evil.example"), "give one of"),
        ("workflows://evil.example/workflow/signature", "no address of Microsoft Teams"),
        ("workflows://a.logic.azure.com:8080/workflow/signature", "no address of Microsoft"),
        ("mmosts://chat.example.com/" + TOKEN, "ask an administrator to allow chat.example.com"),
        ("mmost://127.0.0.1@evil.example/" + TOKEN, "evil.example"),
        ("mmost://evil.example#@127.0.0.1/" + TOKEN, "no address of this kind"),
        ("mmost://evil.example\\@127.0.0.1/" + TOKEN, "copy it anew"),
    ],
)
def test_what_leads_anywhere_reads_files_or_is_nothing_is_refused(url, says):
    with pytest.raises(QuestionError, match=says):
        check_chat(url, {"127.0.0.1"})


def test_services_that_are_open_to_all_have_addresses_of_their_own():
    from apprise import Apprise  # noqa: PLC0415 (an extra)

    templates = {
        scheme: each["details"]["templates"]
        for each in Apprise().details()["schemas"]
        for scheme in (*(each["protocols"] or ()), *(each["secure_protocols"] or ()))
    }
    for scheme, service in SERVICES.items():
        names_host = any("{host" in each for each in templates[scheme])
        assert names_host == bool(service.own or service.hosts), scheme


def test_where_apprise_is_missing_it_is_said_how_to_get_it(workspace, monkeypatch):
    monkeypatch.setattr(services, "find_spec", lambda _: None)
    with pytest.raises(QuestionError, match=r'pip install "mellantid\[notices\]"'):
        check_chat(SLACK, ())
    place, _ = give(workspace, "anna", SLACK, Way.CHAT)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    [result] = deliver_due(workspace, lambda: NOON)
    assert "pip install" in result.why


@given(st.text(alphabet="<>@[]()!aehlrvyonc ", max_size=40))
def test_no_name_calls_everybody_or_leads_elsewhere(text):
    told = harmless(f"{text} @everyone @HERE <!channel> [a](http://evil)").lower()
    for wrong in ("<", ">", "](", "@everyone", "@here"):
        assert wrong not in told


def test_a_name_with_line_breaks_and_tags_is_only_a_name():
    late = event(Kind.CAUGHT, "D\r\nBcc: x@example.com <b>", owner="anna")
    mail = as_mail(say([late], "en", ""), email("anna"))
    assert "\n" not in mail.subject
    assert "<b>" not in mail.html


def test_both_languages_have_the_same_words_and_say_every_event():
    english, swedish = (words_in(language).words for language in ("en", "sv"))
    assert set(english) == set(swedish)
    figures = {
        "line": 0.5,
        "p_target": 0.44,
        "target": 10e6,
        "unit": "SEK",
        "until": "2026-12-31",
        "called": "",
    }
    told = event(Kind.FELL, "all", figures=figures)
    own = event(Kind.ROSE, "anna", figures={**figures, "called": "Anna Lind"})
    assert "our target, 10 MSEK by 31 Dec 2026, has fallen below 50 %: it is 44 %" in plain(
        as_chat(say([told], "en", ""))
    )
    assert "Chansen att Anna Lind når 10 MSEK senast 31 dec 2026 är över 50 % igen" in plain(
        as_chat(say([own], "sv", ""))
    )
    slow = event(figures={**event().figures, "pace": 0.5})
    assert "På sistone är farten 50 %" in plain(as_chat(say([slow], "sv", "")))


def plain(text):
    return " ".join(text.split())
