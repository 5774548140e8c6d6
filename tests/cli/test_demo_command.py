"""`demo`: one command that shows it all."""

import re


def test_the_demo_prints_plan_splits_and_forecast_and_writes_a_report(mellantid, tmp_path):
    folder = tmp_path / "demo"
    answer = mellantid("demo", "--no-serve", "--directory", folder, "--as-of", "2025-10-31")
    assert answer.status == 0, answer.err
    for words in ("Pace: movements", "Pace band", "Splits", "On the present course", "Report:"):
        assert words in answer.out
    weeks = re.findall(r"^ (2025-W\d\d)", answer.out, flags=re.MULTILINE)
    assert weeks == ["2025-W45", "2025-W46", "2025-W47", "2025-W48", "2025-W49", "2025-W50"]
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "<svg" in report
    db = folder / "mellantid.db"
    assert mellantid("check", "--json", db=db).json["ok"] is True
    again = mellantid("demo", "--no-serve", "--directory", folder)
    assert again.status == 1
    assert "--directory" in again.err
