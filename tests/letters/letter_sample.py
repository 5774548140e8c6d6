"""A letter that nothing needs to be computed for, and what a PDF of ours says."""

from __future__ import annotations

import datetime as dt
import re
import zlib

from mellantid.letters.letter import Caught, Doing, Letter, Sharpened, Thing
from mellantid.report.data import LegLine
from mellantid.report.sentence import Finish
from mellantid.workspace.week_change import WeekChange, WeekLine

LINES = (
    WeekLine("creation", 120_000.0, 12.5, 14.0),
    WeekLine("Behovsanalys", -310_000.0, 6.2, 3.0),
    WeekLine("amount changes", 15_000.0),
    WeekLine("owner changes", 0.0),
    WeekLine("re-estimation", -5_000.0),
)
TRAINED = Sharpened("asa", "Åsa Öberg", "Behovsanalys", "Frågor om värde", "Kunden räknade själv.")


def sample(**changed):
    """A letter in which there is something of everything."""
    money = sum(line.money for line in LINES)
    values = {
        "organisation": "Fjällräv & Söner",
        "owner": "all",
        "called": "",
        "of_several": True,
        "process": "Nya affärer",
        "unit": "SEK",
        "week": "2026-W07",
        "first": dt.date(2026, 2, 9),
        "as_of": dt.date(2026, 2, 15),
        "finish": Finish(
            dt.date(2026, 2, 15), dt.date(2026, 12, 31), 1e6, 9.4e6, 11.2e6, "SEK", 10e6, 0.63
        ),
        "mean": 10.2e6,
        "p_before": 0.66,
        "splits": (LegLine("Behovsanalys", 40, 31, -9, -4, -3e5, "behind and losing"),),
        "change": WeekChange(3, -1.2e6, -1.2e6 + money, money, LINES, begun=True),
        "things": (
            Thing(Doing.LEG, 4e5, leg="Behovsanalys", shortfall=9.0),
            Thing(
                Doing.DEAL,
                84e3,
                deal="A<b>&C",
                owner="asa",
                called="Åsa Öberg",
                stage="Offert",
                next="won",
            ),
        ),
        "caught": (
            Caught("A<b>&C", "asa", "Åsa Öberg", "Offert", 61, 2.5e5, new=True),
            Caught("D-2", "bo", "Bo", "Behovsanalys", 90, None, new=False),
        ),
        "caught_amount": 2.5e5,
    }
    return Letter(**values | changed)


def words_of_pdf(data):
    """What a PDF of ours says, line by line, read back by the letters that its fonts tell."""
    streams = [
        zlib.decompress(each) for each in re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    ]
    maps = [
        {int(glyph, 16): bytes.fromhex(letter).decode("utf-16-be") for glyph, letter in pairs}
        for each in streams
        if b"beginbfchar" in each
        for pairs in [re.findall(r"<(\w+)> <(\w+)>\n", each.decode("latin-1"))]
    ]
    fonts = dict(zip(("Regular", "Semibold"), maps, strict=False))
    lines = []
    for each in streams:
        for style, codes in re.findall(r"/(\w+) [\d.]+ Tf .*?<(\w*)> Tj", each.decode("latin-1")):
            glyphs = re.findall("....", codes)
            lines.append("".join(fonts[style][int(glyph, 16)] for glyph in glyphs))
    return lines
