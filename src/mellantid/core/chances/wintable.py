"""The win table: every deal's chance to be won within t working days, from the daily chances.

With q[s, j, a] the chance to leave stage s for j on the day of age a, and r = 1 - Σ_j q the chance
to stay, a deal that stands in s at the end of a day, a days after entry, is won within t days with

    V[s, a, t] = Σ_j q[s, j, a + 1] F_j(t - 1) + r[s, a + 1] V[s, a + 1, t - 1],   V[., ., 0] = 0,

and a deal that enters j on a day with t days to come, and may move on the same day, with

    F_j(t) = Σ_k q[j, k, 0] F_k(t) + r[j, 0] V[j, 0, t],   F_won = 1, F_lost = 0.

Writing V[j, 0, t] out gives F alone: the stay in s ends at age a with chance
f[s, j, a] = r[s, 0] ... r[s, a - 1] q[s, j, a], so that F_s(t) = Σ_a Σ_j f[s, j, a] F_j(t - a), a
renewal equation whose terms of age 0 are a linear system with the same matrix for every t. F is
computed first, and V from it. All terms are at least 0, so nothing cancels. The last age stands for
itself and all later ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

# Deals that only ever circle within a day are never won; this keeps their system solvable.
_MOST_SAME_DAY: Final = 1.0 - 1e-12
# Models computed at once: their arrays then fit into the processor's cache.
_AT_ONCE: Final = 16
# Days stepped over at once where only the horizon itself is wanted.
_STRIDE: Final = 20
# Multiplications that the linear algebra library does in the calling thread. Above it would start
# threads, which for many small products cost more than they give, a hundredfold on a busy machine.
_ONE_THREAD: Final = 250_000


@dataclass(frozen=True, eq=False)
class WinTable:
    """Chances to be won within t working days, t from 0 to T.

    Attributes:
        process: the course.
        standing: V[t, s, a] for a deal that stands in s at the end of a day, a days after entry,
            (T + 1, S, A).
        entering: F[t, s] for a deal on the day on which it enters s, before it may move on,
            (T + 1, S).

    """

    process: Process
    standing: Floats
    entering: Floats

    @property
    def horizon(self) -> int:
        """The longest time to go, T."""
        return len(self.entering) - 1

    @property
    def ages(self) -> int:
        """The number of ages, A."""
        return int(self.standing.shape[-1])


def win_table(process: Process, hazard: Floats, horizon: int) -> WinTable:
    """The win table of one array of daily chances.

    Args:
        process: the course.
        hazard: daily chances, (S, D, A).
        horizon: the longest time to go, T, in working days.

    Raises:
        QuestionError: the horizon is below 0 or the chances have the wrong shape.

    """
    if hazard.ndim != 3:
        raise QuestionError("A win table is of one model: choose one group or draw of the chances.")
    exits = _Exits.of(process, hazard[None], horizon)
    values = _values(exits, process, horizon)
    return WinTable(process, _standing(exits, values), values[0, :, : process.size].copy())


def win_chances(process: Process, hazards: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Win chances of many models at once: V at the horizon only, F at all times to go.

    Args:
        process: the course.
        hazards: daily chances, (..., S, D, A).
        horizon: the longest time to go, T, in working days.

    Returns:
        V at T, (..., S, A), and F, (..., T + 1, S).

    Raises:
        QuestionError: the horizon is below 0 or the chances have the wrong shape.

    """
    lead, ages = hazards.shape[:-3], hazards.shape[-1]
    flat = hazards.reshape(-1, *hazards.shape[-3:])
    standing = np.empty((len(flat), process.size, ages))
    entering = np.empty((len(flat), max(horizon, 0) + 1, process.size))
    for start in range(0, len(flat), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        exits = _Exits.of(process, flat[some], horizon)
        values = _values(exits, process, horizon)
        entering[some] = values[..., : process.size]
        standing[some] = _standing_at(exits, values)
    return (
        standing.reshape(*lead, process.size, ages),
        entering.reshape(*lead, *entering.shape[1:]),
    )


@dataclass(frozen=True, eq=False)
class _Exits:
    """The ways out that may yet lead to won, K of each stage at most, of N models.

    Attributes:
        to: destinations, (S, K); rows with fewer are filled up with such as cannot happen.
        chance: daily chances of these, (N, S, K, A).
        stay: daily chances to stay, (N, S, A).

    """

    to: Ints
    chance: Floats
    stay: Floats

    @classmethod
    def of(cls, process: Process, hazards: Floats, horizon: int) -> _Exits:
        if horizon < 0:
            raise QuestionError(f"A horizon of {horizon} days is over: ask for 0 days or more.")
        if hazards.shape[1:3] != (process.size, process.size + 2):
            raise QuestionError(
                f"Chances of shape {hazards.shape[1:]} are not of the process {process.name!r} "
                f"with {process.size} stages: fit the model on this process."
            )
        possible = np.asarray((hazards > 0).any((0, -1)))
        possible[:, process.lost_state] = False
        width = max(int(possible.sum(1).max()), 1)
        to = np.argsort(~possible, axis=1, kind="stable")[:, :width]
        # A place to fill may name lost, which is worth nothing: its chance must not count.
        chance = hazards[:, np.arange(process.size)[:, None], to]
        chance = chance * np.take_along_axis(possible, to, axis=1)[..., None]
        return cls(to, chance, np.maximum(1.0 - hazards.sum(2), 0.0))


def _values(exits: _Exits, process: Process, horizon: int) -> Floats:
    """Worth of entering each state with t days to go, (N, T + 1, S + 2): F, 1 if won, 0 if lost."""
    models, stages = exits.stay.shape[:2]
    values = np.zeros((models, horizon + 1, stages + 2))
    values[..., process.won_state] = 1.0
    ending = _ending(exits, horizon + 1)
    # The worth of each way out, the latest time first, so that ages and times run alongside.
    worth = np.zeros((models, *exits.to.shape, horizon + 1))
    worth[:, exits.to == process.won_state] = 1.0
    won_today = (exits.chance[..., 0] * (exits.to == process.won_state)).sum(-1)
    solve = _same_day(exits, stages)
    for t in range(horizon + 1):
        later = np.vecdot(ending[..., 1 : t + 1], worth[..., horizon - t + 1 :]).sum(-1)
        values[:, t, :stages] = np.matvec(solve, won_today + later)
        worth[..., horizon - t] = values[:, t][:, exits.to]
    return np.minimum(values, 1.0)


def _ending(exits: _Exits, ages: int) -> Floats:
    """Chance that a stay ends at each age by each way out, f, (N, S, K, `ages`)."""
    survival = np.cumprod(_extend(exits.stay, ages), axis=-1)
    reached = np.concatenate((np.ones((*survival.shape[:-1], 1)), survival[..., :-1]), axis=-1)
    ending: Floats = _extend(exits.chance, ages) * reached[..., None, :]
    return ending


def _extend(by_age: Floats, ages: int) -> Floats:
    """Values at ages 0 to `ages` - 1, the last one known standing for all later."""
    known = by_age.shape[-1]
    if ages <= known:
        return by_age[..., :ages]
    rest = np.repeat(by_age[..., -1:], ages - known, axis=-1)
    return np.concatenate((by_age, rest), axis=-1)


def _same_day(exits: _Exits, stages: int) -> Floats:
    """The matrix that gives F(t) from what is left when the same day's moves are taken out."""
    models = len(exits.chance)
    moves = np.zeros((models, stages, stages + 2))
    moves[:, np.arange(stages)[:, None], exits.to] = exits.chance[..., 0]
    moves = moves[..., :stages]
    total = moves.sum(-1, keepdims=True)
    moves *= np.minimum(1.0, _MOST_SAME_DAY / np.maximum(total, _MOST_SAME_DAY))
    inverse: Floats = np.linalg.inv(np.eye(stages) - moves).astype(np.float64)
    return inverse


def _standing(exits: _Exits, values: Floats) -> Floats:
    """V of a single model, (T + 1, S, A), by the backward recursion."""
    stay = _next_age(exits.stay[0])
    chance = np.ascontiguousarray(_next_age(exits.chance[0]).swapaxes(-1, -2))
    worth = np.ascontiguousarray(values[0][:, exits.to].transpose(1, 2, 0))
    stages, ages = stay.shape
    standing = np.zeros((len(values[0]), stages, ages))
    left = np.empty((stages, ages))
    for t in range(1, len(standing)):
        np.matmul(chance, worth[..., t - 1, None], out=standing[t][..., None])
        left[:, :-1] = standing[t - 1][:, 1:]
        left[:, -1] = standing[t - 1][:, -1]
        left *= stay
        standing[t] += left
    return np.minimum(standing, 1.0, out=standing)


def _next_age(by_age: Floats) -> Floats:
    """Each age's value of the age after it."""
    return _extend(by_age[..., 1:] if by_age.shape[-1] > 1 else by_age, by_age.shape[-1])


def _standing_at(exits: _Exits, values: Floats) -> Floats:
    """V at the longest time to go, (N, S, A).

    The recursion is taken `_STRIDE` days at a time. With `leave[a, i]` the chance to leave on day
    i of the stride, V_t[a] = Σ_i leave[a, i] F(t - i) + stayed[a] V_{t - stride}[a + stride], where
    the first term is one product of matrices for all strides.
    """
    horizon, ages = values.shape[1] - 1, exits.stay.shape[-1]
    strides = -(-horizon // _STRIDE)
    stride_worth = _stride_worth(exits, values, strides)
    reach = ages + _STRIDE
    standing: Floats = np.empty(exits.stay.shape)
    stay, chance = _extend(exits.stay, reach), _extend(exits.chance, reach)
    for model in range(len(standing)):
        leave, stayed = _over_stride(stay[model], chance[model], ages)
        gained = _small_products(leave, stride_worth[model])
        reached = np.zeros(stayed.shape)
        for number in range(strides):
            further = _extend(reached, reach)[..., _STRIDE:]
            reached = gained[..., number] + stayed * further
        standing[model] = reached
    np.minimum(standing, 1.0, out=standing)
    return standing


def _small_products(leave: Floats, worth: Floats) -> Floats:
    """Σ_i leave[s, i, a] worth[s, i, n], (S, A, strides), some ages at a time."""
    stages, width, ages = leave.shape
    strides = worth.shape[-1]
    gained = np.empty((stages, ages, strides))
    block = max(_ONE_THREAD // max(width * strides, 1), 1)
    for start in range(0, ages, block):
        some = slice(start, start + block)
        np.matmul(leave[..., some].swapaxes(-1, -2), worth, out=gained[:, some])
    return gained


def _stride_worth(exits: _Exits, values: Floats, strides: int) -> Floats:
    """Worth of leaving on each day of each stride, (N, S, K * stride, strides), the last first.

    Stride number n ends with (n + 1) * stride - (whole strides - T) days to go; with less than 0
    days to go nothing is worth anything.
    """
    horizon = values.shape[1] - 1
    to_go = horizon - (strides - 1 - np.arange(strides)) * _STRIDE
    left = to_go[None, :] - np.arange(1, _STRIDE + 1)[:, None]
    worth = values[:, np.maximum(left, 0)] * (left >= 0)[..., None]
    by_exit: Floats = worth[..., exits.to].transpose(0, 3, 4, 1, 2)
    models, stages, width = by_exit.shape[:3]
    return by_exit.reshape(models, stages, width * _STRIDE, strides)


def _over_stride(stay: Floats, chance: Floats, ages: int) -> tuple[Floats, Floats]:
    """Chances to leave on each day of a stride, (S, K * stride, A), and to stay it out, (S, A)."""
    stages, width = chance.shape[:2]
    leave = np.empty((stages, width, _STRIDE, ages))
    stayed = np.ones((stages, ages))
    for day in range(1, _STRIDE + 1):
        np.multiply(chance[..., day : day + ages], stayed[:, None], out=leave[:, :, day - 1])
        stayed = stayed * stay[:, day : day + ages]
    return leave.reshape(stages, width * _STRIDE, ages), stayed
