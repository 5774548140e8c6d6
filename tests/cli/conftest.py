"""Running commands as a person does: arguments in, exit status and both outputs out."""

import datetime as dt
import json
import shutil
import sys
import time
from dataclasses import dataclass

import cli_sample
import pytest

from mellantid.cli import main

NOW = dt.datetime(2025, 11, 3, 8, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one document on standard output."""
        assert self.status == 0, self.err
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@pytest.fixture
def mellantid(monkeypatch, capsys):
    """Run a command on the morning of Monday 3 November 2025."""
    monkeypatch.setattr(time, "time_ns", lambda: int(NOW.timestamp() * 1e9))
    monkeypatch.delenv("MELLANTID_DB", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments, db=None):
        words = [str(each) for each in arguments] + ([] if db is None else ["--db", str(db)])
        monkeypatch.setattr(sys, "argv", ["mellantid", *words])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Answer(status, out, err)

    return run


@pytest.fixture
def files(tmp_path):
    """A folder with an export and its map."""
    cli_sample.write(tmp_path / "export.csv", cli_sample.rows())
    cli_sample.write_map(tmp_path / "map.toml")
    (tmp_path / "people.csv").write_text(cli_sample.PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def planned_once(tmp_path_factory):
    """A database with the export, its people, a target for the year and a plan."""
    folder = tmp_path_factory.mktemp("planned")
    return folder / "planned.db"


@pytest.fixture
def db(planned_once, files, mellantid, tmp_path):
    """A database of one's own with the export, people, a target for 2025 and a plan."""
    if not planned_once.exists():
        for words in (
            ("import", files / "export.csv", "--map", files / "map.toml"),
            ("people", "import", files / "people.csv"),
            ("target", "set", "--amount", 19e6, "--from", "2025-01-01", "--to", "2025-12-31"),
            ("plan",),
        ):
            answer = mellantid(*words, db=planned_once)
            assert answer.status == 0, answer.err
    own = tmp_path / "own.db"
    shutil.copy(planned_once, own)
    return own
