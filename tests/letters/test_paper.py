from __future__ import annotations

import re
import zlib

import pytest
from letter_sample import sample, words_of_pdf

from mellantid.letters.band_paper import band_pdf
from mellantid.letters.band_told import BandTold, Line
from mellantid.letters.letter_paper import letter_pdf
from mellantid.letters.paper.fonts import PLAIN, STRONG, fitted, font, glyphs, width, wrapped
from mellantid.letters.paper.sheet import MM, Paper
from mellantid.letters.paper.truetype import TrueType
from mellantid.letters.telling import tell

NEEDED = "ÅÄÖåäöéüßłČő−–…“”’·×½€ \N{NARROW NO-BREAK SPACE}\N{NO-BREAK SPACE}0123456789,.%<>"


def embedded(data):
    """The font programs of a PDF."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    found = [zlib.decompress(each) for each in streams]
    return [TrueType(each) for each in found if each.startswith(b"\0\1\0\0")]


@pytest.mark.parametrize("style", [PLAIN, STRONG])
def test_the_fonts_have_every_letter_that_we_write(style):
    unknown = glyphs("?", style)[0]
    found = glyphs(NEEDED, style)
    assert unknown not in found
    assert len(set(found)) >= len(NEEDED) - 2
    assert glyphs("\N{SNOWMAN}", style) == [unknown]


@pytest.mark.parametrize("style", [PLAIN, STRONG])
def test_the_minus_is_as_wide_as_a_figure_and_widths_add_up(style):
    assert width("−", 10, style) == pytest.approx(width("+", 10, style))
    assert width("ab", 10, style) == pytest.approx(width("a", 10, style) + width("b", 10, style))


def test_a_font_that_is_cut_down_keeps_the_outlines_that_it_needs_and_no_others():
    whole = font(PLAIN)
    wanted = glyphs("Åö−", PLAIN)
    small = TrueType(whole.cut_down(wanted))
    assert small.glyphs == whole.glyphs
    assert small.widths == whole.widths
    for glyph in wanted:
        assert small._outline(glyph).rstrip(b"\0") == whole._outline(glyph).rstrip(b"\0")
    assert small._outline(glyphs("Q", PLAIN)[0]) == b""
    assert len(small.data) < len(whole.data) / 4


def test_a_letter_made_of_others_brings_its_parts():
    whole = font(PLAIN)
    parts = whole._with_parts(set(glyphs("Å", PLAIN)))
    small = TrueType(whole.cut_down(glyphs("Å", PLAIN)))
    assert all(bool(small._outline(each)) == bool(whole._outline(each)) for each in parts)


def test_a_pdf_reads_back_as_it_was_written_and_brings_its_fonts():
    data = letter_pdf(tell(sample(), "sv"))
    said = " ".join(words_of_pdf(data))
    assert data.startswith(b"%PDF-")
    assert "Åsa Öberg" in said
    assert "−310" in said
    assert "Nya affärer" in said
    assert len(embedded(data)) == 2
    assert len(data) < 60_000


def test_the_same_letter_makes_the_same_pdf():
    told = tell(sample(), "sv")
    assert letter_pdf(told) == letter_pdf(told)


def test_words_are_wrapped_and_cut_to_the_room_there_is():
    lines = wrapped("en lång rad med många ord som inte får plats", 10, 60)
    assert len(lines) > 2
    assert " ".join(lines) == "en lång rad med många ord som inte får plats"
    assert all(width(line, 10) <= 60 for line in lines)
    assert width(fitted("Behovsanalys", 10, 40), 10) <= 40
    assert fitted("Demo", 10, 400) == "Demo"


def test_what_does_not_fit_goes_to_the_next_sheet():
    caught = sample().caught * 4
    short = letter_pdf(tell(sample(), "sv"))
    assert short.count(b"/MediaBox") <= 1
    things = sample().things * 30
    many = letter_pdf(tell(sample(things=things, caught=caught), "sv"))
    assert len(words_of_pdf(many)) > len(things)
    assert sheets(many) > sheets(short) == 1


def sheets(data):
    text = b"".join(
        zlib.decompress(each)
        for each in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
        if each[:1] == b"\x78"
    )
    return (data + text).count(b"/Type /Page/")


def band(weeks, legs):
    lines = tuple(
        Line(str(week), "30/12", tuple("1 234" for _ in legs), now=week == 3)
        for week in range(1, weeks + 1)
    )
    cut = tuple(lines[at : at + 53] for at in range(0, weeks, 53))
    return BandTold(
        "sv", "Åkschema", "Åsa, plan 1", "Förflyttningar.", "Klipp.", "V", "Till", legs, cut
    )


def test_a_band_is_six_by_twenty_five_centimetres_with_a_line_to_cut_along():
    data = band_pdf(band(53, ("Nya affärer", "Behovsanalys", "Offert")))
    text = b"".join(
        zlib.decompress(each) for each in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    ).decode("latin-1")
    edges = re.findall(r"\[2 2\] 0 d ([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l", text)
    points = [(float(x), float(y)) for x, y, *_ in edges]
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    high = max(y for _, y in points) - min(y for _, y in points)
    assert (wide / MM, high / MM) == (pytest.approx(60, abs=0.1), pytest.approx(250, abs=0.1))
    said = words_of_pdf(data)
    assert said.count("1 234") == 53 * 3
    assert "V53" in said


@pytest.mark.parametrize("legs", [2, 9, 12])
def test_the_numbers_of_a_band_stay_inside_it_however_many_legs_there_are(legs):
    names = tuple(f"En ganska lång delsträcka {n}" for n in range(legs))
    data = band_pdf(band(53, names))
    text = b"".join(
        zlib.decompress(each) for each in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    ).decode("latin-1")
    places = re.findall(r"/(\w+) ([\d.]+) Tf 1 0 0 1 ([\d.]+) ([\d.]+) Tm", text)
    edge = 15 * MM
    inside = [(float(x), float(y)) for *_, x, y in places][1:]
    assert min(x for x, _ in inside) >= edge
    assert max(x for x, _ in inside) <= edge + 60 * MM
    assert min(y for _, y in inside) >= (297 - 20 - 250) * MM


def test_a_plan_of_two_years_makes_two_strips():
    said = words_of_pdf(band_pdf(band(104, ("Offert",))))
    assert {"1/2", "2/2"} <= set(said)


def test_an_empty_paper_has_no_fonts_and_is_a_pdf_all_the_same():
    paper = Paper("Tomt", "sv")
    paper.sheet()
    assert embedded(paper.pdf()) == []
