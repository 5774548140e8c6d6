"""A real Tryton, started once; where none has been prepared the tests fail and are not skipped."""

import pytest
from connected import Connected
from preparing import DATABASE, prepared
from tryton_people import Crm
from tryton_server import served


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
