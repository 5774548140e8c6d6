"""The map: what a file's columns and labels mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.process import Process

Shape = Literal["changes", "stages", "snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """One row per deal as it stands.

    Attributes:
        stage: the column of the present stage.
        created: the column of the day of creation, where there is one.
        closed: the column of the day on which a deal was won or lost.
        changed: the column of the moment at which the present stage was entered.
        entered: the stage that creation puts a deal in; the first stage where left out.
        amount_known: whether the amount holds from creation on, or only from the close.

    """

    stage: str
    created: str | None = None
    closed: str | None = None
    changed: str | None = None
    entered: str | None = None
    amount_known: str = "created"


@dataclass(frozen=True)
class Lookup:
    """A second file that a column's values should be found in: what is not there is warned of.

    Attributes:
        column: the column of the imported file.
        file: the second file; a relative name is looked for beside the imported file.
        key: its column.

    """

    column: str
    file: str
    key: str


@dataclass(frozen=True)
class Map:
    """What a file means.

    Attributes:
        process: the course.
        columns: the file's column for each key of [columns] that it has.
        entered: the column of the date of entry for each label, where the file has one per stage.
        snapshot: where the file has one row per deal as it stands.
        lookups: second files.
        timezone: in which local times are read.
        holidays: the country whose public holidays are not worked, for the workspace's clock.
        date_format: the format of dates where it shall not be guessed (strptime).
        decimal: `,` or `.` where it shall not be guessed.
        silence: working days in one stage after which a deal counts as lost; 0: nothing declared.
        name: the map's file, for errors.

    """

    process: Process
    columns: Mapping[str, str]
    entered: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    lookups: tuple[Lookup, ...] = ()
    timezone: str = "UTC"
    holidays: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    silence: int = 0
    name: str = "the map"

    @property
    def shape(self) -> Shape:
        """A row per stage change, a row per deal with a date per stage, or a snapshot."""
        if self.snapshot is not None:
            return "snapshot"
        return "stages" if self.entered else "changes"

    @property
    def wanted(self) -> dict[str, str]:
        """The file's column for each key of the map that names one."""
        wanted = {f"columns.{key}": name for key, name in self.columns.items()}
        wanted |= {f"entered.{label}": name for label, name in self.entered.items()}
        if self.snapshot is not None:
            for key in ("created", "stage", "closed", "changed"):
                name = getattr(self.snapshot, key)
                if name is not None:
                    wanted[f"snapshot.{key}"] = name
        return wanted | {f"lookup.{look.column}": look.column for look in self.lookups}


def labels_of(process: Process) -> tuple[str, ...]:
    """Every label that a process knows, in order."""
    return (*process.stages, *process.won, *process.lost, *process.ignore)
