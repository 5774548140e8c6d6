"""The page of laws and traps names only tests that exist, and leaves no line without one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "laws-and-traps.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows():
    """The lines of the page's tables, without headings and rules."""
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    return [line for line in lines if not re.match(r"\|(-|\s*(law|trap|what could))", line)]


def functions_in(path):
    """The names of the tests in a file, also those in classes."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", sorted({file for file, _ in NAMED.findall(PAGE)}))
def test_every_test_that_the_page_names_exists(name):
    named = {test for file, test in NAMED.findall(PAGE) if file == name}
    assert named <= functions_in(ROOT / name)


def test_every_law_and_every_trap_has_a_test():
    assert len(rows()) >= 6 + 17
    assert [line for line in rows() if not NAMED.search(line)] == []


def test_every_test_of_the_traps_is_on_the_page():
    mine = {
        name
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for name in functions_in(path)
        if name.startswith("test_")
    }
    assert mine - {test for _, test in NAMED.findall(PAGE)} == set()
