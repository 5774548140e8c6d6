"""`backtest`: the keys of the interface, a table, and a page."""

import pytest

KEYS = {
    "origins", "crps", "crps_baselines", "coverage_80", "coverage_50", "brier", "brier_baselines",
}  # fmt: skip


@pytest.fixture
def asked(mellantid, db):
    def ask(*words):
        return mellantid("backtest", "--every", "13w", "--horizon", "8w", *words, db=db)

    return ask


def test_the_json_has_the_interfaces_keys_and_nothing_else_is_on_the_output(asked):
    found = asked("--json").json
    assert set(found) >= KEYS
    assert isinstance(found["origins"], list)
    assert set(found["crps_baselines"]) <= set(found["origins"][0]["baselines"])
    assert "horizons" not in found


def test_the_table_has_this_forecast_beside_the_others(asked):
    answer = asked()
    assert answer.status == 0, answer.err
    assert "intervals held" in answer.out
    for name in ("this forecast", "amount × stage rate", "a third of the pipeline"):
        assert name in answer.out


def test_a_page_is_written_in_the_language_that_is_asked_for(asked, tmp_path):
    answer = asked("--report", tmp_path / "page.html", "--language", "sv")
    assert answer.status == 0, answer.err
    assert "Går siffrorna att lita på?" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "page.html" in answer.err


def test_other_horizons_are_a_table_and_a_key(asked, monkeypatch):
    monkeypatch.setattr("mellantid.backtesting.horizons.HORIZONS", ("30d", "quarter"))
    rows = asked("--horizons", "--json").json["horizons"]
    assert [row["horizon"] for row in rows] == ["30d", "quarter"]
    assert "How far ahead" in asked("--horizons").out


def test_what_is_no_time_and_a_file_that_cannot_be_written_are_faults(mellantid, db, asked):
    answer = mellantid("backtest", "--horizon", "soon", db=db)
    assert (answer.status, "write it as 13w" in answer.err) == (1, True)
    answer = asked("--report", "/nowhere/page.html")
    assert (answer.status, "name another file" in answer.err) == (1, True)
