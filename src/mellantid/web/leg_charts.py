"""The drawings of a leg: its course against the plan, and how stays in its stage end by age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.report.fan import Frame, months_below
from mellantid.report.svg import Scale, drawing, element, keep_apart, line, path, round_ticks, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.report.svg import Point
    from mellantid.report.wording import Wording
    from mellantid.workspace.leg import CoursePoint, StayPoint

SIZES: Final = {"wide": (1040.0, 340.0, 116.0), "narrow": (350.0, 260.0, 96.0)}
"""Width, height, and room for labels to the right, by kind of page."""
NEARLY_ALL: Final = 0.05
"""The curve of stays is drawn until no more than this share is still there."""
SHORTEST: Final = 20


def course_chart(
    course: Sequence[CoursePoint], today: dt.date, words: Wording, kind: str
) -> Markup:
    """A leg's cumulative movements: what was made in bold, the plan dotted in its band of noise."""
    width, height, room = SIZES[kind]
    first, last = (course[place].date.toordinal() for place in (0, -1))
    top = max([each.high for each in course] + [each.actual or 0.0 for each in course]) or 1.0
    frame = Frame(
        width,
        height,
        Scale(first, max(last, first + 1), 8, width - room),
        Scale(0.0, top * 1.05, height - 28, 14),
    )
    made = [(each.date, each.actual) for each in course if each.actual is not None]
    upper = frame.points((each.date, each.high) for each in course)
    lower = frame.points((each.date, each.low) for each in course)
    planned = frame.points((each.date, each.planned) for each in course)
    parts = [
        *_levels(frame, words),
        *months_below(frame, words),
        line((8, frame.y.start), (frame.x.end, frame.y.start), class_="axis"),
        path([*upper, *reversed(lower)], closed=True, class_="band-80"),
        path(planned, class_="ghost"),
        path(frame.points(made), class_="won"),
        *_today(frame, today, words),
    ]
    if made:
        x, y = frame.at(*made[-1])
        parts.append(element("circle", cx=x, cy=y, r=4, class_="head"))
    parts += _ends(frame, course[-1].planned, made[-1][1] if made else None, words)
    return drawing(width, height, words("leg.course"), parts, kind)


def _levels(frame: Frame, words: Wording) -> list[Markup]:
    parts = []
    for tick in round_ticks(0.0, frame.y.high, 4):
        y = frame.y(tick)
        parts.append(line((8, y), (frame.x.end, y), class_="grid"))
        if tick > 0:
            parts.append(text(8, y - 4, numbers.count(tick, words.language), class_="small"))
    return parts


def _today(frame: Frame, today: dt.date, words: Wording) -> list[Markup]:
    if not frame.x.low < today.toordinal() < frame.x.high:
        return []
    x = frame.x(today.toordinal())
    before = x > frame.width / 2
    anchor, shift = ("end", -5) if before else ("start", 5)
    return [
        line((x, 12), (x, frame.y.start), class_="today"),
        text(x + shift, 20, words("leg.today"), class_="small", text_anchor=anchor),
    ]


def _ends(frame: Frame, planned: float, made: float | None, words: Wording) -> list[Markup]:
    """Labels at the right end, kept apart."""
    n = numbers.count(planned, words.language)
    wanted = [(frame.y(planned), words("leg.plan", n=n), "end muted")]
    if made is not None:
        n = numbers.count(made, words.language)
        wanted.append((frame.y(made), words("leg.made", n=n), "end strong"))
    places = keep_apart([y for y, _, _ in wanted], 15, 14, frame.y.start)
    return [
        text(frame.x.end + 6, y + 4, label, class_=class_)
        for y, (_, label, class_) in zip(places, wanted, strict=True)
    ]


def shown_curve(curve: Sequence[StayPoint], cutoff: int | None) -> Sequence[StayPoint]:
    """The part of the curve worth drawing: until nearly all have left, the rope within it."""
    end = next((each.age for each in curve if each.there <= NEARLY_ALL), len(curve))
    least = max(SHORTEST, round(1.3 * (cutoff or 0)))
    return curve[: max(end, least) + 1]


def stays_chart(
    curve: Sequence[StayPoint], cutoff: int | None, words: Wording, kind: str
) -> Markup:
    """What has become of stays, by age, as layers that sum to all; and where the rope hangs."""
    width, height, room = SIZES[kind]
    shown = shown_curve(curve, cutoff)
    x = Scale(0.0, max(float(shown[-1].age), 1.0), 46, width - room)
    y = Scale(0.0, 1.0, height - 46, 14)
    layers: dict[str, list[float]] = {
        "onward": [each.onward for each in shown],
        "back": [each.back for each in shown],
        "lost": [each.lost for each in shown],
    }
    parts: list[Markup] = []
    below = [0.0] * len(shown)
    middles: list[tuple[float, str]] = []
    for name, shares in layers.items():
        if not any(shares):
            continue
        above = [low + share for low, share in zip(below, shares, strict=True)]
        parts.append(_layer(shown, below, above, x, y, name))
        middles.append((y((below[-1] + above[-1]) / 2), _label(name, shares[-1], words)))
        below = above
    middles.append((y((below[-1] + 1.0) / 2), _label("there", shown[-1].there, words)))
    parts = [*_frame(x, y, words, height), *parts, *_rope(x, y, cutoff, words)]
    places = keep_apart([place for place, _ in middles], 15, 14, y.start)
    for place, (_, label) in zip(places, middles, strict=True):
        parts.append(text(x.end + 6, place + 4, label, class_="small"))
    return drawing(width, height, words("leg.stays"), parts, kind)


def _label(name: str, share: float, words: Wording) -> str:
    return f"{numbers.percent(share, words.language)} {words(f'leg.{name}')}"


def _layer(
    shown: Sequence[StayPoint],
    below: Sequence[float],
    above: Sequence[float],
    x: Scale,
    y: Scale,
    name: str,
) -> Markup:
    upper: list[Point] = [(x(each.age), y(value)) for each, value in zip(shown, above, strict=True)]
    lower = [(x(each.age), y(value)) for each, value in zip(shown, below, strict=True)]
    return path([*upper, *reversed(lower)], closed=True, class_=f"layer {name}")


def _frame(x: Scale, y: Scale, words: Wording, height: float) -> list[Markup]:
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        level = y(tick)
        label = numbers.percent(tick, words.language)
        parts.append(line((x.start, level), (x.end, level), class_="grid"))
        parts.append(text(x.start - 6, level + 4, label, class_="small", text_anchor="end"))
    for tick in round_ticks(0.0, x.high, 6):
        label = numbers.count(tick, words.language)
        parts.append(text(x(tick), y.start + 18, label, class_="small", text_anchor="middle"))
    middle = (x.start + x.end) / 2
    axis = words("leg.age_axis")
    parts.append(text(middle, height - 8, axis, class_="small", text_anchor="middle"))
    return parts


def _rope(x: Scale, y: Scale, cutoff: int | None, words: Wording) -> list[Markup]:
    if cutoff is None or cutoff > x.high:
        return []
    at = x(cutoff)
    return [
        line((at, y.end - 2), (at, y.start), class_="rope"),
        text(at + 5, y.end + 10, words("leg.rope"), class_="rope-word"),
    ]
