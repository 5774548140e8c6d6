import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "mathematics.md").read_text(encoding="utf-8")


def test_every_section_that_a_number_refers_to_is_there():
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    wanted = set(re.findall(r"docs/mathematics\.md: ([A-Z][A-Za-z -]+)", glossary))
    assert len(wanted) > 5
    assert wanted <= set(re.findall(r"^## (.+)$", PAGE, re.MULTILINE))


def test_every_test_that_the_golden_values_name_exists():
    root = DOCS.parent
    page = (DOCS / "golden-values.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 10
    for path, test in named:
        text = (root / path).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, test


def test_every_link_of_the_pages_leads_somewhere():
    for name in ("mathematics.md", "golden-values.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert target == "evidence/peers.md" or (DOCS / target).exists(), target
