"""The small curve of a leg's split over past weeks, against the plan as its zero line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from mellantid.report.svg import Scale, element, line, path

if TYPE_CHECKING:
    from collections.abc import Sequence


def spark(course: Sequence[float], verdict: str, width: float = 64, height: float = 20) -> Markup:
    """Draw a course of splits, oldest first; nothing where there are fewer than two."""
    if len(course) < 2:
        return Markup()
    reach = max(*(abs(value) for value in course), 1.0)
    x = Scale(0, len(course) - 1, 3, width - 4)
    y = Scale(-reach, reach, height - 3, 3)
    points = [(x(k), y(value)) for k, value in enumerate(course)]
    end_x, end_y = points[-1]
    return element(
        "svg",
        line((0, y(0)), (width, y(0)), class_="grid"),
        path(points, class_=f"spark-line {verdict}"),
        element("circle", cx=end_x, cy=end_y, r=2.2, class_=f"spark-end {verdict}"),
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=width,
        height=height,
        class_="spark",
        aria_hidden="true",
    )
