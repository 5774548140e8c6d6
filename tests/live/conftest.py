from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest

from mellantid.ledger import Ledger


@pytest.fixture
def file(tmp_path):
    """An empty ledger."""
    path = tmp_path / "live.db"
    with Ledger.open(path, create=True):
        pass
    return path
