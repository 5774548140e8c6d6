"""Tryton is under the GPL: we talk to it over the network, and neither import nor install it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
THEIRS = ("trytond", "proteus")
CODE = [path for room in ("src", "tests", "benchmarks") for path in (ROOT / room).rglob("*.py")]


def imported(path):
    """The packages that a file imports, where it speaks of theirs at all."""
    text = path.read_text(encoding="utf-8")
    if not any(each in text for each in THEIRS):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "requirements-dev.lock"])
def test_no_list_of_what_we_install_names_it(name):
    text = (ROOT / name).read_text(encoding="utf-8").lower()
    assert not any(each in text for each in THEIRS)


def test_no_code_of_ours_imports_it():
    ours = [path for path in CODE if ".venv" not in path.parts]
    assert len(ours) > 100
    assert [path for path in ours if not set(THEIRS).isdisjoint(imported(path))] == []
