"""How long stays last and how many go on, as the counts say by themselves."""

from __future__ import annotations

import numpy as np
import pytest
from model_truths import COURSE, drawn_cells, one_stage_cells

from mellantid.core.counting.counts import Cells
from mellantid.core.learning.leading import leads
from mellantid.core.learning.stay_times import stay_times
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.pooling import sum_groups
from mellantid.core.scoring.shares import shares_differ, wilson


def test_the_share_and_the_median_of_stays_that_have_all_ended_are_the_plain_ones():
    won, lost = [0.0, 4.0, 2.0, 0.0], [0.0, 1.0, 1.0, 2.0]
    at_risk = [10.0, 10.0, 5.0, 2.0]
    found = stay_times(one_stage_cells([won, lost], at_risk))[0]
    assert found.n == 10
    assert found.conversion.value == pytest.approx(0.6)
    assert (found.conversion.low, found.conversion.high) == pytest.approx(wilson(6, 10))
    assert found.median_days.value == 1.0


def test_open_stays_stay_in_the_denominator():
    # Of ten, six are won at age 1; the four that are left are followed to age 3, where one is lost.
    found = stay_times(one_stage_cells([[0, 6, 0, 0], [0, 0, 0, 1]], [10, 10, 4, 2]))[0]
    # One of the two that are still followed stands for two of the four.
    assert found.conversion.value == pytest.approx(0.6 / (0.6 + 0.2))


def test_the_median_of_a_classic_table_and_its_interval():
    # Freireich's 21 patients on 6-MP (weeks): Kaplan and Meier's median is 23, and R's survival
    # package (conf.type = "log-log") gives 13 to no upper end.
    times = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    ages = 36
    exits = [float(times.count(age)) for age in range(ages)]
    at_risk = [float(sum(each >= age for each in (*times, *censored))) for age in range(ages)]
    found = stay_times(one_stage_cells([[0.0] * ages, exits], at_risk))[0]
    assert found.median_days.value == 23.0
    assert found.median_days.low == 13.0
    assert found.median_days.high is None


def test_too_few_stays_say_nothing():
    found = stay_times(one_stage_cells([[0, 2], [0, 2]], [9, 9]))[0]
    assert (found.n, found.conversion, found.median_days) == (4, None, None)


def test_two_shares_differ_where_newcombes_interval_leaves_out_nothing():
    # Newcombe 1998, table II (a): 56/70 against 48/80 differ by 0.0524 to 0.3339.
    assert shares_differ((56, 70), (48, 80))
    assert not shares_differ((9, 10), (3, 10), z=3.5)
    assert not shares_differ((0, 0), (3, 10))


def seller_cells(rng, odds):
    """Cells of sellers whose odds of going on are the course's times these."""
    hazard = np.zeros((len(odds), 3, 5, 60))
    for stage in range(3):
        share = odds / (1 + odds)
        hazard[:, stage, stage + 1] = (0.06 * share)[:, None]
        hazard[:, stage, 4] = (0.06 * (1 - share))[:, None]
    return drawn_cells(rng, COURSE, hazard, 60, 300)


def everybody(cells):
    return fit(sum_groups(cells, np.zeros(len(cells.exits), dtype=int), 1)).hazard[0]


def test_a_seller_whose_deals_go_on_more_often_leads():
    odds = np.array([3.0, *[1.0] * 14])
    cells = seller_cells(np.random.default_rng(5), odds)
    found = leads(cells, everybody(cells))
    assert (found.chance[0] > 0.9).all()
    # Drawn toward the rest, who are alike, and so below the true 2.6 of everybody's.
    assert ((found.ratio[0] > 1.2) & (found.ratio[0] < 2.6)).all()
    assert (found.low < found.ratio).all()
    assert (found.ratio < found.high).all()


def test_of_sellers_who_are_alike_hardly_any_leads():
    leading = 0
    for seed in range(10):
        cells = seller_cells(np.random.default_rng(seed), np.ones(15))
        leading += int((leads(cells, everybody(cells)).chance > 0.9).sum())
    # 450 legs of sellers: a tenth, 45, would lead if each were judged by itself.
    assert leading <= 9


def test_groups_of_one_process_are_compared_as_one_would():
    cells = seller_cells(np.random.default_rng(1), np.ones(2))
    same = Cells(COURSE, cells.exits[[0, 0]], cells.exposure[[0, 0]])
    found = leads(same, everybody(same))
    assert found.chance[0] == pytest.approx(found.chance[1])
