"""A playbook's file: read with errors that say what to do, and written back."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mellantid.core.process import Process
from mellantid.errors import DataError, QuestionError
from mellantid.metrics import LANGUAGES
from mellantid.playbooks import (
    MOST_DEALS,
    Grade,
    match,
    parse_playbook,
    playbook_text,
    read_playbook,
    shipped,
)

FILE = """
format = 1
name = "ours"
title = { en = "Ours", sv = "Vår" }

[sources.counted]
grade = "A"
n = 120
title = "Counted by us"

[sources.guess]
grade = "C"
title = "A guess"

[[stages]]
name = "Talk"
exit = "They have said yes to a meeting."
conversion = { value = 0.5, source = "counted" }
median_days = { value = 10, source = "counted" }
deals = 40

[[stages]]
name = { en = "Offer", sv = "Offert" }
conversion = { value = 0.25, source = "guess" }
median_days = { value = 20, source = "counted" }
deals = 4
abilities = ["Asking"]
"""
FAULTS = {
    "format = 1": ("format = 2", "format: write format = 1"),
    'name = "ours"': ('name = "Våra egna"', "small letters, digits and hyphens"),
    '{ en = "Ours", sv = "Vår" }': ('{ en = "Ours" }', "give the text in en and sv"),
    "n = 120\n": ("", "grade A needs n"),
    "n = 120": ("n = 0", "whole number above 0"),
    'grade = "C"': ('grade = "D"', "source guess: give the grade A"),
    "value = 0.5,": ("value = 50,", "stage 1, conversion: give a share between 0 and 1"),
    "value = 0.25,": ('value = "a quarter",', "stage 2, conversion: give a number"),
    "value = 10,": ("value = 0,", "stage 1, median_days: give 1 to 1000 working days"),
    "value = 20,": ("value = nan,", "stage 2, median_days: give a number"),
    'source = "guess"': ('source = "hearsay"', "give as source one of counted, guess"),
    "deals = 40": ("deals = 51", "give 0 to 50"),
    "deals = 4\n": ("deals = 5\n", "numbers of grade C may count for"),
    "abilities": ("abilites", "there is no 'abilites'"),
    '["Asking"]': ('"Asking"', "stage 2, abilities: give a list of texts"),
    "[[stages]]": ("[[stage]]", "there is no 'stage'"),
    '"Counted by us"': ('""', "source counted: give a title"),
    'title = "A guess"': ('title = "A guess"\nurl = "javascript:1"', "begins with https://"),
    "title = {": ("title = {{", "not valid TOML"),
}


@pytest.mark.parametrize("written", FAULTS)
def test_a_fault_is_one_sentence_with_where_it_is_and_what_to_do(written, tmp_path):
    wrong, said = FAULTS[written]
    assert written in FILE
    file = tmp_path / "ours.toml"
    file.write_text(FILE.replace(written, wrong), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_playbook(file)
    assert said in str(error.value)
    assert str(error.value).startswith("ours.toml")
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_or_is_too_large_is_told_of(tmp_path):
    with pytest.raises(DataError, match="check the name"):
        read_playbook(tmp_path / "none.toml")
    with pytest.raises(DataError, match="larger than 256 kB"):
        parse_playbook("#" * 300_000)


def test_a_playbook_is_written_back_as_it_was_read():
    ours = parse_playbook(FILE)
    assert parse_playbook(playbook_text(ours)) == ours
    assert ours.stages[0].name("sv") == "Talk"
    tricky = replace(ours, name="a-b", sources={
        'the "key"': replace(ours.sources["guess"], key='the "key"', title='\\ "\x7f å'),
        **ours.sources,
    })  # fmt: skip
    assert parse_playbook(playbook_text(tricky)) == tricky


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_playbook_names_every_source_and_gives_weak_numbers_little_weight(name):
    playbook = shipped()[name]
    assert parse_playbook(playbook_text(playbook)) == playbook
    used = {each.source for stage in playbook.stages
            for each in (stage.conversion, stage.median_days)}  # fmt: skip
    assert used == set(playbook.sources)
    for source in playbook.sources.values():
        assert source.note is not None
        assert (source.n is not None) == (source.grade is Grade.A)
        assert source.url or source.grade is Grade.C
    for stage in playbook.stages:
        weakest = max(playbook.source(each).grade for each in (stage.conversion, stage.median_days))
        assert 0 < stage.deals <= MOST_DEALS[weakest]
        assert stage.exit is not None
        assert len(stage.abilities) >= 2
        assert len(stage.activities) >= 2
        for text in (stage.name, stage.exit, *stage.abilities, *stage.activities):
            assert all(text(language) for language in LANGUAGES)


def test_there_are_five_shipped_playbooks():
    assert len(shipped()) == 5


def process(size):
    return Process("Sales", tuple(f"Stage {place}" for place in range(size)))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 12])
def test_by_order_every_stage_of_both_is_covered_and_the_way_through_is_kept(size):
    playbook = shipped()["industrial-capital-goods"]
    found = match(playbook, process(size))
    assert {place for each in found.covers for place in each} == set(range(5))
    assert list(found.covers) == sorted(found.covers)
    assert math.prod(found.prior.conversion) == pytest.approx(
        math.prod(stage.conversion.value for stage in playbook.stages)
    )
    assert sum(found.prior.median_days) == pytest.approx(
        sum(stage.median_days.value for stage in playbook.stages)
    )
    assert set(found.prior.deals) == {3.0}


def test_a_person_may_match_by_number_by_name_in_either_language_or_to_nothing():
    ours = parse_playbook(FILE)
    said = {"Stage 0": "-", "Stage 1": "1", "Stage 2": "offert"}
    found = match(ours, process(3), said, factor=0.5)
    assert found.covers == ((), (0,), (1,))
    assert found.prior.deals == (0.0, 20.0, 2.0)
    assert found.prior.conversion[1:] == (0.5, 0.25)


@pytest.mark.parametrize(
    ("mapping", "factor", "said"),
    [
        ({"Elsewhere": "1"}, 1.0, "has no stage 'Elsewhere'"),
        ({"Stage 1": "3"}, 1.0, "has no stage '3': choose 1 \\(Talk\\), 2 \\(Offer\\)"),
        ({}, 0.0, "give a factor above 0"),
        ({}, float("nan"), "give a factor above 0"),
    ],
)
def test_a_match_that_cannot_be_is_refused(mapping, factor, said):
    with pytest.raises(QuestionError, match=said):
        match(parse_playbook(FILE), process(2), mapping, factor)
