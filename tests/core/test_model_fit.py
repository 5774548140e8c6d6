"""The model of daily chances: what it keeps, what it smooths, what it says of the unseen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_truths import COURSE, ONE_STAGE, drawn_cells, one_stage_cells, smooth_truth

from mellantid.core.chances.wintable import win_chances
from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.modelling.bins import bin_starts, sum_bins
from mellantid.core.modelling.chain import ENTRY_EXITS
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.playbook import DEFAULT, Playbook
from mellantid.core.modelling.weights import Weights
from mellantid.errors import QuestionError

RAW = Weights(day=1e-9, bin=1e-9)
RARE = Playbook("next to nothing", (0.5,), (15.0,), weight=1e-9)


def steady_cells(exits_by_age: dict[int, float], ages: int, entrants: float) -> Cells:
    """Cells of a stage in which `entrants` are at risk at every age, of whom some are lost."""
    lost = [exits_by_age.get(age, 0.03 * entrants) for age in range(ages)]
    return one_stage_cells([[0.01 * entrants] * ages, lost], [entrants] * ages)


def test_the_mean_of_one_day_is_its_closed_form():
    # One age, so one bin: the day tells it e·k/(k + e) deal-days, and leans on it with k.
    won, exposure, k = 8.0, 50.0, 20.0
    model = fit(one_stage_cells([[won], [0.0]], [exposure]), DEFAULT, Weights(k, 5.0))
    told = k / (k + exposure)
    prior = DEFAULT.weight * DEFAULT.hazard(ONE_STAGE)[0, 1]
    prior += ENTRY_EXITS * exposure * told / (exposure * told + DEFAULT.weight)
    level = (prior + won * told) / (DEFAULT.weight + exposure * told)
    expected = (k * level + won) / (k + exposure)
    assert model.hazard[0, 0, 1, 0] == pytest.approx(expected, rel=1e-12)


def test_next_to_no_weight_gives_the_shares_themselves():
    rng = np.random.default_rng(1)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 40), 2000, 60)
    share = cells.exits / np.maximum(cells.exposure, 1)[:, :, None]
    np.testing.assert_allclose(fit(cells, RARE, RAW).hazard, share, atol=1e-7)


def test_without_any_data_the_playbook_speaks():
    empty = Cells(COURSE, np.zeros((1, 3, 5, 30)), np.zeros((1, 3, 30)))
    model = fit(empty)
    expected = np.broadcast_to(DEFAULT.hazard(COURSE)[..., None], (3, 5, 30))
    np.testing.assert_allclose(model.hazard[0], expected, rtol=1e-9)
    draws = model.draw(np.random.default_rng(2), 50)
    assert np.isfinite(draws).all()
    assert draws[..., 4, :].std() > 0


def test_a_cause_with_no_event_yet_is_small_and_not_impossible():
    cells = one_stage_cells([[0.0] * 20, [5.0] * 20], [100.0] * 20)
    won = fit(cells).hazard[0, 0, 1]
    assert (won > 0).all()
    # On the day of entry, where nothing has been seen either, up to half an exit in 100 is kept.
    assert won.max() < 0.005
    assert won[1:].max() < 0.001


def test_what_has_never_happened_and_no_playbook_knows_stays_impossible():
    rng = np.random.default_rng(3)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 40), 300, 60)
    model = fit(cells)
    impossible = np.array([[1, 0, 1, 1, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 0]], dtype=bool)
    assert cells.exits[0][impossible].sum() == 0
    assert (model.hazard[0][impossible] == 0).all()
    assert (model.draw(rng, 20)[:, 0, impossible] == 0).all()
    assert (model.hazard[0][~impossible] > 0).all()


def test_no_draw_leaves_with_more_than_certainty():
    cells = one_stage_cells([[3.0, 4.0, 1.0], [2.0, 1.0, 2.0]], [5.0, 5.0, 3.0])
    total = fit(cells).draw(np.random.default_rng(4), 2000).sum(-2)
    assert total.max() <= 1 + 1e-12


@pytest.mark.parametrize("weights", [None, Weights(20.0, 5.0)])
def test_the_draws_average_to_the_mean(weights):
    rng = np.random.default_rng(5)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 60), 150, 80)
    model = fit(cells, weights=weights)
    seen = sum_bins(cells.exits[0]) > 0
    draws = sum_bins(model.draw(rng, 2000)[:, 0])[:, seen]
    error = (draws.mean(0) - sum_bins(model.hazard[0])[seen]) * np.sqrt(2000)
    z = error / draws.std(0)
    # Some 80 bins with skewed laws: a standard normal's worst of them is about 3.
    assert np.abs(z).max() < 4.5


def test_a_spike_of_policy_is_kept_and_does_not_spill():
    cells = steady_cells({30: 400.0}, ages=60, entrants=1000.0)
    lost = fit(cells).hazard[0, 0, 2]
    assert lost[30] == pytest.approx(0.4, abs=0.005)
    np.testing.assert_allclose(np.delete(lost, 30), 0.03, rtol=0.05)


def test_the_day_of_entry_tells_nothing_of_the_days_after():
    few, many = (
        fit(steady_cells({0: lost}, ages=30, entrants=200.0)).hazard[0, 0, 2] for lost in (0, 150)
    )
    np.testing.assert_allclose(few[1:], many[1:], rtol=1e-6)
    assert many[0] > 0.7
    assert few[0] < 0.01


def test_an_old_bin_without_deals_does_not_come_alive():
    ages = 300
    alive = np.arange(ages) < 40
    lost = np.where(np.arange(ages) < 5, 40.0, 1.0) * alive
    cells = one_stage_cells([[0.0] * ages, lost.tolist()], (400.0 * alive).tolist())
    hazard = fit(cells).hazard[0, 0, 2]
    assert hazard[1] > 0.08
    assert hazard[100:].max() < 0.004


def test_old_deals_that_never_leave_make_the_old_ages_nearly_still():
    ages = 200
    lost = np.where(np.arange(ages) < 50, 20.0, 0.0)
    cells = one_stage_cells([[0.0] * ages, lost.tolist()], [500.0] * ages)
    hazard = fit(cells).hazard[0, 0, 2]
    assert hazard[:41].min() > 0.03
    assert hazard[100:].max() < 0.0005


def test_counts_need_not_be_whole_numbers():
    rng = np.random.default_rng(6)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 40), 300, 60)
    faded = Cells(COURSE, cells.exits * 0.37, cells.exposure * 0.37)
    model = fit(faded)
    assert np.isfinite(model.hazard).all()
    faded_sd, sd = (m.draw(rng, 300)[:, 0, 0, 1, 3].std() for m in (model, fit(cells)))
    assert faded_sd > sd


def test_groups_are_fitted_each_on_its_own():
    rng = np.random.default_rng(7)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 2, 40), 200, 60)
    alone = fit(Cells(COURSE, cells.exits[1:], cells.exposure[1:]))
    np.testing.assert_allclose(fit(cells).hazard[1], alone.hazard[0], rtol=1e-12)


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(QuestionError, match="above 0"):
        Weights(0.0, 5.0)


def test_the_table_has_every_bin_with_its_counts_and_the_mean_of_its_days():
    rng = np.random.default_rng(8)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 60), 400, 80)
    model = fit(cells)
    rows = model.cell_table()
    assert sum(row.exits for row in rows) == cells.exits.sum()
    row = next(r for r in rows if (r.stage, r.to, r.age_from) == (1, 2, 9))
    days = slice(9, 12)
    exposure = cells.exposure[0, 1, days]
    assert (row.age_to, row.exposure) == (11, exposure.sum())
    mean = (model.hazard[0, 1, 2, days] * exposure).sum() / exposure.sum()
    assert row.hazard == pytest.approx(mean, rel=1e-12)
    assert all(row.low <= row.hazard <= row.high for row in rows if row.exits > 0)


def test_the_tables_intervals_are_those_of_the_draws():
    rng = np.random.default_rng(9)
    cells = drawn_cells(rng, COURSE, smooth_truth(rng, 1, 60), 400, 80)
    model = fit(cells)
    exposure = sum_bins(cells.exposure[0])
    draws = sum_bins(model.draw(rng, 4000)[:, 0] * cells.exposure[0][:, None])
    starts = bin_starts(60).tolist()
    compared = 0
    for row in model.cell_table(0.8):
        if row.exits >= 5:
            b = starts.index(row.age_from)
            drawn = np.quantile(draws[:, row.stage, row.to, b] / exposure[row.stage, b], [0.1, 0.9])
            # A quantile of 4,000 draws is itself off by some 2 % of the interval's width.
            np.testing.assert_allclose(
                [row.low, row.high], drawn, atol=0.08 * (drawn[1] - drawn[0])
            )
            compared += 1
    assert compared > 20


def holding(truth, draws, level):
    """The share of truths that lie in the draws' central intervals."""
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return ((low <= truth) & (truth <= high)).mean()


def test_intervals_of_hazards_and_of_win_chances_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(11)
    truth = smooth_truth(rng, 200, 60)
    cells = drawn_cells(rng, COURSE, truth, 300, 100)
    exposure = cells.exposure[:, :, None]
    expected = sum_bins(truth * exposure)
    draws = fit(cells).draw(rng, 60)
    seen = expected >= 1
    bins = np.stack([sum_bins(draw * exposure)[seen] for draw in draws])
    within = [20, 40]
    entering = win_chances(COURSE, truth, 40)[1][:, within]
    drawn = win_chances(COURSE, draws, 40)[1][:, :, within]
    for level in (0.5, 0.8):
        # Quantiles of 60 draws make an interval some 1 % too narrow.
        assert holding(expected[seen], bins, level) == pytest.approx(level, abs=0.05)
        # The 1,200 win chances hang together: as good as 400, three standard errors are 0.07.
        assert holding(entering, drawn, level) == pytest.approx(level, abs=0.07)


@st.composite
def stays(draw):
    size = draw(st.integers(1, 40))
    columns = {
        "stage": draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)),
        "to": draw(st.lists(st.sampled_from([1, 2, 3, 4, 5]), min_size=size, max_size=size)),
        "age": draw(st.lists(st.integers(0, 25), min_size=size, max_size=size)),
    }
    return {name: np.array(values, dtype=np.int64) for name, values in columns.items()}


@given(stays(), st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_the_counts_of_two_halves_give_the_model_of_the_whole(columns, cut):
    def counts(rows: slice) -> Counts:
        part = {name: values[rows] for name, values in columns.items()}
        none = np.zeros(part["stage"].size, dtype=np.int64)
        return Counts.of(
            Sojourns(process=COURSE, owner=none, month=none, entry_age=none, deal=none, **part)
        )

    whole = fit(counts(slice(None)).table(20))
    halves = fit((counts(slice(cut)) + counts(slice(cut, None))).table(20))
    np.testing.assert_array_equal(whole.hazard, halves.hazard)
    assert (whole.hazard >= 0).all()
    assert (whole.hazard.sum(2) <= 1 + 1e-12).all()
