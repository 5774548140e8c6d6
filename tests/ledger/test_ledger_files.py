"""Opening, migrating, copying: what is ours is found, what is not is left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from ledger_contract import DAY, NOW, entries, told

from mellantid.errors import DataError, QuestionError
from mellantid.ledger import Entries, Entry, Ledger
from mellantid.ledger.chunk import TYPES
from mellantid.ledger.schema import CURRENT, MIGRATIONS
from mellantid.ledger.tables import entry, metadata, setting


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "ledger.db"
    with Ledger.open(file, create=True) as ledger:
        ledger.append(entries("a"), NOW)
    return file


def test_the_constant_names_the_newest_migration():
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == CURRENT


def test_the_migrations_make_the_tables_that_the_metadata_describes(path):
    with Ledger.open(path) as ledger, ledger.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_table_of_ours_is_strict(path):
    with Ledger.open(path) as ledger:
        strict = dict(ledger.rows("SELECT name, strict FROM pragma_table_list"))
    assert {name: strict[name] for name in metadata.tables} == dict.fromkeys(metadata.tables, 1)


def test_the_columns_have_one_name_everywhere():
    columns = [column.name for column in entry.columns]
    assert list(Entry._fields) == columns
    assert set(TYPES) == set(Entries.__dataclass_fields__) == set(columns) - {"id", "recorded_at"}


def test_a_column_that_no_entry_lacks_is_so_in_the_table_too():
    never_null = {column.name for column in entry.columns if not column.nullable}
    assert never_null - {"id", "recorded_at"} == {name for name, (_, must) in TYPES.items() if must}


def test_opening_a_present_ledger_imports_neither_alembic_nor_sqlalchemy(path):
    script = (
        "import sys; from mellantid.ledger import Ledger\n"
        "with Ledger.open(sys.argv[1]) as ledger: ledger.read(); ledger.survey()\n"
        "print([name for name in ('alembic', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 (this very Python)
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_missing_file_is_not_made_by_reading(tmp_path):
    with pytest.raises(QuestionError, match=r"There is no ledger at .*import a file first"):
        Ledger.open(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_ledger_only_on_request(tmp_path):
    file = tmp_path / "empty.db"
    file.touch()
    with pytest.raises(QuestionError, match="There is no ledger"):
        Ledger.open(file)
    assert file.stat().st_size == 0
    with Ledger.open(file, create=True) as ledger:
        assert ledger.problems() == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=r"The folder .*deep does not exist"):
        Ledger.open(tmp_path / "deep" / "ledger.db", create=True)


def test_a_folder_is_no_ledger(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        Ledger.open(tmp_path, create=True)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("content", [b"deal;stage\n1;Demo\n", b"\x00" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content, create):
    file = tmp_path / "deals.csv"
    file.write_bytes(content)
    with pytest.raises(DataError, match="is not a database"):
        Ledger.open(file, create=create)
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_another_programs_database_is_refused_and_left_alone(tmp_path, mode, create):
    file = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"PRAGMA journal_mode = {mode}")
        other.execute("CREATE TABLE account (name TEXT)")
    before = file.read_bytes()
    with pytest.raises(DataError, match="is a database of another program"):
        Ledger.open(file, create=create)
    assert file.read_bytes() == before


def test_a_database_cut_short_is_refused_with_a_sentence(path):
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(DataError, match=r"cannot be opened \(.*\): restore it from a backup"):
        Ledger.open(path)


def test_a_newer_database_is_refused_and_left_alone(path):
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"newer Mellantid \(schema 9999.*install the newer"):
        Ledger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["postgresql://host/base", "mysql://host/base"])
def test_a_server_is_said_not_to_be_supported_yet(url):
    with pytest.raises(QuestionError, match="are not supported yet"):
        Ledger.open(url)


def test_a_ledger_whose_schema_could_not_be_made_is_not_made_by_halves(tmp_path, monkeypatch):
    def break_off(*_, **__):
        raise RuntimeError("the power went")

    file = tmp_path / "ledger.db"
    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", break_off)
        with pytest.raises(RuntimeError):
            Ledger.open(file, create=True)
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    with Ledger.open(file, create=True) as ledger:
        assert ledger.problems() == []


def test_what_is_committed_survives_a_power_cut(path):
    with Ledger.open(path) as ledger:
        assert ledger.rows("PRAGMA journal_mode") == [("wal",)]
        assert ledger.rows("PRAGMA synchronous") == [(2,)]


def test_a_backup_is_one_file_with_everything(path, tmp_path):
    copy = tmp_path / "copy.db"
    with Ledger.open(path) as ledger:
        ledger.append(entries("b", "D2"), NOW)
        ledger.back_up(copy)
        before = told(ledger.read())
    assert {file.name for file in tmp_path.iterdir()} == {"ledger.db", "copy.db"}
    with Ledger.open(copy) as ledger:
        assert told(ledger.read()) == before
        assert ledger.problems() == []


def test_a_backup_leaves_out_what_is_not_committed_yet(path, tmp_path):
    with Ledger.open(path) as writer, Ledger.open(path) as other:

        def batches():
            yield entries("b", "D2")
            other.back_up(tmp_path / "copy.db")

        writer.append(batches(), NOW)
        assert writer.read().size == 2
    with Ledger.open(tmp_path / "copy.db") as copy:
        assert copy.read().size == 1


def test_a_backup_overwrites_nothing(path, tmp_path):
    file = tmp_path / "precious.db"
    file.write_text("precious")
    with Ledger.open(path) as ledger, pytest.raises(DataError, match="exists already"):
        ledger.back_up(file)
    assert file.read_text() == "precious"


def test_a_restored_ledger_goes_on_where_the_backup_was_made(path, tmp_path):
    with Ledger.open(path) as ledger:
        with ledger.writing() as connection:
            connection.execute("INSERT INTO setting VALUES ('currency', '\"SEK\"')")
        ledger.back_up(tmp_path / "copy.db")
        before = told(ledger.read())
    copy = (tmp_path / "copy.db").read_bytes()
    with Ledger.open(tmp_path / "new.db", create=True) as ledger:
        ledger.restore(tmp_path / "copy.db")
        assert told(ledger.read()) == before
        assert ledger.rows("SELECT * FROM setting") == [("currency", '"SEK"')]
        assert ledger.append(entries("a"), NOW).unchanged == 1
        assert ledger.append(entries("b", at=2 * DAY), NOW).added == 1
        assert [row.id for row in ledger.follow()] == [1, 2]
        assert ledger.rows("PRAGMA journal_mode") == [("wal",)]
        assert ledger.problems() == []
    assert (tmp_path / "copy.db").read_bytes() == copy


def test_a_restore_overwrites_nothing(path, tmp_path):
    with Ledger.open(path) as ledger:
        ledger.back_up(tmp_path / "copy.db")
        with pytest.raises(DataError, match=r"is not empty .*entry"):
            ledger.restore(tmp_path / "copy.db")


def test_only_a_ledger_is_restored(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("a note that is longer than a header")
    with Ledger.open(tmp_path / "new.db", create=True) as ledger:
        with pytest.raises(DataError, match="is not a database"):
            ledger.restore(text)
        with pytest.raises(QuestionError, match="There is no ledger"):
            ledger.restore(tmp_path / "none.db")
        assert ledger.append(entries("a"), NOW).added == 1


def test_sqlalchemy_statements_are_all_or_nothing(path):
    insert = setting.insert()

    def write(connection):
        connection.execute(insert, [{"name": "a", "value": "1"}])
        connection.execute(insert, [{"name": "a", "value": "2"}])

    with Ledger.open(path) as ledger:
        engine = ledger.engine()
        with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
            write(connection)
        assert ledger.rows("SELECT * FROM setting") == []
        with engine.begin() as connection:
            connection.execute(insert, [{"name": "a", "value": "1"}])
            assert connection.execute(sa.select(sa.func.count(entry.c.id))).scalar() == 1
        assert ledger.rows("SELECT * FROM setting") == [("a", "1")]
