"""A deal is told from the rows of its histories, as Salesforce writes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.connectors.connector import SourceError
from mellantid.connectors.salesforce.history import told
from mellantid.connectors.salesforce.rows import MASTER, Handover, Opportunity, Standing
from mellantid.connectors.told import Change

DEAL, ANNA, BO = "0065g00000AbCdEAAV", "0055g00000AnnaEAAV", "0055g000000BoEkAAV"
NEW, EXPANSION = "0125g000000NewAAAM", "0125g000000ExpAAAM"
T = 1_764_000_000_000
HOUR = 3_600_000


def an_opportunity(**said):
    record = {
        "attributes": {"type": "Opportunity", "url": "/services/data/v62.0/sobjects/x"},
        "Id": DEAL,
        "CreatedDate": "2025-11-24T16:00:00.000+0000",
        "SystemModstamp": "2025-11-24T16:00:00.000+0000",
        "RecordTypeId": NEW,
        "StageName": "Qualify",
        "Amount": 1000.0,
        "CurrencyIsoCode": "SEK",
        "OwnerId": ANNA,
        "IsDeleted": False,
        **said,
    }
    return Opportunity.read(record)


def stood(hours, stage, amount=1000.0, key="", currency="SEK"):
    key = key or f"{hours:06d}"
    return Standing(T + hours * HOUR, f"0085g{key}", DEAL, stage, amount, currency)


def handed(hours, field, old, new):
    return Handover(T + hours * HOUR, f"0175g{hours:06d}", DEAL, field, old, new)


FIRST = Change(T, NEW, "Qualify", 1000.0, "SEK", ANNA)


def test_a_record_in_json_and_a_row_of_csv_say_the_same():
    csv = {
        "Id": DEAL,
        "CreatedDate": "2025-11-24T16:00:00.000Z",
        "SystemModstamp": "2025-11-24T16:00:00.000Z",
        "RecordTypeId": NEW,
        "StageName": "Qualify",
        "Amount": "1.0E3",
        "CurrencyIsoCode": "SEK",
        "OwnerId": ANNA,
        "IsDeleted": "false",
    }
    assert Opportunity.read(csv) == an_opportunity()
    assert an_opportunity().created == T


def test_a_deal_begins_with_its_first_row():
    deal = told(an_opportunity(), [stood(0, "Qualify")], [])
    assert deal.changes == (FIRST,)
    assert (deal.id, deal.whole, deal.removed_at) == (DEAL, True, None)


def test_rows_that_change_neither_stage_nor_amount_are_left_out():
    rows = [stood(0, "Qualify"), stood(1, "Qualify"), stood(2, "Proposal"), stood(3, "Proposal")]
    deal = told(an_opportunity(StageName="Proposal"), rows, [])
    assert [(each.at, each.stage) for each in deal.changes] == [
        (T, "Qualify"),
        (T + 2 * HOUR, "Proposal"),
    ]


def test_an_amount_is_told_with_its_currency():
    rows = [stood(0, "Qualify"), stood(1, "Qualify", 900.0), stood(2, "Qualify", 90.0, "", "EUR")]
    deal = told(an_opportunity(), rows, [])
    assert [(each.amount, each.currency) for each in deal.changes[1:]] == [
        (900.0, "SEK"),
        (90.0, "EUR"),
    ]


def test_an_amount_that_is_taken_away_is_nothing_from_then_on():
    rows = [stood(0, "Qualify"), stood(1, "Qualify", None)]
    assert told(an_opportunity(Amount=None), rows, []).changes[1].amount == 0.0


def test_a_deal_that_never_had_an_amount_has_none():
    (first,) = told(an_opportunity(Amount=None), [stood(0, "Qualify", None)], []).changes
    assert (first.amount, first.currency) == (None, None)


def test_the_currency_given_holds_where_there_is_one_only():
    opportunity = an_opportunity(CurrencyIsoCode=None)
    rows = [stood(0, "Qualify", currency=""), stood(1, "Qualify", 5.0, currency="")]
    changes = told(opportunity, rows, [], "NOK").changes
    assert [each.currency for each in changes] == ["NOK", "NOK"]


def test_the_owner_before_the_first_handover_is_the_one_it_was_taken_from():
    deal = told(an_opportunity(OwnerId=BO), [stood(0, "Qualify")], [handed(5, "Owner", ANNA, BO)])
    assert [(each.at, each.owner) for each in deal.changes] == [(T, ANNA), (T + 5 * HOUR, BO)]


def test_without_handovers_the_owner_is_the_present_one_from_creation_on():
    deal = told(an_opportunity(OwnerId=BO), [stood(0, "Qualify"), stood(3, "Proposal")], [])
    assert deal.changes[0].owner == BO


def test_a_new_record_type_is_told_with_the_stage_that_the_deal_stands_in():
    opportunity = an_opportunity(RecordTypeId=EXPANSION)
    deal = told(opportunity, [stood(0, "Qualify")], [handed(2, "RecordType", NEW, EXPANSION)])
    assert deal.changes == (FIRST, Change(T + 2 * HOUR, EXPANSION, "Qualify"))


def test_record_type_and_stage_that_change_in_one_moment_are_one_change():
    opportunity = an_opportunity(RecordTypeId=EXPANSION, StageName="Proposal", OwnerId=BO)
    rows = [handed(2, "RecordType", NEW, EXPANSION), handed(2, "Owner", ANNA, BO)]
    deal = told(opportunity, [stood(0, "Qualify"), stood(2, "Proposal")], rows)
    assert deal.changes[1:] == (Change(T + 2 * HOUR, EXPANSION, "Proposal", owner=BO),)


def test_rows_of_one_moment_keep_their_order():
    rows = [stood(0, "Qualify"), stood(1, "Won", key="b"), stood(1, "Proposal", key="a")]
    deal = told(an_opportunity(StageName="Won"), rows, [])
    assert [(each.stage, each.place) for each in deal.changes[1:]] == [("Proposal", 0), ("Won", 1)]


def test_rows_of_the_first_moment_keep_their_order_too():
    rows = [stood(0, "Qualify", key="a"), stood(0, "Proposal", key="b")]
    deal = told(an_opportunity(StageName="Proposal"), rows, [])
    assert [(each.at, each.place, each.stage) for each in deal.changes] == [
        (T, 0, "Qualify"),
        (T, 1, "Proposal"),
    ]


def test_a_deal_that_is_not_known_whole_is_told_as_it_stood_at_the_end_of_each_moment():
    rows = [stood(0, "Qualify", key="a"), stood(1, "Proposal", key="b"), stood(1, "Won", key="c")]
    deal = told(an_opportunity(StageName="Won"), rows, [], whole=False)
    assert [(each.stage, each.place) for each in deal.changes] == [("Qualify", 0), ("Won", 0)]


def test_an_owner_of_before_the_first_row_is_told_with_it():
    rows = [handed(-5, "Owner", ANNA, BO)]
    deal = told(an_opportunity(OwnerId=BO), [stood(0, "Qualify")], rows)
    assert [(each.at, each.owner) for each in deal.changes] == [(T, BO)]


def test_a_deal_that_was_imported_is_known_from_then_on():
    deal = told(an_opportunity(), [stood(30, "Proposal")], [])
    assert (deal.changes[0].at, deal.changes[0].after) == (T + 30 * HOUR, T)


def test_a_deal_without_history_is_told_as_seen():
    stamp = "2025-11-25T16:00:00.000+0000"
    (change,) = told(an_opportunity(SystemModstamp=stamp), [], []).changes
    assert (change.at, change.after, change.stage) == (T + 24 * HOUR, T, "Qualify")


def test_what_no_row_tells_is_told_as_seen_after_the_last_row():
    opportunity = an_opportunity(StageName="Renamed", SystemModstamp="2025-11-24T20:00:00.000+0000")
    deal = told(opportunity, [stood(0, "Qualify"), stood(1, "Proposal")], [])
    assert deal.changes[-1] == Change(T + 4 * HOUR, stage="Renamed", after=T + HOUR)


def test_a_row_that_is_newer_than_the_opportunity_as_read_is_believed():
    deal = told(an_opportunity(), [stood(0, "Qualify"), stood(1, "Proposal")], [])
    assert [each.stage for each in deal.changes] == ["Qualify", "Proposal"]


def test_a_deal_that_is_not_known_whole_ends_with_how_it_stands():
    opportunity = an_opportunity(SystemModstamp="2025-11-24T20:00:00.000+0000")
    deal = told(opportunity, [stood(0, "Qualify")], [], whole=False)
    last = Change(T + 4 * HOUR, NEW, "Qualify", 1000.0, "SEK", ANNA, after=T)
    assert (deal.whole, deal.changes) == (False, (FIRST, last))


def test_a_deleted_deal_is_removed_when_it_was_deleted():
    opportunity = an_opportunity(IsDeleted=True, SystemModstamp="2025-11-24T18:00:00.000+0000")
    assert told(opportunity, [stood(0, "Qualify")], []).removed_at == T + 2 * HOUR


def test_a_deal_without_record_type_is_in_the_pipeline_of_those():
    (first,) = told(an_opportunity(RecordTypeId=None), [stood(0, "Qualify")], []).changes
    assert first.pipeline == MASTER


@pytest.mark.parametrize(("field", "value"), [("CreatedDate", "yesterday"), ("Amount", "much")])
def test_a_form_that_is_not_known_is_told(field, value):
    with pytest.raises(SourceError, match=f"{field} in a form"):
        an_opportunity(**{field: value})


STAGES = st.sampled_from(["Qualify", "Proposal", "Won"])
AMOUNTS = st.sampled_from([None, 1.0, 2.0])
ROWS = st.lists(st.tuples(st.integers(0, 9), STAGES, AMOUNTS), min_size=1, max_size=12)


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_rows_change_nothing(said, random):
    rows = [
        stood(hours, stage, amount, f"{n:03d}") for n, (hours, stage, amount) in enumerate(said)
    ]
    mixed = [*rows, *random.sample(rows, len(rows) // 2)]
    random.shuffle(mixed)
    assert told(an_opportunity(), mixed, []) == told(an_opportunity(), rows, [])


@settings(max_examples=40)
@given(ROWS)
def test_every_change_tells_something_new(said):
    rows = [
        stood(hours, stage, amount, f"{n:03d}") for n, (hours, stage, amount) in enumerate(said)
    ]
    values = {}
    for change in told(an_opportunity(), rows, []).changes:
        news = {
            name: value
            for name in ("stage", "amount", "owner", "pipeline")
            if (value := getattr(change, name)) is not None
        }
        assert any(values.get(name) != value for name, value in news.items())
        values |= news
