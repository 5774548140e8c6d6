"""Simulated vendors for the tests of every room below."""

import pytest
from contract import World


@pytest.fixture
def world_of(tmp_path):
    """Makes a vendor with deals and a workspace that is connected to it."""
    made = []

    def make(source, **more):
        folder = tmp_path / f"world{len(made)}"
        folder.mkdir()
        made.append(World(source, folder, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()
