"""Many streams at once: e-BH and the short list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.watch import e_bh, late_e_process, short_list
from mellantid.errors import QuestionError


def test_e_bh_names_as_many_as_pass_their_bars():
    # Of five at 10 %, the bars are 50, 25, 16.7, 12.5 and 10.
    assert e_bh([60.0, 26.0, 16.0, 1.0, 0.1], 0.1).tolist() == [True, True, False, False, False]
    assert e_bh([17.0, 0.0, 17.0, 17.0, 1.0], 0.1).tolist() == [True, False, True, True, False]
    assert not e_bh([49.0, 20.0, 1.0, 1.0, 1.0], 0.1).any()


@given(
    e=st.lists(st.floats(0, 1e6), min_size=1, max_size=30),
    alpha=st.floats(0.01, 1),
    place=st.integers(0, 29),
    factor=st.floats(1, 100),
)
def test_more_evidence_never_takes_a_name_off_the_list(e, alpha, place, factor):
    before = np.array(e)
    after = before.copy()
    after[place % before.size] *= factor
    assert (e_bh(after, alpha) >= e_bh(before, alpha)).all()


def test_the_share_of_false_names_is_held_also_where_streams_hang_together():
    # Sellers of one office share what the market does: the same counts come in fives.
    rng = np.random.default_rng(21)
    years, changed, streams, alpha = 100, 10, 60, 0.2
    planned = np.full((years, streams, 120), 0.8)
    shared = rng.poisson(planned[:, ::5])
    actual = np.repeat(shared, 5, axis=1)
    actual[:, :changed] = rng.poisson(planned[:, :changed] * 0.4)
    e = late_e_process(planned, actual, 120)[..., -1]
    named = np.stack([e_bh(each, alpha) for each in e])
    share = named[:, changed:].sum(1) / np.maximum(named.sum(1), 1)
    assert share.mean() <= alpha + 4 * share.std() / np.sqrt(years)
    assert named[:, :changed].mean() > 0.9


def test_the_short_list_is_by_evidence_and_then_by_money():
    e = np.array([1.0, 50.0, 3.0, 50.0])
    assert short_list(e, np.array([0.0, -10.0, 5.0, -900.0]), most=3).tolist() == [3, 1, 2]
    assert short_list(e).tolist() == [1, 3, 2, 0]


def test_a_share_that_is_none_is_refused():
    with pytest.raises(QuestionError, match="between 0 and 1"):
        e_bh([1.0], 0.0)
