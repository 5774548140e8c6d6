"""The rope: at what age in a stage a deal is caught, learned from history, and who is caught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.counting.counts import Counts
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.types import Bools, Floats, Ints

HALF_CHANCE: Final = "half_chance"
Q90: Final = "q90"
OVERRIDE: Final = "override"
TOO_EARLY: Final = "too_early"

SHARE: Final = 0.9
"""Of the stays that went on, this share had done so by the default cut-off."""
SMALLEST: Final = 10
"""Fewer stays that went on tell no 90th percentile: not one of them lies above it."""
AT_RISK: Final = 10
"""A chance at an age that fewer deals have seen is the model's guess, not experience."""


@dataclass(frozen=True)
class Cutoff:
    """The rope of one stage.

    Attributes:
        stage: the stage.
        age: a deal older than this, in working days in the stage, is caught; None: too early to
            say.
        basis: how it was found: `HALF_CHANCE`, `Q90`, `OVERRIDE` or `TOO_EARLY`.
        n: stays that went on, to a later stage or to won, on which it stands.
        missing: how many more of them are needed before anything can be said.

    """

    stage: int
    age: int | None
    basis: str
    n: int
    missing: int = 0


def cutoffs(
    counts: Counts, table: WinTable, override: Mapping[int, int] | None = None
) -> tuple[Cutoff, ...]:
    """The cut-off of every stage.

    The age a from which on the chance V[s, a, T] of a deal that still stands there is at most half
    of a fresh entrant's, F_s(T), with T the horizon of the table: long enough to stand for *at
    all*. Ages that fewer than ten deals have seen do not count. Where no such age is reached, the
    90th percentile of the ages at which stays went on. Both need ten stays that went on.

    Args:
        counts: the histogram of sojourns.
        table: the win table.
        override: ages chosen by hand, by stage.

    Raises:
        QuestionError: an age chosen by hand is below 0 or of a stage that there is not.

    """
    chosen = dict(override or {})
    size = counts.process.size
    if any(not 0 <= stage < size or age < 0 for stage, age in chosen.items()):
        raise QuestionError(
            "A cut-off set by hand needs a stage of the process and an age of 0 days or more."
        )
    return tuple(_cutoff(counts, table, stage, chosen.get(stage)) for stage in range(size))


def _cutoff(counts: Counts, table: WinTable, stage: int, override: int | None) -> Cutoff:
    here = counts.stage == stage
    on = here & (counts.to > stage) & (counts.to <= counts.process.won_state)
    n = int(counts.count[on].sum())
    if override is not None:
        return Cutoff(stage, override, OVERRIDE, n)
    if n < SMALLEST:
        return Cutoff(stage, None, TOO_EARLY, n, SMALLEST - n)
    seen = _ages_seen(counts, here, table.ages)
    half = _half_age(table.standing[-1, stage, : seen + 1], table.entering[-1, stage])
    if half is not None:
        return Cutoff(stage, half, HALF_CHANCE, n)
    return Cutoff(stage, _percentile(counts.age[on], counts.count[on]), Q90, n)


def _ages_seen(counts: Counts, here: Bools, ages: int) -> int:
    """The last age at which at least `AT_RISK` deals stood in the stage; -1 where none did."""
    first, last, count = counts.entry_age[here], counts.age[here], counts.count[here]
    top = ages - 1
    enters = np.bincount(np.minimum(first, top), count, minlength=ages + 1)
    leaves = np.bincount(np.minimum(last, top) + 1, count, minlength=ages + 1)
    enough = np.flatnonzero(np.cumsum(enters - leaves)[:ages] >= AT_RISK)
    return int(enough[-1]) if enough.size else -1


def _half_age(standing: Floats, fresh: float) -> int | None:
    """The first age from which on the chance is at most half a fresh one's; None: not reached."""
    above = np.flatnonzero(standing > 0.5 * fresh)
    first = int(above[-1]) + 1 if above.size else 0
    return first if first < standing.size and fresh > 0 else None


def _percentile(age: Ints, count: Ints) -> int:
    """The smallest age by which at least `SHARE` of the stays had gone on."""
    order = np.argsort(age, kind="stable")
    up_to = np.cumsum(count[order])
    return int(age[order][np.searchsorted(up_to, SHARE * up_to[-1] - 1e-9)])


def caught(open_: OpenDeals, ropes: tuple[Cutoff, ...]) -> Ints:
    """Places in `open_` of the deals that are older than their stage's cut-off.

    The most money comes first, then deals of unknown amount.
    """
    # Nobody reaches an age that is not known yet.
    never = np.iinfo(np.int64).max
    limits = np.array([never if rope.age is None else rope.age for rope in ropes], dtype=np.int64)
    late = np.flatnonzero(open_.age > limits[open_.stage])
    # NaN sorts last.
    return late[np.argsort(-open_.amount[late], kind="stable")]
