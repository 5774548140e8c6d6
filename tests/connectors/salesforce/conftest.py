import pytest
from salesforce_sample import Clock, Joined

from mellantid.simulators.crm import filled


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def crm(clock):
    """A small CRM with some of everything."""
    return filled(clock.now, 120, gone=0.05)


@pytest.fixture
def join(crm, clock):
    """Makes an organisation of the small CRM and joins it."""
    return lambda options=None, **values: Joined(crm, clock, options, **values)


@pytest.fixture
def joined(join):
    return join()
