import pytest

from mellantid.importing import import_file, parse_map
from mellantid.ledger import Ledger

NOW = 1_735_689_600_000  # 2025-01-01
COURSE = {
    "name": "Sales",
    "stages": ["Qualified", "Demo", "Proposal"],
    "won": ["Won"],
    "lost": ["Lost"],
    "ignore": ["Note"],
    "timezone": "Europe/Stockholm",
}


class Desk:
    """A ledger, and files imported into it."""

    def __init__(self, folder, ledger):
        self.folder, self.ledger, self.imports = folder, ledger, 0

    def import_text(self, text, content, *, now=NOW, **options):
        self.imports += 1
        path = self.folder / f"file{self.imports}.csv"
        path.write_text(text, encoding="utf-8")
        return import_file(path, self.ledger, parse_map(content), now, **options)

    def entries(self, columns="deal, kind, stage, occurred_at"):
        return self.ledger.rows(f"SELECT {columns} FROM entry ORDER BY id")

    def content(self):
        """All that entries say, apart from when and from where they were recorded."""
        return self.entries(
            "id, key, process, process_version, deal, kind, stage, occurred_at, occurred_after,"
            " known_at, sequence, amount, currency, owner, reason"
        )


@pytest.fixture
def make_desk(tmp_path):
    ledgers = []

    def make():
        folder = tmp_path / str(len(ledgers))
        folder.mkdir()
        ledger = Ledger.open(folder / "ledger.db", create=True)
        ledgers.append(ledger)
        return Desk(folder, ledger)

    yield make
    for ledger in ledgers:
        ledger.close()


@pytest.fixture
def desk(make_desk):
    return make_desk()


@pytest.fixture
def course():
    return dict(COURSE)
