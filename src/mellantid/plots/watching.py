"""A chart of the watch: the pace of every leg against the plan, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.metrics import numbers
from mellantid.plots.dress import BLUE, INK, MUTED, ORANGE, RULE, altair, data, dressed

if TYPE_CHECKING:
    from mellantid.core.watch.against_plan import WatchedPlan
    from mellantid.core.watch.finding import Finding

LEFT: Final = 0.4
RIGHT: Final = 1.8
"""Ends of the axis; bounds beyond them are cut."""
MOST: Final = 24


def watch(watched: WatchedPlan) -> Any:  # noqa: ANN401 - a chart
    """Each leg's pace over the plan's since its start, with bounds that hold at all times.

    Of teams and sellers those with the most evidence are drawn.
    """
    rows = _rows(watched)
    alt = altair()
    order = [row["name"] for row in rows]
    axis = alt.Axis(values=[0.5, 0.75, 1.0, 1.25, 1.5, 1.75], format=".2~f")
    scale = alt.Scale(domain=[LEFT, RIGHT])
    base = alt.Chart(data(rows), width=420).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260, grid=False))
    )
    pace = alt.X("pace:Q", title="pace over the plan's", scale=scale, axis=axis)
    doubt = base.mark_bar(color=RULE, height=14).encode(
        x=alt.X("doubt_low:Q", scale=scale), x2="doubt_high:Q"
    )
    bounds = base.mark_rule(color=MUTED, strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q"
    )
    color = alt.Color(
        "spoken:N", scale=alt.Scale(domain=[True, False], range=[ORANGE, BLUE]), legend=None
    )
    shape = alt.Shape(
        "spoken:N", scale=alt.Scale(domain=[True, False], range=["diamond", "circle"]), legend=None
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=pace, color=color, shape=shape
    )
    words = base.mark_text(align="left", dx=432, color=INK).encode(x=alt.value(0), text="word:N")
    chart = alt.layer(doubt, bounds, points, words)
    return dressed(
        chart,
        "Has a leg changed pace?",
        "Grey still counts as on plan; the line holds the true pace, however often one looks",
    )


def _rows(watched: WatchedPlan) -> list[dict[str, Any]]:
    """A row for each leg of each group, or for those with the most evidence."""
    found, places = watched.found, np.argwhere(watched.watched)
    grouped = len(watched.groups) > 1
    if grouped:
        places = places[np.argsort(-found.e_value[watched.watched], kind="stable")][:MOST]
    rows = []
    for group, leg in places.tolist():
        at = group, leg
        word: Finding = watched.finding[at]
        name = watched.legs[leg]
        rows.append(
            {
                "name": f"{watched.groups[group]}: {name}" if grouped else name,
                "pace": _within(found.actual[at] / found.planned[at]),
                "low": _within(watched.pace_low[at]),
                "high": _within(watched.pace_high[at]),
                "doubt_low": _within(watched.low[at]),
                "doubt_high": _within(watched.high[at]),
                "spoken": word.spoken,
                "word": _said(word, float(found.ratio[at])),
            }
        )
    return rows


def _said(word: Finding, ratio: float) -> str:
    """What is found, and how fast the leg has gone since it changed."""
    return f"{word}: now {numbers.decimal(ratio, 2)}" if word.spoken else str(word)


def _within(ratio: float) -> float:
    """A ratio within the axis."""
    return float(np.clip(ratio, LEFT, RIGHT))
