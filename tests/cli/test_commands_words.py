"""What people read: headlines, names instead of identities, tables that fit the screen."""

import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

from mellantid.cli.deals import told
from mellantid.cli.table import RULE, Table
from mellantid.metrics.numbers import NARROW

WIDTHS = (60, 80, 120)


@pytest.fixture
def on_screen(mellantid, monkeypatch):
    """Run a command on a screen of some width."""

    def run(width, *words, **more):
        monkeypatch.setenv("COLUMNS", str(width))
        return mellantid(*words, **more)

    return run


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "words", [("splits", "--by", "team"), ("forecast",), ("plan",), ("cutoffs",), ("model",)]
)
def test_no_line_is_wider_than_the_screen_and_no_number_is_cut(
    mellantid, monkeypatch, db, words, width
):
    monkeypatch.setenv("COLUMNS", str(width))
    answer = mellantid(*words, db=db)
    assert answer.status == 0
    assert max(cell_len(line) for line in answer.out.splitlines()) <= width
    assert "…" not in answer.out


def test_a_narrow_screen_drops_the_least_important_columns_and_names_them(on_screen, db):
    narrow, wide = (on_screen(width, "splits", db=db).out for width in (60, 140))
    assert "(no room here for" in narrow
    assert "now/week" in narrow.split("(no room here for")[1]
    assert "no room" not in wide
    for heading in ("verdict", "needed/week", "now/week"):
        assert heading in wide


def test_a_file_or_pipe_gets_the_whole_table(mellantid, db):
    out = mellantid("splits", db=db).out
    assert "no room" not in out
    assert "now/week" in out


def test_splits_leave_the_cells_blank_that_a_line_of_money_has_none_for(mellantid, db):
    lines = mellantid("splits", db=db).out.splitlines()
    for name in ("amount changes", "re-estimation", "gap to the plan"):
        (line,) = (line for line in lines if line.strip().startswith(name))
        assert re.fullmatch(rf"\s*{name}\s+[+−]?[\d.]+\s*", line), line


def test_the_lines_of_money_have_one_scale_and_add_up_as_they_are_shown(mellantid, db):
    lines = mellantid("splits", db=db).out.splitlines()
    assert any("money, MSEK" in line or "money, kSEK" in line for line in lines)
    legs = ("creation", "Qualified", "Demo", "Offer", "amount changes", "re-estimation")
    shown = []
    for name in (*legs, "gap to the plan"):
        (line,) = (line for line in lines if re.match(rf"\s*\S?\s*{name}\s", line))
        numbers = re.findall(r"[+−]?\d[\d.]*", line.replace(NARROW, ""))
        money = numbers[0] if len(numbers) == 1 else numbers[-3]
        shown.append(float(money.replace("−", "-").replace("+", "")))
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.5 * len(shown))


def test_the_forecast_says_where_we_finish_the_chance_and_the_leg_that_lags(mellantid, db):
    out = mellantid("forecast", db=db).out
    first = " ".join(out.split("\n\n")[0].splitlines())
    assert "On the present course you finish at" in first
    assert f"the chance of 19{NARROW}MSEK is" in first
    assert re.search(r"(behind at|ahead at|most is lost at|No leg is behind|too early)", first)
    assert f"(80{NARROW}%)" in first


def test_a_headline_median_is_not_the_mean(mellantid, db):
    """The range and the rows are quantiles, and the mean is called what is expected."""
    out = mellantid("forecast", db=db).out
    assert f"50{NARROW}% chance to stay below" in out
    assert "expected in all" in out
    assert "mean" not in out


def test_percent_signs_have_a_thin_space_before_them(mellantid, db):
    for words in (("forecast",), ("model",)):
        out = mellantid(*words, db=db).out
        assert "%" in out
        assert not re.search(rf"[^{NARROW}]%", out)


def test_people_are_called_by_name(mellantid, db):
    assert "Anna Ek" in mellantid("splits", "--by", "seller", db=db).out
    shown = mellantid("forecast", db=db).out
    assert "Cia Holm" in shown
    assert "cia" not in shown.replace("Cia", "")
    assert "Anna Ek" in mellantid("counts", db=db).out


def test_deals_that_nobody_owns_have_a_table_only_where_there_are_some(mellantid, db):
    answer = mellantid("splits", "--by", "team", db=db)
    assert "North" in answer.out
    assert "Nobody" not in answer.out


def test_a_period_that_is_over_is_said_to_be_over(mellantid, db):
    mellantid("target", "set", "--amount", 3e6, "--from", "2025-01-01", "--to", "2025-06-30", db=db)
    mellantid("plan", "--start", "2025-01-01", db=db)
    answer = mellantid("forecast", "--as-of", "2025-06-30", db=db)
    assert answer.out.startswith("The period is over:")
    assert f"of a target of 3{NARROW}MSEK" in answer.out


def test_after_the_last_target_the_forecast_looks_a_quarter_ahead_and_says_so(mellantid, db):
    mellantid("target", "withdraw", "--from", "2025-01-01", "--to", "2025-12-31", db=db)
    mellantid("target", "set", "--amount", 3e6, "--from", "2025-01-01", "--to", "2025-06-30", db=db)
    answer = mellantid("forecast", "--json", db=db)
    assert "The last target ended on 2025-06-30" in answer.err
    assert answer.json["target"] is None
    assert answer.json["until"] > "2026-01-20"


def test_an_old_export_is_told_of_and_does_not_age_every_deal(mellantid, db, monkeypatch):
    import time  # noqa: PLC0415 (only here)

    later = 1_788_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later * 10**9)
    answer = mellantid("splits", "--json", db=db)
    assert answer.json["as_of"] == "2025-10-31"
    assert "The newest entry is of 2025-10-31" in answer.err


def test_help_and_version_start_without_the_mathematics():
    told = """
import sys
from mellantid.cli import main
try:
    main()
finally:
    print('numpy' in sys.modules)
"""
    for words in (["--version"], ["splits", "--help"]):
        done = subprocess.run(  # noqa: S603 (it runs only our own program)
            [sys.executable, "-c", told, *words], capture_output=True, text=True, check=True
        )
        assert done.stdout.rstrip().endswith("False")


def test_a_dropped_column_comes_back_where_it_fits_beside_the_one_that_had_to_go():
    table = Table(
        "", ("a", "wide", "b"), [("1", "x" * 30, "2"), RULE, ("3", "y", "4")], 0, ("b", "wide")
    )
    written = table.written(20)
    assert "no room here for wide" in " ".join(written.split())
    assert "4" in written
    assert "xxx" not in written


def test_headings_fold_before_a_column_goes():
    table = Table("", ("leg", "planned movements"), [("Demo", "12")], 1, ("planned movements",))
    assert "no room" not in table.written(18)
    assert max(map(len, table.written(18).splitlines())) <= 18


@pytest.mark.parametrize(("number", "words"), [(0, "0 deals"), (1, "1 deal"), (2, "2 deals")])
def test_one_of_a_thing_is_not_told_as_many(number, words):
    assert told(number, "deal") == words
    assert told(number, "person", "people").endswith("person" if number == 1 else "people")
