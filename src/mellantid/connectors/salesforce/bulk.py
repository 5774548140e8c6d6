"""Bulk API 2.0: a query as a job on Salesforce's side, and its results as CSV in parts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import DAY, SourceError, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mellantid.connectors.salesforce.client import Client

JOBS: Final = "/jobs/query"
JOB: Final = "query job"
MOST_JOBS: Final = Window(10_000, DAY, JOB)
"""Jobs of a day, of all programs together."""
PART: Final = "50000"
"""Rows of one part of the results: some ten megabytes."""
WAITS: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look at a job; from then on the last of them."""
LONGEST: Final = 1_800.0
"""Seconds that a job may take."""
COMPLETE, BROKEN = "JobComplete", ("Failed", "Aborted")
END: Final = "null"
"""What stands in Sforce-Locator of the last part."""


class Bulk:
    """Jobs of one organisation.

    Args:
        client: the way in.
        sleep: waits some seconds.

    """

    def __init__(self, client: Client, sleep: Callable[[float], None]) -> None:
        self._client, self._sleep = client, sleep

    def begin(self, query: str, *, deleted: bool = False) -> str:
        """Let Salesforce begin with a query.

        Returns:
            The job's id.

        """
        operation = "queryAll" if deleted else "query"
        answer = self._client.post(JOBS, {"operation": operation, "query": query}, JOB)
        return str(answer.json()["id"])

    def records(self, job: str) -> Iterator[dict[str, str]]:
        """The records that a job has found, once it is complete; what is null is empty.

        Raises:
            SourceError: it failed, or takes too long.

        """
        self._complete(job)
        locator = ""
        while locator != END:
            params = {"maxRecords": PART, **({"locator": locator} if locator else {})}
            answer = self._client.get(f"{JOBS}/{job}/results", params)
            rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
            if str(len(rows)) != answer.headers.get("sforce-numberofrecords", str(len(rows))):
                raise SourceError(
                    "The results of a bulk query came incomplete: the reading goes on later."
                )
            yield from rows
            locator = answer.headers.get("sforce-locator", END) or END

    def _complete(self, job: str) -> None:
        waited = 0.0
        for look in range(10_000):
            wait = WAITS[min(look, len(WAITS) - 1)]
            if wait:
                self._sleep(wait)
            waited += wait
            told = self._client.get(f"{JOBS}/{job}").json()
            if told.get("state") == COMPLETE:
                return
            if told.get("state") in BROKEN:
                why = str(told.get("errorMessage") or "no reason given")[:300]
                raise SourceError(
                    f"Salesforce could not finish a bulk query ({why}): the reading goes on later."
                )
            if waited >= LONGEST:
                break
        raise SourceError(
            "Salesforce has not finished a bulk query within half an hour: the reading goes on "
            "later."
        )
