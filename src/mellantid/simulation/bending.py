"""True hazards bent: as rates that can be multiplied, or with losses that nobody records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mellantid.core.types import Floats, Ints


def rates(q: Floats) -> Floats:
    """Rates whose day gives the chances `q`: r_j = -log(1 - Q) q_j / Q, with Q = Σ_j q_j.

    Both have shape (..., D, A). Rates of competing ways multiply and add where chances do not.
    """
    total = q.sum(axis=-2, keepdims=True)
    share = np.divide(q, total, out=np.zeros_like(q), where=total > 0)
    made: Floats = -np.log1p(-np.minimum(total, 1 - 1e-12)) * share
    return made


def chances(rate: Floats) -> Floats:
    """The daily chances of rates: the inverse of `rates`."""
    total = rate.sum(axis=-2, keepdims=True)
    share = np.divide(rate, total, out=np.zeros_like(rate), where=total > 0)
    made: Floats = -np.expm1(-total) * share
    return made


def ways_out(q: Floats) -> Ints:
    """The destinations of each stage, shape (S, W): those with a chance first, then any others."""
    used = q.any(axis=2)
    width = int(used.sum(axis=1).max())
    return np.argsort(~used, axis=1, kind="stable")[:, :width].astype(np.int64)


def with_ghosts(q: Floats, lost_state: int, share: float) -> Floats:
    """Daily chances as the records show them when a share of the losses goes unrecorded.

    With f the chances to leave at an age counted from the entry, those of lost fall by `share`;
    who is not recorded as gone stands there for ever: q'(a) = f'(a) / (1 - Σ_{b<a} f'(b)).
    """
    if share == 0.0:
        return q
    stay = np.cumprod(1.0 - q.sum(axis=-2, keepdims=True), axis=-1)
    before = np.concatenate([np.ones_like(stay[..., :1]), stay[..., :-1]], axis=-1)
    left = q * before
    left[..., lost_state, :] *= 1.0 - share
    gone = np.cumsum(left.sum(axis=-2, keepdims=True), axis=-1)
    shown: Floats = left / np.concatenate(
        [np.ones_like(gone[..., :1]), 1.0 - gone[..., :-1]], axis=-1
    )
    return shown
