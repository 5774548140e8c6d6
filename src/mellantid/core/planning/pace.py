"""The smoothest pace of creating deals that meets every target: a small linear program.

With one target the answer is a constant pace in closed form. With several, a constant pace that
meets them all would overshoot the easier ones, so steadiness is weighed against overshoot: a change
of pace, as a share of that constant pace, against an excess, as a share of the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.sums import sums
from mellantid.core.weeks import QUARTER
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats, Ints

CHANGE_COST: Final = 0.5
"""What changing the pace by all of itself costs, against exceeding a target by all of it."""
BEND_COST: Final = 1.0
"""What the largest change between two weeks costs likewise: a ramp is chosen over a step."""
ROUNDING: Final = 1e-9


def best_pace(history: History, window: int = QUARTER) -> float:
    """Deals created a working day in the best `window` days known; 0 where none was created."""
    day = history.middle_day[history.creations]
    if not day.size:
        return 0.0
    begin = int(day.min())
    made = np.bincount(day - begin, minlength=max(history.until_day - begin + 1, 1))
    width = min(window, made.size)
    total = np.concatenate([[0], np.cumsum(made)])
    return float((total[width:] - total[:-width]).max() / width)


def within_reach(worth: Floats, gaps: Floats, season: Floats, cap: float) -> Bools:
    """Whether the pace at its cap brings in what each target lacks (see `smoothest_pace`)."""
    total = worth @ season
    at_cap = np.where(total > 0, total * cap if np.isfinite(cap) else np.inf, 0.0)
    return gaps <= at_cap * (1 + ROUNDING)


def smoothest_pace(
    worth: Floats,
    gaps: Floats,
    targets: Floats,
    week: Ints,
    season: Floats,
    cap: float = np.inf,
) -> Floats:
    """Deals to create on each working day, so that each target's gap is closed.

    Where a gap cannot be closed under the cap, the pace that comes nearest.

    Args:
        worth: expected amount that a deal created on each day brings to each target, (K, days).
        gaps: what each target lacks when nothing is created; below zero where it is exceeded.
        targets: the targets themselves, above zero.
        week: the week that each day belongs to, ascending; the pace is level within one.
        season: factor on the pace of each day, about 1.
        cap: the highest pace, before season.

    """
    _, block = np.unique(week, return_inverse=True)
    gain = np.stack([sums(block, season * row, int(block[-1]) + 1) for row in worth])
    total = gain.sum(axis=1)
    lack = np.clip(gaps, 0.0, np.where(total > 0, total * min(cap, 1e300), 0.0))
    level = np.divide(lack, total, out=np.zeros_like(lack), where=total > 0)
    if level.max() == 0.0:
        return np.zeros_like(season)
    if level.size == 1 or np.ptp(level) <= ROUNDING * level.max():
        return season * float(level.max())
    # In units of the constant pace that meets every target, so that the solver's tolerances fit.
    top = float(level.max())
    share = gain / np.where(total > 0, total, 1.0)[:, None]
    excess = top * total / targets
    steady: Floats = _weigh(share, level / top, excess, cap / top)[block]
    return season * top * steady


def _weigh(share: Floats, level: Floats, excess: Floats, cap: float) -> Floats:
    """The weekly pace that weighs steadiness against overshoot.

    Variables: the pace b of each week, the overshoot o of each target, the change v between weeks,
    and the largest of these, m. Minimise Σ excess · o + CHANGE_COST · Σ v + BEND_COST · m subject
    to share · b - o = level, v ≥ |Δb|, m ≥ v, 0 ≤ b ≤ cap, o ≥ 0.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to load, and seldom needed

    targets, weeks = share.shape
    turn = np.diff(np.eye(weeks), axis=0)
    one, none, column = np.eye(weeks - 1), np.zeros((weeks - 1, targets)), np.ones((weeks - 1, 1))
    bounds = np.block(
        [
            [turn, none, -one, 0 * column],
            [-turn, none, -one, 0 * column],
            [0 * turn, none, one, -column],
        ]
    )
    cost = np.concatenate([np.zeros(weeks), excess, np.full(weeks - 1, CHANGE_COST), [BEND_COST]])
    found = linprog(
        cost,
        A_ub=bounds,
        b_ub=np.zeros(3 * (weeks - 1)),
        A_eq=np.hstack([share, -np.eye(targets), np.zeros((targets, weeks))]),
        b_eq=level,
        bounds=[(0.0, cap)] * weeks + [(0.0, None)] * (targets + weeks),
    )
    if found.x is None:
        raise QuestionError(
            f"No pace meets these targets together ({found.message}): plan them one at a time."
        )
    pace: Floats = np.maximum(found.x[:weeks], 0.0)
    return pace
