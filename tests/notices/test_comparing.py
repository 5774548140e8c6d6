from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notices_sample import NOON, leg, race, stay

from mellantid.notices.comparing import LASTS, compare
from mellantid.notices.crossing import MARGIN, below, read_line
from mellantid.notices.events import Kind
from mellantid.notices.state import Remembered, Side, side_of

SLIPPING, ON_PACE = leg(Side.SLIPPING), leg(Side.ON_PACE)
BETWEEN = leg(None)


def told(*looks):
    """What is told at each of some looks, one after another."""
    before, found = None, []
    for now in looks:
        events, before = compare(before, now, NOON)
        found.append([(each.kind, each.about) for each in events])
        assert Remembered.read(before.written()) == before
    return found


def of_leg(*sides):
    return told(*(race({"Need": side}, position=n) for n, side in enumerate(sides)))


def test_nothing_is_told_of_the_first_look():
    assert told(race({"Need": SLIPPING}, {"D1": stay()})) == [[]]


def test_a_leg_that_begins_to_slip_is_told_of_once_and_when_it_is_back_on_pace():
    found = of_leg(ON_PACE, SLIPPING, SLIPPING, ON_PACE, ON_PACE)
    assert found == [[], [(Kind.SLIPS, "Need")], [], [(Kind.BACK, "Need")], []]


def test_a_leg_that_wobbles_between_losing_and_gaining_is_told_of_once():
    assert sum(map(len, of_leg(ON_PACE, *[SLIPPING, BETWEEN] * 5))) == 1


def test_a_leg_of_which_nothing_was_known_slips_but_is_not_back():
    assert of_leg(BETWEEN, SLIPPING) == [[], [(Kind.SLIPS, "Need")]]
    assert of_leg(BETWEEN, ON_PACE) == [[], []]


def test_with_another_plan_the_legs_begin_anew():
    found = told(
        race({"Need": SLIPPING}),
        race({"Need": ON_PACE}, plan=2),
        race({"Need": SLIPPING}, plan=2),
    )
    assert found == [[], [], [(Kind.SLIPS, "Need")]]


@given(st.lists(st.sampled_from([SLIPPING, ON_PACE, BETWEEN]), max_size=30))
def test_slipping_and_back_come_by_turns_however_a_leg_goes(sides):
    kinds = [kind for look in of_leg(*sides) for kind, _ in look]
    assert all(a != b for a, b in pairwise(kinds))


@pytest.mark.parametrize(
    ("verdict", "slow", "side"),
    [
        ("behind and losing", False, Side.SLIPPING),
        ("behind and gaining", False, None),
        ("too early to say", False, None),
        ("on pace", False, Side.ON_PACE),
        ("best ever", False, Side.ON_PACE),
        ("ahead and losing", False, Side.ON_PACE),
        ("ahead and losing", True, Side.SLIPPING),
        ("too early to say", True, Side.SLIPPING),
    ],
)
def test_a_leg_slips_where_it_is_behind_and_losing_or_the_watch_sees_it_slow(verdict, slow, side):
    assert side_of(verdict, slow=slow) == side


def caught(*looks):
    return told(*(race(caught=each, position=n) for n, each in enumerate(looks)))


def test_a_deal_is_told_of_once_for_a_stay_however_its_rope_moves():
    here, away = {"D1": stay()}, {}
    assert caught(away, here, here, away, here) == [[], [(Kind.CAUGHT, "D1")], [], [], []]


def test_a_deal_that_is_caught_again_in_another_stay_is_told_of_again():
    first, again = {"D1": stay(entered=100)}, {"D1": stay(entered=170)}
    elsewhere = {"D1": stay(stage="Need", entered=170)}
    for later in (again, elsewhere):
        assert caught({}, first, {}, later)[-1] == [(Kind.CAUGHT, "D1")]


def test_stays_that_are_long_past_are_forgotten():
    before = race(caught={"D1": stay(entered=200 - LASTS)})
    _, kept = compare(None, before, NOON)
    assert list(kept.caught) == ["D1"]
    _, kept = compare(kept, race(position=11), NOON)
    assert list(kept.caught) == []


def test_an_older_look_of_another_program_tells_nothing_and_is_not_kept():
    _, newer = compare(None, race(caught={"D1": stay()}, position=12), NOON)
    for old in (race(position=11), race(position=12, as_of=dt.date(2026, 3, 10))):
        events, kept = compare(newer, old, NOON)
        assert events == ()
        assert kept is newer


def test_an_event_says_what_a_person_or_a_program_needs():
    _, before = compare(None, race(), NOON)
    legs = {"Need": leg(Side.SLIPPING, ratio=0.5)}
    events, _ = compare(before, race(legs, {"a/b": stay()}, position=11), NOON)
    slips, late = events
    assert slips.path == "/legs/1?process=Sales"
    assert slips.figures["pace"] == 0.5
    assert slips.figures["movements"] == -9.0
    assert late.path == "/deals/?process=Sales&deal=a%2Fb"
    assert (late.owner, late.figures["age"]) == ("anna", 61)


def sides(line, *chances):
    before, found = None, []
    for p in chances:
        before = below(before, p, line)
        found.append(before)
    return found


def test_a_chance_that_wobbles_at_the_line_crosses_it_once():
    assert sides(0.5, 0.52, 0.49, 0.51, 0.49, 0.54, 0.56) == [False, *[True] * 4, False]


def test_a_chance_on_the_line_is_not_below_it():
    assert sides(0.5, 0.5) == [False]


@pytest.mark.parametrize("line", [0.01, 0.5, 0.97, 0.99])
def test_from_below_every_line_a_chance_can_rise_again(line):
    assert below(True, 0.999, line) is False
    assert below(True, line, line) is True


@given(
    st.floats(0.01, 0.99),
    st.lists(st.floats(0, 1), min_size=1, max_size=40),
)
def test_between_two_crossings_the_chance_goes_at_least_the_margin(line, chances):
    margin = min(MARGIN, (1 - line) / 2)
    found = sides(line, *chances)
    for was, now, p in zip(found, found[1:], chances[1:], strict=False):
        if was != now:
            assert p < line if now else p >= line + margin


@pytest.mark.parametrize("text", ["", "0", "100", "50.5", "-5", "many", "9" * 40])
def test_a_line_that_is_none_is_refused_with_what_to_give(text):
    with pytest.raises(Exception, match="percent from 1 to 99"):
        read_line(text)
    assert read_line(" 50 % ") == 0.5
