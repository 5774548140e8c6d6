"""The laws that hold for every answer, through ledger, workspace and core together."""

import datetime as dt
import itertools

import numpy as np
import pytest
from workspace_story import COURSE, NAME, deals, ms, tell

from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.modelling.model import fit
from mellantid.core.planning.target import Target
from mellantid.workspace import Person, Settings, Workspace
from mellantid.workspace.standing import SELLER, TEAM

WON, LOST = 3, 4  # of three stages
START, LAST, NOW = dt.date(2025, 3, 3), dt.date(2025, 9, 30), ms("2025-05-06")


def organisation(path, told, target=9_000.0):
    """A workspace with a plan from 3 March on."""
    opened = Workspace.open(path, create=True)
    opened.change_settings(Settings(name="Test", timezone="UTC", currency="SEK"))
    opened.keep_process(COURSE, 1)
    opened.add_people([Person("s0", "Ann", "North"), Person("s1", "Bo", "South")], {})
    tell(opened, *told)
    opened.set_target(Target("all", target, START, LAST), 1)
    opened.make_plan(NAME, START, NOW)
    return opened


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with organisation(tmp_path_factory.mktemp("laws") / "race.db", deals(70)) as opened:
        yield opened


def test_a_fitted_models_chances_of_every_day_sum_to_one_and_so_do_won_lost_and_open(whole):
    race = whole.race(NAME, NOW)
    hazard = race.model.hazard[0]
    stay = 1 - hazard.sum(axis=1)
    assert (hazard >= 0).all()
    assert (stay >= 0).all()
    # The chance to be lost is the chance to be won where the two have changed names.
    swapped = hazard.copy()
    swapped[:, [WON, LOST]] = hazard[:, [LOST, WON]]
    process = race.history.process
    won, lost = (win_table(process, each, 1_500) for each in (hazard, swapped))
    for part in ("standing", "entering"):
        both = getattr(won, part) + getattr(lost, part)
        assert (both <= 1 + 1e-12).all()
        assert (np.diff(both, axis=0) >= -1e-12).all()
    # What is neither is still open, day after day: follow single deals by hand through sixty days.
    for stage in range(process.size):
        entrant, oldest = _still_open(hazard, stage, -1, 60), hazard.shape[-1]
        closed = won.entering[59, stage] + lost.entering[59, stage]
        assert entrant == pytest.approx(1 - closed, abs=1e-12)
        for age in (0, 4, oldest - 1):
            closed = won.standing[60, stage, age] + lost.standing[60, stage, age]
            assert _still_open(hazard, stage, age, 60) == pytest.approx(1 - closed, abs=1e-12)


def _still_open(hazard, stage, age, days):
    """The chance of a deal to be open after so many days; age -1: it enters on the first one."""
    stages, _, ages = hazard.shape
    standing = {(stage, age): 1.0} if age >= 0 else {}
    entering = np.eye(stages)[stage] if age < 0 else np.zeros(stages)
    for _ in range(days):
        later = {}
        for (where, old), mass in standing.items():
            chance = hazard[where, :, min(old + 1, ages - 1)]
            entering = entering + mass * chance[:stages]
            later[where, old + 1] = mass * (1 - chance.sum())
        # Who enters may move on the same day, any number of times.
        for _ in range(50):
            for where in range(stages):
                stays = entering[where] * (1 - hazard[where, :, 0].sum())
                later[where, 0] = later.get((where, 0), 0.0) + stays
            entering = entering @ hazard[:, :stages, 0]
        standing, entering = later, np.zeros(stages)
    return sum(standing.values())


@pytest.mark.parametrize("by", [SELLER, TEAM])
def test_the_money_of_all_lines_sums_to_the_gap_and_the_groups_to_the_whole(whole, by):
    found = whole.standing(whole.race(NAME, NOW), by)
    lines = sum(leg.money for leg in found.legs) + found.amount_changes + found.re_estimation
    assert lines == pytest.approx(found.gap_money, abs=1e-6 * found.target)
    assert found.gap_money == pytest.approx(
        found.expected_money - found.planned_money, abs=1e-6 * found.target
    )
    assert sum(each.gap_money for each in found.groups) == pytest.approx(
        found.gap_money, abs=1e-6 * found.target
    )
    for each in found.groups:
        parts = sum(leg.money for leg in each.legs)
        parts += each.amount_changes + each.transfers + each.re_estimation
        assert parts == pytest.approx(each.gap_money, abs=1e-6 * found.target)
    for place, leg in enumerate(found.legs):
        for name in ("planned", "actual", "movements"):
            parts = sum(getattr(each.legs[place], name) for each in found.groups)
            assert parts == pytest.approx(getattr(leg, name), abs=1e-9)


def test_the_parts_means_sum_to_the_wholes(whole):
    found = whole.outcome(whole.race(NAME, NOW))
    assert found.mean == pytest.approx(found.won + found.open_mean + found.new_mean)
    owners = found.whole.parts.owners
    means = [found.whole.of_owner(owner).mean for owner in owners]
    assert sum(means) == pytest.approx(found.mean)
    deals_mean = sum((deal.amount or 0.0) * deal.p for deal in found.deals)
    assert deals_mean == pytest.approx(found.open_mean)


@pytest.mark.parametrize("seed", range(3))
def test_order_batches_and_duplicates_of_entries_change_no_answer(whole, tmp_path, seed):
    told = deals(70)
    rng = np.random.default_rng(seed)
    rng.shuffle(told)
    told += [told[place] for place in rng.integers(0, len(told), 40)]
    cut = int(rng.integers(1, len(told)))
    with organisation(tmp_path / "race.db", told[:cut]) as other:
        tell(other, *told[cut:])
        other.make_plan(NAME, START, NOW)
        first, second = (each.race(NAME, NOW) for each in (whole, other))
        assert first.histogram() == second.histogram()
        one, two = whole.outcome(first), other.outcome(second)
        assert (one.mean, one.sd, one.quantiles) == (two.mean, two.sd, two.quantiles)
        left, right = whole.standing(first), other.standing(second)
        assert left.gap_money == right.gap_money
        assert left.legs == right.legs


def test_counts_of_two_halves_add_up_whichever_way_the_deals_are_parted(whole):
    race = whole.race(NAME, NOW)
    found = sojourns(race.history)
    rng = np.random.default_rng(4)
    for _ in range(5):
        mine = rng.random(len(race.history.deals)) < 0.5
        halves = [Counts.of(found.take(part[found.deal])) for part in (mine, ~mine)]
        both = halves[0] + halves[1]
        for one, other in zip(both.columns(), race.counts.columns(), strict=True):
            assert one.tolist() == other.tolist()
        assert both.count.tolist() == race.counts.count.tolist()
        np.testing.assert_array_equal(fit(both.table(80)).hazard, fit(race.counts.table(80)).hazard)


def test_the_pace_of_every_leg_rises_with_the_target(tmp_path):
    plans = []
    for target in (5_000.0, 6_000.0, 7_000.0):
        with organisation(tmp_path / f"{target}.db", deals(70), target) as opened:
            plans.append(opened.plan(NAME, NOW))
    for low, high in itertools.pairwise(plans):
        assert low.reachable
        assert high.pace.sum() > low.pace.sum()
        assert (high.planned[-1] > low.planned[-1]).all()
        assert (high.planned >= low.planned - 1e-9).all()
