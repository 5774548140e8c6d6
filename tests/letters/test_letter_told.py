from __future__ import annotations

import re
from importlib.resources import files

import pytest
from letter_sample import TRAINED, sample, words_of_pdf

from mellantid.letters.letter_paper import letter_pdf
from mellantid.letters.mail import as_html
from mellantid.letters.plain_text import WIDTH, as_chat, as_text
from mellantid.letters.telling import tell
from mellantid.letters.words import words_in
from mellantid.metrics.numbers import MINUS

FORMS = {
    "text": as_text,
    "chat": as_chat,
    "html": as_html,
    "pdf": lambda told: "\n".join(words_of_pdf(letter_pdf(told))),
}


def plain(text):
    return re.sub(r"\s+", " ", text)


def source():
    folder = files("mellantid.letters")
    parts = [each for part in (folder, folder / "templates") for each in part.iterdir()]
    web = files("mellantid.web")
    parts += [each for part in (web / "templates", web / "pages") for each in part.iterdir()]
    kinds = (".py", ".jinja")
    return "\n".join(each.read_text("utf-8") for each in parts if each.name.endswith(kinds))


def test_both_languages_have_the_same_words_with_the_same_places():
    mine, theirs = words_in("en").words, words_in("sv").words
    assert set(mine) == set(theirs)
    for key, words in mine.items():
        assert set(re.findall(r"{\w+", words)) == set(re.findall(r"{\w+", theirs[key])), key


def test_every_word_is_used():
    written = source()
    unused = [
        key
        for key in words_in("en").words
        if f'"{key}"' not in written
        and f'"{key.removeprefix("columns.")}"' not in written
        and not key.startswith(("things.pace", "things.conv", "things.time", "things.amount"))
    ]
    assert unused == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_form_says_where_we_are_what_to_do_and_who_is_caught(form, language):
    told = tell(sample(), language)
    said = plain(FORMS[form](told)).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert plain(told.sentence) in said
    assert plain(told.changed[0]) in said
    assert all(plain(each.text) in said for each in told.things)
    assert plain(told.rope[0]) in said


def test_the_sentence_is_the_races_and_the_gap_goes_from_monday_to_monday():
    text = plain(as_text(tell(sample(), "sv")))
    assert "går ni i mål på 9,4 till 11,2 MSEK (80 %); chansen att nå 10 MSEK är 63 %." in text
    assert "Ni ligger 4 dagar efter i Behovsanalys." in text
    assert f"från {MINUS}1,20 till {MINUS}1,38 MSEK: {MINUS}180 kSEK." in text
    assert "Mest hämtades in i Nya affärer (+120 kSEK) och mest gick förlorat" in text
    assert f"i Behovsanalys ({MINUS}310 kSEK)" in text
    assert "Chansen att nå målet var 66 % för en vecka sedan och är 63 % nu." in text


def test_the_table_has_every_line_and_the_change_and_no_owners_where_all_are_meant():
    table = tell(sample(), "en").lines
    rows = [[str(cell.text) for cell in row] for row in (*table.rows, *table.foot)]
    assert [row[0] for row in rows] == [
        "Creation", "Behovsanalys", "Amounts changed", "Model fitted anew, corrections",
        "Change of the gap",
    ]  # fmt: skip
    assert [row[1] for row in rows] == ["+120", f"{MINUS}310", "+15", f"{MINUS}5", f"{MINUS}180"]
    seller = tell(sample(owner="asa", called="Åsa Öberg", of_several=False), "en").lines
    assert "Deals that changed owner" in [str(row[0].text) for row in seller.foot]


def test_plain_text_fits_a_narrow_window_and_has_no_space_that_draws_a_box():
    text = as_text(tell(sample(), "sv"), "https://mellantid.example.com/letter?week=2026-W07")
    prose = [line for line in text.splitlines() if not re.search("  |://|---", line)]
    assert max(map(len, prose)) <= WIDTH
    assert "\N{NARROW NO-BREAK SPACE}" not in text


def test_the_html_needs_no_file_and_escapes_what_people_have_written():
    html = as_html(tell(sample(), "sv"))
    assert "A<b>" not in html
    assert "A&lt;b&gt;&amp;C" in html
    assert not re.search(r"<(img|link|style|script)|url\(|https?://", html)


@pytest.mark.parametrize("form", FORMS)
def test_abilities_have_a_place_of_their_own_and_none_where_nothing_is_known(form):
    heading = words_in("sv")("headings.abilities")
    assert heading not in FORMS[form](tell(sample(), "sv"))
    said = plain(FORMS[form](tell(sample(abilities=(TRAINED,)), "sv")))
    assert heading in said
    assert "Åsa Öberg: Frågor om värde (Behovsanalys). Kunden räknade själv." in said


def test_a_plan_that_began_in_the_week_and_an_empty_week_are_said_to_be_so():
    change = sample().change
    begun = type(change)(3, 0.0, change.change, change.change, change.lines, begun=False)
    assert "Planen började den här veckan" in tell(sample(change=begun), "sv").changed[0]
    assert "Ingen affär" in tell(sample(caught=()), "sv").rope[0]
    assert tell(sample(p_before=None), "sv").chance == ""


def test_where_deals_are_counted_parts_of_one_have_decimals():
    told = tell(sample(unit="deals"), "en")
    assert "affär" in tell(sample(unit="deals"), "sv").closing.casefold()
    assert "310,000.00" not in as_text(told)
    assert "+120\N{NARROW NO-BREAK SPACE}000.00" in str(told.lines.rows[0][1].text)
