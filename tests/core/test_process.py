import pytest

from mellantid.core.process import Process
from mellantid.errors import DataError

PROCESS = Process(
    "New business", ("Qualified", "Demo"), won=("Won", "Signed"), lost=("Lost",), ignore=("Test",)
)


def test_states_are_the_stages_in_order_then_won_then_lost():
    labels = ("Qualified", "Demo", "Won", "Signed", "Lost")
    assert [PROCESS.state(label) for label in labels] == [0, 1, 2, 2, 3]


def test_a_label_that_is_ignored_or_listed_nowhere_has_no_state():
    assert PROCESS.state("Test") is None
    assert PROCESS.state("Proposal") is None


def test_every_state_has_a_name():
    names = [PROCESS.state_name(state) for state in range(PROCESS.still + 1)]
    assert names == ["Qualified", "Demo", "won", "lost", "still there"]


def test_leg_zero_is_creation_and_each_stage_has_a_leg_out_of_it():
    assert PROCESS.legs == ("creation", "Qualified", "Demo")


def test_a_label_that_means_two_things_is_refused():
    with pytest.raises(DataError, match="Demo more than once"):
        Process("P", ("Demo", "Proposal"), lost=("Demo",))


def test_a_process_without_stages_is_refused():
    with pytest.raises(DataError, match="no stages"):
        Process("P", ())
