"""Everything is read: what was true, in pages that can be gone on from."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from salesforce_sample import Clock, Joined, all_of, facts_told

from mellantid.connectors.connector import SourceError
from mellantid.connectors.salesforce.back_fill import pages_of, windows
from mellantid.connectors.told import DealTold
from mellantid.simulators.crm import facts, filled
from mellantid.simulators.salesforce import Options

MANY = 2_100


@pytest.fixture(scope="module")
def many():
    """An organisation too large for queries alone, with jobs that take three looks."""
    clock = Clock()
    return Joined(filled(clock.now, MANY, days=100, gone=0.02), clock, Options(looks=3, most=900))


@pytest.fixture(scope="module")
def read(many):
    """All pages of it, and what was asked for."""
    return many.asked(lambda: list(many.connector.everything(None)))


def is_true(deals, crm):
    return all(facts_told(deals, line) == facts(crm, line) for line in crm.pipelines)


def test_few_deals_are_read_by_queries_and_are_as_they_were(joined):
    deals, paths = joined.asked(lambda: all_of(joined.connector.everything(None)))
    assert is_true(deals, joined.crm)
    assert not any(path.startswith("/jobs") for path in paths)


def test_many_deals_are_read_by_three_bulk_jobs_and_are_as_they_were(many, read):
    pages, paths = read
    assert is_true(all_of(pages), many.crm)
    assert paths.count("/jobs/query") == 3
    assert len(paths) < 40


@pytest.mark.usefixtures("read")
def test_a_job_is_waited_for_longer_each_time(many):
    assert many.clock.slept[:2] == [1.0, 2.0]


def test_pages_tell_how_many_deals_are_read_and_of_how_many(read):
    pages, _ = read
    assert len(pages) > 3
    assert [page.done for page in pages] == sorted(page.done for page in pages)
    assert (pages[-1].done, pages[-1].of) == (MANY, MANY)


def test_a_reading_that_is_broken_off_goes_on_behind_the_last_page(many, read):
    first = read[0][:2]
    rest = list(many.another().everything(first[-1].cursor))
    ids = [deal.id for deal in all_of([*first, *rest])]
    assert len(ids) == len(set(ids)) == MANY
    assert rest[-1].done == MANY


def test_results_that_come_incomplete_are_not_taken(many, monkeypatch):
    short = ('"Id"\n"006"\n', 2, "null")
    monkeypatch.setattr("mellantid.simulators.salesforce.jobs.Jobs.results", lambda *_: short)
    with pytest.raises(SourceError, match="incomplete"):
        next(many.another().everything(None))


def test_an_organisation_without_deals_has_no_pages(clock):
    empty = Joined(filled(clock.now, 0), clock)
    assert list(empty.connector.everything(None)) == []
    assert empty.connector.start() == {"since": 0}


def test_a_job_that_takes_too_long_is_given_up(many, monkeypatch):
    look = {"state": "InProgress"}
    monkeypatch.setattr("mellantid.connectors.salesforce.bulk.LONGEST", 60.0)
    monkeypatch.setattr("mellantid.simulators.salesforce.jobs.Jobs.look", lambda *_: look)
    with pytest.raises(SourceError, match="half an hour"):
        next(many.another().everything(None))
    assert max(many.clock.slept) <= 8


def test_a_job_that_fails_is_told(many, monkeypatch):
    look = {"state": "Failed", "errorMessage": "too many rows"}
    monkeypatch.setattr("mellantid.simulators.salesforce.jobs.Jobs.look", lambda *_: look)
    with pytest.raises(SourceError, match="too many rows"):
        next(many.another().everything(None))


def test_without_tracked_owners_the_present_one_holds_from_creation_on(join):
    joined = join(Options(tracked=("RecordTypeId",)))
    deals = all_of(joined.connector.everything(None))
    for line in joined.crm.pipelines:
        wanted = {fact for fact in facts(joined.crm, line) if fact.what != "owner"}
        assert {fact for fact in facts_told(deals, line) if fact.what != "owner"} == wanted
    owners = {deal.id: joined.crm.deals[deal.id].now("owner") for deal in deals}
    assert {deal.id: deal.changes[0].owner for deal in deals} == owners
    assert not any(deal.whole for deal in deals)


def test_without_the_history_of_fields_it_is_not_asked_for(join):
    joined = join(Options(tracked=()))
    deals = all_of(joined.connector.everything(None))
    assert {deal.id: deal.changes[0].pipeline for deal in deals} == {
        deal.id: deal.now("pipeline") for deal in joined.crm.deals.values()
    }


def test_deals_so_old_that_owners_are_forgotten_are_not_told_as_whole(joined):
    deals = all_of(joined.connector.everything(None))
    old = joined.clock.at - 520 * 86_400_000
    assert {deal.whole for deal in deals} == {True, False}
    assert all(deal.whole == (deal.changes[0].at >= old) for deal in deals)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 5_000), max_size=60), st.integers(1, 20))
def test_windows_hold_each_deal_once_and_few_enough(seconds, most):
    moments = sorted(1_000 * each for each in seconds)

    def count(begin, end):
        return sum(begin <= each < end for each in moments)

    found = list(windows(count, 0, 5_001_000, most))
    assert sum(deals for _, _, deals in found) == len(moments)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert all(deals <= most or end - begin <= 1_000 for begin, end, deals in found)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=3_000))
def test_pages_end_only_between_two_moments(steps):
    at, deals = 0, []
    for place, step in enumerate(steps):
        at += step * 1_000
        deals.append((at, DealTold(str(place), ())))
    pages = list(pages_of(deals, at + 1_000))
    assert [deal for part, _ in pages for deal in part] == [deal for _, deal in deals]
    moments = {deal.id: when for when, deal in deals}
    for part, upto in pages:
        assert all(moments[deal.id] < upto for deal in part)
    for (_, upto), (part, _) in pairwise(pages):
        assert all(moments[deal.id] >= upto for deal in part)
