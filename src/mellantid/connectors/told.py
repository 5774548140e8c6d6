"""What a source tells of deals, in terms that are the same for all sources.

Stages, people and pipelines go by the source's own ids, which stay when a name is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Means(StrEnum):
    """What standing in a stage means."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class StageTold:
    """A stage of a pipeline.

    Attributes:
        id: the source's own, which a new name does not change.
        name: what people call it now.
        means: whether deals in it are open, won or lost.
        gone: whether it has been deleted or archived; deals may still have passed it.

    """

    id: str
    name: str
    means: Means = Means.OPEN
    gone: bool = False


@dataclass(frozen=True)
class PipelineTold:
    """A pipeline: a sales process as the source has it.

    Attributes:
        id: the source's own.
        name: what people call it now.
        stages: in their order.

    """

    id: str
    name: str
    stages: tuple[StageTold, ...]


@dataclass(frozen=True)
class PersonTold:
    """An owner of deals.

    Attributes:
        id: by which deals name their owner.
        name: what people call them.
        email: where it is known.
        team: the name of their team; empty: none.
        active: whether they may still own new deals.

    """

    id: str
    name: str
    email: str = ""
    team: str = ""
    active: bool = True


@dataclass(frozen=True)
class Change:
    """What became true of a deal in one moment; None: unchanged.

    Attributes:
        at: the moment, ms UTC.
        pipeline: the id of the pipeline that the deal is in from here on.
        stage: the id of the stage entered.
        amount: from here on, in `currency`.
        currency: ISO 4217, of the amount.
        owner: the id of the owner from here on; empty: nobody.
        after: None where `at` is exact; else the deal changed after this moment, at `at` at the
            latest (it was seen between two looks).
        place: the source's order among the changes of one moment.
        reason: why it was lost, where that is told.

    """

    at: int
    pipeline: str | None = None
    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    owner: str | None = None
    after: int | None = None
    place: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class DealTold:
    """All that a source tells of one deal.

    Attributes:
        id: the source's own.
        changes: its whole history, the oldest first; the first one says pipeline and stage.
        whole: whether the source keeps the whole history, so that what it does not tell has not
            been; where False, what was seen at earlier looks stays.
        removed_at: when it was deleted or merged into another; None: it is there.
        removed_why: in a few words, such as "merged into 1042".

    """

    id: str
    changes: tuple[Change, ...]
    whole: bool = True
    removed_at: int | None = None
    removed_why: str = ""


Cursor = dict[str, Any]
"""How far a reading has come, as JSON; what is in it is the connector's own affair."""


@dataclass(frozen=True)
class Page:
    """A part of a longer reading.

    Attributes:
        deals: what it tells.
        cursor: from which the reading goes on after this part; kept when the part is in the ledger.
        done: how many deals have been read, with this part.
        of: how many there are, where the source says.

    """

    deals: tuple[DealTold, ...]
    cursor: Cursor
    done: int = 0
    of: int | None = None


@dataclass(frozen=True)
class Glimpse:
    """How a deal stands, from a cheap listing: enough to see whether the ledger lags behind.

    Attributes:
        deal: its id.
        pipeline: the id of its pipeline.
        stage: the id of its stage.
        amount: its amount; None where the listing does not say or it has none.
        owner: the id of its owner; None where the listing does not say.

    """

    deal: str
    pipeline: str
    stage: str
    amount: float | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Delivery:
    """A webhook as it came.

    Attributes:
        method: of the request.
        url: the whole address by which the sender called us.
        headers: by lower-case name.
        body: the bytes as they came.
        at: when, ms UTC.

    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    at: int


@dataclass(frozen=True)
class Hint:
    """What a webhook that is genuine hints at: the deal is then read again.

    Attributes:
        deals: ids of deals that may have changed.
        keys: of the events, by which one that comes again is known.
        told: what the delivery itself tells, where there is no interface to read the deal from.

    """

    deals: tuple[str, ...]
    keys: tuple[str, ...] = ()
    told: tuple[DealTold, ...] = field(default=())
