"""Which stages the deals of each pipeline have ever been in, by the history itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.salesforce.rows import MASTER, number, text
from mellantid.connectors.salesforce.soql import moment, select
from mellantid.connectors.told import Means

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.connectors.salesforce.client import Client
    from mellantid.connectors.salesforce.organisation import Organisation

DAY: Final = 86_400_000
OVERLAP: Final = 3_600_000
"""Milliseconds by which each look goes back behind the one before it."""
CERTAIN: Final = 100.0
BY_FORECAST: Final = {"Closed": Means.WON, "Omitted": Means.LOST}

Stages = dict[str, Means]


class Passed:
    """The stages passed: all of the history once a day, and what has come to it in between.

    Args:
        client: the way in.
        now: gives the present moment, ms UTC.

    """

    def __init__(self, client: Client, now: Callable[[], int]) -> None:
        self._client, self._now = client, now
        self._found: dict[str, Stages] = {}
        self._whole_at = self._at = -DAY

    def by_pipeline(self, has: Organisation) -> dict[str, Stages]:
        """By pipeline, what each stage that its deals have been in means, by API name."""
        now = self._now()
        if now - self._whole_at >= DAY:
            self._found, since = {}, ""
            self._whole_at = now
        else:
            since = f"CreatedDate >= {moment(self._at - OVERLAP)}"
        self._at = now
        line = ("Opportunity.RecordTypeId",) if has.record_types else ()
        names = ("StageName", "ForecastCategory")
        asked = (*(f"{each} line" for each in line), *names, "MAX(Probability) most")
        query = select(asked, "OpportunityHistory", (since,), group=(*line, *names))
        for record in self._client.records(query, deleted=True):
            here = self._found.setdefault(text(record, "line") or MASTER, {})
            stage = text(record, "StageName")
            means = _means(text(record, "ForecastCategory"), number(record, "most"))
            here[stage] = means if here.get(stage, means) is means else Means.OPEN
        return self._found


def _means(forecast: str, most: float | None) -> Means:
    """What a stage meant, by its forecast category and the highest probability it ever gave."""
    means = BY_FORECAST.get(forecast, Means.OPEN)
    # A stage may be left out of the forecast without being lost, but then it has a chance.
    if (means is Means.LOST and most) or (means is Means.WON and most != CERTAIN):
        return Means.OPEN
    return means
