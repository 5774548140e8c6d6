"""The count CUSUM against the table of Lucas (1985)."""

import numpy as np
import pytest

from mellantid.core.watch import counted_run_length
from mellantid.errors import QuestionError


@pytest.mark.parametrize(
    ("lower", "start", "printed"),
    [(False, 0, 438.125), (False, 5, 333.125), (True, 0, 436.764), (True, 5, 318.333)],
)
def test_run_lengths_are_those_of_lucas(lower, start, printed):
    found = counted_run_length(10, 0.25, 0.25, lower=lower, start=start)
    assert found == pytest.approx(printed, abs=5.01e-4)


def test_an_alarm_above_the_threshold_waits_longer_than_one_at_it():
    assert counted_run_length(10, 3, 2.4) == pytest.approx(548.3623, abs=5.01e-5)
    assert counted_run_length(10, 3, 2.4, strictly=True) == pytest.approx(854.4519, abs=5.01e-5)


@pytest.mark.parametrize("lower", [False, True])
def test_the_run_length_is_what_simulated_counts_take(lower):
    rng = np.random.default_rng(5)
    sign = -1 if lower else 1
    runs, length = 3000, 600
    theory = counted_run_length(4, 1.5, 1.6, lower=lower, start=2)
    moves = sign * (rng.poisson(1.6, (runs, length)) - 1.5)
    level, ended = np.full(runs, 2.0), np.full(runs, length)
    for period in range(length):
        level = np.maximum(level + moves[:, period], 0.0)
        ended = np.where((level >= 4) & (ended == length), period + 1, ended)
    assert abs(ended.mean() - theory) < 4 * ended.std() / np.sqrt(runs)


def test_an_alarm_that_never_comes_takes_for_ever_and_one_that_is_there_no_time():
    assert counted_run_length(3, 1, 0) == np.inf
    assert counted_run_length(3, 0, 1, lower=True) == np.inf
    assert counted_run_length(3, 1, 1, start=3) == 0.0
    assert counted_run_length(3, 1, 1, start=3, strictly=True) > 0.0


def test_thresholds_without_a_common_lattice_are_refused():
    with pytest.raises(QuestionError, match="multiples of one"):
        counted_run_length(np.pi, 1, 1)
    with pytest.raises(QuestionError, match="above 0"):
        counted_run_length(0, 1, 1)


@pytest.mark.parametrize(("weekly", "k", "step", "printed"), [
    (1, 0.84, 0.04, "26"), (5, 4.2, 0.2, "10.3"), (10, 8.4, 0.2, "6.3"),
])  # fmt: skip
def test_weekly_counts_show_a_drop_of_30_percent_after_the_weeks_of_the_table(
    weekly, k, step, printed
):
    # k is the value that is best, 0.3 m / ln(1 / 0.7), to two figures; h the least on the
    # lattice with which a false alarm comes once in 104 weeks or seldomer.
    assert k == pytest.approx(0.3 * weekly / np.log(1 / 0.7), rel=0.005)
    h = step
    while counted_run_length(h, k, weekly, lower=True) < 104:
        h = round(h + step, 6)
    delay = counted_run_length(h, k, 0.7 * weekly, lower=True)
    assert f"{delay:.{len(printed.partition('.')[2])}f}" == printed
