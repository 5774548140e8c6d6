"""What Odoo's automation rules post: genuine or refused, and only ever a hint."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.odoo.hooks import hint_of
from mellantid.connectors.told import Delivery
from mellantid.simulators.odoo import SIMULATOR
from mellantid.simulators.simulator import Happened

AGREED = "a-long-secret-of-our-own"
JSON = {"content-type": "application/json"}
NOW = 1_748_736_000_000
GOOD = {"_model": "crm.lead", "_id": 42, "_action": "Tell(#1)", "write_date": "2025-06-01 00:00:00"}


def delivery(body=GOOD, said=AGREED, method="POST", at=NOW):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(method, f"https://us.example.com/hooks/odoo?token={said}", JSON, body, at)


@pytest.mark.parametrize("written", ["2025-06-01 00:00:00", "2025-06-01 00:00:00.123456"])
def test_a_genuine_delivery_hints_at_its_deal(written):
    hint = hint_of(delivery(GOOD | {"write_date": written}), AGREED)
    assert hint.deals == ("42",)
    assert hint.told == ()


def test_a_delivery_that_comes_again_has_the_same_key_and_a_later_change_another():
    later = GOOD | {"write_date": "2025-06-01 00:00:01"}
    assert hint_of(delivery(), AGREED).keys == hint_of(delivery(), AGREED).keys
    assert hint_of(delivery(), AGREED).keys != hint_of(delivery(later), AGREED).keys


@pytest.mark.parametrize(
    "forged",
    [
        delivery(said="wrong"),
        delivery(said=""),
        delivery(said=f"x&token={AGREED}"),
        delivery(method="GET"),
        delivery(b"{"),
        delivery(b"[]"),
        delivery(b" " * 70_000),
        delivery({**GOOD, "_model": "res.partner"}),
        delivery({**GOOD, "_id": "42"}),
        delivery({**GOOD, "_id": True}),
        delivery({**GOOD, "_id": -1}),
        delivery({**GOOD, "write_date": False}),
        delivery({key: value for key, value in GOOD.items() if key != "write_date"}),
        delivery(at=NOW + 301_000),
        delivery(at=NOW - 301_000),
    ],
)
def test_what_is_forged_old_or_broken_is_refused(forged):
    with pytest.raises(ForgedError):
        hint_of(forged, AGREED)


def test_without_a_secret_agreed_on_nothing_is_taken():
    for secret in ("", "short"):
        with pytest.raises(ForgedError, match="secret of at least 16"):
            hint_of(delivery(said=secret), secret)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_hint_or_refused(body):
    with pytest.raises(ForgedError):
        hint_of(delivery(body), AGREED)


@given(st.integers(0, len(json.dumps(GOOD)) - 1))
def test_a_truncated_delivery_is_refused(length):
    with pytest.raises(ForgedError):
        hint_of(delivery(json.dumps(GOOD).encode()[:length]), AGREED)


def test_what_the_simulated_odoo_posts_is_taken(world):
    odoo = world(3)
    deal = next(iter(odoo.crm.deals.values()))
    happened = Happened(deal, "changed", None, odoo.clock.at, 1)
    given_ = {"hook_token": AGREED}
    posted = SIMULATOR.hook(odoo.crm, happened, "https://us.example.com/hooks/x", given_)
    assert odoo.odoo.hint(posted).deals == (deal.id,)
