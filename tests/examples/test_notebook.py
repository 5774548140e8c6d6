"""The notebook runs as it stands, and what it shows is what it computes."""

import json
import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def runner():
    return runpy.run_path(str(EXAMPLES / "run_notebook.py"))


@pytest.fixture(scope="module")
def notebook():
    return json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))


def shown(outputs):
    """What outputs say, in words; numbers are left out, so that a better model is no failure."""
    texts = []
    for output in outputs:
        data = output.get("data", {})
        text = "".join(output.get("text", data.get("text/plain", [])))
        texts.append((sorted(data), re.sub(r"[\d.,%\s+\-e]+", " ", text)))
    return texts


def test_it_runs_and_shows_what_it_says_that_it_shows(runner, notebook):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 12
    for cell, outputs in zip(cells, runner["run"](notebook), strict=True):
        assert shown(outputs) == shown(cell["outputs"]), "".join(cell["source"])


def test_every_cell_is_one_that_a_notebook_program_opens(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    identities = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identities)) == len(identities)
    for cell in notebook["cells"]:
        keys = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            keys |= {"execution_count", "outputs"}
        assert set(cell) == keys


def test_it_names_no_path_of_a_machine(notebook):
    told = json.dumps([[cell["source"], cell.get("outputs")] for cell in notebook["cells"]])
    assert not re.search(r"/(home|tmp|root|work|Users)/", told)


def test_a_cell_that_fails_stops_the_run(runner):
    cell = {"cell_type": "code", "source": ["1 / 0"]}
    with pytest.raises(ZeroDivisionError):
        runner["run"]({"cells": [cell]})
