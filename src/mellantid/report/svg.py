"""Drawing in SVG: elements, paths, scales with round ticks, and labels that keep apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """Write one element; `class_` is class, other underscores are hyphens; text is escaped."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "".join(escape(child) for child in children)
    # Only escaped text and elements made here come together.
    return Markup(f"<{tag}{written}>{inner}</{tag}>")  # noqa: S704


def _value(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(escape(value))


def drawing(width: float, height: float, label: str, parts: Iterable[Markup], kind: str) -> Markup:
    """Wrap parts as an image that a screen reader announces with `label`."""
    return element(
        "svg",
        element("title", label),
        *parts,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        class_=f"chart {kind}",
        preserveAspectRatio="xMidYMid meet",
    )


def text(x: float, y: float, words: str, **attributes: object) -> Markup:
    """Write words at a point."""
    return element("text", words, x=float(x), y=float(y), **attributes)


def line(start: Point, end: Point, **attributes: object) -> Markup:
    """Draw a straight line."""
    (x1, y1), (x2, y2) = start, end
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes)


def path(points: Sequence[Point], *, closed: bool = False, **attributes: object) -> Markup:
    """Draw a polygonal line through points, or the area that it closes."""
    if not points:
        return Markup()
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", d=f"M{steps}{'Z' if closed else ''}", **attributes)


@dataclass(frozen=True)
class Scale:
    """A straight scale from values to points of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The point of a value."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + share * (self.end - self.start)


def round_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values from `low` to `high`, some `about` of them, in steps of 1, 2 or 5."""
    span = high - low
    if not span > 0:
        return [low]
    rough = span / about
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [step * k for k in range(first, math.floor(high / step + 1e-9) + 1)]


def keep_apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions as little as needed so that they stand `gap` apart within bounds."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed: list[float] = []
    for i in order:
        floor = placed[-1] + gap if placed else low
        placed.append(max(wanted[i], floor))
    ceiling = high
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], ceiling)
        ceiling = placed[k] - gap
    result = [0.0] * len(wanted)
    for i, y in zip(order, placed, strict=True):
        result[i] = y
    return result


def wrapped(words: str, width: int, lines: int = 2) -> list[str]:
    """Break words into at most `lines` lines of `width` letters, cut with an ellipsis."""
    rows: list[str] = [""]
    for word in words.split():
        longer = f"{rows[-1]} {word}".strip()
        if len(longer) <= width or not rows[-1]:
            rows[-1] = longer
        else:
            rows.append(word)
    cut = [row if len(row) <= width else f"{row[: width - 1]}…" for row in rows[:lines]]
    if len(rows) > lines and not cut[-1].endswith("…"):
        cut[-1] = f"{cut[-1][: width - 1]}…"
    return cut
