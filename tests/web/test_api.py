from __future__ import annotations

import io
import json

import polars as pl
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner
from web_sample import logged_in

from mellantid.access import Scope, find_account, issue_token
from mellantid.cli.app import app as commands
from mellantid.web.api import routes as api
from mellantid.web.api.routes import OPERATIONS
from mellantid.workspace import Workspace

ROOT = "/api/v1"
TODAY = "2025-10-31"


def told(client, question, *arguments):
    """The command's document, as of the day at whose end the app's clock stands."""
    said = [*arguments, "--db", client.app.state.asking.database, "--json"]
    done = CliRunner().invoke(commands, [*question.split(), *said])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def asker(standing):
    """An administrator who only asks."""
    return logged_in(standing, "admin")


@pytest.fixture
def holder(served):
    """A program with a token of an account, and of some scopes."""

    def token(role, *scopes):
        asking = served.state.asking
        with Workspace.open(asking.database) as workspace:
            account = find_account(workspace.ledger, f"{role}@example.com")
            secret = issue_token(workspace.ledger, account, "test", scopes, asking.now())
        return TestClient(served, headers={"Authorization": f"Bearer {secret}"})

    return token


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/splits", "splits"),
        ("/splits?by=team", "splits --by team"),
        ("/forecast", "forecast"),
        ("/forecast?by=seller&until=2025-12-31&until=2026-03-31",
         "forecast --by seller --until 2025-12-31 --until 2026-03-31"),
        ("/watch", "watch"),
        ("/cutoffs", "cutoffs"),
        ("/focus?seller=anna.lindqvist", "focus --seller anna.lindqvist"),
        ("/me?owner=anna.lindqvist", "me --owner anna.lindqvist"),
        ("/activities?owner=anna.lindqvist", "activities list --owner anna.lindqvist"),
        ("/counts", "counts"),
        ("/model", "model"),
        ("/processes/fit", "process fit"),
    ],
)  # fmt: skip
def test_every_answer_is_the_commands_own(asker, path, question):
    here = f"{path}{'&' if '?' in path else '?'}as_of={TODAY}"
    assert asker.get(ROOT + here).json() == told(asker, question, "--as-of", TODAY)


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/targets", "target list"),
        ("/plans", "plan list"),
        ("/people", "people list"),
        ("/processes", "process list"),
        ("/settings", "settings show"),
    ],
)
def test_what_holds_is_told_as_the_commands_tell_it(asker, path, question):
    assert asker.get(ROOT + path).json() == told(asker, question)


def test_a_definition_is_told_in_either_language(asker):
    assert asker.get(f"{ROOT}/explain/gap_money?language=sv").json()["title"]
    assert asker.get(f"{ROOT}/explain/nothing_such").status_code == 400


def test_a_seller_gets_totals_and_the_own_deals_and_nobody_elses(standing, asker):
    seller = logged_in(standing, "seller")
    whole = asker.get(f"{ROOT}/forecast?by=seller").json()
    own = seller.get(f"{ROOT}/forecast?by=seller").json()
    assert own["p_target"] == whole["p_target"]
    assert {each["owner"] for each in own["deals"]} == {"anna.lindqvist"}
    assert {each["name"] for each in own["parts"]} <= {"anna.lindqvist", None}
    assert len(own["deals"]) < len(whole["deals"])
    assert {each["owner"] for each in seller.get(f"{ROOT}/cutoffs").json()["caught"]} <= {
        "anna.lindqvist"
    }
    assert seller.get(f"{ROOT}/focus?seller=oskar.friberg").status_code == 403
    groups = seller.get(f"{ROOT}/splits?by=seller").json()["groups"]
    assert {each["group"] for each in groups} <= {"anna.lindqvist", ""}


def test_a_token_may_do_what_its_scopes_say_and_no_more(holder):
    reader, writer = holder("admin", Scope.READ), holder("admin", Scope.WRITE)
    target = {"owner": "all", "amount": 5e6, "first": "2026-01-01", "last": "2026-12-31"}
    assert reader.get(f"{ROOT}/targets").status_code == 200
    assert reader.post(f"{ROOT}/targets", json=target).status_code == 403
    assert writer.get(f"{ROOT}/targets").status_code == 403
    assert writer.post(f"{ROOT}/targets", json=target).status_code == 200
    assert 5e6 in [each["amount"] for each in reader.get(f"{ROOT}/targets").json()["targets"]]
    period = {"first": "2026-01-01", "last": "2026-12-31"}
    assert writer.request("DELETE", f"{ROOT}/targets", json=period).status_code == 200
    assert 5e6 not in [each["amount"] for each in reader.get(f"{ROOT}/targets").json()["targets"]]


def test_only_who_settles_may_change_targets_and_plans(holder):
    for role in ("seller", "manager", "viewer"):
        program = holder(role, Scope.READ, Scope.WRITE)
        assert program.post(f"{ROOT}/plans", json={}).status_code == 403, role


def test_a_next_step_is_agreed_by_the_deals_own_seller_only(admin, holder):
    deals = admin.get(f"{ROOT}/forecast").json()["deals"]
    own = next(each["deal"] for each in deals if each["owner"] == "anna.lindqvist")
    others = next(each["deal"] for each in deals if each["owner"] != "anna.lindqvist")
    seller = holder("seller", Scope.READ, Scope.WRITE)
    step = {"deal": own, "due": "2025-11-20", "what": "Demo on site"}
    assert seller.post(f"{ROOT}/next-steps", json=step).status_code == 200
    assert seller.post(f"{ROOT}/next-steps", json=step | {"deal": others}).status_code == 403
    assert [each["what"] for each in seller.get(f"{ROOT}/next-steps").json()] == ["Demo on site"]
    assert seller.request("DELETE", f"{ROOT}/next-steps", json={"deal": own}).status_code == 200
    assert seller.get(f"{ROOT}/next-steps").json() == []


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/splits?by=colour", "choose leg or team or seller"),
        ("/splits?as_of=yesterday", "no date"),
        ("/splits?bye=leg", "means nothing here"),
        ("/focus?p=much", "no number"),
        ("/focus?p=nan", "no number"),
        ("/plans/compare?before=1", "after is missing"),
    ],
)
def test_a_question_with_a_fault_says_which(asker, path, says):
    answer = asker.get(ROOT + path)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"amount=1", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b" " * (1 << 21), "application/json", 413),
    ],
)
def test_what_is_no_json_object_changes_nothing(admin, body, kind, status):
    answer = admin.post(f"{ROOT}/targets", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


def test_without_a_log_in_or_token_nothing_is_told(served):
    stranger = TestClient(served)
    for each in OPERATIONS:
        assert stranger.request(each.method, ROOT + each.path).status_code == 401, each.path


def test_the_description_names_every_operation_and_what_it_takes(asker):
    described = asker.get(f"{ROOT}/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for each in OPERATIONS:
        told_of = described["paths"][ROOT + each.path][each.method.lower()]
        sent = told_of.get("requestBody", {}).get("content", {}).get("application/json", {})
        names = {given["name"] for given in told_of["parameters"]}
        names |= set(sent.get("schema", {}).get("properties", {}))
        assert names == {given.name for given in each.parameters}


def test_the_description_names_every_route_of_the_api(asker):
    described = asker.get(f"{ROOT}/openapi.json").json()["paths"]
    routes = {each.path for each in api.ROUTES} - {f"{ROOT}/openapi.json"}
    assert routes == set(described)


def test_nobody_takes_back_what_is_anothers(admin, holder):
    deals = admin.get(f"{ROOT}/forecast").json()["deals"]
    own = next(each["deal"] for each in deals if each["owner"] == "anna.lindqvist")
    with admin.app.state.asking.workspace() as workspace:
        others = next(each for each in workspace.ledger.follow() if each.deal != own)
    back = {"key": "x", "deal": own, "kind": "retracted", "refers_to": others.key}
    answer = holder("seller", Scope.WRITE).post(f"{ROOT}/movements", json=back)
    assert answer.status_code == 400
    assert "is of the deal" in answer.json()["error"]


def test_movements_that_are_too_large_are_refused_before_they_are_read(admin):
    sent = admin.post(
        f"{ROOT}/movements",
        content=b" " * (17 << 20),
        headers={"Content-Type": "application/json"},
    )
    assert sent.status_code == 413


def test_all_movements_come_as_csv_and_as_parquet(asker, standing):
    text, columns = (asker.get(f"{ROOT}/export/movements.{kind}") for kind in ("csv", "parquet"))
    rows = pl.read_csv(io.BytesIO(text.content), infer_schema_length=None)
    table = pl.read_parquet(io.BytesIO(columns.content))
    with asker.app.state.asking.workspace() as workspace:
        entries = workspace.ledger.follow(0, 1_000_000)
    assert rows.height == table.height == len(entries)
    assert table["id"].to_list() == [each.id for each in entries]
    assert table["amount"].to_list() == [each.amount for each in entries]
    assert logged_in(standing, "seller").get(f"{ROOT}/export/movements.csv").status_code == 403
