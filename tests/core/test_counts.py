from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.counting import tally as tally_module
from mellantid.core.counting.counts import COLUMNS, Cells, Counts
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.counting.tally import tally
from mellantid.core.process import Process
from mellantid.errors import DataError, QuestionError

PROCESS = Process("Test", ("A", "B", "C"))
WON, LOST, STILL = PROCESS.won_state, PROCESS.lost_state, PROCESS.still

ROW = st.tuples(
    st.integers(0, 2),  # stage
    st.sampled_from([WON, LOST, STILL]),
    st.integers(-1, 2),  # owner
    st.sampled_from([202412, 202501, 202506]),
    st.integers(0, 4),  # entry_age
    st.integers(0, 6),  # days after it
)


def made(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    stage, to, owner, month, entry_age, after = table.T
    deal = np.arange(len(rows))
    return Sojourns(PROCESS, stage, to, owner, month, entry_age, entry_age + after, deal)


def as_counter(counts):
    rows = zip(*(column.tolist() for column in counts.columns()), strict=True)
    return Counter(dict(zip(rows, counts.count.tolist(), strict=True)))


def plain(rows):
    return Counter((*row[:5], row[4] + row[5]) for row in rows)


@given(st.lists(ROW, max_size=40))
def test_each_different_row_is_counted_once_and_sorted(rows):
    counts = Counts.of(made(rows))
    found = list(as_counter(counts))
    assert as_counter(counts) == plain(rows)
    assert found == sorted(found)
    assert counts.total == len(rows)
    assert counts.count.dtype == np.int64


@given(st.lists(ROW, max_size=30), st.lists(ROW, max_size=30))
def test_the_counts_of_two_halves_add_up_to_those_of_the_whole(one, other):
    together = Counts.of(made(one)) + Counts.of(made(other))
    whole = Counts.of(made(one + other))
    for name in (*COLUMNS, "count"):
        assert getattr(together, name).tolist() == getattr(whole, name).tolist()


@given(st.lists(ROW, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_sojourns_changes_nothing(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert as_counter(Counts.of(made(shuffled))) == as_counter(Counts.of(made(rows)))


@given(st.lists(ROW, min_size=1, max_size=30))
def test_counting_in_place_sorting_and_wide_rows_agree(rows):
    pieces = made(rows)
    columns = [getattr(pieces, name) for name in COLUMNS]
    results = []
    for dense, largest in ((10**9, 2**62), (0, 2**62), (0, 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tally_module, "DENSE_KEYS", dense)
            patch.setattr(tally_module, "LARGEST_KEY", largest)
            unique, sums = tally(columns)
            twice, double = tally(unique, sums * 2)
        results.append([column.tolist() for column in (*unique, sums)])
        assert [column.tolist() for column in twice] == results[-1][:-1]
        assert double.tolist() == (sums * 2).tolist()
    assert results[0] == results[1] == results[2]


def test_columns_too_wide_for_one_key_are_counted_all_the_same():
    huge = np.array([2**61, -(2**61), 2**61], dtype=np.int64)
    unique, sums = tally([huge, huge // 2])
    assert unique[0].tolist() == [-(2**61), 2**61]
    assert sums.tolist() == [1, 2]


def brute_cells(rows, ages, group):
    exits, exposure = Counter(), Counter()
    for stage, to, owner, _, first, after in rows:
        who = group(owner)
        if who < 0:
            continue
        for age in range(first, first + after + 1):
            exposure[who, stage, min(age, ages - 1)] += 1
        if to != STILL:
            exits[who, stage, to, min(first + after, ages - 1)] += 1
    return exits, exposure


@given(st.lists(ROW, max_size=40), st.integers(1, 12))
def test_exits_and_exposure_are_those_counted_day_by_day(rows, ages):
    cells = Counts.of(made(rows)).table(ages)
    exits, exposure = brute_cells(rows, ages, lambda _: 0)
    assert cells.exits.shape == (1, 3, 5, ages)
    assert cells.exposure.shape == (1, 3, ages)
    for found, expected in ((cells.exits, exits), (cells.exposure, exposure)):
        filled = {tuple(at): found[tuple(at)] for at in np.argwhere(found).tolist()}
        assert filled == dict(expected)


@given(st.lists(ROW, max_size=40))
def test_groups_of_owners_part_the_whole(rows):
    counts = Counts.of(made(rows))
    parts, whole = counts.table(8, [1, 0, 1], unknown_owner=2), counts.table(8)
    assert parts.exits.shape == (3, 3, 5, 8)
    np.testing.assert_array_equal(parts.exits.sum(axis=0), whole.exits[0])
    np.testing.assert_array_equal(parts.exposure.sum(axis=0), whole.exposure[0])
    exits, _ = brute_cells(rows, 8, lambda owner: (1, 0, 1, 2)[owner])
    assert parts.exits.sum() == sum(exits.values())


@given(st.lists(ROW, max_size=40))
def test_an_owner_in_no_group_is_left_out(rows):
    cells = Counts.of(made(rows)).table(8, [0, -1, 0])
    _, exposure = brute_cells(rows, 8, lambda owner: (0, -1, 0, -1)[owner])
    assert cells.exposure.sum() == sum(exposure.values())


def test_an_owner_without_a_group_is_refused():
    with pytest.raises(QuestionError, match="no group"):
        Counts.of(made([(0, WON, 2, 202501, 0, 1)])).table(8, [0, 0])


def test_a_table_without_ages_is_refused():
    with pytest.raises(QuestionError, match="at least one age"):
        Counts.of(made([])).table(0)


@given(st.lists(ROW, max_size=40))
def test_months_weigh_what_they_are_given(rows):
    weights = {202412: 0.25, 202501: 0.5, 202506: 1.0}
    weighted = Counts.of(made(rows)).table(
        8, weight_of_month=lambda months: np.array([weights[month] for month in months.tolist()])
    )
    parts = [
        (weight, Counts.of(made([row for row in rows if row[3] == month])).table(8))
        for month, weight in weights.items()
    ]
    np.testing.assert_allclose(weighted.exits, sum(w * part.exits for w, part in parts))
    np.testing.assert_allclose(
        weighted.exposure, sum(w * part.exposure for w, part in parts), atol=1e-12
    )
    assert (weighted.exposure >= 0).all()


def test_counts_of_different_processes_do_not_add():
    one = Counts.of(made([(0, WON, 0, 202501, 0, 1)]))
    other = Counts(Process("Other", ("A",)), *one.columns(), one.count)
    with pytest.raises(DataError, match="two different processes"):
        one + other


def test_cells_that_do_not_belong_together_are_refused():
    with pytest.raises(DataError, match="do not belong together"):
        Cells(PROCESS, np.zeros((1, 3, 5, 8)), np.zeros((1, 3, 7)))


def test_delayed_entry_is_unbiased_where_other_ways_are_not():
    # Stays last 1 + Geometric(q) days less one: each day's chance to leave is q. Recording begins
    # on day 60; stays that had ended are unknown. Tolerance: four standard errors of q.
    rng = np.random.default_rng(7)
    q, begin, size = 0.05, 60, 40_000
    entry = rng.integers(0, 120, size)
    age = rng.geometric(q, size) - 1
    seen = entry + age >= begin
    entry_age = np.maximum(begin - entry, 0)[seen]
    zeros = np.zeros(seen.sum(), dtype=np.int64)
    pieces = Sojourns(PROCESS, zeros, zeros + WON, zeros, zeros, entry_age, age[seen], zeros)
    cells = Counts.of(pieces).table(400)
    exits, exposure = cells.exits[0, 0, WON].sum(), cells.exposure[0, 0].sum()
    assert abs(exits / exposure - q) < 4 * q / np.sqrt(exits)
    from_zero = exits / (age[seen] + 1).sum()
    assert from_zero < 0.9 * q
