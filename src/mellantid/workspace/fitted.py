"""The fitted model as plain values: daily chances by age, and chances to be won."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.wintable import win_table

if TYPE_CHECKING:
    from mellantid.workspace.race import Race

WIN_AGES: Final = (0, 20, 60)
WIN_WITHIN: Final = (20, 60, 120, 240)
LEVEL: Final = 0.8


@dataclass(frozen=True)
class StageCount:
    """How many stays there have been in a stage, and how many of them are still going on."""

    stage: str
    sojourns: int
    open: int


@dataclass(frozen=True)
class CellRow:
    """What is known of one way out of a stage at some ages; see `core.modelling.model.BinRow`."""

    stage: str
    to: str
    age_from: int
    age_to: int
    exits: float
    exposure: float
    hazard: float
    low: float
    high: float


@dataclass(frozen=True)
class WinRow:
    """The chance of a deal of some age in a stage to be won within so many working days."""

    stage: str
    age: int
    within: int
    p: float


@dataclass(frozen=True)
class MemoryRow:
    """How a stage's past is weighed: by a half-life in months; None: all of it counts alike."""

    stage: str
    half_life: float | None


@dataclass(frozen=True)
class RatioRow:
    """What deals that stood in a stage were won for, over what they stood for there.

    Attributes:
        stage: where they stood.
        ratio: what is reckoned with: 1 where the data do not say otherwise.
        seen: as it was; None where no won deal has an amount.
        deals: how many won deals tell of it.

    """

    stage: str
    ratio: float
    seen: float | None
    deals: int


@dataclass(frozen=True)
class BandRow:
    """How deals of an amount band differ from the organisation's in one stage.

    Attributes:
        band: the band's place, from the smallest amounts up.
        above: amounts above this are in it; None in the lowest band, and where unknown.
        up_to: amounts up to this are in it; None in the highest band, and where unknown.
        unknown: whether it holds the deals whose amount was not known when they entered.
        share: of the deals to come.
        stage: where from.
        moving: factor on the daily chance to move to the next stage, or to be won.
        lost: factor on the daily chance to be lost.

    """

    band: int
    above: float | None
    up_to: float | None
    unknown: bool
    share: float
    stage: str
    moving: float
    lost: float


@dataclass(frozen=True)
class Bands:
    """The amount bands, and how strongly they lean on the organisation.

    Attributes:
        strength: exits that the organisation counts for beside a band's own; None without bands.
        spread: how much the bands' chances differ, as a share; 0 without bands.
        gain: what telling them apart adds to the log likelihood.
        rows: by band and stage; empty where all deals are alike.

    """

    strength: float | None
    spread: float
    gain: float
    rows: tuple[BandRow, ...]


@dataclass(frozen=True)
class Fitted:
    """The model; the keys are those of `mellantid model --json`."""

    process: str
    level: float
    stages: tuple[StageCount, ...]
    cells: tuple[CellRow, ...]
    win: tuple[WinRow, ...]
    memory: tuple[MemoryRow, ...]
    bands: Bands
    won_ratio: tuple[RatioRow, ...]


def fitted(race: Race) -> Fitted:
    """Tell what the model of a race says."""
    process, counts = race.history.process, race.counts
    model = race.model
    table = win_table(process, model.hazard[0], max(WIN_WITHIN))
    oldest = table.standing.shape[-1] - 1
    return Fitted(
        process=process.name,
        level=LEVEL,
        stages=tuple(
            StageCount(
                name,
                int(counts.count[counts.stage == stage].sum()),
                int((race.open_deals.stage == stage).sum()),
            )
            for stage, name in enumerate(process.stages)
        ),
        cells=tuple(
            CellRow(
                process.stages[row.stage],
                process.state_name(row.to),
                row.age_from,
                row.age_to,
                row.exits,
                row.exposure,
                row.hazard,
                row.low,
                row.high,
            )
            for row in model.cell_table(LEVEL)
        ),
        win=tuple(
            WinRow(name, age, within, float(table.standing[within, stage, min(age, oldest)]))
            for stage, name in enumerate(process.stages)
            for age in WIN_AGES
            for within in WIN_WITHIN
        ),
        memory=tuple(
            MemoryRow(name, float(months) if np.isfinite(months) else None)
            for name, months in zip(process.stages, race.fading.half_life, strict=True)
        ),
        bands=_bands(race),
        won_ratio=_ratios(race),
    )


def _bands(race: Race) -> Bands:
    found, deals = race.banded, race.banded_deals
    if found is None or deals is None:
        return Bands(None, 0.0, 0.0, ())
    process, bands = race.history.process, found.bands
    edges: list[float | None] = [None, *bands.edges.tolist(), None]
    known = len(edges) - 1
    rows = tuple(
        BandRow(
            band=band + 1,
            above=edges[band] if band < known else None,
            up_to=edges[band + 1] if band < known else None,
            unknown=band >= known,
            share=float(deals.to_come.share[band]),
            stage=name,
            moving=float(found.model.factor[band, stage, stage + 1]),
            lost=float(found.model.factor[band, stage, process.lost_state]),
        )
        for band in range(bands.size)
        for stage, name in enumerate(process.stages)
    )
    strength = found.model.strength
    return Bands(strength, strength**-0.5, found.model.gain, rows)


def _ratios(race: Race) -> tuple[RatioRow, ...]:
    found = race.won_ratio
    return tuple(
        RatioRow(
            name,
            float(found.ratio[stage]),
            float(found.seen[stage]) if np.isfinite(found.seen[stage]) else None,
            int(found.deals[stage]),
        )
        for stage, name in enumerate(race.history.process.stages)
    )
