from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import sample

from mellantid.report import StageLine
from mellantid.report.course import course_wide, deals_in_a_dot
from mellantid.report.svg import element, keep_apart, round_ticks, text, wrapped
from mellantid.report.wording import wording


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_labels_keep_apart_within_bounds_and_in_order(wanted):
    placed = keep_apart(wanted, 15, 0, 300)
    assert all(-1e-9 <= y <= 300 + 1e-9 for y in placed)
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    steps = [placed[b] - placed[a] for a, b in pairwise(order)]
    assert all(step >= 15 - 1e-9 for step in steps)


def test_labels_that_are_apart_already_stay():
    assert keep_apart([10, 100, 50], 15, 0, 300) == [10, 100, 50]


@given(st.floats(0, 1e9), st.floats(1e-3, 1e9))
def test_ticks_are_round_within_the_range_and_some_four(low, span):
    ticks = round_ticks(low, low + span)
    assert 1 <= len(ticks) <= 9
    slack = 1e-6 * max(abs(low), span)
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)


def test_words_are_escaped_in_a_drawing():
    assert str(text(1, 2, "<a & b>")) == '<text x="1.0" y="2.0">&lt;a &amp; b&gt;</text>'
    assert str(element("g", class_="a", text_anchor="end")) == '<g class="a" text-anchor="end"></g>'


def test_long_names_are_broken_and_cut():
    assert wrapped("Needs analysis", 8) == ["Needs", "analysis"]
    assert wrapped("Verkställande direktör godkänner", 12) == ["Verkställan…", "direktör…"]
    assert all(len(row) <= 6 for row in wrapped("Supercalifragilistic", 6))


@pytest.mark.parametrize(("most", "size"), [(0, 1), (36, 1), (37, 2), (96, 5), (4000, 200)])
def test_a_dot_stands_for_so_many_deals_that_the_field_fits(most, size):
    stage = StageLine("Offer", most, 1e6)
    assert deals_in_a_dot(sample(stages=(stage,))) == size


def test_the_course_shows_every_deal_that_is_caught_as_a_ring():
    stage = StageLine("Offer", 30, 1e6, caught=7)
    drawn = str(course_wide(sample(stages=(stage,)), wording("en")))
    assert drawn.count('class="ring"') == 7
    assert drawn.count('class="dot"') == 23
