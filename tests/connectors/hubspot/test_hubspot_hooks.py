"""HubSpot's webhooks: the signature of version 3, its age, and what it names."""

import base64
import hashlib
import hmac
import json

import pytest

from mellantid.connectors.connector import ForgedError
from mellantid.connectors.hubspot.hooks import SIGNATURE, TIMESTAMP, hint_of, signature
from mellantid.connectors.told import Delivery

KEY = "yyyyyyyy-yyyy"
NOW = 1_750_000_000_000
URL = "https://www.example.com/hooks/crm"


def delivery(events, url=URL, at=NOW, sent=NOW, key=KEY):
    body = events if isinstance(events, bytes) else json.dumps(events).encode()
    unsigned = Delivery("POST", url, {TIMESTAMP: str(sent)}, body, at)
    headers = {**unsigned.headers, SIGNATURE: signature(unsigned, key)}
    return Delivery("POST", url, headers, body, at)


def event(**more):
    return {
        "eventId": 1,
        "subscriptionId": 12,
        "objectId": 512,
        "occurredAt": NOW,
        "subscriptionType": "deal.propertyChange",
    } | more


def test_the_signature_is_that_of_the_documentation():
    body = b'[{"objectId":1}]'
    signed = b"POST" + URL.encode() + body + str(NOW).encode()
    wanted = base64.b64encode(hmac.new(KEY.encode(), signed, hashlib.sha256).digest()).decode()
    assert signature(Delivery("POST", URL, {TIMESTAMP: str(NOW)}, body, NOW), KEY) == wanted


def test_the_address_is_signed_with_some_letters_written_plainly():
    written = Delivery("POST", f"{URL}?to=a%3Ab%2fc%20d", {TIMESTAMP: "1"}, b"", NOW)
    plain = Delivery("POST", f"{URL}?to=a:b/c%20d", {TIMESTAMP: "1"}, b"", NOW)
    assert signature(written, KEY) == signature(plain, KEY)


def test_a_genuine_webhook_names_its_deals_and_events():
    hint = hint_of(delivery([event(), event(eventId=2, objectId=7)]), KEY)
    assert hint.deals == ("512", "7")
    assert len(set(hint.keys)) == 2


def test_an_event_sent_again_has_the_same_key():
    first, second = (
        hint_of(delivery([event(attemptNumber=n)], sent=NOW + n), KEY).keys for n in (0, 1)
    )
    assert first == second


def test_a_merge_names_all_that_took_part():
    merge = event(subscriptionType="deal.merge", mergedObjectIds=[7, 8], newObjectId=9)
    assert hint_of(delivery([merge]), KEY).deals == ("512", "7", "8", "9")


def test_events_of_other_things_hint_at_nothing():
    found = hint_of(delivery([event(subscriptionType="contact.creation")]), KEY)
    assert (found.deals, found.keys) == ((), ())


def test_events_of_the_newer_form_are_of_deals_by_their_number():
    newer = event(subscriptionType="object.propertyChange", objectTypeId="0-3")
    assert hint_of(delivery([newer]), KEY).deals == ("512",)


def test_what_is_no_id_is_not_asked_for():
    odd = event(objectId="5 OR 1=1", primaryObjectId=None, mergedObjectIds="7", newObjectId=[1])
    assert hint_of(delivery([odd]), KEY).deals == ()


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 10_000])
def test_one_from_another_time_is_refused(minutes):
    with pytest.raises(ForgedError, match="five minutes"):
        hint_of(delivery([event()], at=NOW + round(minutes * 60_000)), KEY)


@pytest.mark.parametrize("sent", ["", "soon", "-1", "٣", "9" * 30])
def test_one_that_does_not_say_when_is_refused(sent):
    with pytest.raises(ForgedError, match="when it was sent"):
        hint_of(delivery([event()], sent=sent), KEY)


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[1]", b"\xff", b"[" * 5_000])
def test_a_signed_one_that_is_no_list_of_events_is_refused(body):
    with pytest.raises(ForgedError):
        hint_of(delivery(body), KEY)


def test_one_signed_with_another_secret_is_refused():
    with pytest.raises(ForgedError, match="signature"):
        hint_of(delivery([event()], key="another"), KEY)


def test_without_a_secret_none_is_taken():
    with pytest.raises(ForgedError, match="No client secret"):
        hint_of(delivery([event()], key=""), "")
