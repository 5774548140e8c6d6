from pathlib import Path

import pytest

from mellantid.importing import read_map

MAPS = sorted((Path(__file__).parents[2] / "examples" / "maps").glob("*.toml"))


def test_there_are_example_maps():
    assert len(MAPS) >= 11


@pytest.mark.parametrize("path", MAPS, ids=lambda path: path.stem)
def test_an_example_map_is_valid_and_says_why_it_is_as_it_is(path):
    made = read_map(path)
    assert made.process.stages
    assert path.read_text(encoding="utf-8").startswith("#")
