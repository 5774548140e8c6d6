"""What would be if: nothing changed is the forecast, more is never worse, and means are exact."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
import steering_cases as cases
from hypothesis import given, settings
from hypothesis import strategies as st

from mellantid.core.chances.wintable import win_chances, win_table
from mellantid.core.process import Process
from mellantid.core.steering.changes import Changes, converted
from mellantid.core.steering.scene import Scene, tilted
from mellantid.core.steering.sooner import sooner, win_when_sooner
from mellantid.errors import QuestionError

COURSE = Process("Course", ("A", "B", "C"))
SEEDS = st.integers(0, 2**32 - 1)


def chances(rng, stages=3, ages=9, leave=0.4):
    hazard = rng.gamma(0.5, size=(stages, stages + 2, ages))
    hazard[np.arange(stages), np.arange(stages)] = 0.0
    return hazard * rng.uniform(0, leave, (stages, 1, ages)) / hazard.sum(axis=1, keepdims=True)


def small_scene(seed, versions=4, deals=7, days=40):
    """A scene of a few deals of whole amounts, whose total lies on a lattice: it is exact."""
    rng = np.random.default_rng(seed)
    hazard = chances(rng)
    stage, age = rng.integers(0, 3, deals), rng.integers(0, 14, deals)
    standing, _ = win_chances(COURSE, hazard, days)
    p = standing[stage, np.minimum(age, 8)]
    noise = rng.gamma(2.0, 0.5, (versions, deals))
    odds = noise * p / (1 - p)
    return Scene(
        process=COURSE,
        today=100,
        first=90,
        last=100 + days,
        hazard=hazard[None],
        stage=stage,
        age=age,
        group=np.zeros(deals, dtype=np.int64),
        amount=rng.integers(1, 9, deals).astype(float),
        drawn=tilted(odds / (1 + odds), p, np.ones(versions)),
        coming=rng.dirichlet(np.full(versions, 5.0)) * versions,
        weights=np.ones(versions),
        pace=rng.uniform(0, 0.1, days),
        entry=rng.dirichlet(np.ones(3)),
        share=np.ones(1),
        certain=3.0,
        jumps=rng.integers(1, 9, 3).astype(float),
    )


def test_nothing_changed_is_the_forecast():
    whole, scene = cases.foretold(), cases.scene()
    found = scene.what_if(Changes())
    table = whole.outlook.chances(whole.last)[whole.outlook.cell]
    np.testing.assert_allclose(found.p, table, rtol=1e-9, atol=1e-12)
    # Where a draw is more than twice its average the forecast's chances fall short of the table's.
    moved = np.abs(whole.p - table).max()
    assert moved < 0.005
    assert found.mean == pytest.approx(whole.mean, rel=1e-3)
    assert found.sd == pytest.approx(whole.sd, rel=5e-3)
    for target in whole.quantiles([0.1, 0.5, 0.9]):
        p = float(whole.total.exceeds(target))
        assert found.chance(target) == pytest.approx(p, abs=0.005)


def test_the_mean_is_that_of_the_changed_win_table():
    scene = cases.scene()
    changes = Changes(pace=1.3, amount=1.1, conversion={1: 1.5}, speed={0: 1.4, 2: 0.8})
    found = scene.what_if(changes)
    hazard = converted(scene.hazard[0], changes.conversion)
    table = win_table(scene.process, sooner(hazard, changes.speed, 400), scene.last - scene.today)
    days = np.arange(scene.last - scene.today - 1, -1, -1)
    wins = 1.3 * scene.pace @ table.entering[days] @ scene.entry
    assert found.wins == pytest.approx(wins, rel=1e-9)
    by_hand = scene.certain + 1.1 * (found.p @ scene.amount + wins * scene.jumps.mean())
    assert found.mean == pytest.approx(by_hand, rel=1e-9)
    # Deals in stages whose stays end when they did stand in the changed table too.
    here = ~np.isin(scene.stage, [0, 2])
    age = np.minimum(scene.age[here], table.ages - 1)
    np.testing.assert_allclose(found.p[here], table.standing[-1, scene.stage[here], age], rtol=1e-9)


def test_pace_and_amount_do_what_their_names_say():
    scene = cases.scene()
    plain, paced, priced = (
        scene.what_if(each) for each in (Changes(), Changes(pace=2.0), Changes(amount=2.0))
    )
    assert paced.mean - plain.mean == pytest.approx(plain.wins * scene.jumps.mean(), rel=1e-9)
    ahead = plain.mean - scene.certain
    assert priced.mean - scene.certain == pytest.approx(2 * ahead, rel=1e-9)
    assert priced.sd == pytest.approx(2 * plain.sd, rel=1e-6)


def test_with_a_period_that_is_yet_to_begin_only_its_own_days_count():
    first, last = dt.date(2025, 3, 3), dt.date(2025, 6, 30)
    whole, scene = cases.foretold(first, last), cases.scene(first, last)
    found = scene.what_if(Changes())
    table = whole.outlook.chances(whole.last)[whole.outlook.cell]
    np.testing.assert_allclose(found.p, table, rtol=1e-9, atol=1e-12)
    assert found.mean == pytest.approx(whole.mean, rel=1e-3)
    more = scene.what_if(Changes(speed={0: 1.0}))
    np.testing.assert_allclose(more.p, found.p, rtol=1e-6, atol=1e-12)


def test_after_the_last_day_nothing_can_be_changed():
    scene = replace(cases.scene(), last=cases.scene().today)
    found = scene.what_if(Changes(pace=2.0, conversion={0: 2.0}))
    assert found.mean == scene.certain
    assert found.sd == 0.0


LEVERS = st.sampled_from(
    [("pace", None), ("amount", None)]
    + [(kind, stage) for kind in ("conversion", "time") for stage in range(3)]
)


@settings(max_examples=100)
@given(SEEDS, LEVERS, st.floats(0.3, 3.0), st.floats(0.3, 3.0), st.integers(0, 40))
def test_the_chance_of_a_target_rises_with_every_lever(seed, lever, one, other, target):
    scene = small_scene(seed)
    low, high = sorted((one, other))
    less, more = (scene.what_if(Changes().also(*lever, each)) for each in (low, high))
    # 1e-9 is what is left open by the exact distribution on its lattice.
    assert more.chance(target) >= less.chance(target) - 1e-9
    assert (more.p >= less.p - 1e-12).all()
    assert more.wins >= less.wins - 1e-12


@given(SEEDS, st.integers(0, 2), st.integers(1, 30))
def test_a_deal_that_stands_with_the_speed_one_stands_as_in_the_win_table(seed, stage, horizon):
    rng = np.random.default_rng(seed)
    hazard = chances(rng)
    standing, entering = win_chances(COURSE, hazard, horizon)
    worth = np.zeros((horizon + 1, 5))
    worth[:, :3], worth[:, 3] = entering, 1.0
    ages = np.arange(12)
    found = win_when_sooner(hazard[stage], ages, 1.0, worth, horizon)
    np.testing.assert_allclose(found, standing[stage, np.minimum(ages, 8)], rtol=1e-9, atol=1e-13)


def test_deals_that_stand_and_go_on_sooner_win_as_simulated():
    """40,000 lives of the rest of a stay, shortened by hand: the chance to four standard errors."""
    rng = np.random.default_rng(11)
    hazard, horizon, speed, age, lives = chances(rng, leave=0.3), 25, 1.7, 4, 40_000
    _, entering = win_chances(COURSE, sooner(hazard, {0: speed}, horizon), horizon)
    worth = np.zeros((horizon + 1, 5))
    worth[:, :3], worth[:, 3] = entering, 1.0
    exact = win_when_sooner(hazard[0], np.array([age]), speed, worth, horizon)[0]
    left, to = np.zeros(lives, dtype=int), np.full(lives, -1)
    for day in range(1, 200):
        there = np.flatnonzero(to < 0)
        edges = np.cumsum(hazard[0, :, min(age + day, 8)])
        drawn = np.searchsorted(edges, rng.random(there.size), side="right")
        gone = there[drawn < 5]
        to[gone], left[gone] = drawn[drawn < 5], day
    days = np.maximum(np.floor(left / speed + rng.random(lives)).astype(int), 1)
    ended = (to >= 0) & (days <= horizon)
    chance = np.where(ended, worth[np.maximum(horizon - days, 0), to], 0.0)
    won = rng.random(lives) < chance
    assert won.mean() == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / lives))


@given(
    SEEDS,
    st.lists(st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1)), min_size=4, max_size=4),
    st.sampled_from([0.0, 0.2]),
)
def test_tilted_chances_are_chances_of_the_mean_asked_for_and_rise_with_it(seed, means, zeros):
    rng = np.random.default_rng(seed)
    drawn = rng.beta(0.5, 0.5, (5, 4)) * (rng.random((5, 4)) >= zeros)
    weights = rng.uniform(0.1, 1.0, 5)
    mean = np.array(means)
    found = tilted(drawn, mean, weights)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(weights @ found / weights.sum(), mean, atol=1e-9)
    higher = tilted(drawn, np.minimum(mean + 0.01, 1.0), weights)
    assert (higher >= found - 1e-9).all()


def test_a_tilt_multiplies_the_odds_of_all_versions_alike():
    drawn = np.array([[0.1], [0.2], [0.4]])
    found = tilted(drawn, np.array([0.5]), np.ones(3))
    odds = found / (1 - found) / (drawn / (1 - drawn))
    assert odds == pytest.approx(odds[0, 0])
    with pytest.raises(QuestionError, match="between"):
        tilted(drawn, np.array([1.2]), np.ones(3))


@pytest.mark.parametrize("count", [24, 16])
def test_fewer_versions_say_nearly_the_same(count):
    scene = cases.scene()
    fewer = scene.merged(count)
    assert fewer.coming.size == count
    for changes in (Changes(), Changes(pace=1.4, conversion={1: 1.5}), Changes(amount=0.8)):
        one, other = scene.what_if(changes), fewer.what_if(changes)
        assert other.mean == pytest.approx(one.mean, rel=1e-9)
        assert other.sd == pytest.approx(one.sd, rel=0.01)
        for target in one.mean + one.sd * np.array([-1, 0, 1]):
            # What 48 draws leave open themselves is 0.004 to 0.011.
            assert other.chance(target) == pytest.approx(one.chance(target), abs=0.003)


def test_drawing_the_model_anew_under_the_changes_says_nearly_the_same():
    """Versions moved along against versions of changed draws: 0.02 in the chance."""
    scene, view = cases.scene(), cases.foretold().outlook
    changes = Changes(conversion={1: 1.5}, speed={})
    drawn = cases.model().draw(np.random.default_rng(4), 150)[:, 0]
    horizon = scene.last - scene.today
    standing, _ = win_chances(scene.process, converted(drawn, changes.conversion), horizon)
    p = standing[:, scene.stage, np.minimum(scene.age, drawn.shape[-1] - 1)]
    found = scene.what_if(changes)
    anew = replace(
        scene,
        drawn=np.clip(p * (found.p / p.mean(axis=0)), 0, 1),
        coming=np.resize(view.coming, 150),
        weights=np.ones(150),
    ).what_if(changes)
    for target in found.mean + found.sd * np.array([-1, 0, 1]):
        assert anew.chance(target) == pytest.approx(found.chance(target), abs=0.02)


def test_the_parts_of_a_scene_sum_to_it():
    scene = cases.scene()
    mine = np.arange(scene.stage.size) % 3 == 0
    parts = [
        scene.only(which, scene.share * part, scene.certain * part)
        for which, part in ((mine, 0.25), (~mine, 0.75))
    ]
    changes = Changes(pace=1.2, conversion={0: 1.2}, speed={1: 1.5})
    whole = scene.what_if(changes)
    assert sum(each.what_if(changes).mean for each in parts) == pytest.approx(whole.mean, rel=1e-9)
