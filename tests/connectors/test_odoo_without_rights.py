"""An Odoo whose tracked values may not be read: what the ledger then has, and does not invent."""

from dataclasses import replace

import pytest
from contract import BEGAN, World
from sources import Source

from mellantid.simulators.odoo import SIMULATOR, Odoo, application


class Unprivileged(Source):
    """Odoo, by a key whose user may read opportunities only."""

    @property
    def simulator(self):
        def make(crm, values):
            return application(Odoo(crm, rights=False, given=values))

        return replace(SIMULATOR, make=make)


@pytest.fixture
def world(tmp_path):
    made = World(Unprivileged("odoo"), tmp_path, deals=40)
    yield made
    made.close()


def entries(world, deal):
    return world.ledger.rows(
        "SELECT kind, occurred_at, occurred_after, stage, amount, owner FROM entry "
        "WHERE deal = ? ORDER BY id",
        (deal,),
    )


def living(world, stage):
    return next(
        each
        for each in world.crm.deals.values()
        if each.deleted_at is None and each.now("stage") == stage
    )


def test_every_deal_stands_as_it_does_there(world):
    world.fill()
    assert "without the right" in world.connection.account
    with world.sync() as sync:
        assert sync.reconcile().found == 0


def test_a_second_reading_adds_nothing(world):
    world.fill()
    world.clock.tick(86_400_000)
    world.forget_how_far(filling={})
    again = world.fill()
    assert (again.added, again.taken_back) == (0, 0)


def test_a_movement_is_dated_exactly_and_what_else_changed_to_between_two_looks(world):
    world.fill()
    deal = living(world, "10")
    before = len(entries(world, deal.id))
    world.clock.tick(3_600_000)
    world.crm.set(deal.id, "stage", "12")
    moved = world.crm.moment()
    world.clock.tick(1_800_000)
    world.crm.set(deal.id, "amount", "4321")
    priced = world.crm.moment()
    with world.sync() as sync:
        sync.catch_up()
    first, second = entries(world, deal.id)[before:]
    assert first[:3] == ("moved", moved, None)
    assert (second[0], second[4]) == ("amount_changed", 4321)
    assert (second[1], second[2]) == (priced, moved)


def test_what_was_seen_stays_when_the_deal_moves_on(world):
    world.fill()
    deal = living(world, "10")
    known = entries(world, deal.id)
    for stage in ("11", "12", "19"):
        world.clock.tick(3_600_000)
        world.crm.set(deal.id, "stage", stage)
        with world.sync() as sync:
            result = sync.catch_up()
        assert result.taken_back == 0
    told = entries(world, deal.id)
    assert told[: len(known)] == known
    assert [row[0] for row in told[len(known) :]] == ["moved", "moved", "lost"]


def test_a_deal_opened_again_is_told_so(world):
    world.fill()
    deal = living(world, "19")
    world.clock.tick(3_600_000)
    world.crm.set(deal.id, "stage", "10")
    with world.sync() as sync:
        sync.catch_up()
        assert sync.reconcile().found == 0
    kind, at, *_ = entries(world, deal.id)[-1]
    assert (kind, at > BEGAN) == ("reopened", True)
