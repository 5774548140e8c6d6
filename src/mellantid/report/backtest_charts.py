"""The backtest in pictures: what was foretold and what came, and how well the chances held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.report.svg import Scale, drawing, element, keep_apart, line, path, round_ticks, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.backtesting import Backtest
    from mellantid.report.svg import Point
    from mellantid.report.wording import Wording

SQUARE: Final = 340.0
"""Width and height of a small chart."""
LEFT: Final = 44.0
WIDE: Final = 1080.0
NARROW: Final = 420.0
KINDS: Final = {"wide": WIDE, "narrow": NARROW}


@dataclass(frozen=True)
class Plane:
    """A drawing's two scales, and the words and unit of its labels."""

    x: Scale
    y: Scale
    words: Wording
    unit: str = ""

    def at(self, x: float, y: float) -> Point:
        """The point of two values."""
        return self.x(x), self.y(y)

    def frame(self) -> list[Markup]:
        """Horizontal rules with their values, and the floor."""
        parts = []
        for tick in round_ticks(self.y.low, self.y.high, 4):
            y = self.y(tick)
            label = self._label(tick)
            parts.append(line((self.x.start, y), (self.x.end, y), class_="grid"))
            parts.append(text(self.x.start - 6, y + 4, label, class_="small", text_anchor="end"))
        floor = self.y(self.y.low)
        parts.append(line((self.x.start, floor), (self.x.end, floor), class_="axis"))
        return parts

    def _label(self, value: float) -> str:
        if self.unit == "%":
            return numbers.percent(value, self.words.language)
        return numbers.round_money(value, "", self.words.language)

    def below(self, x: float, label: str, row: float = 18) -> Markup:
        """Words under a place on the floor."""
        return text(self.x(x), self.y.start + row, label, class_="small", text_anchor="middle")

    def percent_below(self, p: float) -> Markup:
        """A chance written under its place."""
        return self.below(p, numbers.percent(p, self.words.language))

    def whisker(self, x: float, low: float, high: float, class_: str) -> Markup:
        """An upright line from one value to another."""
        return line(self.at(x, low), self.at(x, high), class_=class_)


def origins_chart(found: Backtest, words: Wording, kind: str) -> Markup:
    """What was foretold from every origin, as its 80 % interval and middle, and what came."""
    tops = [max(each.quantiles["0.9"], each.actual) for each in found.origins]
    plane = _over_time(found, words, kind, max(tops), 16)
    parts = plane.frame() + _dates(plane, found)
    for each in found.origins:
        x, held = each.origin.toordinal(), each.covers(0.8)
        parts += [
            plane.whisker(x, each.quantiles["0.1"], each.quantiles["0.9"], "span-80"),
            plane.whisker(x, each.quantiles["0.25"], each.quantiles["0.75"], "span-50"),
            _dot(plane.at(x, each.quantiles["0.5"]), 2.5, "middle"),
            _dot(plane.at(x, each.actual), 4.5, "came" if held else "came missed"),
        ]
    return drawing(KINDS[kind], 320, words("backtest.origins"), parts, kind)


def scores_chart(found: Backtest, words: Wording, kind: str) -> Markup:
    """The score at every origin: this forecast's in bold, the comparisons' thin beside it."""
    courses = {name: _scores(found, name) for name in found.crps_baselines}
    mine = [(each.origin, each.crps) for each in found.origins]
    top = max(score for course in (*courses.values(), mine) for _, score in course)
    plane = _over_time(found, words, kind, top, 190 if kind == "wide" else 130)
    parts = plane.frame() + _dates(plane, found)
    parts += [_course(plane, course, "other") for course in courses.values()]
    parts.append(_course(plane, mine, "won"))
    names = {"ours": mine} | courses
    ends = [plane.y(course[-1][1]) for course in names.values()]
    places = keep_apart(ends, 15, 14, plane.y.start)
    for name, y in zip(names, places, strict=True):
        class_ = "strong" if name == "ours" else "muted"
        parts.append(text(plane.x.end + 8, y + 4, words(f"baselines.{name}"), class_=class_))
    return drawing(KINDS[kind], 340, words("backtest.scores"), parts, kind)


def reliability_chart(found: Backtest, words: Wording) -> Markup:
    """How often deals of a given chance were won; on the slope where the chances are right."""
    plane = _square(words, Scale(0.0, 1.0, LEFT, SQUARE - 14), 1.0, "%")
    parts = [*plane.frame(), line(plane.at(0, 0), plane.at(1, 1), class_="target")]
    parts += [plane.percent_below(tick) for tick in (0.0, 0.25, 0.5, 0.75, 1.0)]
    parts.append(plane.below(0.5, words("backtest.given"), 38))
    for each in found.reliability:
        parts.append(plane.whisker(each.foretold, each.came_low, each.came_high, "doubt"))
        parts.append(_dot(plane.at(each.foretold, each.came), 4.0, "came"))
    return drawing(SQUARE, SQUARE, words("backtest.reliability"), parts, "square")


def ranks_chart(found: Backtest, words: Wording) -> Markup:
    """In which tenth of the foretold distribution what came lay; even where it is right."""
    counts, even = found.ranks, len(found.origins) / len(found.ranks)
    plane = _square(words, Scale(0.0, 1.0, LEFT, SQUARE - 14), max(*counts, even) * 1.1, "")
    parts = plane.frame()
    width = 1.0 / len(counts)
    for place, count in enumerate(counts):
        (x, y), (end, floor) = plane.at(place * width, count), plane.at((place + 1) * width, 0)
        corners = [(x + 1.5, floor), (x + 1.5, y), (end - 1.5, y), (end - 1.5, floor)]
        parts.append(path(corners, closed=True, class_="bar"))
    parts.append(line(plane.at(0, even), plane.at(1, even), class_="target"))
    parts += [plane.percent_below(tick) for tick in (0.0, 0.5, 1.0)]
    parts.append(plane.below(0.5, words("backtest.rank"), 38))
    return drawing(SQUARE, SQUARE, words("backtest.ranks"), parts, "square")


def coverage_chart(found: Backtest, words: Wording) -> Markup:
    """How often each interval held what came, with its doubt, beside what it should."""
    plane = _square(words, Scale(-0.5, len(found.coverage) - 0.5, LEFT, SQUARE - 14), 1.0, "%")
    parts = plane.frame()
    for place, each in enumerate(found.coverage):
        x, level = plane.at(place, each.level)
        parts += [
            line((x - 34, level), (x + 34, level), class_="target"),
            plane.whisker(place, each.low, each.high, "doubt"),
            _dot(plane.at(place, each.share), 4.5, "came"),
            plane.below(place, numbers.percent(each.level, words.language)),
        ]
    parts.append(plane.below(1, words("backtest.interval"), 38))
    return drawing(SQUARE, SQUARE, words("backtest.coverage"), parts, "square")


def _square(words: Wording, x: Scale, top: float, unit: str) -> Plane:
    return Plane(x, Scale(0.0, top, SQUARE - 50, 14), words, unit)


def _over_time(found: Backtest, words: Wording, kind: str, top: float, right: float) -> Plane:
    """A plane from the first origin to the last, with room for labels to the right."""
    first, last = (found.origins[place].origin.toordinal() for place in (0, -1))
    x = Scale(first - 7, last + 7, 56, KINDS[kind] - right)
    return Plane(x, Scale(0.0, (top or 1.0) * 1.05, 280, 14), words, found.unit)


def _dates(plane: Plane, found: Backtest) -> list[Markup]:
    """Dates under as many origins as have room."""
    room = max(int((plane.x.end - plane.x.start) // 92), 1)
    step = -(-len(found.origins) // room)
    return [
        plane.below(each.origin.toordinal(), numbers.date(each.origin, plane.words.language), 20)
        for each in found.origins[::step]
    ]


def _scores(found: Backtest, name: str) -> list[tuple[dt.date, float]]:
    """A baseline's scores, where it had one."""
    told = [(each.origin, each.baselines[name].crps) for each in found.origins]
    return [(date, score) for date, score in told if score is not None]


def _course(plane: Plane, course: Sequence[tuple[dt.date, float]], class_: str) -> Markup:
    return path([plane.at(date.toordinal(), score) for date, score in course], class_=class_)


def _dot(at: Point, radius: float, class_: str) -> Markup:
    return element("circle", cx=at[0], cy=at[1], r=radius, class_=class_)
