"""Calls carry a session, begin another when it ends, and tell what is wrong in one sentence."""

import httpx2
import pytest

from mellantid.connectors.connector import ForgedError, NotLetInError, SourceError
from mellantid.connectors.http import Http
from mellantid.connectors.told import Delivery
from mellantid.connectors.tryton import KIND
from mellantid.connectors.tryton.client import LOG_IN, SESSIONS, Access, RefusedError, Rpc
from mellantid.simulators.tryton.models import UserError

ACCESS = Access("https://tryton.example/", "my crm", "anna", "a-secret-password")


def called(answer):
    """What a call brings, or raises, where the server answers like this."""
    SESSIONS.forget()
    http = Http(transport=httpx2.MockTransport(answer), sleep=lambda _: None, patience=0.0)
    return Rpc(http, ACCESS).call("model.party.party.search", [], {})


def in_turn(*answers):
    left = list(answers)
    return lambda _: left.pop(0)


def document(**content):
    return httpx2.Response(200, json={"id": 1, **content})


LET_IN = {"result": [2, "key", None]}


def test_a_call_follows_a_log_in():
    asked = []

    def answer(request):
        asked.append(request)
        return document(**LET_IN) if len(asked) == 1 else document(result=[7])

    assert called(answer) == [7]
    assert str(asked[1].url) == "https://tryton.example/my%20crm/rpc/"
    assert asked[1].headers["authorization"] == "Session YW5uYToyOmtleQ=="


def test_one_session_serves_all_connectors(world):
    made = world()
    for _ in range(3):
        KIND.make(made.given, made.http, lambda: 0).account()
    assert made.asked.count(LOG_IN) == 1


def test_a_session_that_has_ended_is_begun_anew(world):
    made = world()
    made.tryton.account()
    made.server.sessions.clear()
    assert "mellantid in crm" in made.tryton.account()
    assert made.asked.count(LOG_IN) == 2


@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [
        ([httpx2.Response(401)], NotLetInError, "check the user and the password"),
        ([httpx2.Response(404)], SourceError, "'my crm'"),
        ([httpx2.Response(405)], SourceError, "no database of a Tryton 8"),
        ([document(result="x")], SourceError, "log-in"),
        ([httpx2.Response(200, json=["x"])], SourceError, "check the address"),
        ([httpx2.Response(200, text="<html>")], SourceError, "no JSON"),
        ([document(**LET_IN), httpx2.Response(401)], NotLetInError, "ends the session"),
        ([document(**LET_IN), httpx2.Response(413)], SourceError, "records_limit"),
        ([document(**LET_IN), httpx2.Response(422)], RefusedError, "422"),
        (
            [document(**LET_IN), document(error=["UserError", ["Not so.", "Groups", None]])],
            RefusedError,
            r"Not so\. Check the rights of 'anna'",
        ),
        ([document(**LET_IN), document(error=["'no.model'", ""])], RefusedError, "no.model"),
    ],
)
def test_what_is_wrong_is_told(answers, error, says):
    with pytest.raises(error, match=says) as told:
        called(in_turn(*answers))
    assert "a-secret-password" not in str(told.value) + repr(ACCESS)


def test_a_right_that_is_lacking_is_told_when_connecting(world):
    made = world()
    made.server.models.call = refuses
    with pytest.raises(RefusedError, match="a group that may read opportunities"):
        made.tryton.account()


def refuses(*_):
    raise UserError("You are not allowed.")


def test_tryton_sends_no_webhooks(world):
    with pytest.raises(ForgedError):
        world().tryton.hint(Delivery("POST", "https://x.example/hooks/crm", {}, b"{}", 0))
