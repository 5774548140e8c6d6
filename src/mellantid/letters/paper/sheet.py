"""Sheets of paper: text and lines put at places, and all of it as one PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pydyf

from mellantid.letters.paper.fonts import PLAIN, STRONG, THOUSAND, font, glyphs, width

if TYPE_CHECKING:
    from collections.abc import Iterable

MM: Final = 72 / 25.4
"""Points in a millimetre."""
A4: Final = (210 * MM, 297 * MM)
INK: Final = (0.11, 0.11, 0.10)
MUTED: Final = (0.35, 0.34, 0.32)
RULE: Final = (0.75, 0.74, 0.71)
RAISED: Final = (0.93, 0.92, 0.90)
ACCENT: Final = (0.11, 0.36, 0.60)

Colour = tuple[float, float, float]


@dataclass
class Paper:
    """Sheets of one size; places are in points from the upper left corner.

    Attributes:
        title: of the document.
        language: of its words.
        size: width and height of a sheet.

    """

    title: str
    language: str
    size: tuple[float, float] = A4
    _sheets: list[pydyf.Stream] = field(default_factory=list)
    _letters: dict[str, dict[int, str]] = field(default_factory=lambda: {PLAIN: {}, STRONG: {}})

    @property
    def width(self) -> float:
        """Of a sheet."""
        return self.size[0]

    @property
    def height(self) -> float:
        """Of a sheet."""
        return self.size[1]

    def sheet(self) -> None:
        """Take another sheet."""
        self._sheets.append(pydyf.Stream(compress=True))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10.0,
        style: str = PLAIN,
        colour: Colour = INK,
        *,
        right: bool = False,
        upward: bool = False,
    ) -> None:
        """Put a line of text.

        Args:
            x: where it begins; where it ends, of one that is set `right`.
            y: its base line.
            text: the words.
            size: of the letters.
            style: of the font.
            colour: red, green and blue, 0 to 1.
            right: whether `x` is its right end.
            upward: whether it runs upward from there.

        """
        if right:
            x -= width(text, size, style)
        found = glyphs(text, style)
        self._letters[style].update(zip(found, text, strict=True))
        codes = "".join(f"{glyph:04x}" for glyph in found)
        turn = "0 1 -1 0" if upward else "1 0 0 1"
        self._put(
            f"BT {_rgb(colour)} rg /{style} {size:.2f} Tf "
            f"{turn} {x:.2f} {self.height - y:.2f} Tm <{codes}> Tj ET"
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: Colour = RULE,
        thick: float = 0.5,
        *,
        dashed: bool = False,
    ) -> None:
        """Draw a line."""
        (x, y), (right, low) = start, end
        dash = "[2 2] 0 d" if dashed else "[] 0 d"
        self._put(
            f"{_rgb(colour)} RG {thick:.2f} w {dash} {x:.2f} {self.height - y:.2f} m "
            f"{right:.2f} {self.height - low:.2f} l S"
        )

    def block(self, x: float, y: float, wide: float, high: float, colour: Colour = RAISED) -> None:
        """Fill a rectangle, whose upper left corner is at the place."""
        self._put(
            f"{_rgb(colour)} rg {x:.2f} {self.height - y - high:.2f} {wide:.2f} {high:.2f} re f"
        )

    def _put(self, drawn: str) -> None:
        self._sheets[-1].stream.append(drawn)

    def pdf(self) -> bytes:
        """All sheets as a PDF."""
        document = pydyf.PDF()
        document.catalog["Lang"] = pydyf.String(self.language)
        document.info["Title"] = pydyf.String(self.title)
        document.info["Producer"] = pydyf.String("Mellantid")
        used = {
            style: _embedded(document, style, letters)
            for style, letters in self._letters.items()
            if letters
        }
        fonts = pydyf.Dictionary(used)
        for sheet in self._sheets:
            document.add_object(sheet)
            page = {
                "Type": "/Page",
                "Parent": document.pages.reference,
                "MediaBox": pydyf.Array([0, 0, *(round(each, 2) for each in self.size)]),
                "Contents": sheet.reference,
                "Resources": pydyf.Dictionary({"Font": fonts}),
            }
            document.add_page(pydyf.Dictionary(page))
        out = io.BytesIO()
        document.write(out, identifier=True, compress=True)
        return out.getvalue()


def _rgb(colour: Colour) -> str:
    return " ".join(f"{each:.2f}" for each in colour)


def _embedded(document: pydyf.PDF, style: str, letters: dict[int, str]) -> bytes:
    """Put a font, cut down to the letters used, into a document; gives its reference."""
    of = font(style)
    name = f"/MELLAN+SourceSansPro-{style}"
    per = THOUSAND / of.units
    program = of.cut_down(letters)
    file = pydyf.Stream([program], {"Length1": len(program)}, compress=True)
    document.add_object(file)
    descriptor = {
        "Type": "/FontDescriptor",
        "FontName": name,
        "Flags": 4,
        "FontBBox": pydyf.Array([round(each * per) for each in of.box]),
        "ItalicAngle": 0,
        "Ascent": round(of.ascent * per),
        "Descent": round(of.descent * per),
        "CapHeight": round(of.ascent * per),
        "StemV": 80,
        "FontFile2": file.reference,
    }
    wide = [(glyph, round(of.widths[glyph] * per)) for glyph in sorted(letters)]
    descendant = {
        "Type": "/Font",
        "Subtype": "/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": pydyf.Dictionary(
            {
                "Registry": pydyf.String("Adobe"),
                "Ordering": pydyf.String("Identity"),
                "Supplement": 0,
            }
        ),
        "FontDescriptor": _added(document, descriptor),
        "W": pydyf.Array([part for glyph, each in wide for part in (glyph, pydyf.Array([each]))]),
        "CIDToGIDMap": "/Identity",
    }
    meant = pydyf.Stream([_meaning(letters.items())], compress=True)
    document.add_object(meant)
    whole = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": name,
        "Encoding": "/Identity-H",
        "DescendantFonts": pydyf.Array([_added(document, descendant)]),
        "ToUnicode": meant.reference,
    }
    return _added(document, whole)


def _added(document: pydyf.PDF, values: dict[str, object]) -> bytes:
    made = pydyf.Dictionary(values)
    document.add_object(made)
    reference: bytes = made.reference
    return reference


def _meaning(letters: Iterable[tuple[int, str]]) -> str:
    """Which letter each glyph stands for, so that text can be searched and read aloud."""
    pairs = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in letters]
    parts = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Letters def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap end end"
    )
