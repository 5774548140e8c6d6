import re
from pathlib import Path

import mellantid as mt

PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def test_the_page_runs_as_written(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) == 12
    names = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"library.md, block {number}", "exec"), names)  # noqa: S102 - our page
    assert (tmp_path / "forecast.svg").read_text(encoding="utf-8").startswith("<svg")
    printed = capsys.readouterr().out
    assert "reachable: True" in printed
    assert mt.explain("days").definition("en") in printed
    assert names["splits"].actual.sum() > 100
