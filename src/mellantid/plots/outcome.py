"""Charts of the forecast: the fan of the won amount, and the outcome's distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.metrics import numbers
from mellantid.plots.dress import BLUE, INK, ORANGE, altair, data, dressed

if TYPE_CHECKING:
    from mellantid.core.forecasting.forecast import Forecast

LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
POINTS: Final = 160


def forecast(forecast: Forecast, currency: str = "") -> Any:  # noqa: ANN401 - a chart
    """The won amount so far and the fan of what is to come, with the target."""
    course = forecast.course
    shown = course.days <= forecast.last
    dates = [str(date) for date, show in zip(course.dates, shown, strict=True) if show]
    fan = course.quantiles(LEVELS)[shown]
    names = ("q10", "q25", "q50", "q75", "q90")
    rows: list[dict[str, Any]] = [
        {"date": date} | dict(zip(names, map(float, row), strict=True))
        for date, row in zip(dates, fan, strict=True)
    ]
    alt = altair()
    axis = alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6))
    amount = alt.Axis(format="~s")
    base = alt.Chart(data(rows), width=640, height=300).encode(x=axis)
    y = alt.Y("q10:Q", title=f"won amount{', ' + currency if currency else ''}", axis=amount)
    layers = [
        base.mark_area(color=BLUE, opacity=0.18).encode(y=y, y2="q90"),
        base.mark_area(color=BLUE, opacity=0.28).encode(y="q25:Q", y2="q75"),
        base.mark_line(color=BLUE, strokeWidth=1.8).encode(y="q50:Q"),
        alt.Chart(data(_won(forecast)))
        .mark_line(interpolate="step-after", color=INK, strokeWidth=2.4)
        .encode(x=axis, y="won:Q"),
    ]
    ends = [
        {"date": dates[-1], "y": float(value), "label": f"{label} {numbers.money(value, currency)}"}
        for value, label in zip(fan[-1][[0, 2, 4]], ("10 %", "50 %", "90 %"), strict=True)
    ]
    layers.append(_words(ends, INK))
    if forecast.target is not None:
        layers += _target(forecast.target, currency)
    chance = "" if forecast.p_target is None else _chance(forecast, currency)
    return dressed(alt.layer(*layers), "Won amount, so far and to come", chance)


def _chance(forecast: Forecast, currency: str) -> str:
    target = numbers.round_money(forecast.target or 0.0, currency)
    return f"Chance of {target}: {numbers.percent(forecast.p_target)}; bands hold 80 % and 50 %"


def _won(forecast: Forecast) -> list[dict[str, Any]]:
    """The cumulative won amount by date, up to today."""
    order = np.argsort(forecast.won.at, kind="stable")
    dates = forecast.clock.zone.dates(forecast.won.at[order]).astype("datetime64[D]")
    so_far = np.cumsum(forecast.won_amount[order])
    last = np.append(dates[1:] != dates[:-1], True)[: dates.size]
    rows = [
        {"date": str(date), "won": float(x)}
        for date, x in zip(dates[last], so_far[last], strict=True)
    ]
    today = str(forecast.course.dates[0])
    end = float(so_far[-1]) if so_far.size else 0.0
    return [*rows, {"date": today, "won": end}]


def _words(rows: list[dict[str, Any]], color: str, dy: int = 0) -> Any:  # noqa: ANN401
    alt = altair()
    return (
        alt.Chart(data(rows))
        .mark_text(align="left", dx=6, dy=dy, fontSize=12, color=color)
        .encode(x="date:T", y="y:Q", text="label:N")
    )


def _target(target: float, currency: str) -> list[Any]:
    alt = altair()
    rule = alt.Chart(data([{"y": target}])).mark_rule(color=ORANGE, strokeDash=[7, 4])
    label = f"target {numbers.round_money(target, currency)}"
    words = alt.Chart(data([{"y": target, "label": label}])).mark_text(
        align="left", dx=4, dy=-8, fontSize=12, color=ORANGE
    )
    return [rule.encode(y="y:Q"), words.encode(x=alt.value(0), y="y:Q", text="label:N")]


def outcome(forecast: Forecast, currency: str = "") -> Any:  # noqa: ANN401 - a chart
    """The distribution of the outcome: how likely each amount is to be passed."""
    total = forecast.total
    low, high = map(float, np.ravel(total.quantile([0.002, 0.998])))
    aim = high if forecast.target is None else forecast.target
    grid = np.linspace(min(low, aim), max(high, aim), POINTS)
    chance = np.asarray(total.exceeds(grid), dtype=np.float64)
    rows = [{"x": float(x), "p": float(p)} for x, p in zip(grid, chance, strict=True)]
    alt = altair()
    title = f"won amount{', ' + currency if currency else ''}"
    axis = alt.Axis(format="~s", tickCount=6)
    base = alt.Chart(data(rows), width=560, height=260).encode(
        x=alt.X("x:Q", title=title, axis=axis, scale=alt.Scale(zero=False)),
        y=alt.Y("p:Q", title="chance to reach it", axis=alt.Axis(format=".0%")),
    )
    layers = [base.mark_area(color=BLUE, opacity=0.2, line={"color": BLUE, "strokeWidth": 2})]
    marks = [(float(forecast.quantiles([0.5])[0]), "even chance")]
    finding = f"Expected {numbers.money(forecast.mean, currency)}"
    if forecast.target is not None:
        marks.append((forecast.target, "target"))
        finding = _chance(forecast, currency).partition(";")[0]
    for x, name in marks:
        p = float(total.exceeds(x))
        label = f"{name}: {numbers.percent(p)} for {numbers.money(x, currency)}"
        point = alt.Chart(data([{"x": x, "p": p, "label": label}])).encode(x="x:Q", y="p:Q")
        color = ORANGE if name == "target" else INK
        layers += [
            point.mark_point(filled=True, size=70, color=color, opacity=1),
            point.mark_text(align="left", dx=9, dy=-8, fontSize=12, color=color).encode(
                text="label:N"
            ),
        ]
    return dressed(alt.layer(*layers), "How far the won amount may reach", finding)
