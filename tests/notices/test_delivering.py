from __future__ import annotations

import email as emails
import json
import os
import signal
import subprocess
import sys
import threading
from email.policy import default as policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notices_sample import NOON, PROCESS, at, choose, email, event, give, puts, rows

from mellantid.errors import QuestionError
from mellantid.ledger import Entries
from mellantid.letters.post import Post, write_post
from mellantid.notices.addresses import Way, addresses_of, remove_address, switch_address
from mellantid.notices.choices import choices_of
from mellantid.notices.deliveries import latest
from mellantid.notices.delivering import deliver_due, try_out
from mellantid.notices.events import Choice, Kind
from mellantid.notices.outbox import ABANDONED, KEPT, State, Waiting, claim, row_of, waiting
from mellantid.notices.quiet import Quiet
from mellantid.notices.schedule import FIRST_WAIT, HOUR, LONGEST_WAIT, TRIES, next_message, wait
from mellantid.workspace import Workspace

NIGHT = Quiet()


def deliver(workspace, moment=NOON):
    return [each.state for each in deliver_due(workspace, lambda: moment)]


def mails(server):
    return [emails.message_from_bytes(body, policy=policy) for _, _, body in server.mails]


def states(workspace):
    return [state for _, _, state in rows(workspace)]


def test_an_event_goes_by_mail_in_the_readers_language_with_a_link(workspace, server):
    choose(workspace, "anna", language="sv")
    puts(workspace, "anna", event())
    assert deliver(workspace) == [State.SENT]
    assert deliver(workspace) == []
    [mail] = mails(server)
    assert mail["To"] == email("anna")
    assert mail["Subject"] == "Need tappar mot planen"
    assert mail["List-Unsubscribe"] == "<https://m.example.com/settings/notices>"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "−9,0 förflyttningar" in text
    assert "https://m.example.com/legs/1" in text
    assert 'href="https://m.example.com/legs/1"' in html


def test_what_waits_for_the_end_of_quiet_hours_is_told_together(workspace, server):
    choose(workspace, "anna", quiet=NIGHT)
    for n, moment in enumerate(("2026-03-13 19:00", "2026-03-14 12:00", "2026-03-16 06:59")):
        late = event(Kind.CAUGHT, f"D{n}", at(moment), owner="anna")
        puts(workspace, "anna", late, moment=at(moment))
        assert deliver(workspace, at(moment)) == []
    assert deliver(workspace, at("2026-03-16 07:00")) == [State.SENT]
    [mail] = mails(server)
    assert mail["Subject"] == "3 notices from Mellantid"
    assert all(f"D{n} is caught" in mail.get_body(("plain",)).get_content() for n in range(3))
    assert states(workspace) == ["sent"] * 3


def test_beyond_so_many_an_hour_the_rest_is_summed_up_in_one(workspace, server):
    choose(workspace, "anna", most=2)
    for minute in range(6):
        moment = NOON + minute * 60_000
        puts(workspace, "anna", event(about=f"L{minute}", moment=moment), moment=moment)
        deliver(workspace, moment)
    assert [mail["Subject"] for mail in mails(server)] == ["L0 slips", "L1 slips"]
    assert deliver(workspace, NOON + HOUR - 1) == []
    assert deliver(workspace, NOON + HOUR) == [State.SENT]
    assert mails(server)[-1]["Subject"] == "4 notices from Mellantid"


def test_a_message_with_very_much_says_how_much_it_leaves_out(workspace, server):
    choose(workspace, "anna")
    puts(workspace, "anna", *(event(about=f"L{n}") for n in range(25)))
    assert deliver(workspace) == [State.SENT]
    assert "and 5 more" in mails(server)[0].get_body(("plain",)).get_content()
    assert states(workspace) == ["sent"] * 25


def test_a_program_gets_each_event_by_itself_at_once_also_at_night(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place], quiet=NIGHT, most=1)
    night = at("2026-03-11 23:00")
    puts(workspace, "anna", event(), event(Kind.CAUGHT, "D1", owner="anna"), place=place)
    assert deliver(workspace, night) == [State.SENT] * 2
    first, second = map(json.loads, receiver.bodies)
    assert (first["event"], first["leg"]) == ("leg.slips", "Need")
    assert (second["event"], second["deal"]) == ("deal.caught", "D1")
    assert first["at"] == "2026-03-11T11:00:00.000Z"
    assert first["organisation"] == "Fjällräv"
    assert first["figures"]["movements"] == -9.0
    assert second["figures"]["amount"] == 250e3
    assert first["text"].startswith("Need slips")
    assert first["id"] != second["id"]


def test_what_failed_is_tried_again_later_and_later_and_given_up_and_told(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    receiver.answers += [(500, {})] * TRIES
    moment, waits = NOON, []
    while deliver(workspace, moment):
        due = rows(workspace, "due_at")[0][0]
        assert deliver(workspace, due - 1) == []
        waits.append(due - moment)
        moment = due
    assert len(receiver.taken) == TRIES
    assert waits == [wait(n) for n in range(1, TRIES + 1)]
    assert 2 < sum(waits) / (24 * HOUR) < 4
    [told] = latest(workspace.ledger, email("anna"), 5)
    assert (told.state, told.tries) == (State.FAILED, TRIES)
    assert "500" in told.why
    assert len({headers["Mellantid-Delivery"] for _, headers, _ in receiver.taken}) == 1


@given(st.integers(0, 200))
def test_waits_grow_and_end(tries):
    assert FIRST_WAIT <= wait(tries) <= wait(tries + 1) <= LONGEST_WAIT


def test_while_a_place_rests_nothing_new_knocks_there_and_others_get_theirs(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    other, _ = give(workspace, "olle", receiver.url)
    for name, where in (("anna", place), ("olle", other)):
        choose(workspace, name, [where])
    receiver.answers.append((503, {"Retry-After": "600"}))
    puts(workspace, "anna", event(), place=place)
    assert deliver(workspace) == [State.WAITING]
    puts(workspace, "anna", event(about="Offer"), place=place, moment=NOON + 1)
    puts(workspace, "olle", event(), place=other)
    assert deliver(workspace, NOON + 599_999) == [State.SENT]
    assert deliver(workspace, NOON + 600_000) == [State.SENT] * 2


def test_a_program_that_is_gone_is_sent_nothing_more_until_it_is_turned_on(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    receiver.answers.append((410, {}))
    puts(workspace, "anna", event(), event(about="Offer"), place=place)
    assert deliver(workspace) == [State.FAILED]
    assert states(workspace) == ["failed", "failed"]
    [address] = addresses_of(workspace.ledger, email("anna"))
    assert address.off
    assert "410" in address.why
    switch_address(workspace.ledger, place)
    puts(workspace, "anna", event(about="creation"), place=place)
    assert deliver(workspace) == [State.SENT]


def test_a_row_that_was_written_before_the_program_ended_is_sent_once_after(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    assert puts(workspace, "anna", event(), event(), place=place) == [True, False]
    with Workspace.open(workspace.ledger.path) as restarted:
        assert deliver(restarted) == [State.SENT]
    assert puts(workspace, "anna", event(), place=place) == [False]
    assert deliver(workspace) == []
    assert len(receiver.taken) == 1


CHILD = """
import sys
from mellantid.notices.deliveries import latest
from mellantid.notices.delivering import deliver_due
from mellantid.workspace import Workspace

with Workspace.open(sys.argv[1]) as workspace:
    deliver_due(workspace, lambda: int(sys.argv[2]))
"""


def test_killed_while_a_program_answers_it_is_sent_again_under_the_same_name(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    command = [sys.executable, "-c", CHILD, str(workspace.ledger.path), str(NOON)]
    child = subprocess.Popen(command)  # noqa: S603 - ours
    receiver.before = lambda: os.kill(child.pid, signal.SIGKILL)
    assert child.wait(60) == -signal.SIGKILL
    receiver.before = None
    assert states(workspace) == ["sending"]
    assert deliver(workspace, NOON + ABANDONED) == []
    assert deliver(workspace, NOON + ABANDONED + 1) == [State.SENT]
    first, second = (headers["Mellantid-Delivery"] for _, headers, _ in receiver.taken)
    assert first == second


def test_killed_while_a_mail_was_on_its_way_it_is_not_sent_again_and_that_is_told(
    workspace, server
):
    choose(workspace, "anna")
    puts(workspace, "anna", event())
    row = row_of(workspace.ledger, event(), email("anna"), 0)
    assert claim(workspace.ledger, [row], "msg", NOON)
    assert deliver(workspace, NOON + ABANDONED + 1) == []
    assert server.mails == []
    [told] = latest(workspace.ledger, email("anna"), 5)
    assert told.state is State.UNKNOWN
    assert "nobody knows" in told.why


def test_a_mail_of_which_the_server_said_nothing_is_not_sent_again(workspace, server):
    choose(workspace, "anna")
    puts(workspace, "anna", event())
    server.answers["end"] = "gone"
    assert deliver(workspace) == [State.UNKNOWN]
    server.answers.clear()
    assert deliver(workspace, NOON + HOUR) == []


def test_a_mail_that_was_refused_is_tried_again(workspace, server):
    choose(workspace, "anna")
    puts(workspace, "anna", event())
    server.answers["MAIL"] = "451 later"
    assert deliver(workspace) == [State.WAITING]
    server.answers.clear()
    assert deliver(workspace, NOON + FIRST_WAIT) == [State.SENT]
    assert len(server.mails) == 1


def test_several_programs_at_once_send_each_once(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", *(event(about=f"L{n}") for n in range(5)), place=place)

    def another():
        with Workspace.open(workspace.ledger.path) as opened:
            deliver(opened)

    threads = [threading.Thread(target=another) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    deliver(workspace)
    assert sorted(json.loads(body)["leg"] for body in receiver.bodies) == [
        f"L{n}" for n in range(5)
    ]


def owned_by(workspace, deal, owner, moment):
    """Enter a deal of this owner's."""
    entries = Entries(
        key=[f"{deal}/{owner}"],
        process=PROCESS.name,
        process_version=1,
        deal=[deal],
        kind=["created"],
        stage=["Need"],
        occurred_at=[moment],
        owner=[owner],
        source="test",
    )
    workspace.ledger.append(entries, moment)


def test_a_deal_that_went_to_another_in_the_night_is_told_to_nobody_who_may_not_see_it(
    workspace, server
):
    late = event(Kind.CAUGHT, "D1", owner="anna")
    for name in ("anna", "boss", "admin"):
        choose(workspace, name)
        puts(workspace, name, late)
    owned_by(workspace, "D1", "olle", NOON)
    assert deliver(workspace, NOON + 1) == [State.SENT]
    assert [mail["To"] for mail in mails(server)] == [email("admin")]
    assert len(rows(workspace)) == 1


def test_what_is_not_wanted_any_more_is_left_out(workspace, receiver, server):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [0, place], quiet=NIGHT)
    night = at("2026-03-11 23:00")
    puts(workspace, "anna", event(), moment=night)
    puts(workspace, "anna", event(), place=place)
    choose(workspace, "anna", [place], Choice.LEG)
    remove_address(workspace.ledger, email("anna"), place)
    assert rows(workspace) == []
    assert choices_of(workspace.ledger, email("anna")).wants(Choice.LEG) == frozenset()
    assert deliver(workspace) == []
    assert (server.mails, receiver.taken) == ([], [])


def test_mail_that_is_not_set_up_waits_and_says_what_to_do(workspace):
    choose(workspace, "anna")
    puts(workspace, "anna", event())
    write_post(workspace.ledger, Post())
    assert deliver(workspace) == [State.WAITING]
    assert "mellantid mail" in rows(workspace, "why")[0][0]


def test_a_key_that_is_lost_sends_nothing_and_says_what_to_do(workspace, receiver):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place])
    puts(workspace, "anna", event(), place=place)
    workspace.ledger.path.with_name("m.db.key").unlink()
    assert deliver(workspace) == [State.WAITING]
    assert "key of the secrets is missing" in rows(workspace, "why")[0][0]


def test_a_trial_goes_at_once_whatever_the_hour_and_is_tried_once(workspace, receiver, server):
    place, _ = give(workspace, "anna", receiver.url)
    choose(workspace, "anna", [place], quiet=NIGHT)
    night = at("2026-03-11 23:00")
    assert try_out(workspace, email("anna"), place, lambda: night).state is State.SENT
    assert try_out(workspace, email("anna"), 0, lambda: night).state is State.SENT
    assert mails(server)[0]["Subject"] == "A notice, to see that it arrives"
    receiver.answers.append((500, {}))
    assert try_out(workspace, email("anna"), place, lambda: night).state is State.FAILED
    assert waiting(workspace.ledger) == {}
    assert [json.loads(each)["event"] for each in receiver.bodies] == ["test", "test"]
    with pytest.raises(Exception, match="no such address"):
        try_out(workspace, email("olle"), place, lambda: night)


def test_what_became_of_things_is_forgotten_after_a_month(workspace):
    with pytest.raises(QuestionError):
        try_out(workspace, email("anna"), 7, lambda: NOON)
    assert try_out(workspace, email("anna"), 0, lambda: NOON).state is State.FAILED
    deliver(workspace, NOON + KEPT)
    assert states(workspace) == ["failed"]
    deliver(workspace, NOON + KEPT + 1)
    assert rows(workspace) == []


def test_a_fault_of_ours_holds_up_nobody_else(workspace, server, caplog):
    for name in ("anna", "olle"):
        choose(workspace, name)
    broken = event(about="x", figures={"movements": "many", "days": 1, "money": 1, "unit": "SEK"})
    puts(workspace, "anna", broken)
    puts(workspace, "olle", event())
    assert sorted(deliver(workspace)) == [State.SENT, State.WAITING]
    assert [mail["To"] for mail in mails(server)] == [email("olle")]
    assert "could not be" in caplog.text


def waiting_rows(choices):
    return [
        Waiting(n, str(n), "a", 0, choice, event(about=str(n)), 0, NOON)
        for n, choice in enumerate(choices)
    ]


@given(
    st.lists(st.sampled_from(["leg", "caught", "letter"]), max_size=8),
    st.sampled_from([None, Way.CHAT, Way.WEBHOOK]),
    st.lists(st.integers(NOON - 2 * HOUR, NOON), max_size=6),
    st.integers(1, 4),
    st.booleans(),
)
def test_people_are_not_disturbed_in_quiet_or_too_often_and_all_gets_out(
    choices, way, sent, most, quiet
):
    left = waiting_rows(choices)
    lately = sum(NOON - each < HOUR for each in sent)
    messages = []
    while chosen := next_message(left, way, sent, most, NOON, quiet=quiet):
        messages.append([each.number for each in chosen])
        left = [each for each in left if each not in chosen]
        sent = [*sent, NOON]
    numbers = [n for message in messages for n in message]
    assert len(numbers) == len(set(numbers))
    if way is Way.WEBHOOK:
        assert messages == [[n] for n in range(len(choices))]
    elif quiet:
        assert messages == []
    else:
        assert len(messages) <= max(most - lately, 0)
        together = [message for message in messages if len(message) > 1]
        assert len(together) <= 1
        assert not left or len(messages) + lately >= most
