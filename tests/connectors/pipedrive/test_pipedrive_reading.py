"""All that is true of a simulated company is told, once, and within its tokens."""

import pytest
from pipedrive_sample import DAY, NOW, Clock, Company, small, true_stage

from mellantid.connectors.connector import NotLetInError, SourceError, SpentError
from mellantid.connectors.pipedrive.client import CHANGELOG, COSTS, ONE_DEAL, windows
from mellantid.connectors.told import Means
from mellantid.simulators.crm import Fact, filled
from mellantid.simulators.pipedrive import SIMULATOR


def truth(company):
    """What Pipedrive can tell of what is true."""
    return {
        fact
        for pipeline in company.crm.pipelines
        for fact in SIMULATOR.truth(company.crm, pipeline)
    }


def as_facts(told):
    """Deals as facts; a deal that changes pipeline is removed from the one and new in the other."""
    found = set()
    for deal in told.values():
        pipeline, true, said = "", {}, {}
        for change in deal.changes:
            if change.pipeline and pipeline:
                found.add(Fact(deal.id, change.at, "removed", ""))
                said = {}
            pipeline = change.pipeline or pipeline
            amount = None if change.amount is None else f"{change.amount:g}"
            now = {"stage": change.stage, "amount": amount, "owner": change.owner}
            true |= {name: value for name, value in now.items() if value}
            found |= {Fact(deal.id, change.at, *item) for item in true.items() - said.items()}
            said = dict(true)
        if deal.removed_at is not None:
            found.add(Fact(deal.id, deal.removed_at, "removed", ""))
    return found


def test_a_whole_company_is_told_as_it_is():
    company = Company(120)
    assert as_facts(company.everything()) == truth(company)


def test_progress_is_told_in_parts():
    company = Company(120)
    pages = list(company.connector.everything(None))
    assert [page.done for page in pages][:4] == [25, 50, 75, 100]
    assert pages[0].of == sum(each.deleted_at is None for each in company.crm.deals.values())
    assert all(page.of >= page.done for page in pages)


def test_a_reading_goes_on_after_any_part_without_asking_twice():
    company = Company(80)
    whole = company.everything()
    for stop in (1, 2, 3):
        pages = company.connector.everything(None)
        first = [next(pages) for _ in range(stop)]
        connector, _ = company.connect()
        rest = list(connector.everything(first[-1].cursor))
        told = [deal.id for page in (*first, *rest) for deal in page.deals]
        assert sorted(told) == sorted(whole)
        assert company.told((*first, *rest)) == whole


def to_the_end(company):
    """Reads everything, waiting as long as each stop says; the deals, and the waits (ms)."""
    told, cursor, waits = {}, None, []
    while True:
        try:
            for page in company.connector.everything(cursor):
                told |= {deal.id: deal for deal in page.deals}
                cursor = page.cursor
        except SpentError as spent:
            waits.append(spent.until - company.clock.at)
            company.clock.at = spent.until
        else:
            return told, waits


def test_tokens_that_end_stop_the_reading_and_it_goes_on_when_there_are_new_ones():
    company = Company(60, given={"daily_budget": "700"}, daily=10_000)
    told, waits = to_the_end(company)
    assert as_facts(told) == truth(company)
    assert waits
    assert all(0 < each <= DAY + 1 for each in waits)
    assert company.doors.refused == 0
    assert sum(company.doors.spent.values()) <= 700 * (len(waits) + 1)


def test_tokens_that_others_have_used_stop_the_reading_and_are_asked_for_each_hour():
    company = Company(40, daily=500)
    told, waits = to_the_end(company)
    assert as_facts(told) == truth(company)
    assert len(company.doors.spent) > 1
    assert all(0 < each <= 3_600_000 for each in waits)
    assert company.doors.refused < len(waits) <= 24 * len(company.doors.spent)


@pytest.mark.parametrize("burst", [20, 40])
def test_never_more_requests_come_than_the_plan_allows(burst):
    company = Company(60, given={"burst": str(burst)}, burst=burst)
    company.everything()
    company.connector.read([*company.crm.deals])
    company.connector.people()
    company.connector.pipelines()
    list(company.connector.glimpses())
    assert company.doors.refused == 0
    assert burst / 2 < company.doors.busiest <= burst


@pytest.mark.parametrize("burst", [20, 40, 100, 120])
def test_the_shares_of_the_short_window_are_no_more_than_it_has(burst):
    *short, day = windows(burst, 30_000)
    assert sum(each.cost / int(each.of) for each in short) <= burst
    assert {int(each.of) for each in short} == {*COSTS.values(), ONE_DEAL, CHANGELOG}
    assert (day.cost, day.seconds) == (30_000, 86_400)


def test_a_deal_that_was_never_changed_costs_no_changelog():
    company = Company(crm=small())
    for _ in range(10):
        company.crm.create("1", 100, "1", at=NOW - DAY)
    company.crm.set("1001", "stage", "12", at=NOW - DAY // 2)
    company.everything()
    listing_and_count, changelog = 10 + 20 + 40, 20
    assert sum(company.doors.spent.values()) == listing_and_count + changelog


def test_deals_in_the_archive_are_told_too():
    company = Company(30, archived=frozenset({"1003", "1010"}))
    assert set(company.everything()) >= {"1003", "1010"}
    assert {each.deal for each in company.connector.glimpses()} >= {"1003", "1010"}


def test_what_changes_is_told_and_nothing_twice():
    company = Company(40)
    cursor = company.connector.start()
    deal = next(each for each in company.crm.deals.values() if each.deleted_at is None)
    company.clock.at += 3_600_000
    company.crm.set(deal.id, "amount", "77")
    company.clock.at += 60_000
    pages = list(company.connector.changed(cursor))
    assert set(company.told(pages)) == {deal.id}
    assert company.told(pages)[deal.id] == company.read(deal)
    again = list(company.connector.changed(pages[-1].cursor))
    assert company.told(again) == {}


def test_a_deal_read_within_the_second_of_its_change_is_read_again():
    company = Company(crm=small())
    deal = company.crm.create("1", 100, "1")
    cursor = company.connector.start()
    pages = list(company.connector.changed(cursor))
    assert set(company.told(pages)) == {deal.id}
    company.crm.set(deal.id, "stage", "12")
    company.clock.at += 40_000
    pages = list(company.connector.changed(pages[-1].cursor))
    assert company.told(pages)[deal.id].changes[-1].stage == "12"
    company.clock.at += 40_000
    assert company.told(company.connector.changed(pages[-1].cursor)) == {}


def test_many_changes_in_one_second_are_all_told():
    company = Company(crm=small())
    deals = [company.crm.create("1", 100, "1", at=NOW - DAY) for _ in range(130)]
    cursor = company.connector.start()
    for deal in deals:
        company.crm.set(deal.id, "stage", "12")
    assert set(company.told(company.connector.changed(cursor))) == {each.id for each in deals}


def test_following_within_few_tokens_tells_first_what_they_were_spent_on():
    company = Company(crm=small(), given={"daily_budget": "500"})
    deals = [company.crm.create("1", 100, "1", at=NOW - DAY) for _ in range(40)]
    cursor = company.connector.start()
    for deal in deals:
        company.clock.at += 1_000
        company.crm.set(deal.id, "stage", "12")
    company.clock.at += 60_000
    told, stops = [], 0
    while len(set(told)) < 40:
        try:
            for page in company.connector.changed(cursor):
                told += [deal.id for deal in page.deals]
                cursor = page.cursor
        except SpentError as spent:
            stops += 1
            company.clock.at = spent.until
    assert stops >= 1
    assert len(told) == 40


def test_looking_for_changes_takes_no_more_than_a_tenth_of_a_small_budget():
    company = Company(crm=small(), given={"daily_budget": "30000"})
    cursor = company.connector.start()
    for _ in range(24 * 60):
        for page in company.connector.changed(cursor):
            cursor = page.cursor
        company.clock.at += 60_000
    assert sum(company.doors.spent.values()) <= 3_000 + 24 * 20


def test_a_deal_that_is_deleted_there_is_told_as_removed():
    company = Company(20)
    cursor = company.connector.start()
    deal, other = list(company.crm.deals.values())[-2:]
    company.crm.delete(deal.id)
    company.crm.merge(other.id, deal.id)
    company.clock.at += 60_000
    told = company.told(company.connector.changed(cursor))
    assert told[deal.id].removed_at == deal.deleted_at
    assert told[other.id].removed_at == other.deleted_at
    assert told[deal.id].whole
    assert company.read(deal).removed_at == deal.deleted_at


def test_a_deal_that_is_gone_for_ever_is_left_out():
    company = Company(crm=small())
    deal = company.crm.create("1", 100, "1", at=NOW - 50 * DAY)
    company.crm.delete(deal.id, at=NOW - 40 * DAY)
    assert company.connector.read([deal.id, "99999", "no id", "²"]) == ()
    assert company.everything() == {}


def test_glimpses_show_how_deals_stand_for_few_tokens():
    company = Company(600)
    glimpses = {each.deal: each for each in company.connector.glimpses()}
    living = {each.id: each for each in company.crm.deals.values() if each.deleted_at is None}
    assert set(glimpses) == set(living)
    for key, deal in living.items():
        shown = glimpses[key]
        assert shown.stage == true_stage(deal.now("stage"))
        assert (shown.owner, shown.amount) == (deal.now("owner"), float(deal.now("amount")))
    assert sum(company.doors.spent.values()) == 2 * 10 + 20


def test_pipelines_have_their_stages_in_order_and_two_for_won_and_lost():
    crm = filled(Clock().now, 0)
    crm.pipelines["1"].stages[1].gone = True
    crm.pipelines["1"].stages[0].name = "First talk"
    first, second = Company(crm=crm).connector.pipelines()
    assert (first.id, first.name) == ("1", "New business")
    assert [each.name for each in first.stages] == [
        "First talk",
        "Meeting",
        "Proposal",
        "Negotiation",
        "Won",
        "Lost",
    ]
    assert [each.gone for each in first.stages][:3] == [False, True, False]
    assert [each.means for each in first.stages][3:] == [Means.OPEN, Means.WON, Means.LOST]
    assert not {each.id for each in first.stages} & {each.id for each in second.stages}


def test_people_have_their_teams_where_the_plan_has_any():
    people = {each.id: each for each in Company().connector.people()}
    assert (people["1"].name, people["1"].team, people["1"].active) == ("Anna Ek", "North", True)
    assert not people["5"].active
    without = Company(teams=False).connector.people()
    assert [each.team for each in without] == [""] * 5


def test_people_are_asked_for_once_an_hour():
    company = Company()
    for _ in range(7):
        company.connector.people()
        company.clock.at += 600_000
    assert sum(company.doors.spent.values()) == 2 * (20 + 20)


def test_the_account_is_named():
    assert Company().connector.account() == "Example Ltd (Reader)"


def test_a_wrong_token_is_told():
    with pytest.raises(NotLetInError, match="check the token"):
        Company(given={"token": "wrong"}).connector.account()


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("acme", "acme.pipedrive.com"),
        ("acme.pipedrive.com", "acme.pipedrive.com"),
        (" https://acme-2.pipedrive.com/pipeline/1 ", "acme-2.pipedrive.com"),
    ],
)
def test_a_company_is_given_by_its_domain(given, host):
    company = Company(given={"domain": given})
    assert company.connector._client.base == f"https://{host}"


@pytest.mark.parametrize(
    "given", ["", "acme.evil.example", "https://a:b@c.example", "http://10.0.0.7", "å"]
)
def test_a_token_is_sent_to_nobody_else(given):
    with pytest.raises(SourceError, match="company domain"):
        Company(given={"domain": given})


@pytest.mark.parametrize("given", ["many", "-5", "12", "1e9"])
def test_a_budget_that_is_none_is_told(given):
    with pytest.raises(SourceError, match="daily_budget must be a whole number"):
        Company(given={"daily_budget": given})
