"""`connect`: a CRM is connected, read, compared and removed; secrets stay out of sight."""

import io
import json
import threading
import time

import pytest
import uvicorn

from mellantid.simulators.faults import Faults
from mellantid.simulators.filling import filled
from mellantid.simulators.hubspot import SIMULATOR

NOW = 1_762_156_800_000
GIVEN = "pat-from-a-pipe"


@pytest.fixture(scope="module")
def address():
    """A HubSpot of 60 deals on this machine."""
    values = {"token": GIVEN, "client_secret": "x"}
    application = Faults(SIMULATOR.make(filled(lambda: NOW, 60), values), SIMULATOR.limits)
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def connected(mellantid, address, tmp_path, monkeypatch):
    """A database with a connection whose token came through a pipe."""
    monkeypatch.setattr("sys.stdin", io.StringIO(GIVEN + "\n"))
    database = tmp_path / "own.db"
    answer = mellantid(
        "connect", "add", "hubspot", "--name", "crm", "--set", f"address={address}", db=database
    )
    assert answer.status == 0, answer.err
    assert "is connected to 62515" in answer.out
    return database


def test_a_source_is_read_once_and_then_only_its_changes(mellantid, connected):
    first = mellantid("connect", "sync", "--json", db=connected).json["crm"]
    assert [each["what"] for each in first] == ["filling", "following"]
    assert first[0]["added"] > 100
    (second,) = mellantid("connect", "sync", "crm", "--json", db=connected).json["crm"]
    assert second["added"] == 0
    assert mellantid("process", "list", "--json", db=connected).status == 0
    (compared,) = mellantid("connect", "reconcile", "--json", db=connected).json["crm"]
    assert (compared["found"], compared["mended"]) == (0, 0)


def test_what_was_read_is_told_in_words(mellantid, connected):
    answer = mellantid("connect", "sync", db=connected)
    assert "deals read" in answer.out
    assert "entries added" in answer.out


def test_the_secret_is_in_no_output_and_not_in_the_file(mellantid, connected):
    outputs = [
        mellantid("connect", *words, db=connected)
        for words in (("sync",), ("list",), ("show", "crm"), ("show", "crm", "--json"))
    ]
    assert all(each.status == 0 for each in outputs)
    assert GIVEN not in "".join(each.out + each.err for each in outputs)
    assert GIVEN.encode() not in connected.read_bytes()
    assert json.loads(outputs[-1].out)["secrets"] == ["token"]


def test_a_token_that_is_not_taken_is_told_and_nothing_is_kept(
    mellantid, address, tmp_path, monkeypatch
):
    monkeypatch.setenv("MELLANTID_CONNECT_TOKEN", "wrong")
    words = ("connect", "add", "hubspot", "--set", f"address={address}")
    answer = mellantid(*words, db=tmp_path / "new.db")
    assert answer.status == 1
    assert "does not let us in" in answer.err
    assert "wrong" not in answer.err
    assert mellantid("connect", "list", "--json", db=tmp_path / "new.db").json == []


def test_a_connection_that_is_removed_leaves_what_it_told(mellantid, connected):
    mellantid("connect", "sync", db=connected)
    assert mellantid("connect", "remove", "crm", db=connected).status == 0
    assert mellantid("connect", "list", "--json", db=connected).json == []
    (process, _) = mellantid("process", "list", "--json", db=connected).json["processes"][::-1]
    assert process["name"] == "New business"
    assert mellantid("counts", "--process", "New business", db=connected).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("connect", "sync"), "Nothing is connected yet"),
        (("connect", "show", "nope"), "no connection 'nope'"),
        (("connect", "add", "notes"), "no kind of source 'notes'"),
        (("connect", "add", "hubspot", "--set", "token"), "says no value"),
        (("connect", "add", "hubspot", "--set", "token=x", "--set", "colour=red"), "no colour"),
        (("connect", "add", "hubspot", "--set", "token=x", "--name", "a/b"), "cannot be a conn"),
    ],
)
def test_what_cannot_be_is_one_sentence(mellantid, db, words, told):
    answer = mellantid(*words, db=db)
    assert answer.status == 1
    assert told in " ".join(answer.err.split())
    assert answer.out == ""


def test_only_the_chosen_pipelines_become_processes(mellantid, address, tmp_path, monkeypatch):
    monkeypatch.setenv("MELLANTID_CONNECT_TOKEN", GIVEN)
    words = ("connect", "add", "hubspot", "--set", f"address={address}", "--pipeline", "Expansion")
    assert mellantid(*words, "--json", db=tmp_path / "n.db").json["processes"] == ["Expansion"]
