"""The pages' words: one folder for each language, one file for each page, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from mellantid.metrics.metric import check_language
from mellantid.report.wording import Wording, flattened


@cache
def texts(language: str) -> Wording:
    """The words of the pages in a language.

    Raises:
        QuestionError: there are none.

    """
    folder = files("mellantid.web").joinpath("texts", check_language(language))
    flat: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        flat |= flattened(file.read_text(encoding="utf-8"))
    return Wording(language, flat)
