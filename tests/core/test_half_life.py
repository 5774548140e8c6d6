"""The half-life: forgetting pays on a leg that has changed, and on no other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.modelling.half_life import (
    GAIN,
    HALF_LIVES,
    LEARNING,
    OWN_EXITS,
    UNEVEN,
    USUAL,
    chosen_fading,
    exits_by_month,
    half_lives,
    log_score,
)
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.swing import swing_of_others
from mellantid.core.process import Process

COURSE = Process("Course", ("A", "B"))
MONTHS, DAYS, AGES = 24, 21, 80


def counted(rng, late, entrants=150):
    """Two years of stays at 4 % a day in both stages; in A, `late` of it in the last 4 months."""
    stage, to, month, age = ([] for _ in range(4))
    for where in (0, 1):
        for entered in range(MONTHS):
            day = np.full(entrants, entered * DAYS + DAYS // 2)
            last = day.copy()
            alive = np.ones(entrants, dtype=bool)
            out = np.full(entrants, COURSE.still)
            for today in range(day[0], MONTHS * DAYS):
                slow = late if where == 0 and today >= (MONTHS - 4) * DAYS else 1.0
                u = rng.random(entrants)
                left = alive & (u < 0.04 * slow + 0.02)
                last[alive] = today
                out[left] = np.where(u[left] < 0.04 * slow, where + 1, COURSE.lost_state)
                alive &= ~left
            stage.append(np.full(entrants, where))
            to.append(out)
            month.append(np.full(entrants, 202201 + 100 * (entered // 12) + entered % 12))
            age.append(last - day)
    zero = np.zeros(2 * MONTHS * entrants, dtype=np.int64)
    columns = (np.concatenate(each) for each in (stage, to))
    entered, ages = np.concatenate(month), np.concatenate(age)
    return Counts.of(Sojourns(COURSE, *columns, zero - 1, entered, zero, ages, zero))


def chosen(late, seed=1):
    counts = counted(np.random.default_rng(seed), late)
    return chosen_fading(counts, fit(counts.table(AGES)).hazard[0], 202312)


def test_a_leg_that_has_slowed_forgets_and_the_others_remember():
    half_life = chosen(0.4).half_life
    assert half_life[0] <= 6.0
    assert half_life[1] == np.inf


def test_where_nothing_changes_all_is_remembered():
    # Odds of 20 to 1 are asked of each stage: ten stages in five organisations may err once.
    found = np.concatenate([chosen(1.0, seed).half_life for seed in range(5)])
    assert np.isinf(found).sum() >= 9


def test_forgetting_follows_the_leg_that_has_slowed():
    counts = counted(np.random.default_rng(3), 0.4)
    remembers = fit(counts.table(AGES))
    forgets = fit(counts.table(AGES, fading=chosen_fading(counts, remembers.hazard[0], 202312)))
    truth = 0.04 * 0.4
    old, new = (model.hazard[0, 0, 1, 1:30].mean() for model in (remembers, forgets))
    assert abs(new - truth) < 0.5 * abs(old - truth)
    # The other stage is untouched but for the trend of age, which the stages share.
    np.testing.assert_allclose(
        forgets.hazard[0, 1, 2, 1:30], remembers.hazard[0, 1, 2, 1:30], rtol=0.05
    )


def test_months_exits_are_those_counted_and_foretold_those_of_the_model():
    counts = counted(np.random.default_rng(4), 1.0)
    cells = counts.table(AGES)
    hazard = np.divide(
        cells.exits[0],
        cells.exposure[0][:, None],
        out=np.zeros((2, 4, AGES)),
        where=cells.exposure[0][:, None] > 0,
    )
    foretold, seen = exits_by_month(counts, hazard)
    assert foretold.shape == seen.shape == (MONTHS, 2, 4)
    np.testing.assert_allclose(seen.sum(0), cells.exits[0].sum(-1))
    # With the occurrence/exposure rates the months' foretold exits sum to those that came.
    np.testing.assert_allclose(foretold.sum(0), seen.sum(0), rtol=1e-9)


@pytest.mark.parametrize(("half_life", "ahead"), [(np.inf, 1), (6.0, 1), (3.0, 2)])
def test_the_score_is_that_of_the_negative_binomial(half_life, ahead):
    rng = np.random.default_rng(5)
    months = LEARNING + 3
    foretold = rng.uniform(5, 20, (months, 1, 1))
    seen = rng.poisson(foretold).astype(float)
    kept = 2.0 ** (-1 / half_life)
    by_sd = []
    for sd in UNEVEN:
        score = -0.5 * (sd / USUAL) ** 2
        for month in range(LEARNING, months - ahead + 1):
            weight = kept ** np.arange(month, 0, -1)
            a = OWN_EXITS + weight @ seen[:month, 0, 0]
            b = OWN_EXITS + weight @ foretold[:month, 0, 0]
            e, d = (each[month : month + ahead, 0, 0].sum() for each in (foretold, seen))
            shape, mean = 1 / (1 / a + sd**2), a / b * e
            score += nbinom.logpmf(d, shape, shape / (shape + mean))
            # What no half-life changes is left out of the score.
            score += np.log(np.arange(1, int(d) + 1)).sum()
        by_sd.append(score / ahead)
    found = log_score(foretold, seen, half_life, ahead)[0]
    assert found == pytest.approx(max(by_sd), rel=1e-9)


def test_months_that_are_uneven_for_no_lasting_reason_are_remembered():
    # Sixty months that differ by 60 % each, of 200 exits: no memory foretells them better.
    rng = np.random.default_rng(8)
    foretold = np.full((60, 8, 4), 200.0)
    seen = rng.poisson(foretold * rng.gamma(2.8, 1 / 2.8, foretold.shape)).astype(float)
    remembered = log_score(foretold, seen, np.inf)
    assert all((log_score(foretold, seen, each) < remembered + GAIN).all() for each in (1.5, 3.0))


def swinging(rng, level, stages=6, exits=40.0):
    """Exits foretold and seen where all stages move onward at this level, by month."""
    foretold = np.zeros((len(level), stages, stages + 3))
    ways = np.arange(stages)
    foretold[:, ways, ways + 1] = exits
    foretold[:, ways, stages + 1] = exits / 2
    expected = foretold.copy()
    expected[:, ways, ways + 1] *= level[:, None]
    return foretold, rng.poisson(expected).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_quarters_that_swing_and_pass_are_no_reason_to_forget(seed):
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.gamma(25.0, 1 / 25.0, 12), 3)
    assert np.isinf(half_lives(*swinging(rng, level))).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_course_that_has_slowed_for_good_is_found_though_all_stages_did(seed):
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(36) < 24, 1.0, 0.6)
    assert np.isfinite(half_lives(*swinging(rng, level))).all()


def test_what_swings_is_told_of_a_stage_by_the_others_alone():
    rng = np.random.default_rng(9)
    foretold, seen = swinging(rng, np.ones(12), exits=1e6)
    seen[:, 0, 1] *= 0.5
    swing = swing_of_others(foretold, seen)
    np.testing.assert_allclose(swing[:, 0, 1], 1.0, rtol=0.01)
    np.testing.assert_allclose(swing[:, 1, 2], 0.9, rtol=0.01)
    np.testing.assert_array_equal(swing[:, :, 7:], 1.0)


def test_a_short_history_forgets_nothing():
    counts = counted(np.random.default_rng(6), 1.0)
    rows = counts.month <= 202204
    part = Counts(COURSE, *(each[rows] for each in counts.columns()), counts.count[rows])
    short = Counts(
        COURSE,
        part.stage,
        part.to,
        part.owner,
        part.month,
        part.entry_age,
        np.minimum(part.age, 40),
        part.count,
    )
    hazard = fit(short.table(AGES)).hazard[0]
    assert np.isinf(chosen_fading(short, hazard, 202206).half_life).all()
    assert np.isinf(HALF_LIVES[0])
