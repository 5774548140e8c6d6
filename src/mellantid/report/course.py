"""The course line: controls, how each leg stands, and the field of open deals along it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.metrics.symbols import SYMBOLS
from mellantid.report.svg import drawing, element, line, text, wrapped

if TYPE_CHECKING:
    from markupsafe import Markup

    from mellantid.report.data import LegLine, ReportData, StageLine
    from mellantid.report.wording import Wording

MOST_DOTS: Final = 36
DOT: Final = 8.0
RADIUS: Final = 2.8


@dataclass(frozen=True)
class Segment:
    """One leg as it is drawn: words, verdict, and the dots of those who stand on it."""

    name: str
    verdict: str
    symbol: str
    split: str
    field: str
    spoken: str
    dots: int
    rings: int


def deals_in_a_dot(data: ReportData) -> int:
    """How many open deals one dot stands for: 1, 2, 5, 10 ... so that the field fits."""
    most = max((stage.open for stage in data.stages), default=0)
    size = 1
    for k in range(24):
        size = (1, 2, 5)[k % 3] * 10 ** (k // 3)
        if most / size <= MOST_DOTS:
            break
    return size


def segments(data: ReportData, words: Wording) -> list[Segment]:
    """The legs of the course in order, creation first."""
    field = {stage.stage: stage for stage in data.stages}
    per_dot = deals_in_a_dot(data)
    return [_segment(leg, field.get(leg.leg), per_dot, data, words) for leg in data.legs]


def _segment(
    leg: LegLine, stage: StageLine | None, per_dot: int, data: ReportData, words: Wording
) -> Segment:
    language = words.language
    if leg.kind == "too_early":
        split = ""
    elif leg.days is None or not math.isfinite(leg.days):
        moved = numbers.signed(numbers.movements(leg.movements, language))
        split = words("course.movements_short", movements=moved)
    else:
        days = numbers.signed(numbers.days(leg.days, language))
        split = words("course.days_short", days=days)
    open_, caught, amount = (stage.open, stage.caught, stage.amount) if stage else (0, 0, 0.0)
    rings = round(caught / per_dot)
    return Segment(
        name=words.leg(leg.leg),
        verdict=leg.kind,
        symbol=SYMBOLS[leg.verdict],
        split=split,
        field=words("course.deals", n=numbers.count(open_, language)) if stage else "",
        spoken=words(
            "course.segment",
            leg=words.leg(leg.leg),
            verdict=words(f"verdicts.{leg.kind}"),
            days=numbers.signed(numbers.days(leg.days, language)),
            open=numbers.count(open_, language),
            amount=numbers.money(amount, data.meta.currency, language),
        ),
        dots=max(round(open_ / per_dot), rings, min(open_, 1)),
        rings=rings,
    )


def course_wide(data: ReportData, words: Wording, width: float = 1040.0) -> Markup:
    """Draw the course from left to right, for a page that is wide."""
    legs = segments(data, words)
    if not legs:
        return drawing(width, 1, words("headings.course"), [], "wide")
    step = (width - 40) / len(legs)
    per_row = max(int((step - 14) // DOT), 1)
    rows = max(-(-leg.dots // per_row) for leg in legs)
    track = 62 + max(rows, 1) * DOT
    parts = [
        _wide_leg(leg, k * step, step, track, per_row, first=k == 0) for k, leg in enumerate(legs)
    ]
    finish = len(legs) * step
    parts += [
        line((finish, track - 14), (finish, track + 6), class_="flag"),
        element(
            "path",
            d=f"M{finish:.1f} {track - 30:.1f}h20v14h-20z",
            class_="flag-cloth",
        ),
        text(finish, track + 24, words("won_control"), class_="control strong", text_anchor="end"),
    ]
    return drawing(width, track + 66, words("headings.course"), parts, "wide")


def _wide_leg(
    leg: Segment, x: float, step: float, track: float, per_row: int, *, first: bool
) -> Markup:
    middle = x + step / 2
    taken = min(leg.dots, per_row)
    dots = _dots(leg, middle - (taken - 1) * DOT / 2, track - 14, per_row, up=True)
    name = [
        text(x + 8, track + 24 + 15 * k, row, class_="control strong" if first else "control")
        for k, row in enumerate(wrapped(leg.name, max(int((step - 8) / 7.2), 4)))
    ]
    return element(
        "g",
        element("title", leg.spoken),
        line((x + 7, track), (x + step - 7, track), class_=f"track {leg.verdict}"),
        element("circle", cx=float(x), cy=float(track), r=5, class_="gate") if not first else "",
        line((x, track - 12), (x, track + 12), class_="flag") if first else "",
        text(
            middle,
            18,
            f"{leg.symbol} {leg.split}".strip(),
            class_=f"split {leg.verdict}",
            text_anchor="middle",
        ),
        *dots,
        *name,
        text(x + 8, track + 24 + 15 * len(name), leg.field, class_="small"),
        class_="leg",
    )


def course_tall(data: ReportData, words: Wording, width: float = 350.0) -> Markup:
    """Draw the course from top to bottom, for a telephone."""
    legs = segments(data, words)
    step, x = 58.0, 14.0
    per_row = int((width - x - 116) // DOT)
    parts = []
    for k, leg in enumerate(legs):
        y = 12 + k * step
        parts.append(
            element(
                "g",
                element("title", leg.spoken),
                line((x, y + 7), (x, y + step - 7), class_=f"track {leg.verdict}"),
                element("circle", cx=x, cy=float(y), r=5, class_="gate"),
                text(x + 18, y + 20, wrapped(leg.name, 26, 1)[0], class_="control strong"),
                text(
                    width - 2,
                    y + 20,
                    f"{leg.symbol} {leg.split}".strip(),
                    class_=f"split {leg.verdict}",
                    text_anchor="end",
                ),
                *_dots(leg, x + 21, y + 34, per_row, up=False),
                text(width - 2, y + 38, leg.field, class_="small", text_anchor="end"),
                class_="leg",
            )
        )
    end = 12 + len(legs) * step
    parts += [
        element("circle", cx=x, cy=float(end), r=6, class_="finish"),
        text(x + 18, end + 5, words("won_control"), class_="control strong"),
    ]
    return drawing(width, end + 20, words("headings.course"), parts, "narrow")


def _dots(leg: Segment, x: float, y: float, per_row: int, *, up: bool) -> list[Markup]:
    """The field: rings (caught) first, then dots, in rows away from the track."""
    direction = -1 if up else 1
    return [
        element(
            "circle",
            cx=x + (k % per_row) * DOT,
            cy=y + direction * (k // per_row) * DOT,
            r=RADIUS,
            class_="ring" if k < leg.rings else "dot",
        )
        for k in range(leg.dots)
    ]
