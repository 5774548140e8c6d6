"""The truth in closed form against what the simulation brings about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mellantid.core.counting.open_deals import open_deals
from mellantid.simulation import (
    PLAIN,
    Happening,
    Organisation,
    Truth,
    clock_in,
    history,
    simulate,
    standard_course,
    wall_moments,
    won_between,
)

CLOCK = clock_in()
FIRST = 13_000


@pytest.fixture(scope="module", params=[0.0, 0.3], ids=["plain", "ghosts"])
def world(request):
    rng = np.random.default_rng(21)
    bent = replace(PLAIN, ghosts=request.param)
    org = Organisation.draw(rng, standard_course(), bent, creation=60.0)
    org = replace(org, entry=np.full(7, 1 / 7))
    return org, Truth.of(org), simulate(org, CLOCK, FIRST, FIRST + 700, rng)


@pytest.mark.parametrize("within", [20, 60, 120])
def test_deals_are_won_within_t_days_as_often_as_the_true_table_says(world, within):
    org, truth, happenings = world
    chance = truth.win_table(within).entering[within]
    created = happenings.kind == Happening.CREATED
    day, stage = happenings.day[created], happenings.state[created]
    won_day = np.full(day.size, np.iinfo(np.int64).max)
    won = happenings.kind == Happening.WON
    won_day[happenings.deal[won]] = happenings.day[won]
    old = day <= FIRST + 700 - within
    for s in range(org.process.size):
        mine = old & (stage == s)
        share = (won_day[mine] - day[mine] <= within).mean()
        sd = np.sqrt(chance[s] * (1 - chance[s]) / mine.sum())
        # 42 numbers in all: beyond 4.5 sd once in 3,500 runs.
        assert share == pytest.approx(chance[s], abs=4.5 * sd)


def test_open_deals_are_won_as_often_as_the_true_table_says(world):
    org, truth, happenings = world
    moments = wall_moments(happenings, CLOCK, np.random.default_rng(1))
    today, horizon = FIRST + 500, 100
    end = int(CLOCK.zone.moments(CLOCK.date_of_day(today + 1) * 86_400_000))
    standing = open_deals(history(org, happenings, moments, CLOCK, end))
    table = truth.win_table(horizon)
    age = np.minimum(standing.age, table.ages - 1)
    chance = table.standing[horizon, standing.stage, age]
    won = np.isin(standing.deal, won_between(happenings, today + 1, today + horizon).deal)
    for s in range(org.process.size):
        mine = standing.stage == s
        gap = won[mine].sum() - chance[mine].sum()
        assert abs(gap) < 4.5 * np.sqrt((chance[mine] * (1 - chance[mine])).sum())


def test_a_full_pipeline_wins_each_day_what_the_truth_says():
    rng = np.random.default_rng(3)
    org = Organisation.draw(rng, standard_course(), creation=40.0)
    truth = Truth.of(org)
    happenings = simulate(org, CLOCK, FIRST, FIRST + 1400, rng)
    outcome = won_between(happenings, FIRST + 601, FIRST + 1400)
    # Some 3,300 wins of which each is worth its mean with a spread of 0.95 of it: sd 2.4 %.
    assert outcome.total / 800 == pytest.approx(truth.won_per_day, rel=0.1)


def test_the_chance_ever_to_be_won_is_that_of_the_winning_ways():
    course = tuple(replace(stage, skip=0.0, back=0.0) for stage in standard_course())
    truth = Truth.of(Organisation.draw(np.random.default_rng(1), course))
    onward = [stage.onward for stage in course]
    # Deals of more than 500 days leave by the last day's shares, a little off: under 0.5 %.
    assert truth.ever_won == pytest.approx([np.prod(onward[s:]) for s in range(7)], rel=0.02)
    assert truth.destinations.sum(axis=1) == pytest.approx(1.0)
