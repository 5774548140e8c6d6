from __future__ import annotations

import datetime as dt
import itertools
import shutil

import pytest

from mellantid.backtesting import (
    Question,
    at_horizons,
    backtest,
    baselines,
    kept,
    read_span,
    running,
)
from mellantid.backtesting.horizons import HORIZONS
from mellantid.backtesting.protocol import quarter_end
from mellantid.errors import QuestionError
from mellantid.workspace import Workspace

UNTIL = dt.date(2025, 10, 31)
SELDOM = Question(dt.timedelta(weeks=13), dt.timedelta(weeks=8))


@pytest.fixture
def asked(whole, monkeypatch):
    """Without the classifier, which takes half of the time."""
    monkeypatch.setattr(baselines, "EXTRA", {})
    return whole


@pytest.fixture
def whole(demo_file, tmp_path):
    file, now = demo_file
    copy = tmp_path / "demo.db"
    shutil.copy(file, copy)
    with Workspace.open(copy) as workspace:
        yield workspace, now


def test_an_origin_says_what_the_forecast_command_said_on_that_day(asked):
    workspace, now = asked
    found = backtest(workspace, now, question=SELDOM)
    origin = found.origins[-1]
    race = workspace.race(None, workspace.clock.end_of(origin.origin))
    from mellantid.workspace.outcome import outcome  # noqa: PLC0415

    said = outcome(race, origin.origin + dt.timedelta(days=1), origin.until, None)
    assert origin.mean == pytest.approx(said.mean, rel=1e-9)
    assert origin.quantiles["0.9"] == pytest.approx(said.quantiles["0.9"], rel=1e-6)


def test_what_came_is_what_was_won_within_the_horizon(asked):
    workspace, now = asked
    origin = backtest(workspace, now, question=SELDOM).origins[0]
    clock = workspace.clock
    bounds = (clock.end_of(origin.origin), clock.end_of(origin.until))
    rows = workspace.ledger.rows(
        "SELECT e.deal, (SELECT amount FROM entry a WHERE a.deal = e.deal AND a.amount IS NOT NULL"
        " AND a.occurred_at < ? ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1) FROM entry e"
        " WHERE kind = 'won' AND occurred_at >= ? AND occurred_at < ?",
        (bounds[1], *bounds),
    )
    assert origin.actual == pytest.approx(sum(amount for _, amount in rows))
    assert sum(origin.won) <= len(rows)


def test_nothing_that_came_after_an_origin_changes_what_it_says(asked):
    workspace, now = asked
    whole = backtest(workspace, now, question=SELDOM, keep=False)
    # As if it were half a year earlier: the same origins that far back, and the same words.
    earlier = workspace.clock.end_of(whole.origins[-3].until + dt.timedelta(days=1))
    before = backtest(workspace, earlier, question=SELDOM, keep=False)
    assert before.origins[-1].origin == whole.origins[-3].origin
    assert before.origins[-1].mean == whole.origins[-3].mean
    assert before.origins[-1].baselines == whole.origins[-3].baselines


def test_an_interrupted_run_goes_on_where_it_stopped(asked, monkeypatch):
    workspace, now = asked
    told, made = running.told_at, []

    def stopping(race, *rest):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(race)
        return told(race, *rest)

    monkeypatch.setattr(running, "told_at", stopping)
    with pytest.raises(KeyboardInterrupt):
        backtest(workspace, now, question=SELDOM)
    file = workspace.ledger.path.with_name("demo.db.backtest.jsonl")
    file.write_text(file.read_text() + '{"half a line')
    seen = []
    monkeypatch.setattr(running, "told_at", lambda *all_: (seen.append(1), told(*all_))[1])
    found = backtest(workspace, now, question=SELDOM)
    assert len(seen) == len(found.origins) - 2
    assert found == backtest(workspace, now, question=SELDOM, keep=False)


def test_another_question_does_not_use_what_was_kept(asked):
    workspace, now = asked
    first = backtest(workspace, now, question=SELDOM)
    other = Question(SELDOM.every, dt.timedelta(weeks=4))
    second = backtest(workspace, now, question=other)
    assert second.origins[0].until - second.origins[0].origin == dt.timedelta(weeks=4)
    assert first == backtest(workspace, now, question=SELDOM)


def test_scores_and_baselines_are_all_there(whole):
    workspace, now = whole
    found = backtest(workspace, now, question=Question(dt.timedelta(weeks=8)))
    assert found.missing == ()
    assert set(found.crps_baselines) == {
        "stage_rate",
        "run_rate",
        "last_year",
        "third_of_pipeline",
        "cox",
        "boosted_trees",
    }
    assert all(0 <= each <= 1 for each in (found.coverage_50, found.coverage_80, found.pit))
    assert found.coverage_50 <= found.coverage_80 <= found.coverage_90
    assert sum(row.n for row in found.reliability) == sum(each.deals for each in found.origins)
    assert found.crps < found.crps_baselines["third_of_pipeline"]


def test_a_history_too_short_says_how_many_days_are_missing(asked):
    workspace, _ = asked
    first = workspace.ledger.survey("New business").first
    soon = first + 100 * 86_400_000
    with pytest.raises(QuestionError, match=r"needs \d+ days more"):
        backtest(workspace, soon)


def test_origins_are_counted_back_from_the_newest_that_is_over():
    question = Question(dt.timedelta(weeks=4), dt.timedelta(weeks=13))
    dates = question.origins(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert dates[-1] == dt.date(2024, 10, 1)
    assert dates[0] >= dt.date(2024, 7, 1)
    assert {(b - a).days for a, b in itertools.pairwise(dates)} == {28}


@pytest.mark.parametrize(("text", "days"), [("13w", 91), ("30d", 30), (" 4W ", 28)])
def test_a_time_is_read_in_weeks_or_days(text, days):
    assert read_span(text).days == days


@pytest.mark.parametrize("text", ["", "0w", "13", "2m", "-4w", "x"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(QuestionError, match="13w"):
        read_span(text)


def test_another_program_does_not_use_what_was_kept(monkeypatch):
    question, rest = Question(), (7, "{}", "New business")
    before = kept.fingerprint(*rest, question)
    assert kept.fingerprint(*rest, question) == before
    monkeypatch.setattr(kept, "program", lambda: "another")
    assert kept.fingerprint(*rest, question) != before


@pytest.mark.parametrize(
    ("date", "end"),
    [("2025-01-01", "2025-03-31"), ("2025-03-30", "2025-03-31"), ("2025-03-31", "2025-06-30"),
     ("2025-11-11", "2025-12-31"), ("2025-12-31", "2026-03-31")],
)  # fmt: skip
def test_a_quarter_ends_with_its_last_date_and_one_that_is_over_is_not_meant(date, end):
    assert quarter_end(dt.date.fromisoformat(date)) == dt.date.fromisoformat(end)


def test_a_horizon_to_the_quarters_end_ends_there_at_every_origin(asked):
    workspace, now = asked
    found = backtest(workspace, now, question=Question(dt.timedelta(weeks=26), None), keep=False)
    assert found.horizon_days is None
    assert {(each.until.month, each.until.day) for each in found.origins} <= {
        (3, 31), (6, 30), (9, 30), (12, 31)
    }  # fmt: skip
    assert all(each.origin < each.until <= UNTIL for each in found.origins)


def test_every_horizon_is_a_backtest_of_its_own_beside_its_hardest_comparison(asked, monkeypatch):
    assert HORIZONS == ("30d", "60d", "90d", "quarter")
    monkeypatch.setattr("mellantid.backtesting.horizons.HORIZONS", ("60d",))
    workspace, now = asked
    (row,) = at_horizons(workspace, now, dt.timedelta(weeks=8))
    alone = backtest(workspace, now, question=Question(dt.timedelta(weeks=8), dt.timedelta(60)))
    assert (row.horizon, row.crps, row.origins) == ("60d", alone.crps, len(alone.origins))
    assert row.skill == min(alone.skill.values(), key=lambda each: each.skill)


def test_a_horizon_that_the_history_is_too_short_for_says_so(asked):
    workspace, _ = asked
    soon = workspace.ledger.survey("New business").first + 230 * 86_400_000
    rows = at_horizons(workspace, soon, dt.timedelta(weeks=20), keep=False)
    assert rows[0].origins > 0
    assert "days more" in rows[2].why
