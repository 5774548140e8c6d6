"""A webhook is believed only with the right name and password, fresh, and in the right form."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipedrive_sample import NOW, PASSWORD, Company, small

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.told import Delivery, Hint
from mellantid.simulators.pipedrive import delivery

COMPANY = Company(crm=small())
DEAL = COMPANY.crm.create("1", 100, "1", at=NOW - 60_000)
OTHER = COMPANY.crm.create("1", 100, "1", at=NOW - 60_000)


def sent(what="changed", deal=DEAL, user="mellantid", password=PASSWORD, at=NOW, **more):
    headers, body = delivery(COMPANY.crm, deal, what, user=user, password=password, at=at, **more)
    return headers, body


def hint(headers, body, at=NOW, connector=COMPANY.connector):
    return connector.hint(Delivery("POST", "https://m.example/hook", headers, body, at))


def with_meta(**said):
    headers, body = sent()
    document = json.loads(body)
    document["meta"] |= said
    return headers, json.dumps(document).encode()


def test_a_change_hints_at_its_deal_by_the_id_of_its_event():
    headers, body = sent()
    assert hint(headers, body) == Hint((DEAL.id,), (json.loads(body)["meta"]["id"],))


def test_a_deleted_deal_is_named_though_there_is_no_data():
    assert hint(*sent("deleted")).deals == (DEAL.id,)


def test_a_merging_names_both_deals():
    COMPANY.crm.merge(OTHER.id, DEAL.id)
    assert hint(*sent("merged", OTHER)).deals == (OTHER.id, DEAL.id)


def test_the_same_event_sent_again_has_the_same_key():
    first, again = with_meta(id="e-1", attempt=1), with_meta(id="e-1", attempt=2)
    assert hint(*first).keys == hint(*again).keys == ("e-1",)


@pytest.mark.parametrize(
    "said",
    [
        {"user": "somebody"},
        {"password": "guess"},
        {"password": ""},
        {"password": PASSWORD + "x"},
        {"user": "mellantid:", "password": PASSWORD},
    ],
)
def test_a_wrong_name_or_password_is_refused(said):
    with pytest.raises(ForgedError, match="name and password"):
        hint(*sent(**said))


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic å", "Bearer x", "basic bm8="])
def test_a_header_that_is_none_is_refused(header):
    headers, body = sent()
    headers = {} if header is None else headers | {"authorization": header}
    with pytest.raises(ForgedError, match="name and password"):
        hint(headers, body)


def test_another_kind_of_proof_is_refused_though_the_value_is_right():
    headers, body = sent()
    headers["authorization"] = headers["authorization"].replace("Basic", "Bearer")
    with pytest.raises(ForgedError):
        hint(headers, body)


def test_without_a_password_set_nothing_is_believed():
    connector = Company(crm=small(), given={"hook_password": ""}).connector
    headers, body = sent(password="")
    with pytest.raises(ForgedError, match="No password"):
        hint(headers, body, connector=connector)


@pytest.mark.parametrize("late", [-6 * 60_000, 6 * 60_000, 10**12])
def test_a_webhook_of_another_time_is_refused(late):
    headers, body = sent()
    with pytest.raises(ForgedError, match="too old"):
        hint(headers, body, at=NOW + late)


def test_the_last_of_the_repetitions_is_still_taken():
    headers, body = sent()
    assert hint(headers, body, at=NOW + 240_000).deals == (DEAL.id,)


@pytest.mark.parametrize("said", [str(NOW // 1_000), NOW, "2026-09-21T14:13:20.000Z"])
def test_the_time_may_be_written_in_any_of_the_known_ways(said):
    assert hint(*with_meta(timestamp=said)).deals == (DEAL.id,)


@pytest.mark.parametrize(
    "said",
    [
        {"timestamp": None},
        {"timestamp": "now"},
        {"timestamp": "123"},
        {"id": None},
        {"id": 7},
        {"id": "x" * 300},
        {"entity_id": "../7"},
        {"entity_id": "²"},
        {"entity_id": "9" * 30},
        {"version": "1.0"},
        {"host": "other.pipedrive.com"},
    ],
)
def test_what_is_not_of_the_form_is_refused(said):
    connector = Company(crm=small(), given={"domain": "acme"}).connector
    headers, body = with_meta(**said)
    with pytest.raises(ForgedError):
        hint(headers, body, connector=connector)


def test_a_webhook_of_something_else_hints_at_nothing():
    assert hint(*with_meta(entity="person")).deals == ()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b"[" * 10_000, b"\xff\xfe", b'{"meta": 7}']
)
def test_what_is_no_webhook_is_refused(body):
    headers, _ = sent()
    with pytest.raises(ForgedError):
        hint(headers, body)


def test_what_is_too_large_is_refused():
    headers, body = sent()
    with pytest.raises(ForgedError, match="larger"):
        hint(headers, body + b" " * 2**20)


@given(st.integers(0, 400), st.binary(max_size=3))
def test_a_body_cut_or_altered_is_refused_or_hints_at_a_number(end, put):
    headers, body = with_meta(id="e-1")
    altered = body[:end] + put + body[end + len(put) :] if put else body[:end]
    try:
        found = hint(headers, altered)
    except ForgedError:
        return
    assert all(each.isdecimal() for each in found.deals)


@given(st.text(max_size=80))
def test_no_other_header_is_let_in(text):
    right = base64.b64encode(f"mellantid:{PASSWORD}".encode()).decode()
    headers, body = sent()
    headers["authorization"] = f"Basic {text}"
    if text.strip() != right:
        with pytest.raises(ForgedError):
            hint(headers, body)
