"""The fan chart: the won amount so far, what is foretold, the plan as a ghost line, the target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.report.svg import Scale, drawing, element, keep_apart, line, path, round_ticks, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from mellantid.report.data import Fan, ReportData
    from mellantid.report.svg import Point
    from mellantid.report.wording import Wording


NARROWEST: Final = 500
"""Width of the drawing up to which labels are kept short."""


@dataclass(frozen=True)
class Frame:
    """The drawing's size and its two scales."""

    width: float
    height: float
    x: Scale
    y: Scale

    def at(self, date: dt.date, amount: float) -> Point:
        """The point of an amount on a date."""
        return self.x(date.toordinal()), self.y(amount)

    def points(self, course: Iterable[tuple[dt.date, float]]) -> list[Point]:
        """The points of a course."""
        return [self.at(date, amount) for date, amount in course]


def fan_chart(data: ReportData, words: Wording, width: float, height: float, kind: str) -> Markup:
    """Draw the fan chart at one size; `kind` says on which page width it is shown."""
    if data.fan is None:
        raise ValueError("no fan")
    frame = _frame(data, data.fan, width, height)
    parts = [
        *_grid(frame, data, words),
        *_bands(frame, data.fan),
        *_lines(frame, data.fan),
        *_marks(frame, data, words),
        *_labels(frame, data, data.fan, words),
    ]
    return drawing(width, height, words("headings.fan"), parts, kind)


def _frame(data: ReportData, fan: Fan, width: float, height: float) -> Frame:
    amounts = [amount for _, amount in (*fan.won, *fan.planned)]
    amounts += [point.q95 for point in fan.ahead]
    amounts += [data.meta.target or 0.0]
    top = max(amounts, default=0.0) or 1.0
    last = max(data.meta.last, data.outcome.until)
    return Frame(
        width,
        height,
        Scale(
            data.meta.first.toordinal(),
            last.toordinal(),
            8,
            width - (124 if width > NARROWEST else 88),
        ),
        Scale(0.0, top * 1.05, height - 28, 14),
    )


def _grid(frame: Frame, data: ReportData, words: Wording) -> list[Markup]:
    parts = []
    for tick in round_ticks(0.0, frame.y.high, 4):
        y = frame.y(tick)
        parts.append(line((8, y), (frame.x.end, y), class_="grid"))
        if tick > 0:
            label = numbers.round_money(tick, data.meta.currency, words.language)
            parts.append(text(8, y - 4, label, class_="small"))
    parts += months_below(frame, words)
    parts.append(line((8, frame.y.start), (frame.x.end, frame.y.start), class_="axis"))
    return parts


def months_below(frame: Frame, words: Wording) -> list[Markup]:
    """Months under the drawing, as many as have room."""
    parts = []
    for date in month_starts(frame, 64 if frame.width > NARROWEST else 66):
        x = frame.x(date.toordinal())
        label = numbers.month(date, words.language)
        if date.month == 1:
            label = f"{label} {date.year}"
        parts.append(line((x, frame.y.start), (x, frame.y.start + 5), class_="axis"))
        anchor = "start" if x < 30 else "middle"
        parts.append(text(x, frame.y.start + 20, label, class_="small", text_anchor=anchor))
    return parts


def month_starts(frame: Frame, gap: float) -> list[dt.date]:
    """First days of months that leave `gap` between their labels."""
    first, last = (dt.date.fromordinal(int(x)) for x in (frame.x.low, frame.x.high))
    starts = [
        dt.date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= dt.date(year, month, 1) <= last
    ]
    room = max(int((frame.x.end - frame.x.start) // gap), 1)
    return starts[:: max(-(-len(starts) // room), 1)]


def _bands(frame: Frame, fan: Fan) -> list[Markup]:
    def band(low: str, high: str, class_: str) -> Markup:
        upper = frame.points((point.date, getattr(point, high)) for point in fan.ahead)
        lower = frame.points((point.date, getattr(point, low)) for point in fan.ahead)
        return path([*upper, *reversed(lower)], closed=True, class_=class_)

    return [band("q10", "q90", "band-80"), band("q25", "q75", "band-50")]


def _lines(frame: Frame, fan: Fan) -> list[Markup]:
    return [
        path(frame.points(fan.planned), class_="ghost"),
        path(frame.points((point.date, point.q50) for point in fan.ahead), class_="median"),
        path(frame.points(fan.won), class_="won"),
    ]


def _marks(frame: Frame, data: ReportData, words: Wording) -> list[Markup]:
    x = frame.x(data.meta.as_of.toordinal())
    parts = []
    if data.meta.target is not None:
        y = frame.y(data.meta.target)
        parts.append(line((8, y), (frame.x.end, y), class_="target"))
    if frame.x.low < data.meta.as_of.toordinal() < frame.x.high:
        parts.append(line((x, 12), (x, frame.y.start), class_="today"))
        anchor = "end" if x > frame.width / 2 else "start"
        shift = -5 if anchor == "end" else 5
        today = words("fan.today")
        parts.append(text(x + shift, 20, today, class_="small", text_anchor=anchor))
    if data.fan and data.fan.won:
        wx, wy = frame.at(*data.fan.won[-1])
        parts.append(element("circle", cx=wx, cy=wy, r=4, class_="head"))
    return parts


def _labels(frame: Frame, data: ReportData, fan: Fan, words: Wording) -> list[Markup]:
    """Direct labels at the right end, kept apart."""
    language = words.language
    currency = data.meta.currency if frame.width > NARROWEST else ""
    wanted: list[tuple[float, str, str]] = []
    if fan.ahead:
        end = fan.ahead[-1]
        for p, amount, class_ in ((0.9, end.q90, ""), (0.5, end.q50, "strong"), (0.1, end.q10, "")):
            label = f"{numbers.percent(p, language)}  {numbers.money(amount, currency, language)}"
            wanted.append((frame.y(amount), label, f"end {class_}"))
    if fan.planned:
        wanted.append((frame.y(fan.planned[-1][1]), words("fan.plan"), "end muted"))
    if data.meta.target is not None:
        target = numbers.round_money(data.meta.target, "", language)
        label = words("fan.target", amount=target)
        wanted.append((frame.y(data.meta.target), label, "end accent"))
    places = keep_apart([y for y, _, _ in wanted], 15, 14, frame.y.start)
    return [
        text(frame.x.end + 6, y + 4, label, class_=class_.strip())
        for y, (_, label, class_) in zip(places, wanted, strict=True)
    ]
