"""What is posted is read strictly: all of a delivery counts or nothing, and each fault is told."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from webhook_sample import NOW, TWO, change, connector, posted, when

from mellantid.connectors.connector import ForgedError, ImpossibleError
from mellantid.connectors.told import Change, DealTold

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs/connectors/webhook.schema.json").read_text(encoding="utf-8")
)


def told(*changes, **given):
    return connector(**given).hint(posted(*changes)).told


def refusal(*changes, **given):
    with pytest.raises(ImpossibleError) as refused:
        told(*changes, **given)
    return str(refused.value)


def test_a_change_is_told_with_all_it_says():
    said = change(amount=12_000, currency="SEK", owner="anna", at="2026-09-21T10:00:00.250+02:00")
    (deal,) = told(said)
    first = Change(1_789_977_600_250, "new", "Qualify", 12_000.0, "SEK", "anna")
    assert deal == DealTold("D-1", (first,), whole=False)


def test_a_delivery_is_known_by_its_id():
    assert connector().hint(posted(change(), key="k-7")).keys == ("k-7",)


def test_a_delivery_tells_each_deal_once_in_the_order_of_time():
    first, other, second = change(at=when(90)), change(deal="D-2"), change(stage="demo")
    deals = told(second, other, first)
    assert [deal.id for deal in deals] == ["D-1", "D-2"]
    assert [each.stage for each in deals[0].changes] == ["Qualify", "demo"]


def test_changes_of_one_moment_keep_the_order_in_which_they_are_listed():
    (deal,) = told(change(), change(stage="demo"), change(stage="Won"))
    assert [(each.place, each.stage) for each in deal.changes] == [
        (0, "Qualify"),
        (1, "demo"),
        (2, "Won"),
    ]


def test_the_order_within_a_moment_may_be_told():
    (deal,) = told(change(stage="demo", sequence=2), change(sequence=1))
    assert [(each.place, each.stage) for each in deal.changes] == [(2, "demo"), (1, "Qualify")]


def test_only_what_changes_needs_to_be_said():
    (deal,) = told({"deal": "D-1", "at": when(5), "owner": ""})
    (only,) = deal.changes
    assert (only.pipeline, only.stage, only.amount, only.owner) == (None, None, None, "")


def test_an_amount_without_a_currency_is_in_that_of_the_connection():
    (deal,) = told(change(amount=5.5), currency="sek")
    assert (deal.changes[0].amount, deal.changes[0].currency) == (5.5, "SEK")


def test_why_a_deal_was_lost_is_told():
    (deal,) = told(change(stage="Lost", reason="price"))
    assert deal.changes[0].reason == "price"


def test_a_deal_is_removed_with_its_reason():
    (deal,) = told(change(at=when(90)), {"deal": "D-1", "at": when(60), "removed": True})
    assert (deal.removed_at, deal.removed_why, len(deal.changes)) == (NOW - 60_000, "removed", 1)
    (deal,) = told({"deal": "D-1", "at": when(60), "removed": True, "reason": "a double"})
    assert (deal.removed_why, deal.changes) == ("a double", ())


def test_where_there_are_several_pipelines_a_stage_needs_its_own():
    (deal,) = told(change(pipeline="more"), stages=TWO)
    assert deal.changes[0].pipeline == "more"
    assert "stage needs its pipeline" in refusal(change(), stages=TWO)


ONLY_HERE = [
    # What takes the pipelines, the calendar, the clock or the connection's currency to see.
    change(deal="a\nb"),
    change(deal="\ud800"),
    change(at="2026-02-30T09:30:00Z"),
    change(at=when(-600)),
    change(at="1980-01-01T00:00:00Z"),
    change(pipeline="old"),
    change(stage="Dmeo"),
    change(amount=5),
    change(reason="price"),
    change(stage="Won", reason="price"),
]
FAULTS = [
    (7, "it is an object"),
    (change(stag="x"), "'stag' is none of deal, at"),
    ({"at": when(), "stage": "Qualify"}, "deal is a text"),
    (change(deal=""), "deal is a text"),
    (change(deal=7), "deal is a text"),
    (change(deal="x" * 201), "deal is a text"),
    (change(deal="a\nb"), "deal is a text"),
    (change(deal="\ud800"), "deal is a text"),
    (change(at="2026-03-01"), "at is a time"),
    (change(at="2026-03-01T09:30:00"), "at is a time"),
    (change(at="2026-02-30T09:30:00Z"), "at is a time"),
    (change(at=NOW), "at is a time"),
    (change(at=None), "at is a time"),
    (change(at=when(-600)), "in the future"),
    (change(at="1980-01-01T00:00:00Z"), "before 1990"),
    (change(pipeline="old"), "pipeline 'old' is none of 'new'"),
    (change(stage="Dmeo"), "stage 'Dmeo' is none of 'Qualify', 'demo'"),
    ({"deal": "D-1", "at": when(), "pipeline": "new"}, "pipeline needs the stage"),
    (change(amount="5", currency="SEK"), "amount is a number"),
    (change(amount=True, currency="SEK"), "amount is a number"),
    (change(amount=-1, currency="SEK"), "amount is a number"),
    (change(amount=10**400, currency="SEK"), "amount is a number"),
    (change(amount=5), "currency in three letters"),
    (change(amount=5, currency="kr"), "currency in three letters"),
    (change(currency="SEK"), "currency needs its amount"),
    (change(owner=3), "owner is a text"),
    (change(reason="price"), "reason goes with a lost stage"),
    (change(stage="Won", reason="price"), "reason goes with a lost stage"),
    (change(sequence=-1), "sequence is a whole number"),
    (change(sequence=1.5), "sequence is a whole number"),
    (change(sequence=True), "sequence is a whole number"),
    (change(removed="yes"), "removed is true or false"),
    (change(removed=True), "stage cannot be said of a deal that is removed"),
    ({"deal": "D-1", "at": when()}, "nothing changes"),
]


@pytest.mark.parametrize(("item", "why"), FAULTS)
def test_a_change_that_cannot_be_is_refused_by_its_place(item, why):
    said = refusal(change(), item)
    assert said.startswith("Nothing was taken in: change 2: ")
    assert why in said


def test_several_faults_are_told_at_once_but_not_all():
    said = refusal(*[change(stage="x")] * 7)
    assert said.count("change ") == 5
    assert "and 2 more" in said


def test_what_goes_on_after_a_removal_is_sent_by_itself():
    gone = {"deal": "D-1", "at": when(60), "removed": True}
    assert "goes on after its removal" in refusal(gone, change(at=when(30)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 5_000,
        b'{"id": "a"}',
        b'{"id": "", "changes": [{}]}',
        b'{"id": 5, "changes": [{}]}',
        b'{"id": "a", "changes": []}',
        b'{"id": "a", "changes": {}}',
        b'{"id": "a", "changes": [{}], "more": 1}',
        b'{"id": "a", "id": "b", "changes": [{}]}',
        b'{"id": "a", "changes": [NaN]}',
        json.dumps({"id": "a", "changes": [change()] * 501}).encode(),
        json.dumps({"id": "a", "changes": [change()]}).encode() + b" " * 1_000_000,
    ],
)
def test_a_body_that_is_no_delivery_is_refused(body):
    with pytest.raises(ImpossibleError):
        connector().hint(posted(body=body))


def test_a_refusal_is_one_of_forged_webhooks_to_who_does_not_ask():
    assert issubclass(ImpossibleError, ForgedError)


ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "deal": st.sampled_from(["D-1", "", 5]),
        "at": st.sampled_from([when(5), "2026-03-01T09:30:00Z", "soon", None]),
        "stage": st.sampled_from(["Qualify", "demo", "Lost", ""]),
        "amount": st.sampled_from([0, 1.5, -1, "1", None]),
        "currency": st.sampled_from(["SEK", "kr", None]),
        "owner": st.sampled_from(["anna", "", 1]),
        "reason": st.sampled_from(["price", "", 2]),
        "removed": st.sampled_from([True, False, 1]),
        "more": st.just(1),
    },
)


@given(st.lists(ITEMS, min_size=1, max_size=3))
def test_whatever_is_taken_in_is_of_the_schema(changes):
    try:
        told(*changes)
    except ImpossibleError:
        return
    jsonschema.validate({"id": "d-1", "changes": changes}, SCHEMA)


@pytest.mark.parametrize("item", [change(), change(stage="Lost", reason="price"), change(owner="")])
def test_what_the_schema_allows_is_taken_in(item):
    jsonschema.validate({"id": "d-1", "changes": [item]}, SCHEMA)
    assert told(item)


@pytest.mark.parametrize("item", [each for each, why in FAULTS if each not in ONLY_HERE])
def test_the_schema_refuses_what_can_be_seen_without_the_pipelines(item):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "d-1", "changes": [item]}, SCHEMA)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=8))
def test_no_document_breaks_the_reading(document):
    try:
        body = json.dumps({"id": "a", "changes": document}).encode()
    except UnicodeEncodeError:
        return
    with pytest.raises(ImpossibleError):
        connector().hint(posted(body=body))
