import duckdb
import pytest

from mellantid.importing.amounts import amount_of, tell_decimal


def numbers(*texts):
    db = duckdb.connect()
    db.execute("CREATE TABLE source (id INTEGER, x VARCHAR)")
    db.executemany("INSERT INTO source VALUES (?, ?)", [list(pair) for pair in enumerate(texts)])
    expression = amount_of("x", tell_decimal(db, "x"))
    return [row[0] for row in db.execute(f"SELECT {expression} FROM source ORDER BY id").fetchall()]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5), ("1e3", 1000.0), ("-7", -7.0), ("$1,234.50", 1234.5),
        ("1,234,567", 1_234_567.0), ("(1,200.00)", -1200.0), ("1'234.50", 1234.5),
        ("12 000 kr", 12000.0), ("EUR 99.90", 99.9), ("150-", -150.0), ("- 5", -5.0),
        ("TBD", None), ("inf", None), ("12 of 20", None), (None, None), ("3.5 MSEK", 3.5),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text, value):
    assert numbers(text) == [value]


def test_a_decimal_comma_is_told_from_the_whole_column():
    assert numbers("1.234", "1.234,50", "99,9", "€ 1 000,00") == [1234.0, 1234.5, 99.9, 1000.0]


def test_a_comma_before_three_digits_groups_where_nothing_says_otherwise():
    assert numbers("1,234", "10", "2.50") == [1234.0, 10.0, 2.5]
