"""The study's scores, summed up: coverage with its error, bias in standard errors, CRPS."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import numpy as np

from coverage_study import LEVELS, Outlook, Scores

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mellantid.core.types import Floats

KINDS: Final = ("hazard", "F")


@dataclass(frozen=True)
class Coverage:
    """How often truths of one kind lay in their intervals.

    Attributes:
        truths: how many there were.
        covered: the share by level, in the order of `LEVELS`.
        error: standard error of each share; organisations are independent, their truths not.
        above: share of truths above the widest interval.
        below: share below it.

    """

    truths: int
    covered: tuple[float, ...]
    error: tuple[float, ...]
    above: float
    below: float


@dataclass(frozen=True)
class Foresight:
    """How forecasts of one horizon did.

    Attributes:
        covered: the intervals of the won amount, as for other truths.
        came: mean of what was won.
        bias: mean of forecast minus outcome, as a share of `came`.
        bias_in_errors: the same in its standard errors.
        off_truth: mean of forecast over the truth's own forecast, less 1: bias without the luck.
        off_truth_error: its standard error.
        spread: sd of the outcome's errors over the mean forecast sd.
        crps: mean score as a share of `came`.

    """

    covered: Coverage
    came: float
    bias: float
    bias_in_errors: float
    off_truth: float
    off_truth_error: float
    spread: float
    crps: float


@dataclass(frozen=True)
class Result:
    """A study's outcome."""

    organisations: int
    seconds: float
    coverage: dict[str, Coverage]
    foresight: dict[str, Foresight]


def summarise(found: Sequence[tuple[Scores, list[Outlook]]], seconds: float) -> Result:
    """Sum up what was found of each organisation."""
    groups = sorted({name for scores, _ in found for name in scores.group}, key=_in_order)
    coverage = {}
    for kind in KINDS:
        mine = [name for name in groups if name.startswith(kind)]
        for names in ([name] for name in mine):
            coverage[names[0]] = _coverage([_tally(scores, names) for scores, _ in found])
        coverage[f"{kind}, all"] = _coverage([_tally(scores, mine) for scores, _ in found])
    kinds = [f"within {outlook.horizon} days, by the {outlook.by}" for outlook in found[0][1]]
    foresight = {
        kind: _foresight([outlooks[i] for _, outlooks in found], _truths(found, i))
        for i, kind in enumerate(kinds)
    }
    return Result(len(found), seconds, coverage, foresight)


def _in_order(name: str) -> tuple[str, int, str]:
    """Sort by kind, then by the first number in the name, so that 20 comes before 120."""
    digits = [part for part in name.replace(",", " ").split() if part.isdigit()]
    return name.split(maxsplit=1)[0].strip(","), int(digits[0]) if digits else 0, name


def _tally(scores: Scores, names: list[str]) -> Floats:
    """Number of truths of some groups, those covered by level, those above, those below."""
    mine = np.isin(scores.group, names)
    covered = scores.inside[mine].sum(axis=0)
    ends = [scores.above[mine].sum(), scores.below[mine].sum()]
    return np.array([mine.sum(), *covered, *ends], dtype=np.float64)


def _coverage(tallies: list[Floats]) -> Coverage:
    """Shares, with the error of a ratio of sums over independent organisations."""
    table = np.array(tallies)
    truths = table[:, 0]
    shares = table[:, 1:].sum(axis=0) / max(truths.sum(), 1.0)
    spread = table[:, 1:] - shares * truths[:, None]
    error = np.sqrt((spread**2).sum(axis=0)) / max(truths.sum(), 1.0)
    levels = len(LEVELS)
    return Coverage(
        int(truths.sum()),
        tuple(shares[:levels].tolist()),
        tuple(error[:levels].tolist()),
        float(shares[levels]),
        float(shares[levels + 1]),
    )


def _truths(found: Sequence[tuple[Scores, list[Outlook]]], place: int) -> Floats:
    """What the truth itself foretold of the same horizon as the outlook at `place`."""
    horizon = found[0][1][place].horizon
    means = [
        outlook.mean
        for _, outlooks in found
        for outlook in outlooks
        if outlook.by == "truth" and outlook.horizon == horizon
    ]
    return np.array(means)


def _foresight(outlooks: list[Outlook], truths: Floats) -> Foresight:
    rank = np.array([outlook.rank for outlook in outlooks])
    came = np.array([outlook.came for outlook in outlooks])
    mean = np.array([outlook.mean for outlook in outlooks])
    error, off = mean - came, mean / truths - 1
    sd = np.array([outlook.sd for outlook in outlooks])
    half = np.array(LEVELS) / 2
    inside = np.abs(rank[:, None] - 0.5) <= half
    ends = np.stack([rank > 0.5 + half[-1], rank < 0.5 - half[-1]], axis=1)
    ones = np.ones((rank.size, 1))
    return Foresight(
        _coverage(list(np.hstack([ones, inside, ends]).astype(np.float64))),
        float(came.mean()),
        float(error.mean() / came.mean()),
        float(error.mean() / (error.std(ddof=1) / np.sqrt(error.size))),
        float(off.mean()),
        float(off.std(ddof=1) / np.sqrt(off.size)),
        float(error.std(ddof=1) / np.sqrt((sd**2).mean())),
        float(np.mean([outlook.crps for outlook in outlooks]) / came.mean()),
    )


def versions() -> dict[str, str]:
    """What the figures were made with."""
    made = {name: version(name) for name in ("mellantid", "numpy", "scipy")}
    return {"python": platform.python_version(), **made}


def as_json(results: dict[str, Result], options: argparse.Namespace) -> str:
    """Everything, for a program to read."""
    document = {
        "options": vars(options),
        "versions": versions(),
        "levels": LEVELS,
        "results": {name: asdict(result) for name, result in results.items()},
    }
    return json.dumps(document, indent=1) + "\n"


def as_markdown(results: dict[str, Result], options: argparse.Namespace) -> str:
    """Tables for a person to read."""
    made = ", ".join(f"{name} {number}" for name, number in versions().items())
    command = (
        f"python benchmarks/coverage.py --organisations {options.organisations}"
        f" --bent {options.bent} --seed {options.seed} --creation {options.creation:g}"
        f" --draws {options.draws} --mixed {options.mixed}"
    )
    reading = (
        "Shares are in per cent, ± one standard error over organisations. *Above* and *below* are\n"
        "the truths outside the 80 % interval. Aim: within 4 points of nominal. *By the truth* is\n"
        "a forecast with the true hazards and pace of an average seller in an average month: what\n"
        "chance alone does. Where a complication bends the course, that truth knows nothing of it."
    )
    lines = ["# Model against truth", "", f"`{command}` with {made}", "", reading]
    for name, result in results.items():
        lines += ["", f"## {name}: {result.organisations} organisations", ""]
        lines += [*_coverage_lines(result), "", *_foresight_lines(result)]
    return "\n".join(lines) + "\n"


def _coverage_lines(result: Result) -> list[str]:
    lines = [
        "| truth | number | 50 % covers | 80 % covers | above | below |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    rows = dict(result.coverage)
    rows |= {f"won {name}": foresight.covered for name, foresight in result.foresight.items()}
    for name, row in rows.items():
        shares = " | ".join(
            f"{100 * share:.1f} ± {100 * error:.1f}"
            for share, error in zip(row.covered, row.error, strict=True)
        )
        ends = f"{100 * row.above:.1f} | {100 * row.below:.1f}"
        lines.append(f"| {name} | {row.truths:,} | {shares} | {ends} |")
    return lines


def _foresight_lines(result: Result) -> list[str]:
    lines = [
        (
            "| won | mean outcome | bias | in standard errors "
            "| against the truth's own | errors' sd / forecast's sd | CRPS |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {row.came / 1e6:.2f} M | {100 * row.bias:+.1f} % "
        f"| {row.bias_in_errors:+.1f} "
        f"| {100 * row.off_truth:+.1f} ± {100 * row.off_truth_error:.1f} % "
        f"| {row.spread:.2f} | {100 * row.crps:.1f} % of the mean |"
        for name, row in result.foresight.items()
    ]
    return lines
