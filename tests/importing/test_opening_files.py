import gzip
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from mellantid.errors import DataError
from mellantid.importing.table import Table, open_table

PLAIN = "Deal,Stage,When\nA,Demo,2024-01-02\nB,Won,2024-01-03\n"


def rows_of(path: Path, hints: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    with open_table(path, hints) as table:
        table.load()
        return all_rows(table)


def all_rows(table: Table) -> list[tuple[object, ...]]:
    columns = ", ".join(f"coalesce(c{index}, '')" for index in range(len(table.headers)))
    return table.db.execute(f'SELECT "row", {columns} FROM source ORDER BY "row"').fetchall()


EXPECTED = [(2, "A", "Demo", "2024-01-02"), (3, "B", "Won", "2024-01-03")]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")]
)
def test_the_delimiter_is_detected_and_reported(tmp_path, delimiter, name):
    path = written(tmp_path / "a.csv", PLAIN.replace(",", delimiter))
    with open_table(path) as table:
        table.load()
        assert all_rows(table) == EXPECTED
        assert table.detected["delimiter"] == name


def test_a_semicolon_wins_where_decimal_commas_are_in_the_cells(tmp_path):
    path = written(tmp_path / "a.csv", "Deal;Amount;When\nA;1,5;2,0\nB;2,5;3,0\n")
    with open_table(path) as table:
        assert table.headers == ("Deal", "Amount", "When")


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte-order mark"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_detected_and_reported(tmp_path, encoding, reported):
    text = "Affär,Säljare\nA,Åsa Öberg\nB,Jérôme\n"
    path = written(tmp_path / "a.csv", text.encode(encoding))
    with open_table(path) as table:
        table.load()
        assert table.headers == ("Affär", "Säljare")
        assert all_rows(table) == [(2, "A", "Åsa Öberg"), (3, "B", "Jérôme")]
        assert table.detected["encoding"] == reported


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(tmp_path, newline):
    assert rows_of(written(tmp_path / "a.csv", PLAIN.replace("\n", newline))) == EXPECTED


def test_gzip_and_a_zip_with_one_file_are_unpacked(tmp_path):
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(PLAIN.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("folder/a.csv", PLAIN)
    assert rows_of(packed) == EXPECTED
    assert rows_of(tmp_path / "a.zip") == EXPECTED


def test_a_zip_with_several_files_is_refused_with_their_names(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("deals.csv", PLAIN)
        archive.writestr("people.csv", PLAIN)
    with pytest.raises(DataError, match=r"deals\.csv, people\.csv"), open_table(tmp_path / "a.zip"):
        pass


def test_titles_above_the_header_are_skipped_and_rows_keep_their_numbers(tmp_path):
    path = written(tmp_path / "a.csv", "Report of March\n\n" + PLAIN)
    assert rows_of(path) == [(4, *EXPECTED[0][1:]), (5, *EXPECTED[1][1:])]


def test_blank_lines_and_line_breaks_in_cells_keep_records_apart(tmp_path):
    path = written(tmp_path / "a.csv", 'Deal,Note\nA,"two\nlines"\n\nB,one\n')
    assert rows_of(path) == [(2, "A", "two\nlines"), (4, "B", "one")]


def test_a_row_with_too_many_cells_is_rejected_and_the_others_go_in(tmp_path):
    path = written(tmp_path / "a.csv", "Deal,Stage\nA,Demo\nB,Demo,late,\nC\nD,Won\n")
    with open_table(path) as table:
        table.load()
        assert all_rows(table) == [(2, "A", "Demo"), (4, "C", ""), (5, "D", "Won")]
        assert [(rejected.row, rejected.why[:32]) for rejected in table.rejected] == [
            (3, "has 4 cells where the header has")
        ]
        assert table.rows == 4


def test_a_repeated_header_is_told_and_a_blank_around_a_name_makes_no_difference(tmp_path):
    path = written(tmp_path / "a.csv", "Deal,Variant,Source ,Variant\nA,1,x,2\n")
    with open_table(path) as table:
        assert table.headers == ("Deal", "Variant", "Source ", "Variant (2)")
        assert table.find("Source") == 2
        assert table.find("Variant") == 1
        assert table.find("Variant (2)") == 3
        assert table.find("source") is None
        assert len(table.warnings) == 2


def test_a_workbook_gives_the_same_rows_with_its_own_dates(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["Made for the board"])
    sheet = book.create_sheet("Deals")
    sheet.append(["Deal", "Stage", "When"])
    sheet.append(["A", "Demo", date(2024, 1, 2)])
    sheet.append(["B", "Won", datetime(2024, 1, 3, 8, 30)])  # noqa: DTZ001 (sheets have no zone)
    sheet.append([17, "Won", 12.5])
    book.save(tmp_path / "a.xlsx")
    rows = rows_of(tmp_path / "a.xlsx", ("Deal", "When"))
    assert rows == [EXPECTED[0], (3, "B", "Won", "2024-01-03 08:30:00"), (4, "17", "Won", "12.5")]


def test_parquet_columns_become_text_and_records_are_numbered_from_one(tmp_path):
    path = tmp_path / "a.parquet"
    duckdb.execute(
        "COPY (SELECT 'A' AS \"Deal\", TIMESTAMP '2024-01-02 03:04:05' AS at, 1.5 AS x "
        f"UNION ALL SELECT 'B', NULL, NULL) TO '{path}' (FORMAT parquet)"
    )
    assert rows_of(path) == [(1, "A", "2024-01-02 03:04:05", "1.5"), (2, "B", "", "")]


XES = """<?xml version="1.0" encoding="UTF-8"?>
<!-- a log -->
<log xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <trace>
    <string key="concept:name" value="A"/>
    <event>
      <string key="concept:name" value="Demo &amp; more">
        <string key="concept:name" value="inner"/>
      </string>
      <date key="time:timestamp" value="2024-01-02T03:04:05+01:00"/>
    </event>
    <event>
      <string key="concept:name" value="Won"/>
      <string key="org:resource" value="Åsa"/>
    </event>
    <float key="price" value="10.5"/>
  </trace>
</log>
"""


def test_xes_events_are_rows_and_case_attributes_are_prefixed(tmp_path):
    path = written(tmp_path / "a.xes", XES)
    with open_table(path) as table:
        table.load()
        held = {name: f"c{index}" for index, name in enumerate(table.headers)}
        assert set(held) == {
            "case:concept:name", "case:price", "concept:name", "time:timestamp", "org:resource",
        }  # fmt: skip
        names = ("case:concept:name", "case:price", "concept:name", "org:resource")
        columns = ", ".join(f"coalesce({held[name]}, '')" for name in names)
        rows = table.db.execute(f'SELECT "row", {columns} FROM source ORDER BY "row"').fetchall()
    assert rows == [(1, "A", "10.5", "Demo & more", ""), (2, "A", "10.5", "Won", "Åsa")]


def test_xml_entities_are_refused_before_they_can_explode(tmp_path):
    bomb = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    path = written(tmp_path / "a.xes", XES.replace("<!-- a log -->", bomb))
    with pytest.raises(DataError, match="entities"), open_table(path):
        pass


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.csv", None, "no file"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n", "no rows"),
        ("cut.csv.gz", gzip.compress(PLAIN.encode(), mtime=0)[:-9], "damaged"),
        ("cut.xes", XES[:300].encode(), "not well-formed"),
        ("other.xes", b"<?xml version='1.0'?><a/>", "no XES events"),
        ("cut.parquet", b"PAR1 and no more", "not a whole Parquet"),
        ("cut.xlsx", b"\xd0\xcf\x11\xe0 and no more", "cannot be opened"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        written(path, content)
    with pytest.raises(DataError, match=message), open_table(path):
        pass


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "Сделка,Продавец\nA,Иван Петров\nB,Мария Сидорова из Новосибирска\n"),
        (
            "shift_jis",
            "商談,担当者\nA,山田太郎さんは東京の営業です\nB,鈴木花子さんは大阪の営業です\n",
        ),
    ],
)
def test_other_alphabets_are_not_taken_for_western(tmp_path, encoding, text):
    with open_table(written(tmp_path / "a.csv", text.encode(encoding))) as table:
        assert ",".join(table.headers) == text.splitlines()[0]
