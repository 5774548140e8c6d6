"""Who is let in, what is refused, and how many requests are sent."""

import httpx2
import pytest
from salesforce_sample import APP, Joined, Listening

from mellantid.connectors.connector import (
    DAY,
    NotLetInError,
    SourceError,
    SpentError,
    Window,
)
from mellantid.connectors.http import Http
from mellantid.connectors.salesforce import KIND
from mellantid.connectors.salesforce.client import Client
from mellantid.connectors.salesforce.settings import Settings
from mellantid.simulators.salesforce import SIMULATOR, Options

DOOR = "/services/oauth2/token"
READY, ENDED = "00Dready", "00Dended"


def a_client(answer, clock, **values):
    """A client of an organisation that answers as a function says."""
    http = Http((), httpx2.MockTransport(answer), clock.now, clock.sleep)
    given = {"address": "acme.my.salesforce.com", "token": "00Dready", **values}
    return Client(Settings.of(given), http, clock.now)


def ask_on(joined):
    """Ask more often than is allowed."""
    for _ in range(110):
        joined.connector.people()


def test_a_token_is_asked_for_once_and_kept(joined):
    _, paths = joined.asked(lambda: [joined.connector.account() for _ in range(3)])
    assert paths.count(DOOR) == 1
    assert joined.connector.account() == "Simulated Ltd (Enterprise Edition)"


def test_a_ready_token_is_used_as_it_is(join):
    joined = join(token=READY)
    _, paths = joined.asked(joined.connector.account)
    assert DOOR not in paths


def test_a_token_that_has_ended_is_renewed_and_the_question_asked_again(joined):
    joined.connector.account()
    joined.clock.at += 3 * 3_600_000
    found, paths = joined.asked(joined.connector.people)
    assert len(found) == 5
    assert paths == ["/query", DOOR, "/query"]


def test_a_token_that_ends_in_the_middle_of_a_reading_is_renewed(joined):
    joined.carrier.meanwhile = [*(lambda: None for _ in range(8)), joined.app.state.doors.expire]
    deals = [deal for page in joined.connector.everything(None) for deal in page.deals]
    assert len(deals) == len(joined.crm.deals)
    assert joined.carrier.paths.count(DOOR) == 2


def test_a_ready_token_that_has_ended_is_told(join):
    joined = join(token=ENDED)
    with pytest.raises(NotLetInError, match=r"INVALID_SESSION_ID.*give a new one") as refused:
        joined.connector.account()
    assert ENDED not in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "why"), [("client_id", "invalid_client_id"), ("client_secret", "invalid_client")]
)
def test_an_app_that_is_not_let_in_is_told_without_its_secret(join, wrong, why):
    joined = join(**{**APP, wrong: "something-else"})
    with pytest.raises(NotLetInError, match=why) as refused:
        joined.connector.account()
    assert "something-else" not in str(refused.value)


def test_no_secret_is_in_what_a_connector_shows_of_itself(joined):
    shown = repr(Settings.of(joined.values))
    assert APP["client_secret"] not in shown


def test_requests_stop_before_the_organisation_has_none_left(crm, clock):
    joined = Joined(crm, clock, Options(daily=40))
    with pytest.raises(SpentError, match="nearly used up") as spent:
        ask_on(joined)
    assert joined.app.state.doors.used == 36
    assert spent.value.until == clock.at + 3_600_000


def test_requests_go_on_when_the_day_has_slid_on(crm, clock):
    joined = Joined(crm, clock, Options(daily=40))
    with pytest.raises(SpentError):
        ask_on(joined)
    clock.at += 86_400_000
    assert len(joined.connector.people()) == 5


def test_an_organisation_with_no_requests_left_is_told_as_spent(crm, clock):
    joined = Joined(crm, clock, Options(daily=0))
    with pytest.raises(SpentError):
        joined.connector.people()


def test_requests_keep_to_the_number_a_person_allows(crm, clock):
    joined = Joined(crm, clock, requests="100", **APP)
    assert joined.connector.limits == (
        Window(100, DAY),
        Window(10_000, DAY, "query job"),
    )
    with pytest.raises(SpentError):
        ask_on(joined)
    assert len(joined.carrier.paths) == 100


def test_too_many_long_requests_at_once_are_told_as_passing(clock):
    told = [
        {"message": "ConcurrentRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]
    client = a_client(lambda _: httpx2.Response(403, json=told), clock)
    with pytest.raises(SourceError, match="busy") as busy:
        client.get("/limits")
    assert not isinstance(busy.value, SpentError)


def test_a_right_that_is_lacking_is_told(clock):
    told = [{"message": "no", "errorCode": "API_DISABLED_FOR_ORG"}]
    client = a_client(lambda _: httpx2.Response(403, json=told), clock)
    with pytest.raises(NotLetInError, match=r"API_DISABLED_FOR_ORG.*API Enabled"):
        client.get("/limits")


def test_a_query_that_is_refused_is_told_with_the_reason(joined):
    with pytest.raises(SourceError, match=r"INVALID_FIELD.*No such column 'Fool'"):
        list(joined.connector._client.records("SELECT Fool FROM User"))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"records": 1}', b"null"])
def test_an_answer_of_something_else_is_told(clock, body):
    client = a_client(lambda _: httpx2.Response(200, content=body), clock)
    with pytest.raises(SourceError, match="check that the address"):
        list(client.records("SELECT Id FROM User"))


def test_a_next_page_elsewhere_is_not_asked_for(clock):
    page = {"records": [], "done": False, "nextRecordsUrl": "https://elsewhere.example/x"}
    client = a_client(lambda _: httpx2.Response(200, json=page), clock)
    with pytest.raises(SourceError, match="next page"):
        list(client.records("SELECT Id FROM User"))


def test_opportunities_that_are_not_shown_are_told_when_connecting(joined, monkeypatch):
    monkeypatch.setattr("mellantid.simulators.salesforce.organisation.fields_of", lambda *_: None)
    with pytest.raises(SourceError, match="shows no opportunities"):
        joined.connector.pipelines()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com/", "https://acme.my.salesforce.com"),
        ("https://acme.lightning.force.com/lightning/page", "https://acme.my.salesforce.com"),
        ("http://localhost:8901", "http://localhost:8901"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(given, address):
    assert Settings.of({"address": given, "token": "t"}).address == address


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"token": "t"}, "address is missing"),
        ({"address": "a.example"}, "Nothing lets us"),
        ({"address": "a.example", "client_id": "1"}, "Nothing lets us"),
        ({"address": "a.example", "token": "t", "team": "region"}, "one of role"),
        ({"address": "a.example", "token": "t", "currency": "euro"}, "three letters"),
        ({"address": "a.example", "token": "t", "requests": "many"}, "whole number"),
        ({"address": "a.example", "token": "t", "requests": "9"}, "100 or more"),
    ],
)
def test_values_that_cannot_be_are_told_with_what_to_give(values, why):
    with pytest.raises(SourceError, match=why):
        Settings.of(values)


def test_the_kind_makes_a_connector_that_the_simulator_lets_in(crm, clock):
    given = SIMULATOR.given("http://acme.localhost")
    through = Listening(SIMULATOR.make(crm, given))
    made = KIND.make(given, Http((), through, clock.now, clock.sleep), clock.now)
    assert (KIND.name, KIND.hooks) == ("salesforce", False)
    assert made.account() == "Simulated Ltd (Enterprise Edition)"
