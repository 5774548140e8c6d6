"""A system that posts all that has happened is told exactly, however often it posts it."""

import dataclasses

import pytest
from contract import HOOKS, World, change_everything
from sources import Source

from mellantid.connectors.connector import ForgedError
from mellantid.simulators.webhook import history

EXACT = (set(), set())


@pytest.fixture
def world(tmp_path):
    made = World(Source("webhook"), tmp_path, deals=150)
    made.fill()
    yield made
    made.close()


def post(world, deliveries):
    with world.sync() as sync:
        return [sync.take_hint(each) for each in deliveries]


def sent(world, most=40):
    return list(history(world.crm, HOOKS, world.values, world.clock.now(), most))


def test_a_history_that_is_posted_is_told_exactly(world):
    results = post(world, sent(world))
    assert world.wrong() == EXACT
    assert not any(each.refused for each in results)


def test_a_history_that_is_posted_twice_adds_nothing(world):
    post(world, sent(world))
    position = world.ledger.position()
    assert post(world, sent(world)) == [None] * len(sent(world))
    with world.sync() as sync:
        for delivery in sent(world, most=25):
            hint = sync.connector.hint(delivery)
            assert sync.follow(hint).added == 0
    assert world.ledger.position() == position


def test_what_happens_after_the_history_is_told_too(world):
    post(world, sent(world))
    change_everything(world.crm, world.clock.tick)
    post(world, [world.delivery(each) for each in world.happened] * 2)
    assert world.wrong() == EXACT


def test_of_a_delivery_with_one_wrong_change_nothing_is_written(world):
    position = world.ledger.position()
    world.crm.pipelines["1"].stages[1].id = "77"
    for deal in world.crm.deals.values():
        deal.events = [
            dataclasses.replace(each, value="77") if each.value == "11" else each
            for each in deal.events
        ]
    with world.sync() as sync, pytest.raises(ForgedError, match="stage '77' is none of"):
        sync.take_hint(sent(world, most=500)[0])
    assert world.ledger.position() == position
