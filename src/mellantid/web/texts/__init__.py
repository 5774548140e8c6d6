"""The pages' words: one catalogue for each language, read once."""

from __future__ import annotations

from functools import cache

from mellantid.report.wording import Wording, catalogue


@cache
def texts(language: str) -> Wording:
    """The words of the pages in a language.

    Raises:
        QuestionError: there are none.

    """
    return catalogue("mellantid.web", language)
