"""Words for people: one catalogue file for each language, the report's read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mellantid.core.process import CREATION_LEG
from mellantid.metrics.metric import check_language
from mellantid.metrics.numbers import NARROW

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Wording:
    """The words of one language, by dotted key."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Give the words of a key, with the values put in."""
        return self.words[key].format(thin=NARROW, **values)

    def leg(self, name: str) -> str:
        """What to call a leg: creation in the reader's language, a stage by its own label."""
        return self("creation") if name == CREATION_LEG else name

    def section(self, name: str) -> dict[str, str]:
        """All words of one section, without its name."""
        start = f"{name}."
        return {key.removeprefix(start): self(key) for key in self.words if key.startswith(start)}


@cache
def wording(language: str) -> Wording:
    """The report's words in a language.

    Raises:
        QuestionError: there are none.

    """
    name = f"{check_language(language)}.toml"
    file = files("mellantid.report").joinpath("texts", name)
    return Wording(language, flattened(file.read_text(encoding="utf-8")))


def flattened(text: str) -> dict[str, str]:
    """The words of a catalogue file by dotted key."""
    flat: dict[str, str] = {}
    for key, value in tomllib.loads(text).items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": words for inner, words in value.items()}
        else:
            flat[key] = value
    return flat
