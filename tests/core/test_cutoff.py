"""The rope by hand, by half a chance, by the 90th percentile, by group; the safe passage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.chances.cutoff import (
    HALF_CHANCE,
    NEVER,
    OVERRIDE,
    Q90,
    STAGE,
    TOO_EARLY,
    Cutoff,
    caught,
    cutoffs,
    cutoffs_by_group,
    limits,
)
from mellantid.core.chances.safe_passage import NO_DAY, last_useful_days, passage_days
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


def by_groups(stages, groups, hazards):
    """Cut-offs by group, from each group's own daily chances."""
    tables = [win_table(PROCESS, hazard, 200) for hazard in hazards]
    whole = groups[0]
    for each in groups[1:]:
        whole = whole + each
    standing = np.stack([each.standing[-1] for each in tables])
    fresh = np.stack([each.entering[-1] for each in tables])
    return cutoffs_by_group(stages, whole, groups, standing, fresh)


def test_groups_with_enough_stays_have_ropes_of_their_own_and_the_others_the_stages():
    quick, slow = fading(5.0), fading(20.0)
    stays = ((0, WON, 3, 30), (0, LOST, 90, 20))
    groups = [counted(*stays, (1, WON, 3, 30)), counted(*stays, (1, WON, 3, 29))]
    stages = cutoffs(groups[0] + groups[1], win_table(PROCESS, fading(10.0), 200))
    fast, late = by_groups(stages, groups, [quick, slow])
    assert fast[0].age < stages[0].age < late[0].age
    assert {fast[0].basis, late[0].basis} == {HALF_CHANCE}
    # 29 are too few to tell the second stage's groups apart.
    assert [each[1] for each in (fast, late)] == [
        Cutoff(1, stages[1].age, STAGE, 30),
        Cutoff(1, stages[1].age, STAGE, 29),
    ]


def test_a_group_alone_has_the_stages_rope():
    counts = counted((0, WON, 3, 40), (0, LOST, 90, 20), (1, WON, 7, 40))
    stages = cutoffs(counts, win_table(PROCESS, fading(10.0), 200))
    (alone,) = by_groups(stages, [counts], [fading(10.0)])
    assert alone == stages


def test_what_is_set_by_hand_or_too_early_holds_for_every_group():
    groups = [counted((0, WON, 3, 60), (1, WON, 3, 3)) for _ in range(2)]
    stages = cutoffs(groups[0] + groups[1], win_table(PROCESS, fading(10.0), 200), {0: 7})
    for own in by_groups(stages, groups, [fading(5.0), fading(20.0)]):
        assert own == (Cutoff(0, 7, OVERRIDE, 60), Cutoff(1, None, TOO_EARLY, 3, 4))


def deals_of(stage, age):
    n = np.arange(len(stage))
    return OpenDeals(n, np.array(stage), np.array(age), n * 0.0, n * 0, n >= 0)


def test_a_deal_goes_by_its_groups_limit_and_by_the_stages_where_it_has_none():
    open_ = deals_of([0, 0, 0, 1], [5, 5, 5, 5])
    ropes = (Cutoff(0, 4, Q90, 90), Cutoff(1, None, TOO_EARLY, 2, 8))
    own = ((Cutoff(0, 3, Q90, 40), ropes[1]), (Cutoff(0, 9, Q90, 40), ropes[1]))
    limit = limits(open_, ropes, own, np.array([0, 1, -1, 0]))
    assert limit.tolist() == [3, 9, 4, NEVER]
    assert sorted(caught(open_, ropes, limit).tolist()) == [0, 2]


def test_the_latest_safe_passage_is_the_day_before_the_one_on_which_a_deal_is_caught():
    today, ages = 1000, [0, 4, 5, 9]
    open_ = deals_of([0] * 4, ages)
    ropes = (Cutoff(0, 5, Q90, 90), Cutoff(1, None, TOO_EARLY, 2, 8))
    days = passage_days(open_, limits(open_, ropes), today)
    for row, day in enumerate(days.tolist()):
        for shift, is_caught in ((0, False), (1, True)):
            then = deals_of([0], [ages[row] + day + shift - today])
            assert (caught(then, ropes).size > 0) is is_caught
    still = deals_of([1], [50])
    assert passage_days(still, limits(still, ropes), today).tolist() == [NO_DAY]


@given(st.floats(0.01, 0.9), st.integers(1000, 1300))
def test_the_last_useful_day_is_the_last_on_which_the_move_gives_the_chance(chance, last):
    entering = win_table(PROCESS, fading(10.0), 200).entering
    first, final = last_useful_days(entering, last, chance).tolist()
    # Out of the last stage the move is the win.
    assert final == last
    if first == NO_DAY:
        assert entering[-1, 1] < chance
    else:
        assert entering[last - first, 1] >= chance
        assert last == first or entering[last - first - 1, 1] < chance


def test_by_default_half_of_what_the_move_would_be_worth_at_all_is_enough():
    entering = win_table(PROCESS, fading(10.0), 200).entering
    first = int(last_useful_days(entering, 500)[0])
    assert entering[500 - first, 1] >= entering[-1, 1] / 2 > entering[500 - first - 1, 1]
