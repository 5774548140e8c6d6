"""The fitted model as plain values: daily chances by age, and chances to be won."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
class Fitted:
    """The model; the keys are those of `mellantid model --json`."""

    process: str
    level: float
    stages: tuple[StageCount, ...]
    cells: tuple[CellRow, ...]
    win: tuple[WinRow, ...]


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
    )
