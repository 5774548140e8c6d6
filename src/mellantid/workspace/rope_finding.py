"""Cut-offs by stage and by amount band, and the chances that they are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.cutoff import (
    Cutoff,
    cutoffs_by_group,
    cutoffs_from,
    with_override,
)
from mellantid.core.chances.wintable import win_chances
from mellantid.core.counting.counts import Cells, Counts
from mellantid.core.modelling.bands import AmountBands, even_bands
from mellantid.core.modelling.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race

LONG_RUN: Final = 500
"""Working days that stand for `at all`: two years."""
THIRDS: Final = 3
"""Bands where the model tells none apart: small, middle and large deals, a third of each."""


@dataclass(frozen=True, eq=False)
class Found:
    """Cut-offs, and what they are measured on.

    Attributes:
        stages: the cut-off of every stage.
        bands: the amount bands; None where amounts are unknown or alike.
        by_band: the cut-offs of each band.
        band: each open deal's band, by what its amount was when it entered its stage.
        entering: F_s(t), an entrant's chance to be won within t days, (T + 1, S).

    """

    stages: tuple[Cutoff, ...]
    bands: AmountBands | None
    by_band: tuple[tuple[Cutoff, ...], ...]
    band: Ints
    entering: Floats


def find(race: Race, override: Mapping[int, int] | None, days: int) -> Found:
    """Find the cut-offs of stages and bands.

    The bands are those that the model tells apart; where it tells none, thirds by amount, whose
    daily chances are pooled toward those of all.

    Args:
        race: what is known.
        override: cut-offs chosen by hand, by stage.
        days: how far `Found.entering` must reach at least.

    """
    process, whole = race.history.process, race.model.hazard[:1]
    bands, counts, hazard = _bands(race)
    hazards = whole if hazard is None else np.concatenate([whole, hazard])
    standing, entering = win_chances(process, hazards, max(LONG_RUN, days))
    stages = with_override(cutoffs_from(race.counts, standing[0], entering[0, -1]), override)
    by_band: tuple[tuple[Cutoff, ...], ...] = ()
    band = np.full(race.open_deals.size, -1, dtype=np.int64)
    if bands is not None:
        by_band = cutoffs_by_group(stages, race.counts, counts, standing[1:], entering[1:, -1])
        entered = race.open_deals.entry_amount
        band = bands.of(race.open_deals.amount if entered is None else entered)
    return Found(stages, bands, by_band, band, entering[0])


def _bands(race: Race) -> tuple[AmountBands | None, Sequence[Counts], Floats | None]:
    """The amount bands, their histograms, and their daily chances."""
    stays = race.sojourns
    amounts = stays.amount
    if amounts is None or np.isnan(amounts).all():
        return None, (), None
    bands = race.banded.bands if race.banded else None
    if bands is None:
        bands = even_bands(amounts, THIRDS, bool(np.isnan(amounts).any()))
    of = bands.of(amounts)
    counts = [Counts.of(stays.take(of == each)) for each in range(bands.size)]
    if bands.size == 1:
        return None, (), None
    return bands, counts, race.banded.model.hazard if race.banded else _pooled(race, counts)


def _pooled(race: Race, counts: Sequence[Counts]) -> Floats:
    """Each band's daily chances, pooled toward those of all."""
    cells = [each.table(race.ages) for each in counts]
    bands = Cells(
        race.history.process,
        np.concatenate([each.exits for each in cells]),
        np.concatenate([each.exposure for each in cells]),
    )
    return pool(race.model, bands).hazard
