"""The simulator answers the calls that the connector makes as a real Tryton does."""

import asyncio
from base64 import b64encode
from itertools import count

import httpx2
import pytest
from preparing import DATABASE
from tryton_people import READER, READERS_PASSWORD

from mellantid.connectors.tryton.connector import SHOWN
from mellantid.connectors.tryton.reading import MODEL
from mellantid.connectors.tryton.story import COLUMNS
from mellantid.simulators.crm import filled
from mellantid.simulators.tryton import application

LOG_IN = "common.db.login"
GIVEN = [READER, {"password": READERS_PASSWORD}]
LATEST = [["id", "DESC"]]


class Side:
    """One of the two, with a deal that is there and one that was deleted.

    Attributes:
        there, gone: their ids.
        created: the moment at which the first was created, as Tryton writes it.

    """

    def __init__(self, address, there, gone, app=None):
        self._address = address
        self._app = app
        self.there, self.gone = there, gone
        _, document = self.answer(LOG_IN, GIVEN)
        number, key, _ = document["result"]
        pass_ = b64encode(f"{READER}:{number}:{key}".encode()).decode()
        self.session = f"Session {pass_}"
        _, document = self.answer(f"{MODEL}.history_revisions", [[there], {}], self.session)
        self.created = document["result"][-1][0]

    def answer(self, method, params, session="", database=DATABASE):
        """The status and the document that a call is answered with."""
        return asyncio.run(self._answer(method, params, session, database))

    async def _answer(self, method, params, session, database):
        transport = self._app and httpx2.ASGITransport(self._app)
        headers = {"Authorization": session} if session else {}
        asked = {"id": 1, "method": method, "params": params}
        async with httpx2.AsyncClient(transport=transport, timeout=60) as client:
            answer = await client.post(
                f"{self._address}/{database}/rpc/", json=asked, headers=headers
            )
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else None


@pytest.fixture(scope="module")
def real(crm):
    there, gone = (crm.company.opportunity(n) for n in (1, 2))
    crm.company.opportunity(None, employee=None)
    crm.company.click("opportunity", there)
    crm.company.click("cancel", gone)
    crm.company.delete(gone)
    return Side(crm.address, there, gone)


@pytest.fixture(scope="module")
def simulated():
    seconds = count(1_800_000_000)
    world = filled(lambda: next(seconds) * 1_000, 20)
    there, gone = world.create("1", 1, "1"), world.create("1", 2, "2")
    world.set(there.id, "stage", "11")
    world.delete(gone.id)
    app = application(world, DATABASE, READER, READERS_PASSWORD)
    return Side("http://tryton.example", int(there.id), int(gone.id), app)


def latest(side):
    return {"_datetime": side.created | {"year": side.created["year"] + 10}}


CALLS = {
    "preferences": ("model.res.user.get_preferences", lambda _: [True, {}]),
    "companies": (
        "model.company.company.search_read",
        lambda _: [[], 0, None, [["id", "ASC"]], ["rec_name"], {"active_test": False}],
    ),
    "employees": (
        "model.company.employee.search_read",
        lambda _: [
            *([], 0, None, [["id", "ASC"]], ["rec_name", "active", "company", "party.email"]),
            {"active_test": False},
        ],
    ),
    "currencies": (
        "model.currency.currency.search_read",
        lambda _: [[], 0, None, None, ["code"], {"active_test": False}],
    ),
    "states": (f"{MODEL}.fields_get", lambda _: [["state"], {"language": "en"}]),
    "all": (f"{MODEL}.search", lambda _: [[], 0, None, [["id", "ASC"]], {}]),
    "some": (
        f"{MODEL}.search",
        lambda side: [[["id", "in", [side.there, side.gone]]], 0, None, None, {}],
    ),
    "some as they were": (
        f"{MODEL}.search",
        lambda side: [
            *([["id", "in", [side.there, side.gone]]], 0, None, None),
            {"_datetime": side.created},
        ],
    ),
    "count": (f"{MODEL}.search_count", lambda _: [[], {}]),
    "the newest": (f"{MODEL}.search_read", lambda _: [[], 0, 1, LATEST, ["state"], {}]),
    "the latest written": (
        f"{MODEL}.search_read",
        lambda _: [
            *([["write_date", "!=", None]], 0, 1, [["write_date", "DESC"]]),
            *(["write_date"], {}),
        ],
    ),
    "a listing": (
        f"{MODEL}.search_read",
        lambda side: [
            *([["id", ">", side.there - 1]], 0, 1000, [["id", "ASC"]]),
            *(list(SHOWN), {}),
        ],
    ),
    "changes": (
        f"{MODEL}.search_read",
        lambda side: [
            ["OR", ["write_date", ">=", side.created], ["create_date", ">=", side.created]],
            *(0, None, [["id", "ASC"]], ["create_date", "write_date"], {}),
        ],
    ),
    "revisions": (
        f"{MODEL}.history_revisions",
        lambda side: [[side.there, side.gone, 999_999], {}],
    ),
    "an export": (
        f"{MODEL}.export_data",
        lambda side: [[side.there], list(COLUMNS), {"_datetime": side.created}],
    ),
    "an export of what is gone": (
        f"{MODEL}.export_data",
        lambda side: [[side.there, side.gone], list(COLUMNS), latest(side)],
    ),
    "no such method": (f"{MODEL}.nothing", lambda _: [[], {}]),
    "no context": (f"{MODEL}.search_count", lambda _: [[]]),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_answered_alike(real, simulated, name):
    method, params = CALLS[name]
    true, told = (side.answer(method, params(side), side.session) for side in (real, simulated))
    assert told[0] == true[0]
    assert shapes(told[1]) <= shapes(true[1])
    if told[1] is not None:
        assert bool(told[1].get("result")) == bool(true[1].get("result"))


def test_what_is_there_and_what_was_there_are_told_alike(real, simulated):
    for side in (real, simulated):
        for name, found in (("some", [side.there]), ("some as they were", [side.there])):
            method, params = CALLS[name]
            assert side.answer(method, params(side), side.session)[1]["result"] == found


@pytest.mark.parametrize("given", [[READER, {"password": "wrong"}], ["nobody", {"password": "x"}]])
def test_who_may_not_come_in_is_told_alike(real, simulated, given):
    assert [side.answer(LOG_IN, given)[0] for side in (real, simulated)] == [401, 401]


def test_who_has_no_session_is_told_alike(real, simulated):
    asked = (f"{MODEL}.search_count", [[], {}])
    assert [side.answer(*asked)[0] for side in (real, simulated)] == [401, 401]
    forged = "Session bWVsbGFudGlkOjI6Z29uZQ=="
    assert [side.answer(*asked, forged)[0] for side in (real, simulated)] == [401, 401]


def test_another_database_is_told_alike(real, simulated):
    statuses = [side.answer(LOG_IN, GIVEN, database="another")[0] for side in (real, simulated)]
    assert statuses == [404, 404]


def shapes(value, where=""):
    """Where a document has values of which type; a list in a list has places, others have not."""
    if isinstance(value, dict):
        named = ((f"{where}.{name}", each) for name, each in value.items())
    elif isinstance(value, list) and where.endswith("[]"):
        named = ((f"{where}{place}", each) for place, each in enumerate(value))
    elif isinstance(value, list):
        named = ((f"{where}[]", each) for each in value)
    elif where.endswith("__class__"):
        return {f"{where}: {value}"}
    else:
        return {f"{where}: {type(value).__name__}"}
    return {shape for name, each in named for shape in shapes(each, name)}
