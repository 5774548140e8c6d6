"""The contract on SQLite."""

from __future__ import annotations

import pytest
from ledger_contract import LedgerContract

from mellantid.ledger import Ledger


class TestSqliteLedger(LedgerContract):
    @pytest.fixture
    def open_ledger(self, tmp_path):
        return lambda: Ledger.open(tmp_path / "ledger.db", create=True)
