from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mellantid.web.texts import texts


def source():
    folder = files("mellantid.web")
    parts = [folder, folder / "pages", folder / "templates", folder / "static", folder / "api"]
    return "\n".join(
        each.read_text("utf-8")
        for part in parts
        if part.is_dir()
        for each in part.iterdir()
        if each.name.endswith((".py", ".jinja", ".js"))
    )


@pytest.mark.parametrize(("language", "other"), [("en", "sv"), ("sv", "en")])
def test_both_languages_have_the_same_words_with_the_same_places(language, other):
    mine, theirs = texts(language).words, texts(other).words
    assert set(mine) == set(theirs)
    for key, words in mine.items():
        assert set(re.findall(r"{\w+", words)) == set(re.findall(r"{\w+", theirs[key])), key


def test_every_word_is_used():
    written = source()
    unused = [
        key
        for key in texts("en").words
        if f'"{key}"' not in written
        and f"'{key}'" not in written
        and not re.search(rf"""["']{re.escape(key.rpartition(".")[0])}\.(["'] ?~|{{)""", written)
    ]
    assert unused == []
