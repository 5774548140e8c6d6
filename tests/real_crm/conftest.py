"""A real Tryton, started once; where none has been prepared the tests fail and are not skipped."""

import sys
from pathlib import Path

import pytest
from connected import Connected
from preparing import DATABASE, prepared
from tryton_people import Crm
from tryton_server import served

# The app on a port, and a session of an account, as the tests of the pages have them.
sys.path.insert(0, str(Path(__file__).parent.parent / "web"))


@pytest.fixture(scope="session")
def crm(tmp_path_factory):
    """A Tryton in use."""
    assert prepared(), "There is no Tryton here: run make real-crm, which prepares one."
    folder = tmp_path_factory.mktemp("tryton")
    with served(folder) as address:
        yield Crm(address, folder / f"{DATABASE}.sqlite")


@pytest.fixture
def connected(crm, tmp_path):
    """A workspace that is connected to it."""
    made = Connected(tmp_path, crm.given)
    yield made
    made.workspace.ledger.close()
