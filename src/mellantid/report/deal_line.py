"""The line of one deal: the controls that it has passed, the time at each, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.metrics import numbers
from mellantid.report.svg import element, line, text, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from mellantid.workspace.stays import Stay

CROSS: Final = 4.0


@dataclass(frozen=True)
class Course:
    """A deal on its course.

    Attributes:
        stages: the course.
        stays: where it has been, the last of which is where it stands.
        label: all of it in words, for who cannot see the line.
        language: of the figures.

    """

    stages: Sequence[str]
    stays: Sequence[Stay]
    label: str
    language: str

    @property
    def finish(self) -> int:
        """The place of the finish: after the last stage."""
        return len(self.stages)

    @property
    def times(self) -> dict[int, str]:
        """The time at each stage that was passed; a stage entered twice has two."""
        found: dict[int, list[str]] = {}
        for stay in self.stays:
            least = "" if stay.known else "≥"
            time = f"{least}{numbers.days(stay.days, self.language)}"
            found.setdefault(stay.state, []).append(time)
        return {
            state: "+".join(times if len(times) < 3 else (times[0], "…", times[-1]))
            for state, times in found.items()
            if state < self.finish
        }

    @property
    def reached(self) -> tuple[float, float]:
        """From where to where it has come."""
        places = sorted(self.times)
        end = self.stays[-1].state if self.stays else 0
        if not places:
            return (0.0, float(self.finish)) if end == self.finish else (0.0, 0.0)
        furthest = float(places[-1])
        if end == self.finish:
            furthest = float(self.finish)
        elif end > self.finish:
            furthest = max(furthest, self.lost_at)
        return float(places[0]), furthest

    @property
    def lost_at(self) -> float:
        """Where the cross stands: past the stage that it was lost in."""
        before = [stay.state for stay in self.stays if stay.state < self.finish]
        return (before[-1] if before else 0) + 0.5


def small_line(course: Course, width: float = 250, height: float = 38) -> Markup:
    """The line for a row of a table: the times, without the stages' names."""
    step = (width - 30) / course.finish
    places = [20 + step * place for place in range(course.finish + 1)]
    y = height - 12
    return _drawing(course, width, height, _marks(course, places, y, y - 12), "deal-line")


def wide_line(course: Course, width: float = 960, height: float = 104) -> Markup:
    """The line large, with the stages' names."""
    step = (width - 110) / course.finish
    places = [50 + step * place for place in range(course.finish + 1)]
    parts = _marks(course, places, 44, 22)
    for place, name in enumerate(course.stages):
        for row, words in enumerate(wrapped(name, 16)):
            parts.append(text(places[place], 74 + 15 * row, words, text_anchor="middle"))
    return _drawing(course, width, height, parts, "chart wide deal-line")


def tall_line(course: Course, width: float = 340, step: float = 38) -> Markup:
    """The line from above to below, for a narrow page."""
    height = step * (course.finish + 1)
    places = [step / 2 + step * place for place in range(course.finish + 1)]
    parts = _marks(course, places, 16, None, upright=True)
    for place, name in enumerate(course.stages):
        (words,) = wrapped(name, 26, 1)
        parts.append(text(38, places[place] + 4, words))
        time = course.times.get(place)
        if time is not None:
            parts.append(text(width - 6, places[place] + 4, time, text_anchor="end"))
    return _drawing(course, width, height, parts, "chart narrow deal-line")


def _drawing(
    course: Course, width: float, height: float, parts: Sequence[Markup], kind: str
) -> Markup:
    return element(
        "svg",
        element("title", course.label),
        *parts,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=None if "chart" in kind else f"{width:.0f}",
        height=None if "chart" in kind else f"{height:.0f}",
        role="img",
        class_=kind,
    )


def _marks(
    course: Course,
    places: Sequence[float],
    across: float,
    above: float | None,
    *,
    upright: bool = False,
) -> list[Markup]:
    """The track, the controls and where the deal stands; the times where they go `above`."""

    def point(place: float) -> tuple[float, float]:
        along = places[0] + (places[1] - places[0]) * place
        return (across, along) if upright else (along, across)

    first, furthest = course.reached
    parts = [
        line(point(0), point(course.finish), class_="way"),
        line(point(first), point(furthest), class_="passed"),
    ]
    times = course.times
    stands = course.stays[-1].state if course.stays else None
    for place in range(course.finish):
        x, y = point(place)
        kind = "stands" if place == stands else "control" if place in times else "skipped"
        radius = 6.0 if place == stands else 4.0 if place in times else 2.0
        parts.append(element("circle", cx=x, cy=y, r=radius, class_=kind))
        if above is not None and place in times:
            strong = "strong" if place == stands else None
            parts.append(text(x, above, times[place], text_anchor="middle", class_=strong))
    parts.append(_flag(point(course.finish), won=stands == course.finish))
    if stands is not None and stands > course.finish:
        parts.append(_cross(point(course.lost_at)))
    return parts


def _flag(at: tuple[float, float], *, won: bool) -> Markup:
    x, y = at
    return element(
        "rect", x=x - 5, y=y - 5, width=10.0, height=10.0, class_="won" if won else "goal"
    )


def _cross(at: tuple[float, float]) -> Markup:
    x, y = at
    wide = 2 * CROSS
    strokes = f"M{x - CROSS:.1f} {y - CROSS:.1f}l{wide} {wide}m0 {-wide}l{-wide} {wide}"
    return element("path", d=strokes, class_="cross")
