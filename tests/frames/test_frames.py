import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.clock import WorkingClock, Zone
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.process import Process
from mellantid.errors import DataError, QuestionError
from mellantid.frames import Columns, columns_of_result, frame_like, movements_into_history

CLOCK = WorkingClock.of(Zone.of(ZoneInfo("Europe/Stockholm"), "Europe/Stockholm"))
PROCESS = Process("New business", ("Lead", "Demo", "Offer"), ignore=("Note",))
UNTIL = dt.date(2026, 6, 30)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
at = dt.datetime.fromisoformat

# Summer time begins on 2026-03-29; one row is of late evening, when UTC has another hour offset.
ROWS = [
    (101, at("2026-02-02T09:00"), "Lead", 120_000.0, "Eva"),
    (101, at("2026-02-20T23:30"), "Demo", None, None),
    (101, at("2026-04-01T10:15"), "Won", 90_000.0, None),
    (7, at("2026-02-03T08:00"), "Lead", None, "Åke"),
    (7, at("2026-03-30T00:10"), "Offer", 50_000.0, "Eva"),
    (7, at("2026-03-31T00:10"), "Note", None, None),
    (12, at("2026-05-04T08:00"), "Demo", 75_000.0, None),
    (12, at("2026-05-04T08:00"), "Lost", None, None),
]
NAMES = ("deal", "at", "stage", "amount", "owner")
DATA = {name: [row[k] for row in ROWS] for k, name in enumerate(NAMES)}


def aware(rows):
    return [at.replace(tzinfo=STOCKHOLM) for at in rows]


def in_utc(rows):
    return [at.astimezone(dt.UTC) for at in aware(rows)]


def ms(rows):
    return [round(at.timestamp() * 1000) for at in aware(rows)]


def same(a, b):
    assert (a.deals, a.owners, a.until) == (b.deals, b.owners, b.until)
    for name in ("deal", "at", "after", "state", "owner"):
        assert getattr(a, name).tolist() == getattr(b, name).tolist(), name
    np.testing.assert_array_equal(a.amount, b.amount)


def read(frame, columns=None):
    return movements_into_history(frame, PROCESS, CLOCK, UNTIL, columns)


MAKES = {
    "polars": lambda: pl.DataFrame(DATA),
    "polars lazy": lambda: pl.DataFrame(DATA).lazy(),
    "polars categorical": lambda: pl.DataFrame(DATA).with_columns(
        pl.col("stage", "owner").cast(pl.Categorical), pl.col("deal").cast(pl.UInt16)
    ),
    "polars utc": lambda: pl.DataFrame(DATA | {"at": in_utc(DATA["at"])}),
    "polars zone": lambda: pl.DataFrame(
        {**DATA, "at": pl.Series(DATA["at"]).dt.replace_time_zone("Europe/Stockholm")}
    ),
    "polars text": lambda: pl.DataFrame(DATA | {"at": [at.isoformat() for at in DATA["at"]]}),
    "polars ns": lambda: pl.DataFrame(DATA).with_columns(pl.col("at").cast(pl.Datetime("ns"))),
    "pandas": lambda: pd.DataFrame(DATA),
    "pandas index": lambda: pd.DataFrame(DATA, index=[5] * len(ROWS)),
    "pandas nullable": lambda: pd.DataFrame(DATA).convert_dtypes(),
    "pandas arrow": lambda: pd.DataFrame(DATA).convert_dtypes(dtype_backend="pyarrow"),
    "pandas objects": lambda: pd.DataFrame(DATA).astype(object),
    "pandas category": lambda: pd.DataFrame(DATA).astype({"stage": "category", "deal": "float64"}),
    "pandas zone": lambda: pd.DataFrame(DATA | {"at": pd.DatetimeIndex(aware(DATA["at"]))}),
    "pandas ms": lambda: pd.DataFrame(DATA | {"at": ms(DATA["at"])}),
    "arrow": lambda: pa.table(DATA),
    "arrow dictionary": lambda: pa.table(
        {**DATA, "stage": pa.array(DATA["stage"]).dictionary_encode()}
    ),
    "arrow zone": lambda: pa.table(
        {**DATA, "at": pa.array(in_utc(DATA["at"]), pa.timestamp("us", "Europe/Stockholm"))}
    ),
    "dict of lists": lambda: DATA,
    "dict of arrays": lambda: {
        **DATA,
        "deal": np.array(DATA["deal"], dtype=np.int32),
        "at": np.array(DATA["at"], dtype="datetime64[s]"),
    },
    "dict of texts": lambda: {
        **DATA,
        "deal": [str(deal) for deal in DATA["deal"]],
        "at": [at.isoformat(" ") for at in aware(DATA["at"])],
        "amount": ["" if x is None else str(x) for x in DATA["amount"]],
    },
    "dict of series": lambda: {name: pd.Series(values) for name, values in DATA.items()},
}


@pytest.mark.parametrize("make", MAKES)
def test_the_make_and_the_dtype_of_a_table_change_nothing(make):
    same(read(MAKES[make]()), read(DATA))


def test_a_table_says_what_happened():
    history = read(DATA)
    assert history.deals == ("101", "12", "7")
    assert history.owners == ("Eva", "Åke")
    assert history.at.tolist()[:3] == ms(DATA["at"][:3])
    assert history.state.tolist() == [0, 1, 3, 1, 4, 0, 2]
    assert history.amount[0] == history.amount[1] == 120_000
    assert np.isnan(history.amount[5])


@given(st.permutations(range(len(ROWS))))
def test_the_order_of_rows_changes_nothing(order):
    shuffled = {name: [values[k] for k in order] for name, values in DATA.items()}
    same(read(shuffled), read(DATA))


@pytest.mark.parametrize(
    "dates",
    [
        pl.Series([dt.date(2026, 2, 2), dt.date(2026, 7, 1)]),
        pa.array([dt.date(2026, 2, 2), dt.date(2026, 7, 1)]),
        ["2026-02-02", "2026-07-01"],
        np.array(["2026-02-02", "2026-07-01"], dtype="datetime64[D]"),
    ],
    ids=["polars", "arrow", "text", "numpy"],
)
def test_a_date_is_the_start_of_the_local_day(dates):
    if isinstance(dates, pa.Array):
        dates = pa.chunked_array([dates])
    table = {"deal": ["a", "a"], "at": dates, "stage": ["Lead", "Demo"]}
    history = movements_into_history(table, PROCESS, CLOCK)
    starts = [dt.datetime(2026, 2, 2, tzinfo=STOCKHOLM), dt.datetime(2026, 7, 1, tzinfo=STOCKHOLM)]
    assert history.at.tolist() == [round(at.timestamp() * 1000) for at in starts]


def test_what_is_known_ends_with_the_last_date_where_nothing_else_is_said():
    history = movements_into_history(DATA, PROCESS, CLOCK)
    assert history.until == CLOCK.end_of(dt.date(2026, 5, 4))


def test_until_may_be_a_moment():
    moment = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    history = movements_into_history(DATA, PROCESS, CLOCK, moment)
    assert history.until == round(moment.timestamp() * 1000)
    assert history.size == 3


def test_columns_may_have_other_names():
    renamed = pl.DataFrame(DATA).rename({"deal": "Id", "at": "When", "stage": "To"})
    columns = Columns(deal="Id", at="When", stage="To")
    same(read(renamed, columns), read(DATA))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stage": ["Leed"] * len(ROWS)}, "'Leed'.*does not list"),
        ({"at": ["yesterday"] * len(ROWS)}, "'yesterday'.*no ISO 8601"),
        ({"at": [1.5] * len(ROWS)}, "no date or time"),
        ({"at": np.full(len(ROWS), 1.5)}, "whole milliseconds"),
        ({"amount": ["much"] * len(ROWS)}, "'much'.*no number"),
        ({"deal": [None, *DATA["deal"][1:]]}, "1 rows have nothing in the column 'deal'"),
        ({"at": [*DATA["at"][:-1], None]}, "'at', the first is row 8"),
    ],
)
def test_a_fault_is_said_with_its_column_and_value(change, said):
    with pytest.raises(DataError, match=said):
        read(DATA | change)


def test_a_missing_column_is_said_with_those_that_there_are():
    with pytest.raises(DataError, match="no column 'stage', only 'deal', 'at'"):
        read({"deal": [1], "at": [2]})


def test_what_is_no_table_is_refused():
    with pytest.raises(DataError, match="int is no table"):
        read(7)


@pytest.mark.parametrize(("make", "kind"), [("polars", pl), ("pandas", pd)])
def test_a_result_comes_back_as_a_frame_of_the_same_make(make, kind):
    counts = Counts.of(sojourns(read(DATA)))
    table = frame_like(MAKES[make](), columns_of_result(counts))
    assert isinstance(table, kind.DataFrame)
    assert table["count"].to_list() == counts.count.tolist()
    assert set(table["stage"]) <= set(PROCESS.stages)
    assert list(frame_like(make, {"x": np.arange(3)})["x"]) == [0, 1, 2]


def test_an_arrow_table_gives_an_arrow_table_and_a_dict_a_dict():
    columns = {"x": np.arange(3), "name": np.array(["a", "b", "c"], dtype=object)}
    assert frame_like(pa.table(DATA), columns).to_pydict() == {
        "x": [0, 1, 2],
        "name": ["a", "b", "c"],
    }
    assert set(frame_like({}, columns)) == {"x", "name"}


def test_an_unknown_make_or_result_is_refused():
    with pytest.raises(QuestionError, match="polars, pandas, pyarrow"):
        frame_like("excel", {})
    with pytest.raises(QuestionError, match="int has no table"):
        columns_of_result(3)
