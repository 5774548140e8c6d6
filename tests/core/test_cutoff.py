"""The rope by hand, by half a chance, by the 90th percentile, and not yet."""

import numpy as np
import pytest

from mellantid.core.chances.cutoff import (
    HALF_CHANCE,
    OVERRIDE,
    Q90,
    TOO_EARLY,
    Cutoff,
    caught,
    cutoffs,
)
from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import OpenDeals
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process
from mellantid.errors import QuestionError

PROCESS = Process("test", ("A", "B"))
WON, LOST, STILL = PROCESS.won_state, PROCESS.lost_state, PROCESS.still


def counted(*stays):
    """Counts of (stage, to, age, how often)."""
    rows = [stay[:3] for stay in stays for _ in range(stay[3])]
    stage, to, age = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    zero = np.zeros(stage.size, dtype=np.int64)
    return Counts.of(Sojourns(PROCESS, stage, to, zero, zero + 202401, zero, age, zero))


def fading(half_life, ages=100, start=0.2):
    """Daily chances: winning fades with age, losing does not."""
    hazard = np.zeros((2, 4, ages))
    hazard[:, WON] = start * 0.5 ** (np.arange(ages) / half_life)
    hazard[:, LOST] = 0.05
    return hazard


def test_the_rope_is_where_the_chance_stays_below_half_of_a_fresh_ones():
    hazard = fading(10.0)
    table = win_table(PROCESS, hazard, 200)
    counts = counted((0, WON, 3, 30), (0, LOST, 90, 20), (1, WON, 3, 30), (1, LOST, 90, 20))
    for rope in cutoffs(counts, table):
        assert rope.basis == HALF_CHANCE
        assert rope.n == 30
        # By hand: the chance from age a on is Σ of surviving and then winning.
        stay = np.append(1.0, np.cumprod(1 - hazard[0].sum(0)))
        wins = stay[:-1] * hazard[0, WON]
        later = np.cumsum(wins[::-1])[::-1] / stay[:-1]
        below = later[rope.age + 1] / later[0]
        above = later[rope.age] / later[0]
        assert below <= 0.5 < above + 1e-3


def test_a_dip_before_a_later_rise_does_not_catch():
    hazard = fading(4.0)
    hazard[0, WON, 60] = 0.9
    table = win_table(PROCESS, hazard, 200)
    counts = counted((0, WON, 60, 30), (0, LOST, 90, 20), (1, WON, 3, 30))
    rope = cutoffs(counts, table)[0]
    assert rope.age == 60
    assert rope.basis == HALF_CHANCE


def test_ages_that_few_deals_have_seen_do_not_count():
    table = win_table(PROCESS, fading(10.0), 200)
    ages = [(0, WON, age, 1) for age in range(20)]
    rope = cutoffs(counted(*ages, (1, LOST, 2, 1)), table)[0]
    # Nine deals or fewer have stood longer than ten days: half a chance lies beyond that.
    assert rope.basis == Q90
    # 18 of 20 had gone on by age 17.
    assert rope == Cutoff(0, 17, Q90, 20)


def test_a_constant_chance_has_the_90th_percentile():
    hazard = np.zeros((2, 4, 50))
    hazard[:, WON], hazard[:, LOST] = 0.05, 0.05
    table = win_table(PROCESS, hazard, 400)
    stays = [(0, 1, 4, 60), (0, WON, 9, 30), (0, WON, 30, 10), (0, LOST, 49, 500), (1, LOST, 9, 9)]
    ropes = cutoffs(counted(*stays), table)
    assert ropes[0] == Cutoff(0, 9, Q90, 100)
    # Losses and steps back say nothing of when a deal goes on.
    assert ropes[1] == Cutoff(1, None, TOO_EARLY, 0, 10)


def test_steps_back_and_stays_that_have_not_ended_are_not_going_on():
    table = win_table(PROCESS, fading(10.0), 50)
    rope = cutoffs(counted((1, 0, 5, 40), (1, STILL, 5, 40), (1, WON, 5, 6)), table)[1]
    assert rope == Cutoff(1, None, TOO_EARLY, 6, 4)


def test_an_age_chosen_by_hand_stands():
    table = win_table(PROCESS, fading(10.0), 50)
    counts = counted((0, WON, 3, 30), (1, LOST, 9, 20))
    ropes = cutoffs(counts, table, {1: 12})
    assert ropes[1] == Cutoff(1, 12, OVERRIDE, 0)
    assert ropes[0].basis != OVERRIDE
    for wrong in ({2: 5}, {0: -1}):
        with pytest.raises(QuestionError, match="cut-off"):
            cutoffs(counts, table, wrong)


def test_a_deal_is_caught_when_it_is_older_than_the_rope_and_money_comes_first():
    stage = np.array([0, 0, 1, 0, 1, 0])
    age = np.array([10, 11, 99, 40, 3, 12])
    amount = np.array([5.0, 7.0, 9.0, np.nan, 1.0, 8.0])
    n = np.arange(6)
    deals = OpenDeals(n, stage, age, amount, n * 0, n >= 0)
    ropes = (Cutoff(0, 10, Q90, 50), Cutoff(1, None, TOO_EARLY, 2, 8))
    assert caught(deals, ropes).tolist() == [5, 1, 3]
    assert caught(deals, (ropes[0], Cutoff(1, 3, OVERRIDE, 2))).tolist() == [2, 5, 1, 3]
