"""What has changed is found by the server's own moments, and what is gone by what was there."""

import json

from mellantid.connectors.tryton.following import LONGEST, Followed, begun, pages
from mellantid.connectors.tryton.reading import Opportunities
from mellantid.connectors.tryton.values import as_told, moment_of

SECOND = 1_000_000


def test_a_cursor_is_json_and_comes_back():
    followed = Followed(9, {7: frozenset({1, 2}), 9: frozenset({4})}, frozenset({1, 2, 4, 5}))
    kept = json.loads(json.dumps(followed.as_cursor()))
    assert Followed.from_cursor(kept) == followed


def test_what_was_read_is_not_read_again(world):
    made = world()
    _, cursor = made.changed(made.tryton.start())
    made.at += 5_000
    deal = made.crm.create("1", 5, "1")
    first, cursor = made.changed(cursor)
    assert deal.id in first
    again, _ = made.changed(cursor)
    assert again == {}


def test_a_deal_that_changes_again_is_read_again(world):
    made = world()
    deal = made.crm.create("1", 5, "1")
    _, cursor = made.changed(made.tryton.start())
    made.at += 5_000
    made.crm.set(deal.id, "stage", "11")
    found, _ = made.changed(cursor)
    assert [change.stage for change in found[deal.id].changes] == ["10", "11"]


def test_what_is_written_late_with_an_early_moment_is_found():
    followed = Followed(1_000 * SECOND, {}, frozenset({1, 2}))
    followed = followed.with_read({1: 1_005 * SECOND})
    shown = Shown({2: 999 * SECOND})
    found = [deal for page in pages(shown, followed) for deal in page.deals]
    assert found == [2]
    assert shown.since == 1_005 * SECOND - LONGEST


def test_what_is_known_is_forgotten_once_it_is_old():
    followed = Followed(0, {}, frozenset())
    followed = followed.with_read({1: SECOND}).with_read({2: SECOND + LONGEST})
    assert followed.seen == {SECOND + LONGEST: {2}}


def test_a_deleted_deal_is_told_with_its_end(world):
    made = world()
    deal = made.crm.create("1", 5, "1")
    _, cursor = made.changed(made.tryton.start())
    made.at += 5_000
    made.crm.delete(deal.id)
    found, cursor = made.changed(cursor)
    assert found[deal.id].removed_at == made.at
    assert made.changed(cursor)[0] == {}


def test_a_deletion_is_found_though_as_many_are_there_as_before(world):
    made = world()
    deal = made.crm.create("1", 5, "1")
    _, cursor = made.changed(made.tryton.start())
    made.at += 5_000
    made.crm.delete(deal.id)
    new = made.crm.create("1", 5, "1")
    found, _ = made.changed(cursor)
    assert set(found) == {deal.id, new.id}


def test_a_deal_that_came_and_went_unseen_is_told(world):
    made = world()
    _, cursor = made.changed(made.tryton.start())
    made.at += 5_000
    unseen = made.crm.create("1", 5, "1")
    made.crm.create("1", 6, "1")
    made.at += 1_000
    made.crm.delete(unseen.id)
    found, cursor = made.changed(cursor)
    assert found[unseen.id].removed_at == made.at
    assert made.changed(cursor)[0] == {}


def test_a_reading_that_breaks_off_after_any_page_misses_nothing(world, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.tryton.following.TOGETHER", 4)
    made = world()
    deleted = made.crm.create("1", 5, "1")
    _, begin = made.changed(made.tryton.start())
    made.at += 5_000
    unseen = made.crm.create("1", 5, "1")
    new = {made.crm.create("1", n, "1").id for n in range(10)}
    made.at += 1_000
    made.crm.delete(unseen.id)
    made.crm.delete(deleted.id)
    whole = list(made.tryton.changed(begin))
    assert len(whole) == 5
    for read in range(1, len(whole) + 1):
        before = {deal.id for page in whole[:read] for deal in page.deals}
        after, cursor = made.changed(whole[read - 1].cursor)
        assert before | after.keys() == {*new, unseen.id, deleted.id}
        assert made.changed(cursor)[0] == {}


def test_following_begins_at_the_latest_change(world):
    made = world()
    made.at += 5_000
    made.crm.create("1", 5, "1")
    followed = begun(Opportunities(made.tryton._rpc))
    assert followed.since == made.at * 1_000
    assert len(followed.there) == sum(each.deleted_at is None for each in made.crm.deals.values())


def test_an_empty_tryton_is_followed_from_the_beginning(world):
    made = world(deals=0)
    assert made.everything() == {}
    _, cursor = made.changed(made.tryton.start())
    deal = made.crm.create("1", 5, "1")
    assert set(made.changed(cursor)[0]) == {deal.id}


class Shown:
    """Opportunities that are shown as written at some moments, and that nobody has deleted."""

    def __init__(self, moments):
        self._moments = moments
        self.since = None

    def records(self, domain, *_):
        self.since = moment_of(domain[1][2])
        return [
            {"id": deal, "create_date": as_told(1), "write_date": as_told(moment)}
            for deal, moment in self._moments.items()
        ]

    def told(self, ids):
        return tuple(ids)

    def count(self):
        return 2
