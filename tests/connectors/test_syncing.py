"""Reading a source, whatever the vendor: its names, its faults, and what must never happen."""

import dataclasses
import threading

import pytest
from toy import SALES, Toy, kind_of

from mellantid.access.sealing import Seal
from mellantid.connectors import kinds as listed
from mellantid.connectors.connector import ForgedError, NotLetInError, SourceError, SpentError
from mellantid.connectors.due import Due, due
from mellantid.connectors.following import Following, checked
from mellantid.connectors.keeping import (
    Status,
    add_connection,
    change_connection,
    find_connection,
    new_connection,
    remove_connection,
)
from mellantid.connectors.opening import opened
from mellantid.connectors.syncing import LARGEST
from mellantid.connectors.told import Delivery, PipelineTold, StageTold
from mellantid.errors import QuestionError
from mellantid.ledger import Entries, Kind
from mellantid.live import Writer
from mellantid.workspace import Person, Workspace

NOW = 1_750_000_000_000
DAY = 86_400_000
MINUTE = 60_000
GIVEN = "a-secret-of-ours"


class Clock:
    def __init__(self):
        self.at = NOW

    def now(self):
        self.at += 10
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "w.db", create=True) as made:
        yield made


@pytest.fixture
def seal(workspace):
    return Seal(workspace.ledger.path, {})


@pytest.fixture
def toy():
    made = Toy()
    for number in range(5):
        at = NOW - 100 * DAY + number
        first = {"pipeline": "1", "stage": "11", "amount": 10.0, "currency": "EUR", "owner": "3"}
        made.deal(f"d{number}", (at, first), (at + DAY, {"stage": "12"}))
    return made


@pytest.fixture
def connected(workspace, seal, clock, toy, monkeypatch):
    """Opens the toy's connection."""
    monkeypatch.setattr("mellantid.connectors.opening.kind_of", lambda _: kind_of(toy))
    add_connection(
        workspace.ledger, new_connection(kind_of(toy), "toy", {"token": GIVEN}, seal, clock.now())
    )

    def connect(**more):
        return opened(workspace, "toy", seal, clock.now, **more)

    return connect


@pytest.fixture
def filled(connected):
    with connected() as sync:
        sync.connect()
        sync.back_fill()
    return connected


def kept(workspace):
    return find_connection(workspace.ledger, "toy")


def test_connecting_keeps_processes_people_and_where_to_go_on(connected, workspace):
    with connected() as sync:
        looked = sync.connect()
    assert looked.account == "Toys Ltd"
    assert workspace.process("Sales").stages == ("Ask", "Offer")
    assert workspace.people.persons["3"] == Person("3", "Anna Ek", "North")
    assert set(kept(workspace).cursors) == {"filling", "following"}
    assert kept(workspace).status == Status.FILLING


def test_only_the_chosen_pipelines_are_read(connected, workspace, toy):
    other = PipelineTold("2", "Other", (StageTold("21", "X"),))
    toy.told_pipelines = (SALES, other)
    with connected() as sync:
        sync.connect(["Other"])
        sync.back_fill()
    assert set(workspace.processes) == {"Other"}
    assert workspace.ledger.processes() == ()


def test_a_pipeline_that_is_not_there_is_told(connected):
    with connected() as sync, pytest.raises(QuestionError, match=r"no pipeline 'Slaes'.*'Sales'"):
        sync.connect(["Slaes"])


def test_a_pipeline_chosen_later_is_read_from_the_beginning(filled, workspace, toy):
    toy.told_pipelines = (SALES, PipelineTold("2", "Other", (StageTold("21", "X"),)))
    toy.deal("late", (NOW - DAY, {"pipeline": "2", "stage": "21"}))
    with filled() as sync:
        sync.connect(["1", "2"])
        assert kept(workspace).status == Status.FILLING
        sync.back_fill()
    assert set(workspace.ledger.processes()) == {"Sales", "Other"}


def test_a_process_that_others_fill_is_left_to_them(connected, workspace):
    said = Entries("k", "Sales", "x", Kind.CREATED, NOW - DAY, "deals.csv", "Ask")
    workspace.ledger.append(said, NOW)
    with connected() as sync:
        sync.connect()
    assert [each.process for each in kept(workspace).courses.values()] == ["Sales (toy)"]


def test_a_connection_made_anew_under_its_name_goes_on_where_it_was(
    filled, workspace, seal, clock, toy
):
    position = workspace.ledger.position()
    remove_connection(workspace.ledger, "toy")
    again = new_connection(kind_of(toy), "toy", {"token": GIVEN}, seal, clock.now())
    add_connection(workspace.ledger, again)
    with filled() as sync:
        sync.connect()
        assert sync.back_fill().added == 0
    assert workspace.ledger.position() == position


def test_reading_before_connecting_is_refused(connected):
    with connected() as sync, pytest.raises(QuestionError, match="choose its pipelines"):
        sync.back_fill()


@pytest.mark.usefixtures("filled")
def test_the_currency_that_most_deals_have_is_chosen_where_nobody_has(workspace):
    assert workspace.settings.currency == "EUR"


def test_a_person_changed_here_stays_so(filled, workspace, toy):
    workspace.add_people([Person("3", "Annie", "Hunters")], {"Hunters": None})
    toy.told_people = (dataclasses.replace(toy.told_people[0], name="Anna Alm", team="South"),)
    with filled() as sync:
        sync.catch_up()
    workspace.forget()
    assert workspace.people.persons["3"] == Person("3", "Annie", "Hunters")


def test_a_deal_that_cannot_be_an_entry_does_not_keep_the_others_out(filled, workspace, toy):
    toy.deal("bad", (-5, {"pipeline": "1", "stage": "11"}))
    toy.deal("good", (NOW - DAY, {"pipeline": "1", "stage": "11"}))
    with filled() as sync:
        result = sync.catch_up()
    assert list(result.refused) == ["bad"]
    assert "occurred_at" in result.refused["bad"]
    assert workspace.ledger.entries_of("Sales", "good")


def test_a_deal_without_any_history_is_passed_over(filled, toy):
    toy.deal("empty")
    with filled() as sync:
        assert sync.catch_up().added == 0


def test_a_stage_that_nobody_lists_is_kept_by_its_id(filled, workspace, toy):
    toy.deal("odd", (NOW - DAY, {"pipeline": "1", "stage": "77"}), (NOW - 9, {"stage": "12"}))
    with filled() as sync:
        sync.catch_up()
    stages = [each.stage for each in workspace.ledger.entries_of("Sales", "odd")]
    assert stages == ["Stage 77", "Offer"]
    assert workspace.race("Sales", NOW + DAY).history.size > 0


def test_what_people_said_here_is_neither_taken_back_nor_mended(filled, workspace):
    said = Entries("said:1", "Sales", "d1", Kind.MOVED, NOW - DAY, "web", "Ask", known_at=NOW)
    workspace.ledger.append(said, NOW)
    with filled() as sync:
        sync.catch_up()
        assert sync.reconcile().found == 0
    assert workspace.ledger.latest("Sales").stage[1] == "Ask"


def test_a_deal_that_the_source_does_not_know_any_more_is_removed(filled, workspace, toy):
    del toy.deals["d1"]
    with filled() as sync:
        result = sync.reconcile()
        assert (result.found, result.mended) == (1, 1)
        assert sync.reconcile().found == 0
    last = workspace.ledger.entries_of("Sales", "d1")[-1]
    assert (last.kind, last.reason) == ("removed", "the source no longer has it")
    assert last.occurred_after == NOW - 99 * DAY + 1


def test_a_deal_that_comes_back_after_that_is_there_again(filled, workspace, toy):
    gone = toy.deals.pop("d1")
    with filled() as sync:
        sync.reconcile()
        toy.deals["d1"] = gone
        assert sync.reconcile().mended == 1
        assert sync.reconcile().found == 0
    assert str(workspace.ledger.latest("Sales").kind[1]) == "moved"


def test_a_source_that_suddenly_shows_almost_nothing_is_not_believed(connected, workspace, toy):
    for number in range(300):
        toy.deal(f"x{number}", (NOW - DAY, {"pipeline": "1", "stage": "11"}))
    with connected() as sync:
        sync.connect()
        sync.back_fill()
        position = workspace.ledger.position()
        toy.deals = dict(list(toy.deals.items())[:200])
        with pytest.raises(SourceError, match="nothing was removed"):
            sync.reconcile()
    assert workspace.ledger.position() == position


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (SourceError("down"), Status.WAITING),
        (SpentError("used up", NOW + DAY), Status.WAITING),
        (NotLetInError("no"), Status.SHUT_OUT),
        (KeyError("properties"), Status.WAITING),
    ],
)
def test_a_fault_becomes_the_connections_state(filled, workspace, toy, fault, status):
    toy.fault = fault
    with filled() as sync, pytest.raises(SourceError):
        sync.catch_up()
    found = kept(workspace)
    assert found.status == status
    assert found.message
    assert (found.next_try is None) == (status == Status.SHUT_OUT)
    if isinstance(fault, SpentError):
        assert found.next_try == NOW + DAY


def test_a_fault_is_told_without_the_secret(filled, workspace, toy):
    toy.fault = SourceError(f"the server said: bad token {GIVEN}")
    with filled() as sync, pytest.raises(SourceError) as told:
        sync.catch_up()
    assert GIVEN not in str(told.value) + kept(workspace).message
    assert "***" in kept(workspace).message


def test_a_payload_of_another_form_says_where_it_was_not_understood(filled, toy):
    toy.fault = KeyError(GIVEN)
    with filled() as sync, pytest.raises(SourceError, match=r"KeyError in toy\.py") as told:
        sync.catch_up()
    assert GIVEN not in str(told.value)


def hook(deal, key="k1", body=None):
    said = deal.encode() if body is None else body
    return Delivery("POST", "https://x/hooks/toy", {"key": key}, said, NOW)


def test_a_hint_is_followed_once(filled, toy):
    toy.deal("d9", (NOW - DAY, {"pipeline": "1", "stage": "11"}))
    with filled() as sync:
        assert sync.take_hint(hook("d9")).added == 1
        assert sync.take_hint(hook("d9")) is None
        assert sync.take_hint(hook("d9", "k2")).added == 0


def test_a_hint_that_could_not_be_followed_may_come_again(filled, toy):
    toy.deal("d9", (NOW - DAY, {"pipeline": "1", "stage": "11"}))
    with filled() as sync:
        toy.fault = SourceError("down")
        with pytest.raises(SourceError):
            sync.take_hint(hook("d9"))
        toy.fault = None
        assert sync.take_hint(hook("d9")).added == 1


@pytest.mark.parametrize("body", [b"x" * (LARGEST + 1), b"\xff\xfe"])
def test_a_webhook_that_is_too_large_or_cannot_be_read_is_refused(filled, toy, body):
    asked = len(toy.asked)
    with filled() as sync, pytest.raises(ForgedError):
        sync.take_hint(hook("", body=body))
    assert len(toy.asked) == asked


def test_what_is_due_follows_from_what_is_kept(filled, workspace, clock):
    found = kept(workspace)
    with filled() as sync:
        assert due(found, clock.at, 12) == Due.CATCH_UP
        sync.catch_up()
        assert due(kept(workspace), clock.at, 12) is None
        assert due(kept(workspace), clock.at + MINUTE, 12) == Due.CATCH_UP
        assert due(kept(workspace), clock.at + 13 * 60 * MINUTE, 3) == Due.RECONCILE
        assert due(kept(workspace), clock.at + 13 * 60 * MINUTE, 12) == Due.CATCH_UP
        assert due(kept(workspace), clock.at + 37 * 60 * MINUTE, 12) == Due.RECONCILE


def test_nothing_is_due_before_the_next_try_or_where_a_person_must_act(
    filled, workspace, clock, toy
):
    toy.fault = SourceError("down")
    with filled() as sync, pytest.raises(SourceError):
        sync.catch_up()
    found = kept(workspace)
    assert due(found, found.next_try - 1, 12) is None
    assert due(found, found.next_try, 12) == Due.CATCH_UP
    shut = dataclasses.replace(found, status=Status.SHUT_OUT, next_try=None)
    assert due(shut, clock.at + 99 * DAY, 3) is None


def test_a_clock_that_is_put_back_stops_no_reading(filled, workspace, clock):
    with filled() as sync:
        sync.catch_up()
        sync.reconcile()
    read = kept(workspace)
    waits = dataclasses.replace(read, next_try=clock.now() + MINUTE)
    assert due(waits, clock.now(), 12) is None
    assert due(read, clock.now() - MINUTE - DAY, 12) == Due.CATCH_UP
    assert due(read, clock.now() - 365 * DAY, 12) == Due.RECONCILE
    assert due(waits, clock.now() - 365 * DAY, 12) == Due.RECONCILE


@pytest.mark.usefixtures("filled")
def test_following_does_what_is_due_and_tells_faults(workspace, seal, clock, toy):
    with Following(workspace, seal, clock.now) as following:
        (first,) = following.step()
        assert (first.name, first.fault) == ("toy", "")
        assert following.step() == []
        clock.at += MINUTE
        toy.fault = SourceError("down")
        (second,) = following.step()
        assert (second.result, second.fault) == (None, "down")
        assert following.step() == []
        clock.at += 5 * MINUTE
        toy.fault = None
        assert following.step()[0].result.whole


def test_following_reads_the_history_first(connected, workspace, seal, clock):
    with connected() as sync:
        sync.connect()
    with Following(workspace, seal, clock.now) as following:
        assert following.step()[0].result.what == "filling"
        assert following.step()[0].result.what == "following"


@pytest.mark.usefixtures("filled")
def test_following_takes_hints_that_were_checked_elsewhere(workspace, seal, clock, toy):
    toy.deal("d9", (NOW - DAY, {"pipeline": "1", "stage": "11"}))
    with Workspace.open(workspace.ledger.path) as of_another_thread:
        hint = checked(of_another_thread, "toy", seal, hook("d9"), clock.now)
    with Following(workspace, seal, clock.now) as following:
        assert following.take("toy", hint).result.added == 1
    assert checked(workspace, "toy", seal, hook("d9"), clock.now) is None


def test_following_in_a_thread_of_its_own_writes_through_the_live_writer(
    connected, workspace, seal, clock
):
    with connected() as sync:
        sync.connect()
    writer = Writer(str(workspace.ledger.path), clock.now)
    steps = []

    def follow():
        with Workspace.open(workspace.ledger.path) as own:
            following = Following(own, seal, clock.now, writer.append)
            with following:
                steps.extend(following.step() + following.step())

    thread = threading.Thread(target=follow)
    thread.start()
    thread.join(20)
    writer.stop()
    assert [(each.result.what, each.result.whole) for each in steps] == [
        ("filling", True),
        ("following", True),
    ]
    assert workspace.ledger.survey().deals == 5


@pytest.mark.usefixtures("filled")
def test_following_lets_go_of_what_was_removed_and_opens_anew_what_was_changed(
    workspace, seal, clock, toy
):
    with Following(workspace, seal, clock.now) as following:
        before = following.sync("toy")
        assert following.sync("toy") is before
        remove_connection(workspace.ledger, "toy")
        assert following.step() == []
        again = new_connection(kind_of(toy), "toy", {"token": "new"}, seal, clock.now())
        add_connection(workspace.ledger, again)
        assert following.sync("toy") is not before


def made_anew(workspace, seal, clock, toy):
    """Removes the connection and makes another under its name."""
    remove_connection(workspace.ledger, "toy")
    again = new_connection(kind_of(toy), "toy", {"token": "new"}, seal, clock.now())
    add_connection(workspace.ledger, again)
    return again


def test_a_reading_ends_when_its_connection_is_removed(connected, workspace):
    read = []
    with connected() as sync:
        sync.connect()

        def progress(done, _):
            read.append(done)
            remove_connection(workspace.ledger, "toy")

        with pytest.raises(QuestionError, match="was removed"):
            sync.back_fill(progress)
    assert read == [1]


def test_a_reading_leaves_nothing_in_a_connection_that_took_its_connections_name(
    filled, workspace, seal, clock, toy
):
    with filled() as sync:
        again = made_anew(workspace, seal, clock, toy)
        with pytest.raises(QuestionError, match="was removed"):
            sync.catch_up()
        toy.fault = NotLetInError("no")
        with pytest.raises((QuestionError, SourceError)):
            sync.look()
    assert kept(workspace) == dataclasses.replace(again, owners=kept(workspace).owners)


def test_a_token_given_anew_is_tried_though_the_old_one_is_refused_a_moment_later(
    filled, workspace, seal, clock, toy
):
    with filled() as sync:
        change_connection(workspace.ledger, "toy", secrets={"token": seal.seal("new")})
        toy.fault = NotLetInError("no")
        with pytest.raises(NotLetInError):
            sync.catch_up()
    assert kept(workspace).status == Status.FOLLOWING
    clock.at += 10 * MINUTE
    toy.fault = None
    with Following(workspace, seal, clock.now) as following:
        assert [each.fault for each in following.step()] == [""]


def test_a_pipeline_that_another_program_chose_meanwhile_is_not_forgotten(filled, workspace, toy):
    toy.told_pipelines = (SALES, PipelineTold("2", "Other", (StageTold("21", "X"),)))
    toy.deal("late", (NOW - DAY, {"pipeline": "2", "stage": "21"}))
    with filled() as reader, filled() as other:
        other.connect(["1", "2"])
        reader.catch_up()
    assert set(kept(workspace).cursors) == {"filling", "following"}
    with filled() as sync:
        sync.back_fill()
    assert set(workspace.ledger.processes()) == {"Sales", "Other"}


def test_of_two_readers_at_one_cursor_the_later_one_leaves_it_to_the_other(connected, workspace):
    with connected() as sync:
        sync.connect()
    with connected() as one, connected() as other:

        def progress(done, _):
            if done == 1:
                assert other.back_fill().whole is False
                assert kept(workspace).cursors["filling"] == {"done": 1}

        assert one.back_fill(progress).whole
    assert set(kept(workspace).cursors) == {"following"}


def test_kinds_whose_room_is_not_there_are_left_out(monkeypatch):
    monkeypatch.setattr(listed, "NAMES", ("hubspot", "nowhere"))
    assert [each.name for each in listed.kinds()] == ["hubspot"]
    with pytest.raises(QuestionError, match="use one of hubspot"):
        listed.kind_of("nowhere")


def test_a_room_that_is_broken_is_not_taken_for_one_that_is_not_there(monkeypatch, tmp_path):
    room = tmp_path / "broken_room.py"
    room.write_text("import there_is_no_such_package\n")
    monkeypatch.setattr(listed, "__package__", "x")
    monkeypatch.setattr(listed, "import_module", lambda _: __import__("broken_room"))
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="there_is_no_such_package"):
        listed._room("broken")
