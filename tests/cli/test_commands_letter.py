"""The letter, the band and the mail's settings on the command line."""

import json

import pytest


def test_a_letter_is_text_chat_html_or_a_document_that_sums_up(mellantid, db):
    text = mellantid("letter", db=db)
    assert text.status == 0, text.err
    assert text.out.startswith("Monday letter, week 44")
    assert (
        "**Måndagsbrevet" in mellantid("letter", "--format", "chat", "--language", "sv", db=db).out
    )
    assert "<!doctype html>" in mellantid("letter", "--format", "html", db=db).out
    found = mellantid("letter", "--format", "json", "--week", "2025-W43", db=db).json
    assert (found["week"], found["first"], found["as_of"]) == (
        "2025-W43",
        "2025-10-20",
        "2025-10-26",
    )
    assert sum(line["money"] for line in found["lines"]) == pytest.approx(
        found["gap_change"], abs=1e-5
    )
    assert found["gap_money"] - found["gap_before"] == pytest.approx(found["gap_change"])


def test_a_letter_and_a_band_are_written_to_files(mellantid, db, tmp_path):
    for words in (("letter", "--owner", "anna", "--format", "pdf"), ("band", "--owner", "North")):
        file = tmp_path / f"{words[0]}.pdf"
        answer = mellantid(*words, "--output", file, db=db)
        assert answer.status == 0, answer.err
        assert answer.out == ""
        assert str(file) in answer.err
        assert file.read_bytes().startswith(b"%PDF-")


def test_the_band_has_the_numbers_of_the_plan(mellantid, db):
    planned = [each["planned"] for each in mellantid("plan", "--json", db=db).json["weeks"]]
    band = mellantid("band", "--json", db=db).json
    assert [n for week in band["weeks"] for n in week["planned"]] == pytest.approx(planned)
    assert "Pace band" in mellantid("band", "--owner", "anna", db=db).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("letter", "--format", "fax"), "text, chat"),
        (("letter", "--format", "pdf"), "--output"),
        (("letter", "--week", "44"), "2026-W07"),
        (("letter", "--owner", "nobody"), "nobody"),
        (("letter", "--to", "a@example.com"), "--send"),
        (("letter", "--send", "--owner", "anna"), "--to"),
        (("letter", "--send"), "mellantid mail"),
        (("letter", "--send", "--to", "a@example.com"), "no account"),
        (("band", "--owner", "nobody"), "no part in plan"),
        (("mail", "--from", "brev"), "a@example.com"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_that_says_what_to_do(mellantid, db, words, says):
    answer = mellantid(*words, db=db)
    assert answer.status == 1
    assert says in answer.err


def test_how_letters_are_sent_is_kept_and_shown(mellantid, db):
    mellantid("mail", "--host", "smtp.example.com", "--from", "brev@example.com", db=db)
    kept = mellantid("mail", "--json", db=db).json
    assert (kept["host"], kept["port"], kept["sender"]) == (
        "smtp.example.com",
        587,
        "brev@example.com",
    )
    assert "password" not in json.dumps(kept)
