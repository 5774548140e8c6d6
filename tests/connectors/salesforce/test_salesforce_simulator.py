"""The simulator refuses what Salesforce refuses, in its way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mellantid.connectors.salesforce.soql import among, moment, quoted, select, within
from mellantid.simulators.salesforce import SIMULATOR, Options, application
from mellantid.simulators.salesforce.soql import Condition, Item, Literal, QueryError, parse

ROOT = "/services/data/v62.0"
LET_IN = {"Authorization": "Bearer 00Dready"}


@pytest.fixture
def client(crm):
    return TestClient(application(crm, {"token": "00Dready"}, Options(page=50)))


def ask(client, query, source="query"):
    return client.get(f"{ROOT}/{source}", params={"q": query}, headers=LET_IN)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT Fool FROM Opportunity", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunism", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name ~ 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name ) 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User LIMIT 1 OFFSET 2", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name = x", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name IN ('x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User ORDER Name", "MALFORMED_QUERY"),
        ("SELECT SUM(Amount) FROM Opportunity", "MALFORMED_QUERY"),
        ("SELECT Name, COUNT(Id) FROM User GROUP BY Email", "MALFORMED_QUERY"),
        ("SELECT Id FROM Opportunity WHERE CreatedDate > '2025-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM OpportunityFieldHistory WHERE NewValue = '1'", "INVALID_FIELD"),
    ],
)
def test_a_query_that_cannot_be_run_is_refused(client, query, code):
    answer = ask(client, query)
    assert answer.status_code == 400
    assert [each["errorCode"] for each in answer.json()] == [code]


def test_without_a_good_token_nobody_is_let_in(client):
    answer = client.get(f"{ROOT}/limits", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_requests_of_a_day_run_out(crm):
    client = TestClient(application(crm, {"token": "00Dready"}, Options(daily=2)))
    answers = [client.get(f"{ROOT}/limits", headers=LET_IN) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 403]
    assert answers[1].headers["Sforce-Limit-Info"] == "api-usage=2/2"
    assert answers[1].json()["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    assert answers[2].json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_other_ways_to_a_token_are_refused(client):
    answer = client.post("/services/oauth2/token", data={"grant_type": "password"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(("ids", "status"), [(200, 200), (600, 431), (700, 414)])
def test_a_long_address_is_turned_away(client, ids, status):
    query = select(("Id",), "Opportunity", (among("Id", (f"{n:018d}" for n in range(ids))),))
    assert ask(client, query).status_code == status


def test_pages_follow_one_another_until_all_records_are_told(client):
    page = ask(client, "SELECT Id FROM Opportunity", "queryAll").json()
    assert (page["totalSize"], page["done"], len(page["records"])) == (120, False, 50)
    page = client.get(page["nextRecordsUrl"], headers=LET_IN).json()
    page = client.get(page["nextRecordsUrl"], headers=LET_IN).json()
    assert (page["done"], len(page["records"])) == (True, 20)


def test_a_cursor_that_is_forgotten_is_refused(client):
    old = ask(client, "SELECT Id FROM Opportunity").json()["nextRecordsUrl"]
    for _ in range(10):
        ask(client, "SELECT Id FROM Opportunity")
    answer = client.get(old, headers=LET_IN)
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_deleted_records_are_told_by_query_all_only(client):
    live, every = (
        ask(client, "SELECT COUNT() FROM Opportunity", source).json()["totalSize"]
        for source in ("query", "queryAll")
    )
    assert live < every == 120


def test_a_change_of_owner_has_a_row_with_ids_and_one_with_names(client):
    query = "SELECT DataType, OldValue FROM OpportunityFieldHistory WHERE Field = 'Owner' LIMIT 2"
    records = ask(client, query, "queryAll").json()["records"]
    assert [each["DataType"] for each in records] == ["EntityId", "Text"]
    assert records[0]["OldValue"] in "12345"
    assert " " in records[1]["OldValue"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT COUNT(Id) FROM User", 400),
        ("SELECT Fool FROM User", 400),
        ("SELECT Id FROM User", 200),
    ],
)
def test_a_bulk_job_takes_no_aggregates(client, query, status):
    body = {"operation": "query", "query": query}
    assert client.post(f"{ROOT}/jobs/query", json=body, headers=LET_IN).status_code == status


def test_the_beginning_of_a_job_is_a_sort_of_request_by_itself():
    begin = {"method": "POST", "path": f"{ROOT}/jobs/query"}
    looks = [{**begin, "method": "GET"}, {**begin, "path": f"{ROOT}/query"}]
    assert [SIMULATOR.of(each) for each in (begin, *looks)] == ["query job", "", ""]


def test_a_job_that_there_is_not_is_told(client):
    assert client.get(f"{ROOT}/jobs/query/750", headers=LET_IN).status_code == 404
    assert client.get(f"{ROOT}/jobs/query/750/results", headers=LET_IN).status_code == 400


@settings(max_examples=40)
@given(st.text(max_size=20), st.integers(0, 4_000_000_000_000))
def test_what_the_connector_writes_is_read_as_it_was_meant(text, at):
    text = text.replace("\n", "").replace("\r", "")
    where = (f"Name = {quoted(text)}", within("CreatedDate", at, at + 1))
    query = parse(select(("Id", "MAX(Name) most"), "User", where, group=("Id",), most=3))
    assert query.items == (Item("Id"), Item("Name", "MAX", "most"))
    assert query.where == (
        Condition("Name", "=", (Literal("text", text),)),
        Condition("CreatedDate", ">=", (Literal("moment", at),)),
        Condition("CreatedDate", "<", (Literal("moment", at + 1),)),
    )
    assert (query.group, query.most) == (("Id",), 3)


def test_truth_numbers_and_null_are_read():
    query = parse("select Id from User where IsActive = true and Size > -1.5 and Boss != NULL")
    assert [each.values[0].value for each in query.where] == [True, -1.5, None]


def test_a_line_break_in_a_text_cannot_end_it():
    assert quoted("a\nb'c\\") == "'a\\nb\\'c\\\\'"
    assert moment(1_764_000_000_123) == "2025-11-24T16:00:00.123Z"
    with pytest.raises(QueryError):
        parse("SELECT Id FROM User WHERE Name = 'a")
