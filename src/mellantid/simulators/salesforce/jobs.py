"""Jobs of Bulk API 2.0: begun, looked at until they are complete, read in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mellantid.simulators.salesforce.telling import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.simulators.salesforce.objects import Options
    from mellantid.simulators.salesforce.tables import Row


@dataclass
class _Job:
    source: str
    rows: list[Row]
    names: Sequence[str]
    fields: Mapping[str, str]
    looks: int = 0


class Jobs:
    """All jobs of an organisation.

    Args:
        options: what the organisation has.

    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._all: dict[str, _Job] = {}

    @property
    def begun(self) -> int:
        """How many there have been."""
        return len(self._all)

    def begin(
        self, source: str, rows: list[Row], names: Sequence[str], fields: Mapping[str, str]
    ) -> dict[str, Any]:
        """A new job that has not come far yet."""
        key = f"750SIMULATED{len(self._all):06d}"
        self._all[key] = _Job(source, rows, names, fields)
        return {"id": key, "object": source, "state": "UploadComplete", "contentType": "CSV"}

    def look(self, key: str) -> dict[str, Any] | None:
        """How far a job is; each look brings it further."""
        job = self._all.get(key)
        if job is None:
            return None
        job.looks += 1
        done = job.looks >= self._options.looks
        told: dict[str, Any] = {"id": key, "state": "JobComplete" if done else "InProgress"}
        return {**told, "numberRecordsProcessed": len(job.rows)} if done else told

    def results(self, key: str, locator: str, most: str) -> tuple[str, int, str] | None:
        """A part of the results: its text, its rows, the locator of the next one or "null"."""
        job = self._all.get(key)
        if job is None or job.looks < self._options.looks:
            return None
        begin = int(locator or 0)
        end = begin + min(int(most or self._options.most), self._options.most)
        rows = job.rows[begin:end]
        next_one = str(end) if end < len(job.rows) else "null"
        return table(rows, job.names, job.fields), len(rows), next_one
