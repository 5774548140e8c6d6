"""The estimator against published studies, to every digit that was printed.

The tables in `counts` hold counts only; docs/golden-values.md says where each comes from.
"""

import numpy as np
import pytest
from published import Published

from mellantid.core.chances.incidence import incidence, occupation
from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.direct import cells_of

SEVEN, FIVE = 5e-8, 5e-6  # half a unit of the last printed digit


@pytest.fixture(scope="module")
def bmt():
    return Published.read("bmt", ("transplanted",), ("relapse", "mortality"))


@pytest.fixture(scope="module")
def ebmt3():
    return Published.read("ebmt3", ("Tx", "PR"), ("relapse or death",))


@pytest.fixture(scope="module")
def aidssi():
    return Published.read("aidssi", ("infected",), ("AIDS", "SI"))


@pytest.fixture(scope="module")
def mgus2():
    return Published.read("mgus2", ("MGUS",), ("pcm", "death"))


def test_relapse_and_mortality_after_a_transplantation(bmt):
    assert bmt.sojourns.size == 35
    mortality = bmt.ended("mortality", [6, 12])
    assert mortality == pytest.approx([0.2049261, 0.2728390], abs=SEVEN)
    relapse = bmt.ended("relapse", [6, 12, 24, 36])
    assert relapse == pytest.approx([0.1757917, 0.3407601, 0.4461422, 0.4812696], abs=SEVEN)


def test_aids_and_the_switch_of_phenotype(aidssi):
    assert aidssi.sojourns.size == 329
    assert aidssi.ended("AIDS", [5, 10]) == pytest.approx([0.12971, 0.33505], abs=FIVE)
    assert aidssi.ended("SI", [5, 10]) == pytest.approx([0.15756, 0.33459], abs=FIVE)


def test_a_malignancy_and_death_before_it(mgus2):
    assert mgus2.sojourns.size == 1384
    assert mgus2.ended("pcm", [120]) == pytest.approx([0.06372], abs=FIVE)
    assert mgus2.ended("death", [120]) == pytest.approx([0.53182], abs=FIVE)


def test_transitions_and_rates_after_a_transplantation(ebmt3):
    cells, process = ebmt3.cells, ebmt3.sojourns.process
    exits = cells.exits[0].sum(axis=-1)
    ended = process.won_state
    assert (exits[0, 1], exits[0, ended], exits[1, ended]) == (1169, 458, 383)
    # Those at risk at a time have been so since the time before it.
    exposure = (cells.exposure[0, :, 1:] * np.diff(ebmt3.times)).sum(axis=-1)
    assert exposure[0] == pytest.approx(891_002.1, abs=0.05)
    assert exposure[1] == pytest.approx(1_158_949, abs=0.5)
    rates = exits[[0, 0, 1], [1, 2, 2]] / exposure[[0, 0, 1]] * 365.25
    assert rates == pytest.approx([0.4792102, 0.1877487, 0.1207048], abs=SEVEN)


def test_state_probabilities_a_year_after_a_transplantation(ebmt3):
    hazard = incidence(ebmt3.cells).hazard[0]
    found = occupation(hazard, np.array([1.0, 0.0]))[ebmt3.at(365) + 1]
    assert found[:3] == pytest.approx([0.30238, 0.41507, 0.28255], abs=FIVE)
    assert found.sum() == pytest.approx(1, abs=1e-14)


def test_the_win_table_on_the_raw_chances_is_the_published_incidence(bmt):
    hazard = incidence(bmt.cells).hazard[0]
    table = win_table(bmt.sojourns.process, hazard, bmt.times.size - 1)
    found = [table.entering[bmt.at(time), 0] for time in (6, 12, 24, 36)]
    assert found == pytest.approx([0.1757917, 0.3407601, 0.4461422, 0.4812696], abs=SEVEN)


@pytest.mark.parametrize("name", ["bmt", "ebmt3", "aidssi", "mgus2"])
def test_the_histogram_gives_the_same_cells_as_counting_directly(name, request):
    study = request.getfixturevalue(name)
    by_histogram = Counts.of(study.sojourns).table(study.times.size)
    np.testing.assert_array_equal(study.cells.exits, by_histogram.exits)
    np.testing.assert_array_equal(study.cells.exposure, by_histogram.exposure)


@pytest.mark.parametrize("name", ["bmt", "ebmt3", "aidssi", "mgus2"])
def test_incidence_and_staying_sum_to_one(name, request):
    found = incidence(cells_of(request.getfixturevalue(name).sojourns, 5000))
    np.testing.assert_allclose(found.ended.sum(axis=2) + found.staying, 1, atol=1e-13)
