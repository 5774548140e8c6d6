"""What holds for every source, on its vendor's simulator."""

import dataclasses
import logging
import random

import pytest
from contract import DAY, World, change_everything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources import ASKED, HOOKED, THERE

from mellantid.connectors.connector import ForgedError, NotLetInError, SourceError
from mellantid.connectors.keeping import Status
from mellantid.connectors.syncing import LARGEST
from mellantid.connectors.told import Delivery

EXACT = (set(), set())


def worlds(sources):
    return pytest.mark.parametrize("world", sources, ids=str, indirect=True)


@pytest.fixture
def world(request, tmp_path):
    made = World(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def read_worlds(tmp_path_factory):
    """A world of each source that has been read: for tests that leave it as it is."""
    made = {}

    def read(source):
        name = str(source)
        if name not in made:
            made[name] = World(source, tmp_path_factory.mktemp(name), deals=40)
            made[name].fill()
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


@worlds(ASKED)
def test_a_second_reading_adds_nothing(world):
    world.fill()
    position = world.ledger.position()
    world.clock.tick(DAY)
    world.forget_how_far(filling={})
    again = world.fill()
    assert (again.added, again.taken_back) == (0, 0)
    assert world.ledger.position() == position


@worlds(ASKED)
def test_changes_of_every_sort_are_caught_up_with(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    with world.sync() as sync:
        assert sync.catch_up().added > 8
    assert world.wrong() == EXACT
    with world.sync() as sync:
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


@worlds([each for each in ASKED if each.stages_told])
def test_renamed_new_and_deleted_stages_are_told_by_what_they_are(world):
    world.fill()
    pipeline = world.crm.pipelines["1"]
    before = world.workspace.process("New business")
    first, second, third = pipeline.stages[:3]
    first.name = "Discover"
    new = dataclasses.replace(second, id="14", name="Demo")
    pipeline.stages.insert(1, new)
    second.gone = True
    world.clock.tick(3_600_000)
    deals = [each for each in world.crm.deals.values() if each.deleted_at is None]
    open_ones = [each for each in deals if each.now("stage") in {"10", "11", "12"}]
    for deal in open_ones[:4]:
        world.crm.set(deal.id, "stage", new.id)
    for deal in [each for each in deals if each.now("stage") == second.id]:
        world.crm.set(deal.id, "stage", third.id)
    world.clock.tick(1_000)
    with world.sync() as sync:
        sync.catch_up()
    now = world.workspace.process("New business")
    assert now.version > before.version
    assert now.stages == ("Discover", "Demo", "Proposal", "Negotiation")
    assert world.wrong() == EXACT
    # The whole history can still be read, with what the old labels mean.
    race = world.workspace.race("New business", world.clock.now())
    assert race.history.size > 0


@worlds(ASKED)
def test_reconciling_mends_what_was_lost(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    with world.sync() as sync:
        world.forget_how_far(following=sync.connector.start())
    with world.sync() as sync:
        result = sync.reconcile()
    assert result.found >= result.mended > 5
    assert world.wrong() == EXACT
    with world.sync() as sync:
        assert sync.reconcile().found == 0


@worlds(ASKED)
def test_reconciling_after_reading_finds_nothing(world):
    world.fill()
    with world.sync() as sync:
        assert sync.reconcile().found == 0


@worlds(ASKED)
def test_owners_come_with_their_teams(world):
    world.fill()
    people = world.workspace.people
    assert {each.name for each in people.persons.values()} >= {"Anna Ek", "Eva Berg"}
    assert set(people.team_of(people.persons).values()) <= {"North", "South"}


@worlds(ASKED)
def test_a_token_that_is_not_taken_needs_a_person(world):
    world.fill()
    for name in [each.name for each in world.source.kind.fields if each.secret]:
        world.values[name] = "another-secret-4711"
    wrong = dataclasses.replace(world.source.simulator)
    world.faults._application = wrong.make(world.crm, world.values)
    with world.sync() as sync, pytest.raises(NotLetInError):
        sync.catch_up()
    assert world.connection.status == Status.SHUT_OUT
    assert world.connection.message


@worlds(ASKED)
def test_a_source_that_is_gone_is_tried_again_ever_later(world):
    world.fill()
    position = world.ledger.position()
    world.faults.share = 1.0
    waits = []
    for _ in range(3):
        with world.sync() as sync, pytest.raises(SourceError):
            sync.catch_up()
        assert world.connection.status == Status.WAITING
        waits.append(world.connection.next_try - world.clock.now())
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    world.faults.share = 0.0
    with world.sync() as sync:
        sync.catch_up()
    assert (world.connection.status, world.connection.next_try) == (Status.FOLLOWING, None)
    assert world.ledger.position() == position


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


@worlds(HOOKED)
def test_webhooks_bring_every_change(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    for happened in list(world.happened):
        with world.sync() as sync:
            sync.take_hint(world.delivery(happened))
    assert world.wrong() == EXACT


@worlds(HOOKED)
def test_webhooks_twice_and_in_any_order_write_nothing_twice(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    sent = [world.delivery(each) for each in world.happened] * 2
    random.Random(1).shuffle(sent)  # noqa: S311 (no secret)
    for delivery in sent:
        with world.sync() as sync:
            sync.take_hint(delivery)
    assert world.wrong() == EXACT
    rows = world.ledger.rows("SELECT count(*), count(DISTINCT key) FROM entry")
    assert rows[0][0] == rows[0][1]


@worlds(HOOKED)
def test_a_webhook_that_comes_again_is_not_taken_in_again(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    delivery = world.delivery(world.happened[0])
    with world.sync() as sync:
        assert sync.take_hint(delivery) is not None
    requests, position = world.faults.requests, world.ledger.position()
    with world.sync() as sync:
        assert sync.take_hint(delivery) is None
    assert (world.faults.requests, world.ledger.position()) == (requests, position)


@worlds(HOOKED)
def test_a_webhook_whose_reading_failed_may_come_again(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    delivery = world.delivery(world.happened[0])
    if not world.source.kind.asked:
        pytest.skip("it is not asked, so that its reading cannot fail")
    world.faults.share = 1.0
    with world.sync() as sync, pytest.raises(SourceError):
        sync.take_hint(delivery)
    world.faults.share = 0.0
    world.clock.tick(1_000)
    with world.sync() as sync:
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


@worlds(HOOKED)
def test_forged_truncated_and_oversized_webhooks_are_refused(world):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    position, requests = world.ledger.position(), world.faults.requests
    with world.sync() as sync:
        for what, delivery in tampered(world.delivery(world.happened[0])):
            if world.source.signed or what != "another body":
                with pytest.raises(ForgedError):
                    sync.take_hint(delivery)
    assert (world.ledger.position(), world.faults.requests) == (position, requests)


@worlds([each for each in HOOKED if each.dated])
@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24])
def test_a_webhook_from_another_time_is_refused(world, minutes):
    world.fill()
    change_everything(world.crm, world.clock.tick, merges=world.source.merges)
    delivery = world.delivery(world.happened[0])
    with world.sync() as sync, pytest.raises(ForgedError):
        sync.take_hint(dataclasses.replace(delivery, at=delivery.at + minutes * 60_000))


TEXTS = st.dictionaries(
    st.sampled_from(
        ["authorization", "x-hubspot-signature-v3", "x-hubspot-request-timestamp", "x-signature"]
    ),
    st.text(max_size=40),
    max_size=4,
)


@pytest.mark.parametrize("source", HOOKED, ids=str)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    headers=TEXTS,
    at=st.integers(0, 3_000_000_000_000),
)
def test_no_invented_webhook_is_taken_in(read_worlds, source, body, headers, at):
    world = read_worlds(source)
    position = world.ledger.position()
    with world.sync() as sync, pytest.raises(ForgedError):
        sync.take_hint(Delivery("POST", "https://mellantid.example/hooks/crm", headers, body, at))
    assert world.ledger.position() == position


@pytest.mark.parametrize("source", HOOKED, ids=str)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_genuine_webhook_with_one_changed_byte_is_taken_in(read_worlds, source, data):
    if not source.signed:
        pytest.skip("its webhooks are not signed")
    world = read_worlds(source)
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
