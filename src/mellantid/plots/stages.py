"""Charts of the model: the win table, the daily chances to leave, how long deals stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.plots.dress import (
    BLUE,
    GREEN,
    HEIGHT,
    ORANGE,
    WIDTH,
    altair,
    data,
    dressed,
    facets,
)

if TYPE_CHECKING:
    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.counting.counts import Counts
    from mellantid.core.modelling.model import Model

AGES: Final = (0, 5, 10, 20, 40, 60, 90, 120, 180)
ONWARD, LOST, WON = "to a later stage", "lost", "won"


def win_table(table: WinTable, within: int = 120) -> Any:  # noqa: ANN401 - a chart
    """The chance to be won, by stage and age.

    Args:
        table: the win table.
        within: working days to go.

    Raises:
        QuestionError: the table does not reach so far.

    """
    if within > table.horizon:
        raise QuestionError(
            f"The win table reaches {table.horizon} working days, not {within}: make a longer one."
        )
    ages = [age for age in AGES if age < table.ages]
    rows: list[dict[str, Any]] = [
        {"stage": stage, "age": age, "p": p, "label": numbers.percent(p)}
        for s, stage in enumerate(table.process.stages)
        for age in ages
        for p in [float(table.standing[within, s, age])]
    ]
    alt = altair()
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "age:O", title="age in the stage, working days", axis=alt.Axis(labelAngle=0, grid=False)
        ),
        y=alt.Y("stage:N", sort=list(table.process.stages), title=None, axis=alt.Axis(grid=False)),
    )
    top = max(row["p"] for row in rows) or 1.0
    shade = alt.Scale(range=["#f4f2ec", BLUE], domain=[0, top], interpolate="lab")
    cells = base.mark_rect().encode(color=alt.Color("p:Q", scale=shade, legend=None))
    ink = alt.condition(f"datum.p > {0.55 * top}", alt.value("white"), alt.value("#1d1c1a"))
    words = base.mark_text(fontSize=12).encode(text="label:N", color=ink)
    best = max(rows, key=lambda row: row["p"])
    chart = (cells + words).properties(width=64 * len(ages), height=34 * len(table.process.stages))
    finding = f"Highest: {best['label']} in {best['stage']} at age {best['age']}"
    title = f"Chance to win within {within} working days, by stage and age"
    return dressed(chart, title, finding)


def hazards(model: Model, group: int = 0) -> Any:  # noqa: ANN401 - a chart
    """The daily chance to leave each stage by age bin, with 80 % intervals."""
    process = model.process
    kinds = {process.won_state: WON, process.lost_state: LOST}
    rows = [
        {
            "stage": process.stages[row.stage],
            "to": kinds.get(row.to, ONWARD),
            "age": row.age_from + 0.5,
            "hazard": row.hazard,
            "low": row.low,
            "high": row.high,
        }
        for row in model.cell_table()
        if row.group == group and row.exposure > 0
        if row.to >= process.size or row.to == row.stage + 1
    ]
    alt = altair()
    kinds_ = [ONWARD, WON, LOST]
    base = alt.Chart(data(rows), width=WIDTH, height=HEIGHT).encode(
        x=alt.X(
            "age:Q",
            title="age, working days",
            scale=alt.Scale(type="log"),
            axis=alt.Axis(values=[0.5, 2.5, 10.5, 40.5, 160.5], labelExpr="floor(datum.value)"),
        ),
        color=alt.Color("to:N", scale=alt.Scale(domain=kinds_, range=[BLUE, GREEN, ORANGE])),
    )
    bars = base.mark_rule(opacity=0.6).encode(y=alt.Y("low:Q", title="chance a day"), y2="high:Q")
    shapes = alt.Scale(domain=kinds_, range=["circle", "diamond", "triangle-down"])
    dots = base.mark_point(filled=True, size=38, opacity=1).encode(
        y=alt.Y("hazard:Q", axis=alt.Axis(format=".0%")), shape=alt.Shape("to:N", scale=shapes)
    )
    chart = facets(bars + dots, "stage", process.stages)
    return dressed(
        chart,
        "Daily chance to leave each stage, by age",
        "Dots are posterior means by age bin, bars 80 % intervals",
    )


def sojourns(counts: Counts) -> Any:  # noqa: ANN401 - a chart
    """The share of deals that still stand in each stage, by age, with the median."""
    process = counts.process
    ages = int(counts.age.max(initial=0)) + 1
    cells = counts.table(ages)
    exits, exposure = cells.exits[0].sum(axis=1), cells.exposure[0]
    leaving = np.divide(exits, exposure, out=np.zeros_like(exits), where=exposure > 0)
    left = np.cumprod(1 - leaving, axis=1)
    rows, marks = [], []
    for s, stage in enumerate(process.stages):
        shown = int(np.flatnonzero(exposure[s] > 0).max(initial=0)) + 1
        course = np.append(1.0, left[s, :shown])
        rows += [{"stage": stage, "age": k, "share": float(p)} for k, p in enumerate(course)]
        half = np.flatnonzero(course <= 0.5)
        label = f"half have left by {half[0]} d" if half.size else "half still there"
        at = int(half[0]) if half.size else shown
        marks.append({"stage": stage, "age": at, "share": float(course[at]), "label": label})
    alt = altair()
    axis = alt.X("age:Q", title="working days since entry")
    line = (
        alt.Chart(width=WIDTH, height=HEIGHT)
        .mark_line(interpolate="step-after", color=BLUE, strokeWidth=2)
        .transform_filter("datum.label == null")
        .encode(x=axis, y=alt.Y("share:Q", title="still there", axis=alt.Axis(format=".0%")))
    )
    point = alt.Chart().transform_filter("datum.label != null").encode(x=axis, y="share:Q")
    layer = alt.layer(
        line,
        point.mark_point(filled=True, size=50, color="#1d1c1a", opacity=1),
        point.mark_text(align="left", dx=8, dy=-9, fontSize=11).encode(text="label:N"),
        data=data(rows + marks),
    )
    return dressed(
        facets(layer, "stage", process.stages),
        "How long deals stay in each stage",
        "Share still there, by age; deals that are open now count up to their age",
    )
