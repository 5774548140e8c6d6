"""What changes is read again, once, whatever the clocks say."""

import pytest
from salesforce_sample import all_of, facts_told

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.told import Delivery
from mellantid.simulators.crm import facts
from mellantid.simulators.salesforce import Options

MINUTE = 60_000


def open_deals(crm):
    return [
        deal for deal in crm.deals.values() if deal.deleted_at is None and deal.now("stage") == "10"
    ]


def an_open_deal(crm):
    return open_deals(crm)[0]


@pytest.fixture
def following(joined):
    """An organisation of which everything has been read; what has changed since, when asked."""

    class Following:
        crm, clock, asked = joined.crm, joined.clock, joined.asked
        connector = joined.connector
        cursor = connector.start()

        def changed(self):
            pages = list(self.connector.changed(self.cursor))
            self.cursor = pages[-1].cursor if pages else self.cursor
            return all_of(pages)

    found = Following()
    found.changed()
    found.clock.at += 5 * MINUTE
    return found


def is_told(deal, crm):
    return all(
        facts_told([deal], line) == {each for each in facts(crm, line) if each.deal == deal.id}
        for line in crm.pipelines
    )


@pytest.mark.parametrize(
    ("field", "value"), [("stage", "11"), ("stage", "18"), ("amount", "12345"), ("owner", "2")]
)
def test_a_deal_that_changes_is_read_again_with_its_whole_history(following, field, value):
    deal = an_open_deal(following.crm)
    following.crm.set(deal.id, field, value)
    (told,) = following.changed()
    assert told.id == deal.id
    assert is_told(told, following.crm)


def test_a_new_deal_comes(following):
    deal = following.crm.create("2", 700.0, "3")
    (told,) = following.changed()
    assert (told.id, told.changes[0].amount, told.changes[0].currency) == (deal.id, 700.0, "EUR")


@pytest.mark.parametrize("how", ["delete", "merge"])
def test_a_deal_that_is_deleted_there_is_removed_here(following, how):
    deal = an_open_deal(following.crm)
    if how == "delete":
        following.crm.delete(deal.id)
    else:
        following.crm.merge(deal.id, next(iter(following.crm.deals)))
    (told,) = following.changed()
    assert told.removed_at == deal.deleted_at
    assert is_told(told, following.crm)


def test_a_deal_that_changes_pipeline_is_told_with_its_new_stage(following):
    deal = an_open_deal(following.crm)
    following.crm.set(deal.id, "pipeline", "2")
    following.crm.set(deal.id, "stage", "21")
    (told,) = following.changed()
    assert (told.changes[-1].pipeline, told.changes[-1].stage) == ("2", "21")
    assert is_told(told, following.crm)


def test_a_stage_that_is_won_and_opened_again_is_told_in_order(following):
    deal = an_open_deal(following.crm)
    for stage in ("18", "12"):
        following.clock.at += MINUTE
        following.crm.set(deal.id, "stage", stage)
    (told,) = following.changed()
    assert [change.stage for change in told.changes][-2:] == ["18", "12"]


def test_when_nothing_changes_a_look_costs_one_request(following):
    for _ in range(3):
        following.crm.set(an_open_deal(following.crm).id, "stage", "11")
    following.changed()
    deals, paths = following.asked(following.changed)
    assert deals == []
    assert paths == ["/queryAll"]


def test_a_change_that_becomes_visible_late_is_not_missed(following):
    late, early = open_deals(following.crm)[:2]
    begun = following.clock.at
    following.clock.at += 9 * MINUTE
    following.crm.set(early.id, "amount", "5")
    assert [deal.id for deal in following.changed()] == [early.id]
    # A transaction that began before and ended only now has the stamp of its beginning.
    following.clock.at = begun
    following.crm.set(late.id, "stage", "12")
    following.clock.at = begun + 10 * MINUTE
    assert [deal.id for deal in following.changed()] == [late.id]


def test_a_clock_that_is_wrong_here_misses_nothing(following):
    there = following.clock.at
    following.crm.set(an_open_deal(following.crm).id, "stage", "13")
    following.clock.at = there + 3_600_000
    assert len(following.changed()) == 1


def test_more_changes_than_a_page_holds_come_page_by_page(join):
    joined = join(Options(page=50))
    pages = list(joined.connector.changed({"since": 0}))
    assert [len(page.deals) for page in pages] == [50, 50, 20]
    assert len({deal.id for deal in all_of(pages)}) == 120
    since = [page.cursor["since"] for page in pages]
    assert since == sorted(since)
    again = all_of(joined.connector.changed(pages[-1].cursor))
    assert again == []


def test_a_reading_that_is_broken_off_goes_on_from_its_page(join):
    joined = join(Options(page=50))
    pages = list(joined.connector.changed({"since": 0}))
    rest = {deal.id for deal in all_of(joined.another().changed(pages[0].cursor))}
    assert rest | {deal.id for deal in pages[0].deals} == set(joined.crm.deals)


def test_deals_are_read_by_their_ids_and_unknown_ones_left_out(joined):
    deleted = next(each.id for each in joined.crm.deals.values() if each.deleted_at)
    told = joined.connector.read([deleted, "1002", "nobody's", "1002"])
    assert {deal.id for deal in told} == {deleted, "1002"}
    assert all(is_told(deal, joined.crm) for deal in told)


def test_glimpses_show_how_every_deal_stands_that_is_not_deleted(joined):
    there = {
        (each.id, *(each.now(name) for name in ("pipeline", "stage", "owner")))
        for each in joined.crm.deals.values()
        if each.deleted_at is None
    }
    glimpses = list(joined.connector.glimpses())
    assert {(each.deal, each.pipeline, each.stage, each.owner) for each in glimpses} == there
    assert {each.deal: each.amount for each in glimpses} == {
        each.id: float(each.now("amount"))
        for each in joined.crm.deals.values()
        if each.deleted_at is None
    }


def test_many_glimpses_come_by_a_bulk_job(joined, monkeypatch):
    few = {each.deal: each for each in joined.connector.glimpses()}
    monkeypatch.setattr("mellantid.connectors.salesforce.salesforce.FEW", 10)
    many, paths = joined.asked(lambda: {each.deal: each for each in joined.connector.glimpses()})
    assert many == few
    assert "/jobs/query" in paths


def test_no_webhook_of_salesforce_is_genuine(joined):
    with pytest.raises(ForgedError, match="no webhooks"):
        joined.connector.hint(Delivery("POST", "https://here/hook", {}, b"{}", 0))
