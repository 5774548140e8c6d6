"""Histories told as short lists of what happened."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import settings

from mellantid.core.clock import WorkingClock, Zone
from mellantid.core.history import History
from mellantid.core.process import Process

# A law is not false because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

UTC_CLOCK = WorkingClock.of(Zone.of(ZoneInfo("UTC"), "UTC"))


def ms(when):
    """The moment of `2025-03-03` or `2025-03-03 09:30`, UTC; a number is one already."""
    if not isinstance(when, str):
        return int(when)
    at = dt.datetime.fromisoformat(when).replace(tzinfo=dt.UTC)
    return int(at.timestamp()) * 1000


def tell(*records, until="2025-07-01", stages=3, clock=UTC_CLOCK):
    """The history of records (deal, when, state or None, and at will a dict of the rest)."""
    rows = [(*record, {})[:4] for record in records]
    at = [ms(row[1]) for row in rows]
    more = [row[3] for row in rows]
    return History.fold(
        Process("Test", tuple(f"Stage {i + 1}" for i in range(stages))),
        clock,
        ms(until),
        tuple(f"deal {i}" for i in range(1 + max((row[0] for row in rows), default=-1))),
        tuple(f"seller {i}" for i in range(10)),
        deal=[row[0] for row in rows],
        at=at,
        state=[-1 if row[2] is None else row[2] for row in rows],
        amount=np.array([extra.get("amount", np.nan) for extra in more], dtype=float),
        owner=[extra.get("owner", -1) for extra in more],
        after=[ms(extra.get("after", moment - 1)) for extra, moment in zip(more, at, strict=True)],
        sequence=[extra.get("sequence", 0) for extra in more],
    )


@pytest.fixture(scope="session")
def story():
    """The function `tell`."""
    return tell


@pytest.fixture(scope="session")
def moment():
    """The function `ms`."""
    return ms
