"""A simulated Odoo's deals against what is true of them, by each interface and version."""

import pytest

from mellantid.connectors.told import Means
from mellantid.simulators.crm import Deal, Event, SimulatedCrm, facts

LOST_OF = {"1": "19", "2": "29"}


def told(deals, crm):
    """What is told, as facts."""
    found = set()
    again = SimulatedCrm(crm.now)
    for deal in deals:
        heard = again.deals[deal.id] = Deal(deal.id, "", deal.changes[0].at, "EUR")
        pipeline = ""
        for change in sorted(deal.changes, key=lambda each: (each.at, each.place)):
            pipeline = change.pipeline or pipeline
            said = dict(vars(change))
            if change.stage == "lost":
                said["stage"] = LOST_OF[pipeline]
            for name in ("pipeline", "stage", "amount", "owner"):
                if said[name] is not None:
                    value = f"{said[name]:g}" if name == "amount" else said[name]
                    heard.events.append(Event(change.at, name, value, ""))
    for pipeline in crm.pipelines:
        found |= facts(again, pipeline)
    return found


def true(crm):
    """What is true of the deals that are still there."""
    living = {deal.id for deal in crm.deals.values() if deal.deleted_at is None}
    found = {fact for pipeline in crm.pipelines for fact in facts(crm, pipeline)}
    return {fact for fact in found if fact.deal in living}


@pytest.mark.parametrize(
    ("version", "interface", "path"),
    [
        (19, "auto", "/json/2/crm.lead/search_read"),
        (19, "json2", "/json/2/crm.lead/search_read"),
        (19, "xmlrpc", "/xmlrpc/2/object"),
        (17, "auto", "/xmlrpc/2/object"),
        (15, "auto", "/xmlrpc/2/object"),
    ],
)
def test_every_version_tells_exactly_what_is_true(world, version, interface, path):
    odoo = world(60, version, interface=interface)
    assert told(odoo.everything(), odoo.crm) == true(odoo.crm)
    assert path in odoo.carried.paths


def test_the_reading_goes_on_where_a_page_ended(world, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.odoo.connector.DEALS", 20)
    odoo = world(60)
    pages = list(odoo.odoo.everything(None))
    assert [page.done for page in pages] == sorted(page.done for page in pages)
    assert pages[-1].done == pages[-1].of == len(odoo.everything())
    rest = list(odoo.odoo.everything(pages[0].cursor))
    assert [page.deals for page in rest] == [page.deals for page in pages[1:]]


def test_an_amount_is_in_the_currency_of_the_company(world):
    first = world(5).everything()[0].changes[0]
    assert (first.currency, first.pipeline) == ("EUR", first.pipeline)
    assert first.amount > 0


def test_one_pipeline_unless_teams_are_asked_for(world):
    (line,) = world(5, pipelines="one").odoo.pipelines()
    assert [stage.means for stage in line.stages].count(Means.LOST) == 1
    assert {deal.changes[0].pipeline for deal in world(20, pipelines="one").everything()} == {"crm"}
    assert [each.name for each in world(5).odoo.pipelines()] == ["New business", "Expansion"]


def test_a_stage_that_was_deleted_is_told_for_the_deals_that_passed_it(world):
    odoo = world(60)
    odoo.crm.pipelines["1"].stages[1].gone = True
    stages = {stage.id: stage for stage in odoo.odoo.pipelines()[0].stages}
    gone = odoo.crm.pipelines["1"].stages[1]
    assert stages[gone.id].gone
    assert stages[gone.id].name == gone.name
    assert [stage.means for stage in odoo.odoo.pipelines()[0].stages][-2:] == ["won", "lost"]


def test_a_renamed_stage_keeps_its_id(world):
    odoo = world(5)
    before = odoo.odoo.pipelines()[0].stages[0]
    odoo.crm.pipelines["1"].stages[0].name = "First talk"
    after = odoo.odoo.pipelines()[0].stages[0]
    assert (after.id, after.name) == (before.id, "First talk")


def test_owners_come_with_teams_and_those_who_left(world):
    people = {each.name: each for each in world(5).odoo.people()}
    assert people["Anna Ek"].team == "North"
    assert people["Anna Ek"].email == "anna.ek@example.com"
    assert not people["Eva Berg"].active


def test_glimpses_say_how_every_deal_stands(world):
    odoo = world(60)
    seen = {each.deal: each for each in odoo.odoo.glimpses()}
    for deal in odoo.crm.deals.values():
        if deal.deleted_at is None:
            glimpse = seen.pop(deal.id)
            lost = deal.now("stage") in LOST_OF.values()
            assert glimpse.stage == ("lost" if lost else deal.now("stage"))
            assert (glimpse.owner, glimpse.amount) == (deal.now("owner"), float(deal.now("amount")))
    assert not seen


def test_a_lost_deal_says_why(world):
    odoo = world(0)
    deal = odoo.crm.create("1", 100, "1", at=odoo.clock.at - 90_000)
    odoo.crm.set(deal.id, "stage", "19", at=odoo.clock.at - 60_000)
    (told_,) = odoo.everything()
    assert [change.reason for change in told_.changes] == [None, "Too expensive"]


def test_a_merged_deals_moves_are_not_those_of_the_one_that_stays(world):
    odoo = world(0)
    stays = odoo.crm.create("1", 100, "1", at=odoo.clock.at - 90_000)
    goes = odoo.crm.create("1", 200, "2", at=odoo.clock.at - 80_000)
    odoo.crm.set(goes.id, "stage", "12", at=odoo.clock.at - 60_000)
    odoo.crm.merge(goes.id, stays.id)
    (told_,) = odoo.everything()
    assert told_.id == stays.id
    assert [change.stage for change in told_.changes] == ["10"]


def test_the_account_says_whose_it_is_and_whether_the_history_may_be_read(world):
    assert world(5).odoo.account() == "Example AB (Bo Lund), 5 opportunities"
    assert "without the right to read tracking values" in world(5, rights=False).odoo.account()


def test_all_stays_within_the_limit(world):
    odoo = world(200)
    begun = odoo.clock.at
    for _ in range(3):
        odoo.everything()
        list(odoo.odoo.glimpses())
    assert len(odoo.carried.asked) > 10
    assert odoo.clock.at - begun >= 10_000 * ((len(odoo.carried.asked) - 1) // 10)
