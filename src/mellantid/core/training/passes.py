"""Passes of one or more legs by N sellers, before and after a first week of training."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.watch.compensators import compensators, last_whole_day
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.types import Bools, Floats
    from mellantid.core.watch.stream import Stream

BEFORE_DAYS: Final = 130
"""Working days looked at before a training begins: half a year."""
AFTER_DAYS: Final = 130
"""And after its first week."""


@dataclass(frozen=True, eq=False)
class Passes:
    """What N sellers passed, and what the model expected of the deals they had at risk.

    Attributes:
        expected_before: the compensators over the days before, (N, L) of L legs.
        actual_before: the passes, likewise.
        expected_after: over the days after the first week of training.
        actual_after: likewise.

    """

    expected_before: Floats
    actual_before: Floats
    expected_after: Floats
    actual_after: Floats

    def of_leg(self, leg: int) -> Passes:
        """The same of a single leg, (N, 1)."""
        return Passes(*(getattr(self, each.name)[:, leg : leg + 1] for each in fields(self)))

    @property
    def beyond_creation(self) -> Passes:
        """The same of all legs but creation, by which sellers differ in another way."""
        return Passes(*(getattr(self, each.name)[:, 1:] for each in fields(self)))

    def of_sellers(self, rows: Bools) -> Passes:
        """The same of some sellers."""
        return Passes(*(getattr(self, each.name)[rows] for each in fields(self)))


def passed_daily(history: History, hazard: Floats, pace: Floats, first: int) -> Stream:
    """Expected and actual passes of every owner on every leg and day, (N, S + 1, days).

    On leg 0 each owner who has created anything in these days is expected to create as much as the
    others: what sellers differ by is learned with everything else.

    Args:
        history: what is known now.
        hazard: the model's daily chances, (S, S + 2, A).
        pace: creations expected of the whole organisation on each day, (days,), from `first` to
            the last whole day.
        first: the first working day.

    Raises:
        QuestionError: there is no whole day yet.

    """
    owners = len(history.owners)
    last = last_whole_day(history)
    found = compensators(
        history, hazard, first, last, np.broadcast_to(pace, (owners, pace.size)), np.arange(owners)
    )
    creates = found.actual[:, 0].sum(axis=1) > 0
    found.planned[:, 0] *= creates[:, None] / max(int(creates.sum()), 1)
    return found


def around(stream: Stream, begins: int, ends: int) -> Passes:
    """The passes before and after a first week of training.

    The week itself, in which some days are before the training and some after, counts for neither.

    Args:
        stream: by owner, leg and day.
        begins: the first working day of that week.
        ends: its last one.

    Raises:
        NotEnoughDataError: no day is known before it, or none after it.

    """
    days = stream.planned.shape[-1]
    start, stop = begins - stream.first, ends - stream.first + 1
    if start <= 0 or stop >= days:
        raise NotEnoughDataError(
            "There is no day to compare before the first week of training, or none after it yet: "
            "ask again in some weeks."
        )
    before = slice(max(start - BEFORE_DAYS, 0), start)
    after = slice(stop, min(stop + AFTER_DAYS, days))
    return Passes(
        stream.planned[:, :, before].sum(axis=-1),
        stream.actual[:, :, before].sum(axis=-1),
        stream.planned[:, :, after].sum(axis=-1),
        stream.actual[:, :, after].sum(axis=-1),
    )
