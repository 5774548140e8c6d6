"""Everything is read: what was true, in pages that can be gone on from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from salesforce_sample import Clock, Joined, all_of, facts_told

from mellantid.connectors.connector import SourceError
from mellantid.connectors.salesforce.back_fill import pages_of, windows
from mellantid.connectors.told import DealTold
from mellantid.simulators.crm import facts, filled
from mellantid.simulators.salesforce import Options

MANY = 2_600


@pytest.fixture(scope="module")
def many():
    """An organisation that is too large for queries alone, with jobs that take three looks."""
    clock = Clock()
    return Joined(filled(clock.now, MANY, gone=0.02), clock, Options(looks=3, most=900))


def is_true(deals, crm):
    return all(facts_told(deals, line) == facts(crm, line) for line in crm.pipelines)


def test_few_deals_are_read_by_queries_and_are_as_they_were(joined):
    deals, paths = joined.asked(lambda: all_of(joined.connector.everything(None)))
    assert is_true(deals, joined.crm)
    assert not any(path.startswith("/jobs") for path in paths)


def test_many_deals_are_read_by_three_bulk_jobs_and_are_as_they_were(many):
    deals, paths = many.asked(lambda: all_of(many.another().everything(None)))
    assert is_true(deals, many.crm)
    assert paths.count("/jobs/query") == 3
    assert len(paths) < 60


def test_pages_tell_how_many_deals_are_read_and_of_how_many(many):
    pages = list(many.another().everything(None))
    assert len(pages) > 3
    assert [page.done for page in pages] == sorted(page.done for page in pages)
    assert (pages[-1].done, pages[-1].of) == (MANY, MANY)


def test_a_reading_that_is_broken_off_goes_on_behind_the_last_page(many):
    pages = many.another().everything(None)
    read = [next(pages), next(pages)]
    rest = list(many.another().everything(read[-1].cursor))
    ids = [deal.id for deal in all_of([*read, *rest])]
    assert len(ids) == len(set(ids)) == MANY
    assert rest[-1].done == MANY


def test_an_organisation_without_deals_has_no_pages(clock):
    empty = Joined(filled(clock.now, 0), clock)
    assert list(empty.connector.everything(None)) == []
    assert empty.connector.start() == {"since": 0}


def test_a_job_that_takes_too_long_is_given_up(clock):
    slow = Joined(filled(clock.now, 2_001, days=90), clock, Options(looks=10_000, life=1e9))
    with pytest.raises(SourceError, match="half an hour"):
        next(slow.connector.everything(None))
    assert max(clock.slept) <= 8


def test_a_job_that_fails_is_told(clock, monkeypatch):
    broken = Joined(filled(clock.now, 2_001, days=90), clock)
    look = {"state": "Failed", "errorMessage": "too many rows"}
    monkeypatch.setattr("mellantid.simulators.salesforce.jobs.Jobs.look", lambda *_: look)
    with pytest.raises(SourceError, match="too many rows"):
        next(broken.connector.everything(None))


def test_what_is_true_is_told_without_tracked_fields_but_for_the_owners(join):
    joined = join(Options(tracked=()))
    deals = all_of(joined.connector.everything(None))
    for line in joined.crm.pipelines:
        wanted = {fact for fact in facts(joined.crm, line) if fact.what != "owner"}
        assert {fact for fact in facts_told(deals, line) if fact.what != "owner"} == wanted
    owners = {deal.id: joined.crm.deals[deal.id].now("owner") for deal in deals}
    assert {deal.id: deal.changes[0].owner for deal in deals} == owners
    assert not any(deal.whole for deal in deals)


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
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))
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
    moments = dict((deal.id, when) for when, deal in deals)
    for part, upto in pages:
        assert all(moments[deal.id] < upto for deal in part)
    for (_, upto), (part, _) in zip(pages, pages[1:], strict=False):
        assert all(moments[deal.id] >= upto for deal in part)
