"""What goes wrong is said in one sentence with the right exit status, and leaves nothing behind."""

import os
import subprocess
import sys

import cli_sample
import pytest

PYTHON = [sys.executable, "-c", "from mellantid.cli import main; main()"]
READING = (
    "counts", "model", "splits", "forecast", "cutoffs", "check", "plan", "target list",
    "people list", "process list", "settings show",
)  # fmt: skip


def said(answer):
    """The one sentence of a fault: a line that ends as one, with nothing on standard output."""
    lines = [line for line in answer.err.splitlines() if not line.startswith("Note: ")]
    assert len(lines) == 1, answer.err
    assert lines[0].endswith((".", ")", "?"))
    assert answer.out == ""
    return lines[0]


@pytest.mark.parametrize("command", READING)
def test_a_command_that_reads_makes_no_database(mellantid, tmp_path, command):
    nowhere = tmp_path / "none.db"
    answer = mellantid(*command.split(), db=nowhere)
    assert answer.status == 1
    assert "none.db" in said(answer)
    assert not nowhere.exists()


@pytest.mark.parametrize("command", READING)
def test_a_database_server_is_refused_clearly_while_it_is_not_supported(mellantid, command):
    answer = mellantid(*command.split(), db="postgresql://sales@localhost/race")
    assert answer.status == 1
    assert "postgresql" in said(answer)


def test_the_environment_names_the_database(mellantid, db, monkeypatch):
    monkeypatch.setenv("MELLANTID_DB", str(db))
    assert mellantid("splits", "--json").json["plan_version"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("splits", "--by", "planet"),
        ("splits", "--as-of", "yesterday"),
        ("forecast", "--until", "2025-13-01"),
        ("target", "set", "--amount", "5"),
        ("target", "set", "--amount", "many", "--from", "2025-01-01", "--to", "2025-12-31"),
        ("nonsense",),
        ("plan", "--p", "half"),
        ("import",),
    ],
)
def test_a_wrong_command_line_has_status_2(mellantid, words):
    answer = mellantid(*words)
    assert answer.status == 2
    assert "--help" in answer.err


def test_without_a_command_the_help_is_shown(mellantid):
    answer = mellantid()
    assert "splits" in answer.out
    assert answer.err == ""


def test_a_file_that_is_no_ledger_is_refused(mellantid, tmp_path):
    other = tmp_path / "notes.db"
    other.write_text("not a database at all, but long enough to be looked at" * 10)
    assert "notes.db" in said(mellantid("splits", db=other))


def test_an_empty_ledger_says_to_import_first(mellantid, tmp_path):
    db = tmp_path / "empty.db"
    mellantid("settings", "set", "currency", "sek", db=db)
    for command in ("counts", "model", "splits", "forecast", "cutoffs", "plan"):
        answer = mellantid(command, db=db)
        assert answer.status == 1
        assert "mellantid import FILE" in said(answer)
    assert mellantid("check", "--json", db=db).json == {
        "ok": True, "movements": 0, "differences": [],
    }  # fmt: skip


def test_splits_without_a_plan_say_to_make_one(mellantid, files, tmp_path):
    db = tmp_path / "new.db"
    mellantid("import", files / "export.csv", "--map", files / "map.toml", db=db)
    assert "mellantid plan" in said(mellantid("splits", db=db))
    assert "mellantid target set" in said(mellantid("plan", db=db))
    forecast = mellantid("forecast", "--json", db=db)
    assert forecast.json["target"] is None
    assert "No target has been set" in forecast.err


def test_a_question_about_a_day_before_anything_was_known_is_answered_with_when_history_begins(
    mellantid, db
):
    for command in ("counts", "splits", "forecast"):
        answer = mellantid(command, "--as-of", "2023-06-01", db=db)
        assert answer.status == 1
        assert "2024-01-01" in said(answer)


def test_a_damaged_ledger_fails_the_check(mellantid, db):
    size = db.stat().st_size
    with db.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\x00" * 4096)
    answer = mellantid("check", db=db)
    assert answer.status == 1
    assert "restore" in said(answer).lower()


def test_a_broken_check_prints_its_document_and_fails(mellantid, db, monkeypatch):
    from mellantid.workspace import soundness  # noqa: PLC0415 (only here)

    monkeypatch.setattr(soundness, "_same", lambda one, other: False)  # noqa: ARG005
    answer = mellantid("check", "--json", db=db)
    assert answer.status == 1
    assert '"ok": false' in answer.out
    assert "changes when it is folded again" in answer.err


def test_an_interruption_is_told_and_has_its_own_status(mellantid, db, monkeypatch):
    from mellantid.workspace import Workspace  # noqa: PLC0415 (only here)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Workspace, "race", interrupted)
    answer = mellantid("splits", db=db)
    assert answer.status == 130
    assert "Interrupted" in answer.err


def test_an_interrupted_import_leaves_nothing_half_done(mellantid, files, tmp_path, monkeypatch):
    from mellantid.workspace import intake  # noqa: PLC0415 (only here)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "_note", interrupted)
    db = tmp_path / "new.db"
    answer = mellantid("import", files / "export.csv", "--map", files / "map.toml", db=db)
    assert answer.status == 130
    assert mellantid("process", "list", "--json", db=db).json == {"processes": []}
    assert mellantid("check", "--json", db=db).json["movements"] == 0


@pytest.mark.parametrize("command", ["counts", "splits", "counts --json"])
def test_whoever_stops_reading_hears_no_complaint(db, command):
    environment = {**os.environ, "MELLANTID_DB": str(db)}
    with subprocess.Popen(  # noqa: S603 (it runs only our own program)
        [*PYTHON, *command.split(), "--as-of", "2025-10-01"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        running.stdout.close()
        complaint = running.stderr.read()
        assert running.wait() == 0
    assert complaint == b""


def test_a_missing_file_makes_no_database(mellantid, tmp_path):
    answer = mellantid("import", tmp_path / "lost.csv", db=tmp_path / "new.db")
    assert answer.status == 1
    assert "lost.csv" in said(answer)
    assert not (tmp_path / "new.db").exists()


def test_a_table_without_dates_is_refused_and_makes_no_database(mellantid, tmp_path):
    table = cli_sample.write(tmp_path / "wins.csv", [("7", "Won")] * 30, ("Id", "Result"))
    answer = mellantid("import", table, db=tmp_path / "new.db")
    assert answer.status == 1
    assert "no column with dates" in said(answer)
    assert not (tmp_path / "new.db").exists()


def test_several_processes_must_be_named(mellantid, db, files):
    other = cli_sample.MAP.replace('"New business"', '"Renewals"')
    cli_sample.write_map(files / "other.toml", other)
    lines = [("R" + row[0], *row[1:]) for row in cli_sample.rows()]
    cli_sample.write(files / "renewals.csv", lines)
    mellantid("import", files / "renewals.csv", "--map", files / "other.toml", db=db)
    assert "'New business' or 'Renewals'" in said(mellantid("splits", db=db))
    assert "no process 'Tenders'" in said(mellantid("counts", "--process", "Tenders", db=db))
    found = mellantid("counts", "--process", "Renewals", "--json", db=db).json["rows"]
    assert {row["process"] for row in found} == {"Renewals"}
    plan = mellantid("plan", "--process", "Renewals", "--json", db=db)
    assert plan.json["version"] == 1
    assert "without New business" in plan.err
    assert mellantid("check", "--json", db=db).json["ok"]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("settings", "set", "timezone", "Mars/Olympus"), "no time zone"),
        (("settings", "set", "holidays", "XX"), "country"),
        (("settings", "set", "company_holidays", "02-31"), "02-31"),
        (("settings", "set", "observed_from", "soon"), "2024-01-01"),
        (("settings", "set", "colour", "blue"), "choose one of"),
        (("explain", "gap"), "gap_money"),
        (("counts", "--engine", "spark"), "embedded"),
        (("target", "set", "--amount", "-5", "--from", "2025-01-01", "--to", "2025-12-31"), "zero"),
        (("target", "set", "--amount", "5", "--from", "2025-12-31", "--to", "2025-01-01"), "swap"),
        (
            ("target", "set", "--owner", "eve", "--amount", "5",
             "--from", "2025-01-01", "--to", "2025-12-31"),
            "eve",
        ),
        (("target", "withdraw", "--from", "2020-01-01", "--to", "2020-12-31"), "no target"),
        (("plan", "--p", "1.5"), "chance"),
        (("plan", "--start", "2025-02-01", "--as-of", "2025-01-31"), "either"),
        (("plan", "--start", "2030-01-01"), "2025-12-31"),
        (("forecast", "--until", "2024-12-31"), "2025-01-01"),
        (("forecast", "--until", "2300-01-01"), "2069"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_that_tells_what_to_do(mellantid, db, words, hint):
    more = {} if words[0] == "explain" else {"db": db}
    answer = mellantid(*words, **more)
    assert answer.status == 1
    assert hint in said(answer)


def test_a_refused_setting_leaves_the_old_one(mellantid, db):
    before = mellantid("settings", "show", "--json", db=db).json
    mellantid("settings", "set", "timezone", "Mars/Olympus", db=db)
    assert mellantid("settings", "show", "--json", db=db).json == before
