import datetime as dt

import numpy as np
import pytest

import mellantid as mt
from mellantid.core.standing.passed import passes_made
from mellantid.errors import NotEnoughDataError, QuestionError
from mellantid.simulation import Organisation, clock_in, simulate, wall_moments
from mellantid.simulation import history as history_of


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(3)
    clock = clock_in("Europe/Stockholm")
    days = clock.day([clock.start_of(dt.date(2024, 6, 3)), clock.start_of(dt.date(2026, 3, 31))])
    organisation = Organisation.draw(rng)
    happened = simulate(organisation, clock, *map(int, days), rng)
    at = wall_moments(happened, clock, rng)
    return history_of(organisation, happened, at, clock, clock.end_of(dt.date(2026, 3, 31)))


@pytest.fixture(scope="module")
def target():
    return mt.Target("all", 40e6, dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture(scope="module")
def plan(history, target):
    return mt.plan(mt.as_of(history, dt.date(2025, 12, 31)), target)


def test_a_course_may_be_given_by_its_stages():
    table = {"deal": [1, 1], "at": ["2026-01-05", "2026-01-07"], "stage": ["Lead", "Yes"]}
    history = mt.read_movements(table, stages=["Lead"], won=["Yes"], lost=["No"], country="SE")
    assert history.process.stages == ("Lead",)
    assert history.state.tolist() == [0, 1]
    # Tuesday 6 January is a public holiday in Sweden.
    assert np.diff(history.day).tolist() == [1]
    with pytest.raises(QuestionError, match="stages in order"):
        mt.read_movements(table)


def test_as_of_leaves_out_what_happened_later(history):
    then = mt.as_of(history, dt.date(2025, 6, 30))
    assert then.until == history.clock.end_of(dt.date(2025, 6, 30))
    assert 0 < then.size < history.size


def test_the_steps_give_the_same_from_a_history_as_from_its_counts(history):
    of_history, of_counts = mt.fit(history), mt.fit(mt.counts(history))
    np.testing.assert_array_equal(of_history.hazard, of_counts.hazard)


def test_a_forecast_is_the_same_for_the_same_seed(history, target):
    model = mt.fit(history)
    first, again = (mt.forecast(history, target, model, seed=5) for _ in range(2))
    assert first.mean == again.mean
    assert first.p_target == again.p_target


def test_an_earlier_horizon_gives_less(history, target):
    model = mt.fit(history)
    whole = mt.forecast(history, target, model)
    until = mt.forecast(history, target, model, until=dt.date(2026, 6, 30))
    assert until.won.amount.sum() < until.mean < whole.mean


def test_the_course_of_a_plan_ends_at_its_split(history, plan):
    made = passes_made(history, plan)
    np.testing.assert_array_equal(made[-1], mt.splits(history, plan).actual[0])
    assert (np.diff(made, axis=0) >= 0).all()
    assert not made[0].any()


def test_deals_that_are_caught_are_older_than_their_rope(history):
    ropes = mt.cutoffs(history)
    assert len(ropes) == history.process.size
    late = mt.caught(history, ropes)
    assert set(late) <= set(history.deals)
    longer = tuple(rope.__class__(**(rope.__dict__ | {"age": 10_000})) for rope in ropes)
    assert mt.caught(history, longer) == []


def test_without_amounts_a_plan_in_money_is_refused(target):
    table = {
        "deal": [1, 1, 2],
        "at": ["2025-12-01", "2025-12-03", "2025-12-04"],
        "stage": ["Lead", "Won", "Lead"],
    }
    history = mt.read_movements(table, stages=["Lead"])
    with pytest.raises(NotEnoughDataError, match="add amounts"):
        mt.plan(history, target)


def test_the_raw_estimate_is_the_same_from_history_and_counts_and_near_the_model(history):
    found, again = mt.incidence(history), mt.incidence(mt.counts(history))
    np.testing.assert_array_equal(found.ended, again.ended)
    # Where deals are many the model leans on nothing much: both say what share has left by day 20.
    model = mt.fit(history).hazard[0]
    staying = np.cumprod(1 - model.sum(axis=1), axis=-1)[:, 20]
    np.testing.assert_allclose(found.staying[0, :, 20], staying, atol=0.05)


@pytest.mark.parametrize("make", ["win_table", "splits", "model", "counts", "incidence"])
def test_every_result_that_is_a_table_comes_as_a_frame(make, history, plan):
    model = mt.fit(history)
    results = {
        "win_table": mt.win_table(model, 20),
        "splits": mt.splits(history, plan),
        "model": model,
        "counts": mt.counts(history),
        "incidence": mt.incidence(history),
    }
    frame = mt.frame(results[make], "pandas")
    assert len(frame) > 5
    assert not frame[["stage" if "stage" in frame else "leg"]].isna().any().any()
