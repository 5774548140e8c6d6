from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from access_sample import NOW, PASSWORD

from mellantid.access import Account, Role, add_account
from mellantid.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "m.db", create=True) as opened:
        yield opened


@pytest.fixture
def anna(ledger):
    account = Account("Anna@Example.com", "Anna", Role.SELLER, person="anna")
    return add_account(ledger, account, PASSWORD, NOW)
