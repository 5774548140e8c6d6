"""How a race stands, as far as notices go: what is compared, and what is kept of the last time."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mellantid.core.standing.verdict import Verdict
from mellantid.core.watch.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.report.data import LegLine, ReportData, WatchLine
    from mellantid.workspace import Race

WELL: Final = frozenset(
    {Verdict.ON_PACE, Verdict.BEST, Verdict.AHEAD_GAINING, Verdict.AHEAD_LOSING}
)
"""Verdicts by which a leg is on pace or better."""
SLOW: Final = frozenset({Finding.CHANGED, Finding.SIGN})
"""Findings by which a leg has changed pace; for the worse where its pace is below the plan's."""


class Side(StrEnum):
    """On which side a leg is; in between it stays on the one that it was on."""

    SLIPPING = "slipping"
    ON_PACE = "on pace"


@dataclass(frozen=True)
class LegNow:
    """A leg's split.

    Attributes:
        place: its number, 0 for creation.
        side: where it is; None: in between, or too early to say.
        movements: ahead of the plan.
        days: working days ahead; None: not known.
        money: what it added to the expected outcome, less what the plan expected.
        verdict: in words.
        ratio: the pace over the plan's since it changed; None: it has not.

    """

    place: int
    side: Side | None
    movements: float
    days: float | None
    money: float
    verdict: str
    ratio: float | None = None


@dataclass(frozen=True)
class CaughtNow:
    """A deal that is past its rope.

    Attributes:
        stage: where it stands.
        entered: the working day on which it entered; another day is another stay.
        age: working days there.
        owner: whose it is.
        called: what people call the owner; None: nobody's.
        amount: what it is worth; None: not known.

    """

    stage: str
    entered: int
    age: int
    owner: str | None
    called: str | None
    amount: float | None


@dataclass(frozen=True)
class RaceNow:
    """How a race stands.

    Attributes:
        process: its name.
        as_of: the local date.
        day: its working day.
        position: the ledger's last entry that it knows of.
        plan: the plan's version, None without one; with another one the legs begin anew.
        unit: of amounts.
        legs: by name.
        caught: by deal.

    """

    process: str
    as_of: dt.date
    day: int
    position: int
    plan: int | None
    unit: str
    legs: Mapping[str, LegNow]
    caught: Mapping[str, CaughtNow]


@dataclass(frozen=True)
class Remembered:
    """What is known of a race from the last time, and has been told.

    Attributes:
        as_of: see `RaceNow`.
        position: likewise.
        plan: likewise.
        legs: the side of each that has been on one.
        caught: the stay in which each deal was caught: the stage, and the working day of entry.

    """

    as_of: dt.date
    position: int
    plan: int | None
    legs: Mapping[str, Side] = field(default_factory=dict)
    caught: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def written(self) -> str:
        """As JSON, to be kept."""
        kept = {**vars(self), "as_of": self.as_of.isoformat()}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def read(cls, written: str) -> Remembered:
        """As it was kept."""
        kept = json.loads(written)
        return cls(
            dt.date.fromisoformat(kept["as_of"]),
            kept["position"],
            kept["plan"],
            {leg: Side(side) for leg, side in kept["legs"].items()},
            {deal: (stage, entered) for deal, (stage, entered) in kept["caught"].items()},
        )


def race_now(data: ReportData, race: Race) -> RaceNow:
    """How a race stands, from what its page shows anyway.

    Args:
        data: of everyone.
        race: what it was made from.

    """
    watched = {each.leg: each for each in data.watch}
    return RaceNow(
        process=data.meta.process,
        as_of=data.meta.as_of,
        day=race.history.until_day,
        position=race.position,
        plan=data.meta.plan_version,
        unit=data.meta.currency,
        legs={
            each.leg: _leg_now(place, each, watched.get(each.leg))
            for place, each in enumerate(data.legs)
        },
        caught={
            each.deal: CaughtNow(
                each.stage,
                race.history.until_day - each.age,
                each.age,
                each.owner_id,
                each.owner,
                each.amount,
            )
            for each in data.caught
        },
    )


def _leg_now(place: int, leg: LegLine, watched: WatchLine | None) -> LegNow:
    slow = slow_pace(watched)
    return LegNow(
        place,
        side_of(leg.verdict, slow=slow is not None),
        leg.movements,
        leg.days,
        leg.money,
        leg.verdict,
        slow,
    )


def side_of(verdict: str, *, slow: bool) -> Side | None:
    """The side of a leg: it slips where it is behind and losing, or where the watch sees it slow.

    Args:
        verdict: a value of `core.standing.verdict.Verdict`.
        slow: whether the watch has seen the pace fall.

    """
    if slow or verdict == Verdict.BEHIND_LOSING:
        return Side.SLIPPING
    return Side.ON_PACE if verdict in WELL else None


def slow_pace(watched: WatchLine | None) -> float | None:
    """The pace over the plan's since it fell; None: the watch has seen no fall."""
    if watched is None or watched.finding not in SLOW:
        return None
    return watched.ratio if watched.ratio is not None and watched.ratio < 1.0 else None
