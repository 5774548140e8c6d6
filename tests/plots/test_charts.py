import datetime as dt
import json
import sys

import numpy as np
import pytest

import mellantid as mt
from mellantid.errors import DataError, QuestionError
from mellantid.simulation import Organisation, clock_in, simulate, wall_moments
from mellantid.simulation import history as history_of


@pytest.fixture(scope="module")
def charts():
    rng = np.random.default_rng(3)
    clock = clock_in("Europe/Stockholm")
    days = clock.day([clock.start_of(dt.date(2024, 6, 3)), clock.start_of(dt.date(2026, 3, 31))])
    organisation = Organisation.draw(rng)
    happened = simulate(organisation, clock, *map(int, days), rng)
    at = wall_moments(happened, clock, rng)
    history = history_of(organisation, happened, at, clock, clock.end_of(dt.date(2026, 3, 31)))
    target = mt.Target("all", 40e6, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    plan = mt.plan(mt.as_of(history, dt.date(2025, 12, 31)), target)
    counts = mt.counts(history)
    model = mt.fit(counts)
    forecast = mt.forecast(history, target, model)
    return {
        "win_table": mt.plot.win_table(mt.win_table(model, 120), 120),
        "hazards": mt.plot.hazards(model),
        "sojourns": mt.plot.sojourns(counts),
        "plan": mt.plot.plan(plan, history),
        "splits": mt.plot.splits(history, plan),
        "watch": mt.plot.watch(mt.watch(history, plan)),
        "forecast": mt.plot.forecast(forecast, "SEK"),
        "outcome": mt.plot.outcome(forecast, "SEK"),
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("win_table", ["Chance to win within 120 working days", "Prospect"]),
        ("hazards", ["Daily chance to leave", "to a later stage", "lost"]),
        ("sojourns", ["How long deals stay", "half have left by"]),
        ("plan", ["planned and actual", "creation"]),
        ("splits", ["Split on each leg", "Lowest:"]),
        ("watch", ["Has a leg changed pace?", "Prospect", "too early to say"]),
        ("forecast", ["Won amount", "target 40", "Chance of 40"]),
        ("outcome", ["How far the won amount may reach", "even chance"]),
    ],
)
def test_a_chart_becomes_svg_with_its_title_and_labels(charts, name, words, tmp_path):
    path = tmp_path / f"{name}.svg"
    mt.plot.save(charts[name], path)
    svg = path.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    for word in words:
        assert word in svg


def test_a_chart_becomes_png_and_json(charts, tmp_path):
    mt.plot.save(charts["outcome"], tmp_path / "a.png", scale=1)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    mt.plot.save(charts["outcome"], str(tmp_path / "a.json"))
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["layer"]


def test_the_hazards_have_shapes_besides_colours(charts):
    text = charts["hazards"].to_json()
    assert "triangle-down" in text
    assert "diamond" in text


def test_a_kind_of_file_that_is_not_known_is_refused(charts, tmp_path):
    with pytest.raises(QuestionError, match=r"\.svg, \.png or \.json"):
        mt.plot.save(charts["outcome"], tmp_path / "a.gif")
    with pytest.raises(DataError, match="name another file"):
        mt.plot.save(charts["outcome"], tmp_path / "none" / "a.json")


def test_a_win_table_that_is_too_short_says_so():
    process = mt.Process("P", ("Lead",))
    table = mt.read_movements({"deal": [1], "at": ["2026-01-05"], "stage": ["Lead"]}, process)
    with pytest.raises(QuestionError, match="reaches 20 working days, not 60"):
        mt.plot.win_table(mt.win_table(mt.fit(table), 20), 60)


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    table = mt.read_movements(
        {"deal": [1], "at": ["2026-01-05"], "stage": ["Lead"]}, stages=["Lead"]
    )
    with pytest.raises(QuestionError, match=r"pip install 'mellantid\[plots\]'"):
        mt.plot.sojourns(mt.counts(table))
    with pytest.raises(QuestionError, match=r"mellantid\[plots\]"):
        mt.plot.save(None, "a.svg")
