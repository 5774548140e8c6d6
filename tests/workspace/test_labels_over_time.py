"""What labels mean when the course changes: renamed, gone, added, moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mellantid.core.history import UNCHANGED
from mellantid.core.process import Process
from mellantid.errors import DataError
from mellantid.workspace.labels import meaning_of


def course(*stages, version=1, **more):
    return Process("Deals", stages, version=version, **more)


def test_a_label_between_the_same_neighbours_is_the_stage_renamed():
    found = meaning_of(["A", "B", "C"], [course("A", "B", "C"), course("A", "New", "C", version=2)])
    assert found.states == {"A": 0, "B": 1, "C": 2}
    assert len(found.notes) == 1
    assert "'B': it counts as 'New', taken to be its new name" in found.notes[0]


def test_a_stage_that_is_gone_counts_as_the_one_before_it_and_the_first_as_the_next():
    found = meaning_of(["B"], [course("A", "B", "C"), course("A", "C")])
    assert found.states == {"B": 0}
    first = meaning_of(["A"], [course("A", "B", "C"), course("B", "C")])
    assert first.states == {"A": 0}


def test_a_stage_that_is_added_changes_what_no_other_label_means():
    found = meaning_of(["A", "B", "Won"], [course("A", "B"), course("A", "Middle", "B")])
    assert found.states == {"A": 0, "B": 2, "Won": 3}
    assert found.notes == ()


def test_an_old_name_of_won_or_lost_still_ends_a_deal():
    old = course("A", "B", won=("Closed",), lost=("Dead",), ignore=("Memo",))
    found = meaning_of(["Closed", "Dead", "Memo"], [old, course("A", "B", "C")])
    assert found.states == {"Closed": 3, "Dead": 4, "Memo": UNCHANGED}


def test_the_latest_course_that_lists_a_label_says_what_it_meant():
    versions = [course("A", "X", "B"), course("A", "B", "X", "C"), course("A", "B", "C")]
    assert meaning_of(["X"], versions).states == {"X": 1}


def test_a_label_that_no_course_lists_is_an_error_that_names_it():
    with pytest.raises(DataError, match=r"'Z'.*does not list"):
        meaning_of(["A", "Z"], [course("A", "B")])


def test_a_course_that_shares_no_stage_with_the_old_one_is_an_error_unless_it_is_as_long():
    with pytest.raises(DataError, match="'A', 'B'"):
        meaning_of(["A", "B"], [course("A", "B"), course("P", "Q", "R")])
    assert meaning_of(["A", "B"], [course("A", "B"), course("P", "Q")]).states == {"A": 0, "B": 1}


@given(
    old=st.lists(st.sampled_from("ABCDEFGH"), min_size=1, unique=True),
    kept=st.sets(st.sampled_from("ABCDEFGH")),
)
def test_dropping_stages_never_turns_the_course_around(old, kept):
    new = [stage for stage in old if stage in kept]
    if not new:
        return
    states = meaning_of(old, [course(*old), course(*new)]).states
    places = [states[stage] for stage in old]
    assert places == sorted(places)
    assert set(places) == set(range(len(new)))


def test_a_new_name_is_followed_through_versions_though_stages_come_later():
    versions = [course("A", "B", "C"), course("A", "New", "C"), course("A", "Extra", "New", "C")]
    found = meaning_of(["B"], versions)
    assert found.states == {"B": 2}
    assert "taken to be its new name" in found.notes[0]


def test_a_stage_that_was_renamed_and_is_gone_counts_as_the_one_before_it():
    versions = [course("A", "B", "C"), course("A", "New", "C"), course("A", "C")]
    found = meaning_of(["B", "New"], versions)
    assert found.states == {"B": 0, "New": 0}
