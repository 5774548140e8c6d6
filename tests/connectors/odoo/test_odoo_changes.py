"""What has changed in Odoo since the last look: once each, nothing missed, deletions too."""

import pytest

from mellantid.connectors.odoo.known import packed, unpacked


class Looks:
    """Look after look."""

    def __init__(self, world):
        self.world = world
        self.cursor = world.odoo.start()

    def look(self):
        self.world.clock.at += 60_000
        deals = []
        for page in self.world.odoo.changed(self.cursor):
            deals += page.deals
            self.cursor = page.cursor
        return {deal.id: deal for deal in deals}


@pytest.fixture
def looks(world):
    return Looks(world(20))


def test_a_look_at_nothing_new_tells_nothing_and_asks_twice(looks):
    looks.look()
    asked = len(looks.world.carried.asked)
    assert looks.look() == {}
    assert len(looks.world.carried.asked) - asked == 2


def test_a_move_is_told_once(looks):
    deal = next(iter(looks.world.crm.deals))
    looks.look()
    looks.world.crm.set(deal, "stage", "12")
    assert looks.look()[deal].changes[-1].stage == "12"
    assert looks.look() == {}


def test_two_moves_within_one_second_are_both_told_also_when_a_look_falls_between(looks):
    looks.look()
    deal = looks.world.crm.create("1", 100, "1")
    looks.world.clock.at -= 60_000  # the look comes at once
    looks.look()
    looks.world.crm.set(deal.id, "stage", "11", at=deal.created_at)
    looks.world.crm.set(deal.id, "stage", "12", at=deal.created_at)
    changes = looks.look()[deal.id].changes
    assert [(each.stage, each.place) for each in changes] == [("10", 0), ("11", 1), ("12", 2)]
    assert {each.at for each in changes} == {deal.created_at}


def test_a_late_transaction_is_told(looks):
    deals = list(looks.world.crm.deals)
    looks.look()
    late = looks.world.crm.moment() - 120_000
    looks.world.crm.set(deals[0], "stage", "12")
    looks.look()
    looks.world.crm.set(deals[1], "stage", "12", at=late)
    assert deals[1] in looks.look()


def test_a_deal_that_is_deleted_there_is_removed_here(looks):
    living = [each for each in looks.world.crm.deals.values() if each.deleted_at is None]
    looks.look()
    looks.world.crm.delete(living[0].id)
    looks.world.crm.merge(living[1].id, living[2].id)
    found = looks.look()
    assert set(found) == {living[0].id, living[1].id}
    assert all(deal.removed_at == looks.world.clock.at for deal in found.values())
    assert not any(deal.whole for deal in found.values())
    assert looks.look() == {}


def test_a_deal_deleted_while_another_is_made_is_missed_all_the_same(looks):
    looks.look()
    living = next(each for each in looks.world.crm.deals.values() if each.deleted_at is None)
    looks.world.crm.delete(living.id)
    fresh = looks.world.crm.create("1", 10, "1")
    found = looks.look()
    assert found[living.id].removed_at is not None
    assert found[fresh.id].removed_at is None


def test_what_changed_while_everything_was_read_is_told_by_the_first_look(world):
    odoo = world(20)
    start = Looks(odoo)
    living = [each for each in odoo.crm.deals.values() if each.deleted_at is None]
    odoo.everything()
    odoo.crm.delete(living[0].id)
    odoo.crm.set(living[1].id, "stage", "13")
    assert {living[0].id, living[1].id} <= set(start.look())


def test_what_was_written_after_the_record_was_read_waits_for_the_next_look(world):
    odoo = world(0)
    deal = odoo.crm.create("1", 10, "1", at=odoo.clock.at - 90_000)
    records = odoo.odoo._records
    (lead,) = records.leads(["id", ">", 0])
    odoo.crm.set(deal.id, "stage", "12")
    assert records.tracked.steps([lead]) == {int(deal.id): []}


def test_deals_that_may_no_longer_be_seen_are_not_taken_for_deleted(world):
    odoo = world(30)
    looks = Looks(odoo)
    looks.look()
    hidden = [each.id for each in odoo.crm.deals.values() if each.deleted_at is None][:5]
    odoo.simulated.hidden = {int(each) for each in hidden}
    assert looks.look() == {}
    assert odoo.odoo.read(hidden) == ()
    odoo.simulated.hidden = set()
    assert [deal.removed_at for deal in odoo.odoo.read(hidden)] == [None] * 5


def test_a_deal_that_is_gone_when_it_is_read_is_removed(world):
    odoo = world(5)
    living = next(each for each in odoo.crm.deals.values() if each.deleted_at is None)
    assert [deal.removed_at for deal in odoo.odoo.read([living.id])] == [None]
    odoo.crm.delete(living.id)
    (gone,) = odoo.odoo.read([living.id, "no number"])
    assert (gone.id, gone.removed_at) == (living.id, odoo.clock.at)


def test_ids_are_kept_as_ranges():
    assert packed([5, 1, 2, 3, 9]) == "1-3,5,9"
    assert unpacked("1-3,5,9") == {1, 2, 3, 5, 9}
    assert unpacked(packed([])) == set()
