"""What holds for every source, on its vendor's simulator."""

import dataclasses
import logging
import random

import pytest
from contract import DAY, World, change_everything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources import ASKED, ASKED_AFTER, HOOKED, SIGNED, THERE

from mellantid.connectors.connector import ForgedError, NotLetInError, SourceError
from mellantid.connectors.keeping import Status
from mellantid.connectors.syncing import LARGEST
from mellantid.connectors.told import Delivery
from mellantid.workspace import Workspace
from mellantid.workspace.labels import meaning_of

EXACT = (set(), set())


def worlds(sources):
    """The test on a source of each kind that nobody has read."""
    return pytest.mark.parametrize("world", sources, ids=str, indirect=True)


def read_worlds(sources):
    """The test on a source of each kind that has been read whole."""
    return pytest.mark.parametrize("read_world", sources, ids=str, indirect=True)


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """Databases to begin with: an empty workspace, and one of each source that has read it."""
    made = {}

    def template(source=None):
        name = str(source)
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            if source is None:
                Workspace.open(folder / "world.db", create=True).ledger.close()
                made[name] = (folder / "world.db", None)
            else:
                world = World(source, folder, template=template()[0])
                world.fill()
                world.ledger.back_up(folder / "read.db")
                made[name] = (folder / "read.db", world.clock.at)
                world.close()
        return made[name]

    return template


@pytest.fixture
def world(request, tmp_path, templates):
    made = World(request.param, tmp_path, template=templates()[0])
    yield made
    made.close()


@pytest.fixture
def read_world(request, tmp_path, templates):
    template, at = templates(request.param)
    made = World(request.param, tmp_path, template=template, at=at)
    yield made
    made.close()


@pytest.fixture(scope="module")
def still_worlds(tmp_path_factory, templates):
    """A world of each source that has been read, for tests that leave it as it is."""
    made = {}

    def read(source):
        name = str(source)
        if name not in made:
            template, at = templates(source)
            folder = tmp_path_factory.mktemp("still")
            made[name] = World(source, folder, template=template, at=at)
        return made[name]

    yield read
    for each in made.values():
        each.close()


class Killed(BaseException):
    """The program is gone."""


@worlds(ASKED)
def test_the_whole_history_is_told_exactly(world):
    world.fill()
    assert world.wrong() == EXACT
    assert world.connection.status == Status.FOLLOWING


@worlds(ASKED)
def test_requests_stay_within_the_limits(world):
    with world.sync() as sync:
        sync.connect()
        sync.back_fill()
        for _ in range(5):
            sync.catch_up()
        sync.reconcile()
    assert world.faults.requests > 5
    assert world.faults.over == 0
    assert all(each.peak <= each.cost for each in world.faults.windows)


@worlds(ASKED)
def test_a_source_that_fails_now_and_then_is_told_exactly(world):
    world.faults.share = 0.25
    world.fill()
    assert sum(world.faults.made.values()) > 0
    assert world.wrong() == EXACT
    assert world.faults.over == 0


@worlds(ASKED)
@pytest.mark.parametrize("seed", range(3))
def test_a_kill_anywhere_loses_nothing_and_repeats_nothing(world, seed):
    chance = random.Random(seed)  # noqa: S311 (no secret)

    def append(entries):
        if chance.random() < 0.2:
            raise Killed
        done = world.append(entries)
        # The entries are durable, the cursor has not moved on.
        if chance.random() < 0.3:
            raise Killed
        return done

    with world.sync() as sync:
        sync.connect()
    whole = False
    for _ in range(200):
        try:
            with world.sync(append) as sync:
                whole = sync.back_fill().whole
        except Killed:
            continue
        if whole:
            break
    assert whole
    assert world.wrong() == EXACT
    keys = world.ledger.rows(
        "SELECT count(*), count(DISTINCT key), sum(kind = 'retracted') FROM entry"
    )
    assert keys[0][0] == keys[0][1]
    assert not keys[0][2]


@worlds(ASKED)
def test_a_reading_that_is_stopped_goes_on_from_there(world):
    with world.sync() as sync:
        sync.connect()
        sync._stopping = lambda: True
        first = sync.back_fill()
    with world.sync() as sync:
        second = sync.back_fill()
    assert second.whole
    assert first.deals + second.deals <= 1.1 * len(world.crm.deals)
    assert world.wrong() == EXACT


@read_worlds(ASKED)
def test_a_second_reading_adds_nothing(read_world):
    position = read_world.ledger.position()
    read_world.clock.tick(DAY)
    read_world.forget_how_far(filling={})
    again = read_world.fill()
    assert (again.added, again.taken_back) == (0, 0)
    assert read_world.ledger.position() == position


@read_worlds(ASKED)
def test_changes_of_every_sort_are_caught_up_with(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    assert read_world.wrong() != EXACT
    with read_world.sync() as sync:
        assert sync.catch_up().added > 8
    assert read_world.wrong() == EXACT
    with read_world.sync() as sync:
        again = sync.catch_up()
    assert (again.added, again.taken_back) == (0, 0)


@worlds(ASKED)
def test_changes_while_everything_is_read_are_not_lost(world):
    with world.sync() as sync:
        sync.connect()
        changed = []

        def progress(*_):
            if not changed:
                changed.append(True)
                change_everything(world.crm, world.clock.tick, merges=world.source.merges)

        sync.back_fill(progress)
        sync.catch_up()
    assert world.wrong() == EXACT


@read_worlds([each for each in ASKED if each.stages_told])
def test_renamed_new_and_deleted_stages_are_told_by_what_they_are(read_world):
    pipeline = read_world.crm.pipelines["1"]
    before = read_world.workspace.process("New business")
    first, second, third = pipeline.stages[:3]
    first.name = "Discover"
    new = dataclasses.replace(second, id="14", name="Demo")
    pipeline.stages.insert(1, new)
    second.gone = True
    read_world.clock.tick(3_600_000)
    deals = [each for each in read_world.crm.deals.values() if each.deleted_at is None]
    open_ones = [each for each in deals if each.now("stage") in {"10", "11", "12"}]
    for deal in open_ones[:4]:
        read_world.crm.set(deal.id, "stage", new.id)
    for deal in [each for each in deals if each.now("stage") == second.id]:
        read_world.crm.set(deal.id, "stage", third.id)
    read_world.clock.tick(1_000)
    with read_world.sync() as sync:
        sync.catch_up()
    now = read_world.workspace.process("New business")
    assert now.version > before.version
    assert now.stages == ("Discover", "Demo", "Proposal", "Negotiation")
    assert read_world.wrong() == EXACT
    # What was said under the old name counts under the new one.
    versions = read_world.workspace.process_versions("New business")
    assert meaning_of(["Qualify"], versions).states == {"Qualify": 0}
    race = read_world.workspace.race("New business", read_world.clock.now())
    assert race.history.size > 0


@read_worlds(ASKED)
def test_reconciling_mends_what_was_lost(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    with read_world.sync() as sync:
        read_world.forget_how_far(following=sync.connector.start())
    with read_world.sync() as sync:
        result = sync.reconcile()
    assert result.found >= result.mended > 5
    assert read_world.wrong() == EXACT
    with read_world.sync() as sync:
        assert sync.reconcile().found == 0


@read_worlds(ASKED)
def test_reconciling_after_reading_finds_nothing(read_world):
    with read_world.sync() as sync:
        assert sync.reconcile().found == 0


@read_worlds(ASKED)
def test_owners_come_with_their_teams(read_world):
    people = read_world.workspace.people
    assert {each.name for each in people.persons.values()} >= {"Anna Ek", "Eva Berg"}
    assert set(people.team_of(people.persons).values()) <= {"North", "South"}


@read_worlds(ASKED)
def test_a_token_that_is_not_taken_needs_a_person(read_world):
    for name in [each.name for each in read_world.source.kind.fields if each.secret]:
        read_world.values[name] = "another-secret-4711"
    wrong = dataclasses.replace(read_world.source.simulator)
    read_world.faults._application = wrong.make(read_world.crm, read_world.values)
    with read_world.sync() as sync, pytest.raises(NotLetInError):
        sync.catch_up()
    assert read_world.connection.status == Status.SHUT_OUT
    assert read_world.connection.message


@read_worlds(ASKED)
def test_a_source_that_is_gone_is_tried_again_ever_later(read_world):
    position = read_world.ledger.position()
    read_world.faults.share = 1.0
    waits = []
    for _ in range(3):
        with read_world.sync() as sync, pytest.raises(SourceError):
            sync.catch_up()
        assert read_world.connection.status == Status.WAITING
        waits.append(read_world.connection.next_try - read_world.clock.now())
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    read_world.faults.share = 0.0
    with read_world.sync() as sync:
        sync.catch_up()
    assert (read_world.connection.status, read_world.connection.next_try) == (
        Status.FOLLOWING,
        None,
    )
    assert read_world.ledger.position() == position


@worlds(ASKED)
def test_secrets_are_in_no_fault_log_repr_or_file(world, caplog):
    caplog.set_level(logging.DEBUG)
    said = []
    with world.sync() as sync:
        sync.connect()
        sync.back_fill()
        said += [repr(sync), repr(sync.connector), repr(sync.connection)]
    world.faults.share = 1.0
    with world.sync() as sync, pytest.raises(SourceError) as fault:
        sync.catch_up()
    said += [str(fault.value), repr(fault.value), world.connection.message, caplog.text]
    world.ledger.back_up(world.ledger.path.with_name("copy.db"))
    kept = world.ledger.path.with_name("copy.db").read_bytes()
    assert world.secrets or not any(each.secret for each in world.source.kind.fields)
    for secret in world.secrets:
        assert secret not in "".join(said)
        assert secret.encode() not in kept


@worlds(THERE)
def test_what_a_kind_says_of_itself_can_be_given(world):
    kind = world.source.kind
    assert kind.name == world.source.name
    names = [each.name for each in kind.fields]
    assert len(set(names)) == len(names)
    assert set(world.values) <= set(names)
    assert all(each.default in each.choices for each in kind.fields if each.choices)


@read_worlds(HOOKED)
def test_webhooks_bring_every_change(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    for happened in list(read_world.happened):
        with read_world.sync() as sync:
            sync.take_hint(read_world.delivery(happened))
    assert read_world.wrong() == EXACT


@read_worlds(HOOKED)
def test_webhooks_twice_and_in_any_order_write_nothing_twice(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    sent = [read_world.delivery(each) for each in read_world.happened] * 2
    random.Random(1).shuffle(sent)  # noqa: S311 (no secret)
    for delivery in sent:
        with read_world.sync() as sync:
            sync.take_hint(delivery)
    assert read_world.wrong() == EXACT
    rows = read_world.ledger.rows("SELECT count(*), count(DISTINCT key) FROM entry")
    assert rows[0][0] == rows[0][1]


@read_worlds(HOOKED)
def test_a_webhook_that_comes_again_is_not_taken_in_again(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    delivery = read_world.delivery(read_world.happened[0])
    with read_world.sync() as sync:
        assert sync.take_hint(delivery) is not None
    requests, position = read_world.faults.requests, read_world.ledger.position()
    with read_world.sync() as sync:
        assert sync.take_hint(delivery) is None
    assert (read_world.faults.requests, read_world.ledger.position()) == (requests, position)


@read_worlds(ASKED_AFTER)
def test_a_webhook_whose_reading_failed_may_come_again(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    delivery = read_world.delivery(read_world.happened[0])
    read_world.faults.share = 1.0
    with read_world.sync() as sync, pytest.raises(SourceError):
        sync.take_hint(delivery)
    read_world.faults.share = 0.0
    read_world.clock.tick(1_000)
    with read_world.sync() as sync:
        assert sync.take_hint(delivery).added > 0


def tampered(delivery):
    """A webhook with something wrong with it, each."""
    body = delivery.body
    changed = body.replace(b"1", b"2", 1)
    yield "another body", dataclasses.replace(delivery, body=changed)
    yield "truncated", dataclasses.replace(delivery, body=body[: len(body) // 2])
    yield "empty", dataclasses.replace(delivery, body=b"")
    yield "oversized", dataclasses.replace(delivery, body=body + b" " * LARGEST)
    yield "without headers", dataclasses.replace(delivery, headers={})


@read_worlds(HOOKED)
def test_forged_truncated_and_oversized_webhooks_are_refused(read_world):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    position, requests = read_world.ledger.position(), read_world.faults.requests
    with read_world.sync() as sync:
        for what, delivery in tampered(read_world.delivery(read_world.happened[0])):
            if read_world.source.signed or what != "another body":
                with pytest.raises(ForgedError):
                    sync.take_hint(delivery)
    assert (read_world.ledger.position(), read_world.faults.requests) == (position, requests)


@read_worlds([each for each in HOOKED if each.dated])
@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24])
def test_a_webhook_from_another_time_is_refused(read_world, minutes):
    change_everything(read_world.crm, read_world.clock.tick, merges=read_world.source.merges)
    delivery = read_world.delivery(read_world.happened[0])
    with read_world.sync() as sync, pytest.raises(ForgedError):
        sync.take_hint(dataclasses.replace(delivery, at=delivery.at + minutes * 60_000))


TEXTS = st.dictionaries(
    st.sampled_from(
        ["authorization", "x-hubspot-signature-v3", "x-hubspot-request-timestamp", "x-signature"]
    ),
    st.text(max_size=40),
    max_size=4,
)


@pytest.mark.parametrize("source", HOOKED, ids=str)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    headers=TEXTS,
    at=st.integers(0, 3_000_000_000_000),
)
def test_no_invented_webhook_is_taken_in(still_worlds, source, body, headers, at):
    world = still_worlds(source)
    position = world.ledger.position()
    with world.sync() as sync, pytest.raises(ForgedError):
        sync.take_hint(Delivery("POST", "https://mellantid.example/hooks/crm", headers, body, at))
    assert world.ledger.position() == position


@pytest.mark.parametrize("source", SIGNED, ids=str)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_genuine_webhook_with_one_changed_byte_is_taken_in(still_worlds, source, data):
    world = still_worlds(source)
    if not world.happened:
        world.crm.create("1", 5.0, "1")
    delivery = world.delivery(world.happened[0])
    place = data.draw(st.integers(0, len(delivery.body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != delivery.body[place]))
    body = delivery.body[:place] + bytes([byte]) + delivery.body[place + 1 :]
    position = world.ledger.position()
    with world.sync() as sync, pytest.raises(ForgedError):
        sync.take_hint(dataclasses.replace(delivery, body=body))
    assert world.ledger.position() == position
