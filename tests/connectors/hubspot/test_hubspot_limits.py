"""HubSpot's limits on what one request may ask for, met by the client."""

import pytest
from sources import Source


@pytest.fixture
def world(world_of):
    return world_of(Source("hubspot"), deals=120)


def test_more_changes_than_a_search_tells_of_are_all_found(world, monkeypatch):
    """With a search that tells of 20 deals, as the real one does of 10,000."""
    world.fill()
    monkeypatch.setattr("mellantid.simulators.hubspot.answering.MOST_FOUND", 20)
    monkeypatch.setattr("mellantid.connectors.hubspot.client.WITHOUT", 10)
    world.clock.tick(3_600_000)
    standing = [each for each in world.crm.deals.values() if each.deleted_at is None]
    for deal in standing:
        world.crm.set(deal.id, "amount", "77")
    world.clock.tick(1_000)
    with world.sync() as sync:
        assert sync.catch_up().deals >= len(standing) > 100
    assert world.wrong() == (set(), set())


def test_a_catching_up_that_was_stopped_goes_on_within_the_search(world, monkeypatch):
    world.fill()
    monkeypatch.setattr("mellantid.connectors.hubspot.client.WITHOUT", 10)
    world.clock.tick(3_600_000)
    for deal in [each for each in world.crm.deals.values() if each.deleted_at is None]:
        world.crm.set(deal.id, "amount", "77")
    world.clock.tick(1_000)
    asked = []
    for _ in range(5):
        with world.sync() as sync:
            sync._stopping = lambda: True
            assert not sync.catch_up().whole
            asked.append(sync.connection.cursors["following"]["above"])
    assert asked == sorted(set(asked), key=int)
    with world.sync() as sync:
        assert sync.catch_up().whole
    assert world.wrong() == (set(), set())
