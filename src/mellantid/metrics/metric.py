"""A metric: the definition of one number that is shown, or of one word that is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "sv")


def check_language(language: str) -> str:
    """Give a language that there are texts in.

    Raises:
        QuestionError: there are none in it.

    """
    if language not in LANGUAGES:
        raise QuestionError(
            f"There are no texts in {language!r}: choose one of {', '.join(LANGUAGES)}."
        )
    return language


@dataclass(frozen=True)
class Text:
    """The same words in every language."""

    by_language: Mapping[str, str]

    @classmethod
    def of(cls, written: str | Mapping[str, str]) -> Text:
        """Read a text; a single string, such as a formula, is the same in every language."""
        if isinstance(written, str):
            return cls(dict.fromkeys(LANGUAGES, written))
        return cls({language: written[language] for language in LANGUAGES})

    def __call__(self, language: str) -> str:
        """The words in one language."""
        return self.by_language[check_language(language)]


@dataclass(frozen=True)
class Metric:
    """The definition of one number.

    Attributes:
        name: what code, JSON and links call it.
        title: what people call it.
        definition: one sentence.
        unit: what it is counted in.
        time: what its moment or period means.
        estimator: how it is computed.
        smallest_n: observations below which it is not given; 0 where it always is.
        reference: where the formula stands.
        shown: where it is shown, as command and path into its JSON.

    """

    name: str
    title: Text
    definition: Text
    unit: Text
    time: Text
    estimator: Text
    smallest_n: int
    reference: str
    shown: tuple[str, ...]

    def as_dict(self, language: str) -> dict[str, object]:
        """Give the definition in one language, as JSON has it."""
        return {
            "name": self.name,
            "title": self.title(language),
            "definition": self.definition(language),
            "unit": self.unit(language),
            "time": self.time(language),
            "estimator": self.estimator(language),
            "smallest_n": self.smallest_n,
            "reference": self.reference,
        }


@dataclass(frozen=True)
class Word:
    """One word of the vocabulary, and the picture that the race gives it."""

    name: str
    title: Text
    definition: Text
    race: Text

    def as_dict(self, language: str) -> dict[str, object]:
        """Give the word in one language, as JSON has it."""
        return {
            "name": self.name,
            "title": self.title(language),
            "definition": self.definition(language),
            "race": self.race(language),
        }
