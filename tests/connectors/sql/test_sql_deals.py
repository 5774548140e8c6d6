"""A company's own database against what is true of its deals."""

import pytest

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.told import Delivery
from mellantid.simulators.crm import Deal, Event, SimulatedCrm, facts


def told(deals, crm):
    """What is told, as facts."""
    again = SimulatedCrm(crm.now)
    for deal in deals:
        heard = again.deals[deal.id] = Deal(deal.id, "", deal.changes[0].at, "EUR")
        heard.deleted_at = deal.removed_at
        for change in sorted(deal.changes, key=lambda each: (each.at, each.place)):
            for name in ("pipeline", "stage", "amount", "owner"):
                value = getattr(change, name)
                if value is not None:
                    said = f"{value:g}" if name == "amount" else value
                    heard.events.append(Event(change.at, name, said, ""))
    return {fact for pipeline in crm.pipelines for fact in facts(again, pipeline)}


def test_everything_is_told_exactly_as_it_is(company):
    database = company(80)
    true = {fact for line in database.crm.pipelines for fact in facts(database.crm, line)}
    assert told(database.everything(), database.crm) == true


def test_moves_of_one_second_keep_their_order(company):
    database = company(0)
    deal = database.crm.create("1", 100, "1", at=database.at - 60_000)
    for stage in ("12", "11", "13"):
        database.crm.set(deal.id, "stage", stage, at=deal.created_at)
    (said,) = database.everything()
    places = [(change.stage, change.place) for change in said.changes]
    assert places == [("10", 0), ("12", 1), ("11", 2), ("13", 3)]


def test_the_reading_goes_on_where_a_page_ended(company, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.sql.connector.DEALS", 25)
    database = company(80)
    pages = list(database.sql.everything(None))
    assert [(page.done, page.of) for page in pages][-1] == (80, 80)
    rest = list(database.sql.everything(pages[0].cursor))
    assert [page.deals for page in rest] == [page.deals for page in pages[1:]]


def test_a_merged_deal_says_into_which(company):
    database = company(0)
    stays, goes = (database.crm.create("1", 100, "1", at=database.at - 60_000) for _ in range(2))
    database.crm.merge(goes.id, stays.id)
    gone = {deal.id: deal for deal in database.everything()}[goes.id]
    assert (gone.removed_at, gone.removed_why) == (database.at, f"merged into {stays.id}")


def test_a_look_finds_new_rows_and_goes_back_by_the_overlap(company):
    database = company(30, overlap="120000")
    cursor = database.sql.start()
    moved, late = list(database.crm.deals)[:2]
    database.at += 3_600_000
    database.crm.set(moved, "stage", "12")
    found, cursor = database.look(cursor)
    assert found[moved].changes[-1].stage == "12"
    database.at -= 120_000  # a transaction that began earlier ends now
    database.crm.set(late, "stage", "13")
    found, _ = database.look(cursor)
    assert late in found


def test_without_a_column_to_follow_all_is_read_again_when_there_is_more(company):
    database = company(30, cursor="")
    assert "all is read again" in database.sql.account()
    cursor = database.sql.start()
    found, cursor = database.look(cursor)
    assert found == {}
    deal = next(iter(database.crm.deals))
    database.crm.set(deal, "amount", "77")
    found, cursor = database.look(cursor)
    assert len(found) == 30
    assert found[deal].changes[-1].amount == 77
    assert database.look(cursor)[0] == {}


def test_glimpses_say_how_every_deal_stands(company):
    database = company(60)
    seen = {each.deal: each for each in database.sql.glimpses()}
    living = {key: deal for key, deal in database.crm.deals.items() if deal.deleted_at is None}
    assert set(seen) == set(living)
    for key, deal in living.items():
        glimpse = seen[key]
        assert (glimpse.stage, glimpse.pipeline) == (deal.now("stage"), deal.now("pipeline"))
        assert (glimpse.owner, glimpse.amount) == (deal.now("owner"), float(deal.now("amount")))


def test_some_deals_are_read_and_unknown_ones_are_left_out(company):
    database = company(10)
    first, second = list(database.crm.deals)[:2]
    assert {deal.id for deal in database.sql.read([first, second, "'; DROP TABLE change"])} == {
        first,
        second,
    }
    assert len(database.everything()) == 10


def test_stages_and_sellers_come_as_the_queries_give_them(company):
    database = company(3)
    database.crm.pipelines["1"].stages[1].gone = True
    database.crm.pipelines["1"].stages[2].name = "Offer"
    database.kept.refresh()
    lines = database.sql.pipelines()
    assert [line.name for line in lines] == ["New business", "Expansion"]
    assert [stage.gone for stage in lines[0].stages[:3]] == [False, True, False]
    assert lines[0].stages[2].name == "Offer"
    people = {each.id: each for each in database.sql.people()}
    assert (people["1"].name, people["1"].team, people["5"].active) == ("Anna Ek", "North", False)


def test_whoever_the_rows_name_are_the_people_where_no_query_tells_more(company):
    people = company(30, people="").sql.people()
    assert {each.name for each in people} == {"1", "2", "3", "4", "5"}


def test_a_database_sends_no_webhooks(company):
    with pytest.raises(ForgedError):
        company(1).sql.hint(Delivery("POST", "https://us.example.com", {}, b"{}", 0))
