import numpy as np
import pytest

from mellantid.core.chances.dated import bent, dated_chances
from mellantid.core.chances.wintable import win_table
from mellantid.core.process import Process, onward_ways
from mellantid.errors import QuestionError
from mellantid.simulation import Organisation, standard_course


@pytest.fixture(scope="module")
def made():
    organisation_ = Organisation.draw(np.random.default_rng(1), standard_course())
    return organisation_.process, organisation_.base_hazard[:, :, :120]


def test_without_factors_it_is_the_win_table(made):
    process, hazard = made
    table, found = win_table(process, hazard, 60), dated_chances(process, hazard, np.ones(60))
    np.testing.assert_allclose(found.standing, table.standing[60], atol=1e-12)
    np.testing.assert_allclose(found.entering, table.entering[59::-1], atol=1e-12)


def test_of_a_course_of_one_stage_it_is_a_product_of_stays():
    process = Process("Deals", ("Only",))
    hazard = np.zeros((1, 3, 2))
    hazard[0, 1], hazard[0, 2] = 0.1, 0.05
    factor = np.array([1.0, 3.0, 0.0, 2.0])
    win, stay = 0.1 * factor, 1 - 0.1 * factor - 0.05
    expected = sum(win[t] * np.prod(stay[:t]) for t in range(4))
    found = dated_chances(process, hazard, factor)
    assert found.standing[0, 0] == pytest.approx(expected, rel=1e-12)
    assert found.entering[3, 0] == pytest.approx(0.2, rel=1e-12)


def test_a_forward_roll_of_one_deal_wins_as_much_as_the_recursion_backward():
    process = Process("Deals", ("One", "Two"))
    hazard = np.zeros((2, 4, 12))
    hazard[0, 1], hazard[0, 3] = 0.12, 0.03
    hazard[1, 2], hazard[1, 3] = np.linspace(0.2, 0.02, 12), 0.04
    hazard[1, 0] = 0.05
    factor = np.where(np.arange(30) >= 25, 2.0, 0.8)
    found = dated_chances(process, hazard, factor)
    for stage, age in ((0, 3), (1, 0), (1, 11)):
        won = _won(process, hazard, factor, stage, age)
        assert found.standing[stage, age] == pytest.approx(won, abs=1e-12)


def _won(process, hazard, factor, stage, age):
    """The chance to be won, by moving the mass of one deal forward day by day."""
    onward = onward_ways(process.size)[:, :, None]
    ages, won = hazard.shape[-1], 0.0
    mass = np.zeros((process.size, ages))
    mass[stage, age] = 1.0
    for each in factor:
        q = bent(hazard, onward, each)
        older = np.zeros_like(mass)
        older[:, 1:] = mass[:, :-1]
        older[:, -1] += mass[:, -1]
        moved = np.einsum("sja,sa->j", q, older)
        mass = older * (1.0 - q.sum(axis=1))
        won += moved[process.won_state]
        entered = moved[: process.size]
        while entered.sum() > 1e-16:
            moved = entered @ q[:, :, 0]
            mass[:, 0] += entered * (1.0 - q[:, :, 0].sum(axis=1))
            won += moved[process.won_state]
            entered = moved[: process.size]
    return won


def test_a_faster_end_of_the_quarter_wins_more_and_is_worth_more_the_nearer_it_is(made):
    process, hazard = made
    flat = dated_chances(process, hazard, np.ones(40)).standing
    late = dated_chances(process, hazard, np.where(np.arange(40) >= 30, 1.5, 1.0)).standing
    assert (late >= flat - 1e-12).all()
    assert late[-1, 5] > flat[-1, 5]


def test_chances_never_pass_certainty_and_a_factor_below_none_is_refused(made):
    process, hazard = made
    found = dated_chances(process, hazard, np.full(10, 1e6))
    assert found.standing.max() <= 1.0
    with pytest.raises(QuestionError, match="0 or more"):
        dated_chances(process, hazard, np.array([-1.0]))
