"""A TrueType font: which glyph a letter has, how wide it is, and the font cut down to some glyphs.

The tables are those of the OpenType specification, version 1.9: head, hhea, hmtx, maxp, cmap
(formats 4 and 12), loca and glyf. A font that is cut down keeps the numbers of its glyphs; those
that are not needed are empty.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT: Final = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")
"""What a viewer needs to draw glyphs by number."""
COMPOUND: Final = 10
"""Bytes of a glyph's head, after which a compound names its parts."""
WORDS, SCALE, MORE, XY_SCALE, TWO_BY_TWO = 0x1, 0x8, 0x20, 0x40, 0x80
"""Flags of a part of a compound glyph: how long its record is, and whether another follows."""


@dataclass(frozen=True)
class TrueType:
    """A font as its file has it.

    Attributes:
        data: the file.

    """

    data: bytes

    @cached_property
    def tables(self) -> dict[str, bytes]:
        """The tables by tag."""
        found = {}
        for number in range(self._short(self.data, 4)):
            tag, _, start, size = struct.unpack_from(">4sIII", self.data, 12 + 16 * number)
            found[tag.decode("ascii")] = self.data[start : start + size]
        return found

    @property
    def units(self) -> int:
        """Units in the height of the font."""
        return self._short(self.tables["head"], 18)

    @property
    def box(self) -> tuple[int, ...]:
        """The box around all glyphs: left, bottom, right, top, in units."""
        return struct.unpack_from(">4h", self.tables["head"], 36)

    @property
    def ascent(self) -> int:
        """Height above the line, in units."""
        return int(struct.unpack_from(">h", self.tables["hhea"], 4)[0])

    @property
    def descent(self) -> int:
        """Depth below the line, in units; negative."""
        return int(struct.unpack_from(">h", self.tables["hhea"], 6)[0])

    @property
    def glyphs(self) -> int:
        """How many glyphs there are."""
        return self._short(self.tables["maxp"], 4)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """The advance of each glyph, in units."""
        long = self._short(self.tables["hhea"], 34)
        each = [self._short(self.tables["hmtx"], 4 * glyph) for glyph in range(long)]
        return (*each, *[each[-1]] * (self.glyphs - long))

    @cached_property
    def glyph_of(self) -> dict[int, int]:
        """The glyph of each letter, by code point."""
        cmap, found = self.tables["cmap"], dict[int, int]()
        for number in range(self._short(cmap, 2)):
            start = struct.unpack_from(">I", cmap, 8 + 8 * number)[0]
            kind = self._short(cmap, start)
            if kind == 4:
                found = _segments(cmap, start) | found
            if kind == 12:
                found = _groups(cmap, start) | found
        return found

    def cut_down(self, glyphs: Iterable[int]) -> bytes:
        """The font as a file, with the outlines of these glyphs and of their parts only."""
        wanted = self._with_parts({0, *glyphs})
        places, outlines = [0], b""
        for glyph in range(self.glyphs):
            if glyph in wanted:
                outlines += self._outline(glyph)
                outlines += b"\0" * (-len(outlines) % 4)
            places.append(len(outlines))
        head = bytearray(self.tables["head"])
        struct.pack_into(">h", head, 50, 1)  # long places
        struct.pack_into(">I", head, 8, 0)  # the sum of the whole, which viewers do not check
        tables: dict[str, bytes] = {tag: self.tables[tag] for tag in KEPT if tag in self.tables}
        tables |= {
            "head": bytes(head),
            "glyf": outlines,
            "loca": struct.pack(f">{len(places)}I", *places),
        }
        return _file(tables)

    def _with_parts(self, glyphs: set[int]) -> set[int]:
        found, waiting = set[int](), list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in found:
                found.add(glyph)
                waiting += _parts(self._outline(glyph))
        return found

    @cached_property
    def _places(self) -> tuple[int, ...]:
        long = self._short(self.tables["head"], 50)
        kind = "I" if long else "H"
        read = struct.unpack_from(f">{self.glyphs + 1}{kind}", self.tables["loca"])
        return read if long else tuple(2 * each for each in read)

    def _outline(self, glyph: int) -> bytes:
        return self.tables["glyf"][self._places[glyph] : self._places[glyph + 1]]

    @staticmethod
    def _short(table: bytes, at: int) -> int:
        return int(struct.unpack_from(">H", table, at)[0])


def _segments(cmap: bytes, start: int) -> dict[int, int]:
    """A table of letters in format 4: ranges of code points."""
    count = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    at = start + 14
    ends = struct.unpack_from(f">{count}H", cmap, at)
    begins = struct.unpack_from(f">{count}H", cmap, at + 2 * count + 2)
    deltas = struct.unpack_from(f">{count}H", cmap, at + 4 * count + 2)
    offsets_at = at + 6 * count + 2
    offsets = struct.unpack_from(f">{count}H", cmap, offsets_at)
    found = {}
    for place, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        for code in range(begin, min(end, 0xFFFE) + 1):
            glyph = code
            if offsets[place]:
                where = offsets_at + 2 * place + offsets[place] + 2 * (code - begin)
                glyph = struct.unpack_from(">H", cmap, where)[0]
                if not glyph:
                    continue
            found[code] = (glyph + deltas[place]) % 0x10000
    return {code: glyph for code, glyph in found.items() if glyph}


def _groups(cmap: bytes, start: int) -> dict[int, int]:
    """A table of letters in format 12: groups of code points."""
    count = struct.unpack_from(">I", cmap, start + 12)[0]
    found: dict[int, int] = {}
    for number in range(count):
        begin, end, glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * number)
        found |= {code: glyph + code - begin for code in range(begin, end + 1)}
    return found


def _parts(outline: bytes) -> list[int]:
    """The glyphs that a compound glyph is made of; none of any other."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, at, flags = [], COMPOUND, MORE
    while flags & MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        found.append(glyph)
        at += 8 if flags & WORDS else 6
        at += 2 if flags & SCALE else 4 if flags & XY_SCALE else 8 if flags & TWO_BY_TWO else 0
    return found


def _file(tables: dict[str, bytes]) -> bytes:
    """Tables as a font file."""
    count = len(tables)
    power = count.bit_length() - 1
    span = 16 << power
    head = struct.pack(">IHHHH", 0x10000, count, span, power, 16 * count - span)
    at, body = 12 + 16 * count, b""
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sIII", tag.encode("ascii"), total, at + len(body), len(table))
        body += padded
    return head + body
