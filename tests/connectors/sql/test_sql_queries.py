"""What people give: queries, columns, stages and addresses, and what they are told of faults."""

import pytest

from mellantid.connectors.connector import NotLetInError, SourceError
from mellantid.connectors.http import Http
from mellantid.connectors.sql import KIND, make
from mellantid.connectors.sql.database import Database

ROWS = [
    {"id": 1, "happened": "2025-06-02T08:00:00Z", "status": "New", "value": 10},
    {"id": 1, "happened": "2025-06-03T08:00:00Z", "status": "Won", "value": None},
    {"id": 2, "happened": "2025-06-04", "status": "New", "value": 20},
]
COLUMNS = "deal=id, at=happened, stage=status, amount=value"
STAGES = "New, Offer, Won=won, Lost=lost"


def refused(source):
    with pytest.raises(SourceError) as caught:
        list(source.everything(None))
    return str(caught.value)


def test_a_table_and_a_query_are_read_by_their_columns(tables):
    for query in ("log", "SELECT * FROM log;", "WITH l AS (SELECT * FROM log) SELECT * FROM l"):
        source = tables("changes", {"log": ROWS}, query=query, columns=COLUMNS, stages=STAGES)
        (page,) = source.everything(None)
        assert [len(deal.changes) for deal in page.deals] == [2, 1]


def test_a_colon_in_a_query_names_no_value(tables):
    query = "SELECT * FROM log WHERE happened <> '12:30' AND status <> ':new'"
    source = tables("changes", {"log": ROWS}, query=query, columns=COLUMNS, stages=STAGES)
    assert len(next(source.everything(None)).deals) == 2


def test_a_missing_column_is_said_with_those_that_there_are(tables):
    source = tables("changes", {"log": ROWS}, query="log", stages=STAGES)
    assert "no column 'deal'; it has id, happened, status, value" in refused(source)


def test_columns_that_nobody_knows_are_refused(tables):
    source = tables("changes", {"log": ROWS}, query="log", columns="when=happened", stages=STAGES)
    assert "write such as deal=opportunity_id" in refused(source)


def test_a_query_that_does_something_else_is_refused(tables):
    source = tables("changes", {"log": ROWS}, query="DELETE FROM log", stages=STAGES)
    assert "begins with SELECT or WITH" in refused(source)


def test_nothing_can_be_written_by_a_query(tables):
    source = tables("changes", {"log": ROWS}, query="log", columns=COLUMNS, stages=STAGES)
    with pytest.raises(SourceError, match="readonly"), source._database.connected() as connection:
        connection.exec_driver_sql("DELETE FROM log")


def test_stages_that_nobody_has_listed_are_asked_for_with_those_in_use(tables):
    source = tables("changes", {"log": ROWS}, query="log", columns=COLUMNS)
    assert "The rows have New, Won." in refused(source)


@pytest.mark.parametrize(
    ("stages", "said"), [("New=open, Won=yes", "'Won=yes'"), ("A, A", "twice")]
)
def test_stages_that_cannot_be_are_refused(tables, stages, said):
    source = tables("changes", {"log": ROWS}, query="log", columns=COLUMNS, stages=stages)
    assert said in refused(source)


def test_a_value_that_is_no_moment_is_said(tables):
    rows = [{"deal": 1, "at": "soon", "stage": "New"}]
    assert "'soon' is no moment" in refused(
        tables("changes", {"log": rows}, query="log", stages=STAGES)
    )


def test_a_column_that_does_not_grow_cannot_be_followed(tables):
    source = tables(
        "changes", {"log": ROWS}, query="log", columns=COLUMNS, stages=STAGES, cursor="status"
    )
    with pytest.raises(SourceError, match="holds moments or numbers"):
        source.start()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no address", "address is none"),
        ("postgresql+nodriver://u:hush-hush@h/d", "no driver"),
        ("sqlite:////tmp/there/is/nothing.db", "no SQLite file"),
    ],
)
def test_an_address_that_cannot_be_is_said_without_its_password(url, said):
    with pytest.raises(SourceError, match=said) as caught, Database(url).connected():
        pass
    assert "hush-hush" not in str(caught.value)


def test_a_package_that_is_missing_is_named():
    with (
        pytest.raises(SourceError, match="install it beside"),
        Database("mysql+pymysql://u:hush-hush@localhost/d").connected(),
    ):
        pass


def test_what_a_database_says_is_told_without_the_password():
    database = Database("sqlite:///:memory:")
    database._hidden.append("hush-hush")
    with (
        pytest.raises(NotLetInError) as caught,
        database.connected() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM 'password hush-hush'")
    assert "hush-hush" not in str(caught.value)
    assert "hush" not in repr(Database("postgresql://u:hush-hush@h/d"))


def test_a_password_with_signs_is_hidden_in_both_writings():
    database = Database("postgresql://u:hu%2Fsh-hush@h/d")
    assert {"hu/sh-hush", "postgresql://u:hu%2Fsh-hush@h/d"} <= set(database._hidden)
    assert "hu%2Fsh-hush" in database._hidden


def test_the_address_is_a_secret():
    assert [field.name for field in KIND.fields if field.secret] == ["url"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"shape": "oracle"}, "no shape"),
        ({"timezone": "Mars"}, "no time zone"),
        ({"overlap": "long"}, "no number"),
    ],
)
def test_values_that_cannot_be_are_refused(values, said):
    with pytest.raises(SourceError, match=said):
        make({"url": "sqlite:///x.db"} | values, Http(), lambda: 0)


def test_a_query_is_asked_for():
    source = make({"url": "sqlite:///:memory:"}, Http(), lambda: 0)
    with pytest.raises(SourceError, match="one row for each change of a deal"):
        source.account()
