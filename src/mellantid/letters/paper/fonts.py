"""The fonts of what is printed: Source Sans Pro, which has the letters of all of Europe."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from mellantid.letters.paper.truetype import TrueType

PLAIN: Final = "Regular"
STRONG: Final = "Semibold"
UNKNOWN: Final = ord("?")
THOUSAND: Final = 1000
"""PDF tells widths in thousandths of the height."""


@cache
def font(style: str) -> TrueType:
    """A font by its style: `PLAIN` or `STRONG`."""
    folder = files("font_source_sans_pro").joinpath("files")
    return TrueType(folder.joinpath(f"SourceSansPro-{style}.ttf").read_bytes())


def glyphs(text: str, style: str) -> list[int]:
    """The glyphs of a text; a letter that the font lacks is a question mark."""
    known = font(style).glyph_of
    return [known.get(ord(letter)) or known[UNKNOWN] for letter in text]


def width(text: str, size: float, style: str = PLAIN) -> float:
    """How wide a text is, in points."""
    of = font(style)
    return sum(of.widths[glyph] for glyph in glyphs(text, style)) * size / of.units


def wrapped(text: str, size: float, wide: float, style: str = PLAIN) -> list[str]:
    """A text in lines that are at most so wide; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, style) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fitted(text: str, size: float, wide: float, style: str = PLAIN) -> str:
    """A text cut short where it is wider than there is room for."""
    if width(text, size, style) <= wide:
        return text
    while text and width(f"{text}…", size, style) > wide:
        text = text[:-1]
    return f"{text.rstrip()}…"
