"""The rope: at what age in a stage a deal is caught, learned from history, and who is caught.

One rope a stage, and one for each group of deals (bands of amount, by default) where the group has
enough stays of its own to tell it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.chances.wintable import WinTable
    from mellantid.core.counting.counts import Counts
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.types import Floats, Ints

HALF_CHANCE: Final = "half_chance"
Q90: Final = "q90"
OVERRIDE: Final = "override"
TOO_EARLY: Final = "too_early"
STAGE: Final = "stage"
"""Of a group: the stage's own cut-off, as too few of the group's stays went on."""

SHARE: Final = 0.9
"""Of the stays that went on, this share had done so by the default cut-off."""
SMALLEST: Final = 10
"""Fewer stays that went on tell no 90th percentile: not one of them lies above it."""
IN_GROUP: Final = 30
"""Fewer stays that went on in any of a stage's groups tell no difference between the groups."""
NEVER: Final = int(np.iinfo(np.int64).max)
"""An age that nobody reaches: the limit where it is too early to say."""
AT_RISK: Final = 10
"""A chance at an age that fewer deals have seen is the model's guess, not experience."""


@dataclass(frozen=True)
class Cutoff:
    """The rope of one stage.

    Attributes:
        stage: the stage.
        age: a deal older than this, in working days in the stage, is caught; None: too early to
            say.
        basis: how it was found: `HALF_CHANCE`, `Q90`, `OVERRIDE` or `TOO_EARLY`; of a group also
            `STAGE`.
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
    found = cutoffs_from(counts, table.standing[-1], table.entering[-1])
    return with_override(found, override)


def with_override(
    ropes: Sequence[Cutoff], override: Mapping[int, int] | None
) -> tuple[Cutoff, ...]:
    """The cut-offs with those chosen by hand, by stage, in place of the ones learned.

    Raises:
        QuestionError: an age chosen by hand is below 0 or of a stage that there is not.

    """
    chosen = dict(override or {})
    if any(not 0 <= stage < len(ropes) or age < 0 for stage, age in chosen.items()):
        raise QuestionError(
            "A cut-off set by hand needs a stage of the process and an age of 0 days or more."
        )
    return tuple(
        Cutoff(each.stage, chosen[each.stage], OVERRIDE, each.n) if each.stage in chosen else each
        for each in ropes
    )


def cutoffs_from(counts: Counts, standing: Floats, fresh: Floats) -> tuple[Cutoff, ...]:
    """The cut-off of every stage, from chances to be won at all (see `cutoffs`).

    Args:
        counts: the histogram of sojourns.
        standing: chance of a deal that stands in a stage at the end of a day, by age, (S, A).
        fresh: chance of an entrant, (S,).

    """
    return tuple(
        _cutoff(counts, standing[stage], float(fresh[stage]), stage)
        for stage in range(counts.process.size)
    )


def cutoffs_by_group(
    stages: Sequence[Cutoff],
    whole: Counts,
    counts: Sequence[Counts],
    standing: Floats,
    fresh: Floats,
) -> tuple[tuple[Cutoff, ...], ...]:
    """The cut-off of every stage for each group of deals, (G of S).

    A stage's groups have ropes of their own, found in the same way as the stage's, where each of
    them has `IN_GROUP` stays that went on; else all have the stage's. One set by hand holds for
    all.

    Args:
        stages: the stages' own cut-offs.
        whole: of all deals; the ages that enough of them have seen count for the groups too.
        counts: of each group's deals.
        standing: as in `cutoffs_from`, by group, (G, S, A).
        fresh: likewise, (G, S).

    """
    found = [[_went_on(each, rope.stage) for each in counts] for rope in stages]
    columns = []
    for rope, ages in zip(stages, found, strict=True):
        told = rope.basis in {HALF_CHANCE, Q90} and all(n.sum() >= IN_GROUP for _, n in ages)
        seen = _ages_seen(whole, rope.stage, standing.shape[-1])
        columns.append(
            [
                _of_group(rope, *own, standing[g, rope.stage, : seen + 1], fresh[g, rope.stage])
                if told
                else _as_the_stage(rope, int(own[1].sum()))
                for g, own in enumerate(ages)
            ]
        )
    return tuple(zip(*columns, strict=True))


def _of_group(rope: Cutoff, age: Ints, count: Ints, standing: Floats, fresh: float) -> Cutoff:
    """A group's own cut-off, found as its stage's is."""
    half = _half_age(standing, fresh) if rope.basis == HALF_CHANCE else None
    if half is not None:
        return Cutoff(rope.stage, half, HALF_CHANCE, int(count.sum()))
    return Cutoff(rope.stage, _percentile(age, count), Q90, int(count.sum()))


def _as_the_stage(rope: Cutoff, n: int) -> Cutoff:
    basis = rope.basis if rope.basis in {OVERRIDE, TOO_EARLY} else STAGE
    return Cutoff(rope.stage, rope.age, basis, n, rope.missing)


def _cutoff(counts: Counts, standing: Floats, fresh: float, stage: int) -> Cutoff:
    age, count = _went_on(counts, stage)
    n = int(count.sum())
    if n < SMALLEST:
        return Cutoff(stage, None, TOO_EARLY, n, SMALLEST - n)
    seen = _ages_seen(counts, stage, standing.size)
    half = _half_age(standing[: seen + 1], fresh)
    if half is not None:
        return Cutoff(stage, half, HALF_CHANCE, n)
    return Cutoff(stage, _percentile(age, count), Q90, n)


def _went_on(counts: Counts, stage: int) -> tuple[Ints, Ints]:
    """Ages at which stays went on, to a later stage or to won, and how many did."""
    won = counts.process.won_state
    on = (counts.stage == stage) & (counts.to > stage) & (counts.to <= won)
    return counts.age[on], counts.count[on]


def _ages_seen(counts: Counts, stage: int, ages: int) -> int:
    """The last age at which at least `AT_RISK` deals stood in the stage; -1 where none did."""
    here = counts.stage == stage
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


def limits(
    open_: OpenDeals,
    ropes: Sequence[Cutoff],
    by_group: Sequence[Sequence[Cutoff]] = (),
    group: Ints | None = None,
) -> Ints:
    """The age past which each open deal is caught; `NEVER` where it is too early to say.

    Args:
        open_: the open deals.
        ropes: the stages' cut-offs.
        by_group: those of each group, in the order of `group`.
        group: each open deal's group; below 0 where it has none: the stage's own holds.

    """
    ages = np.array([[_limit(rope) for rope in each] for each in (ropes, *by_group)])
    of = np.zeros_like(open_.stage) if group is None else np.maximum(group, -1) + 1
    found: Ints = ages[of, open_.stage]
    return found


def _limit(rope: Cutoff) -> int:
    return NEVER if rope.age is None else rope.age


def caught(open_: OpenDeals, ropes: Sequence[Cutoff], limit: Ints | None = None) -> Ints:
    """Places in `open_` of the deals that are older than their cut-off.

    The most money comes first, then deals of unknown amount.

    Args:
        open_: the open deals.
        ropes: the stages' cut-offs.
        limit: each deal's own limit, where it is not its stage's (`limits`).

    """
    late = np.flatnonzero(open_.age > (limits(open_, ropes) if limit is None else limit))
    # NaN sorts last.
    return late[np.argsort(-open_.amount[late], kind="stable")]
