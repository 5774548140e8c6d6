"""Charts against the plan: what was planned, what happened, the split's course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mellantid.core.standing.passed import passes_made
from mellantid.core.standing.splits import splits as splits_of
from mellantid.metrics import numbers
from mellantid.metrics.symbols import SYMBOLS
from mellantid.plots.dress import BLUE, HEIGHT, MUTED, WIDTH, altair, data, dressed, facets

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan


def plan(plan: Plan, history: History) -> Any:  # noqa: ANN401 - a chart
    """Planned against actual cumulative movements, a chart for each leg."""
    made = passes_made(history, plan)
    legs = history.process.legs
    dates = _dates(history, plan)
    rows = [
        {"leg": leg, "date": dates[day], "n": float(course[day, k]), "kind": kind}
        for kind, course in (("planned", plan.planned), ("actual", made))
        for k, leg in enumerate(legs)
        for day in _some(len(course))
    ]
    alt = altair()
    base = alt.Chart(width=WIDTH, height=HEIGHT).encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(format="%b", tickCount=4)),
        y=alt.Y("n:Q", title="movements"),
    )
    planned = base.transform_filter("datum.kind == 'planned'").mark_line(
        color=MUTED, strokeDash=[3, 3], strokeWidth=1.5
    )
    actual = base.transform_filter("datum.kind == 'actual'").mark_line(color=BLUE, strokeWidth=2.5)
    layer = alt.layer(planned, actual, data=data(rows))
    chart = facets(layer, "leg", legs, own_scales=True)
    return dressed(
        chart,
        "Movements on each leg, planned and actual",
        "Dotted is the plan, solid what happened; cumulative since the plan's start",
    )


def splits(history: History, plan: Plan) -> Any:  # noqa: ANN401 - a chart
    """The course of the split on each leg since the plan's start, with the verdict now."""
    made = passes_made(history, plan)
    found = splits_of(history, plan)
    legs, dates = history.process.legs, _dates(history, plan)
    gap = made - plan.planned[: len(made)]
    rows, heads = [], []
    for k, leg in enumerate(legs):
        verdict = found.verdict[0, k]
        moved = numbers.signed(numbers.movements(float(found.movements[0, k])))
        heads.append(f"{leg}  {SYMBOLS[verdict]} {moved}")
        rows += [
            {"leg": heads[k], "date": dates[day], "gap": float(gap[day, k])}
            for day in _some(len(gap))
        ]
    alt = altair()
    base = alt.Chart(width=WIDTH, height=HEIGHT)
    line = base.mark_area(color=BLUE, opacity=0.25, line={"color": BLUE, "strokeWidth": 2}).encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(format="%b", tickCount=4)),
        y=alt.Y("gap:Q", title="movements ahead"),
    )
    zero = base.mark_rule(color=MUTED).encode(y=alt.datum(0))
    worst = int(np.argmin(found.movements[0]))
    behind = numbers.signed(numbers.movements(float(found.movements[0, worst])))
    chart = facets(alt.layer(zero, line, data=data(rows)), "leg", heads, own_scales=True)
    return dressed(
        chart,
        "Split on each leg since the plan's start",
        f"Lowest: {behind} at {legs[worst]}. ▲ ahead, ▼ behind, hollow: on its way back, ● on pace",
    )


def _dates(history: History, plan: Plan) -> list[str]:
    """The date of each day of the plan, its start first, in ISO 8601."""
    days = history.clock.date_of_day(np.arange(plan.start, plan.start + plan.days + 1))
    return [str(day) for day in days.astype("datetime64[D]")]


def _some(days: int, most: int = 120) -> list[int]:
    """Days to draw: all, or evenly spaced with the last one among them."""
    found: list[int] = np.unique(np.linspace(0, days - 1, min(days, most)).round()).tolist()
    return [int(day) for day in found]
