"""The watch's study, summed up: tables for people, JSON for programs."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from watch_streams import ALPHA, ARL, YEAR, Delay, FalseAlarms

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from watch_organisations import Watched


@dataclass(frozen=True)
class Organisations:
    """What was seen of organisations of one kind, watched by one sort of plan.

    Attributes:
        kind: what made them hard.
        plan: given or estimated.
        organisations: how many.
        legs: which legs: creation, the slowed one, or all others.
        leg_years: legs watched for a year.
        alarm: share that ever had an alarm.
        error: standard error of it, over organisations.
        sign_days: days between first signs.
        detector_days: days between first detections.
        named: share named among all legs at the year's end.
        delay: mean working days from the slowing to the sign; None where nothing slows.
        delay_error: its standard error.
        theory: mean of what it would be without a break from U = 0.

    """

    kind: str
    plan: str
    organisations: int
    legs: str
    leg_years: int
    alarm: float
    error: float
    sign_days: float
    detector_days: float
    named: float
    delay: float | None = None
    delay_error: float | None = None
    theory: float | None = None
    seen: float | None = None


@dataclass(frozen=True)
class Study:
    """Everything that was found."""

    false_alarms: tuple[FalseAlarms, ...]
    delays: tuple[Delay, ...]
    golden: tuple[float, float, float]
    organisations: tuple[Organisations, ...]
    seconds: float


def summarise(parts: Sequence[object], watched: Sequence[Watched], seconds: float) -> Study:
    """Sum up the parts of streams, and the organisations by kind and plan."""
    golden = next(part for part in parts if isinstance(part, tuple))
    kinds = list(dict.fromkeys((each.kind, each.plan) for each in watched))
    rows = []
    for kind, plan in kinds:
        mine = [each for each in watched if (each.kind, each.plan) == (kind, plan)]
        rows += _organisations(kind, plan, mine)
    return Study(
        tuple(part for part in parts if isinstance(part, FalseAlarms)),
        tuple(part for part in parts if isinstance(part, Delay)),
        golden,
        tuple(rows),
        seconds,
    )


def _organisations(kind: str, plan: str, mine: list[Watched]) -> list[Organisations]:
    legs = len(mine[0].pace)
    slow = 4 if kind == "one leg slows" else None
    others = [leg for leg in range(1, legs) if leg != slow]
    groups = {"creation": [0], "the legs after it": others}
    if slow is not None:
        groups["the leg that slows"] = [slow]
    return [_row(kind, plan, mine, name, some, slow) for name, some in groups.items()]


def _row(
    kind: str, plan: str, mine: list[Watched], name: str, some: list[int], slow: int | None
) -> Organisations:
    alarm = np.array([each.alarm[some].mean() for each in mine])
    sign, found = (
        np.concatenate([getattr(each, which)[some] for each in mine])
        for which in ("sign", "detected")
    )
    row = Organisations(
        kind,
        plan,
        len(mine),
        name,
        sign.size,
        float(alarm.mean()),
        float(alarm.std(ddof=1) / np.sqrt(alarm.size)),
        _between(sign),
        _between(found),
        float(np.mean([each.named[some].mean() for each in mine])),
    )
    if some != [slow]:
        return row
    return _with_delay(row, mine)


def _with_delay(row: Organisations, mine: list[Watched]) -> Organisations:
    """Add how soon the slowing was seen; what is not seen within the year has no day."""
    after = np.array([each.after for each in mine])
    theory = np.array([each.theory for each in mine])
    after, theory = after[~np.isnan(after)], theory[~np.isnan(after)]
    # The year ends 150 days after the slowing, so a mean is of what can be seen by then.
    seen = np.isfinite(after)
    values = asdict(row)
    values["delay"] = float(after[seen].mean())
    values["delay_error"] = float(after[seen].std(ddof=1) / np.sqrt(seen.sum()))
    values["theory"] = float(theory.mean())
    values["seen"] = float(seen.mean())
    return Organisations(**values)


def _between(day: np.ndarray) -> float:
    """Days watched over the number of first ones."""
    return float(np.minimum(day, YEAR).sum() / max(np.isfinite(day).sum(), 1))


def as_json(found: Study, options: argparse.Namespace) -> str:
    """Everything, for a program to read; what is infinite is null."""
    document = {"options": vars(options), "versions": _versions(), **asdict(found)}
    return json.dumps(_finite(document), indent=1, allow_nan=False) + "\n"


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _versions() -> dict[str, str]:
    made = {name: version(name) for name in ("mellantid", "numpy", "scipy")}
    return {"python": platform.python_version(), **made}


def as_markdown(found: Study, options: argparse.Namespace) -> str:
    """Tables for a person to read."""
    made = ", ".join(f"{name} {number}" for name, number in _versions().items())
    command = (
        f"python benchmarks/watch_study.py --years {options.years} --organisations "
        f"{options.organisations} --creation {options.creation:g} --golden {options.golden} "
        f"--seed {options.seed} --processes {options.processes}"
    )
    formula, simulated, error = found.golden
    stated = (
        f"Stated: an alarm ever with a chance of at most {ALPHA:.0%}; a false sign once in "
        f"{ARL:.0f} working days or seldomer. ± is one standard error."
    )
    delay = (
        f"A fall to a half, a false alarm in 100 planned events: the delay is {formula:.4f} by "
        f"formula and {simulated:.4f} ± {error:.4f} over {options.golden:,} simulated streams."
    )
    lines = [
        "# The watch against the truth",
        "",
        f"`{command}` with {made}; {found.seconds:.0f} s.",
        "",
        stated,
        "",
        "## Streams on plan, looked at every day",
        "",
        *_false_alarm_lines(found),
        "",
        "## Streams whose pace changes, by a plan that is given",
        "",
        *_delay_lines(found),
        "",
        delay,
        "",
        "## Organisations, deal by deal",
        "",
        *_organisation_lines(found),
    ]
    return "\n".join(lines) + "\n"


def _false_alarm_lines(found: Study) -> list[str]:
    lines = [
        "*Without doubt* is what would be if an estimated plan were taken as it is.",
        "",
        (
            "| plan | planned a day | years | ever an alarm | days between signs "
            "| days between detections | alarm without doubt | signs without doubt |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found.false_alarms:
        off = "" if row.doubt_off is None else f"{100 * row.doubt_off:.1f} %"
        off_sign = "" if row.sign_days_off is None else f"{row.sign_days_off:,.0f}"
        lines.append(
            f"| {row.kind} | {row.pace:g} | {row.years:,} "
            f"| {100 * row.alarm:.1f} ± {100 * row.error:.1f} % "
            f"| {row.sign_days:,.0f} ± {row.sign_error:,.0f} "
            f"| {row.detector_days:,.0f} ± {row.detector_error:,.0f} | {off} | {off_sign} |"
        )
    return lines


def _delay_lines(found: Study) -> list[str]:
    lines = [
        "Working days from the change until it is seen. *Theory* is the expected run length of the",
        "CUSUM watched without a break, tuned to 0.7 and its inverse, from where U stands when the",
        "change begins; from U = 0 it is as in the lines of day 1.",
        "",
        (
            "| planned a day | change to | begins on day | theory | sign | sign / theory "
            "| e-SR | alarm (median) |"
        ),
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found.delays:
        alarm = f"{row.alarm:.0f}" if math.isfinite(row.alarm) else "not within the days watched"
        lines.append(
            f"| {row.pace:g} | {row.change:g} | {row.begins} | {row.theory:.1f} "
            f"| {row.sign:.1f} ± {row.error:.1f} | {row.sign / row.theory:.2f} "
            f"| {row.detector:.1f} | {alarm} |"
        )
    return lines


def _organisation_lines(found: Study) -> list[str]:
    lines = [
        "Some two years of history, a plan, a year of it watched; the slowed leg goes at 0.7 of",
        "its pace from day 101, so that its alarms and signs are right ones. Given: by the true",
        "hazards and pace. *Seen* by the year's end, of those without a false sign before; *delay*",
        "is of these; *theory* is from U = 0 and knows no end of the year.",
        "",
        (
            "| organisations | plan | legs | leg-years | ever an alarm | days between signs "
            "| between detections | named | delay | theory | seen |"
        ),
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found.organisations:
        delay = theory = seen = ""
        if row.delay is not None and row.theory is not None and row.seen is not None:
            delay = f"{row.delay:.0f} ± {row.delay_error:.0f}"
            theory, seen = f"{row.theory:.0f}", f"{100 * row.seen:.0f} %"
        lines.append(
            f"| {row.kind} | {row.plan} | {row.legs} | {row.leg_years:,} "
            f"| {100 * row.alarm:.1f} ± {100 * row.error:.1f} % | {row.sign_days:,.0f} "
            f"| {row.detector_days:,.0f} | {100 * row.named:.1f} % | {delay} | {theory} | {seen} |"
        )
    return lines
