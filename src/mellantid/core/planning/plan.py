"""A version of the plan: the pace that every leg needs, day by day, and what it stands on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.core.planning.packed import pack, unpack
from mellantid.core.planning.target import Period
from mellantid.core.planning.worth import (
    Basis,
    period_chances,
    worth_of_created,
    worth_of_direct_wins,
)
from mellantid.core.weeks import WORKING_WEEK, iso_weeks, week_ends, week_name
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.clock import WorkingClock
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.core.types import Floats

NOBODY: Final = ""
"""The owner of deals whose owner is unknown."""
FORMAT: Final = 1


@dataclass(frozen=True)
class Plan:
    """A version of the plan, with all that is needed to value deals under it again.

    Attributes:
        version: counts up with each new plan.
        made: the moment (ms, exclusive) up to which things were known when it was made.
        start: the working day at whose end it starts; its first day is the next.
        periods: the targets' periods.
        p: the chance with which the targets are to be reached; None where the mean is to reach
            them.
        met: whether each target is met.
        expected: M(0), the expected won amount of each period under the plan.
        stages: the process's stages, by which a plan of another course is told apart.
        basis: the model it was made with.
        assumed: the amount of an open deal whose amount is unknown.
        pace: deals to create on each day after `start`, (days,).
        planned: expected cumulative passes by day and leg, (days + 1, S + 1), zero at `start`.
        owners: identities of those who had deals or a share; `NOBODY`, last, has those without.
        shares: each owner's share of the planned creation, summing to 1.
        opening: won and open amounts' expectation at the start, (periods, owners).
        daily: each owner's share of the creation of each day, (days, owners), where new sellers are
            ramping up and it is not always the same; None: always `shares`.
        ramp: working days that a new seller's ramp was taken to last; 0: none.

    """

    version: int
    made: int
    start: int
    periods: tuple[Period, ...]
    p: float | None
    met: tuple[bool, ...]
    expected: tuple[float, ...]
    stages: tuple[str, ...]
    basis: Basis = field(repr=False)
    assumed: float
    pace: Floats = field(repr=False)
    planned: Floats = field(repr=False)
    owners: tuple[str, ...] = field(repr=False)
    shares: Floats = field(repr=False)
    opening: Floats = field(repr=False)
    daily: Floats | None = field(repr=False, default=None)
    ramp: int = 0

    @property
    def reachable(self) -> bool:
        """Whether every target is met; if not, `expected` is the nearest that can be."""
        return all(self.met)

    @property
    def days(self) -> int:
        """Working days from the start to the end of the last period."""
        return int(self.pace.size)

    @property
    def daily_shares(self) -> Floats:
        """Each owner's share of the creation of each day, (days, owners); a day's sum to 1."""
        if self.daily is not None:
            return self.daily
        return np.broadcast_to(self.shares, (self.days, self.shares.size))

    def check(self, history: History) -> None:
        """See that a history can be compared with the plan.

        Raises:
            QuestionError: the history ends before the plan starts, or goes by other stages or by
                another calendar than when the plan was made.

        """
        if history.until < self.made:
            raise QuestionError(
                f"Plan {self.version} starts after the day asked about: ask about a later day, "
                "or for an earlier version of the plan."
            )
        self._check_course(history.process)
        # Working days have numbers that another calendar gives to other dates.
        ends = [
            self.made,
            *(moment for each in self.periods for moment in (each.begins, each.ends)),
        ]
        days = [self.start, *(day for each in self.periods for day in (each.first - 1, each.last))]
        if history.clock.day(np.maximum(np.array(ends) - 1, 0)).tolist() != days:
            raise QuestionError(
                f"The calendar has changed since plan {self.version} was made, so its days are "
                "others now: make a new plan."
            )

    def _check_course(self, process: Process) -> None:
        if process.stages != self.stages:
            raise QuestionError(
                f"Plan {self.version} was made for other stages than the process "
                f"{process.name!r} has now: make a new plan."
            )

    def chances(self, process: Process, basis: Basis | None = None) -> list[PeriodChance]:
        """The chance to be won within each period, under the plan's own model or another.

        Raises:
            QuestionError: the process has other stages than when the plan was made.

        """
        self._check_course(process)
        return period_chances(process, (basis or self.basis).hazard, self.start, self.periods)

    def creation(self, chance: PeriodChance, basis: Basis | None = None) -> Floats:
        """Expected amount that the creation of each day brings to a period, (days,).

        Planned creation, and deals first heard of as won: both are what leg 0 is to bring.
        """
        of = basis or self.basis
        created = self.pace * worth_of_created(of, chance, self.start, self.days)
        return created + worth_of_direct_wins(of, chance, self.start, self.days)

    def per_week(self) -> Floats:
        """Planned passes of each leg in a working week, on average over the plan, (S + 1,)."""
        in_all: Floats = self.planned[-1]
        return in_all * (WORKING_WEEK / self.days)

    def weeks(self, clock: WorkingClock) -> tuple[list[str], Floats]:
        """ISO weeks and the planned cumulative passes at the end of each, (weeks, S + 1)."""
        week = iso_weeks(clock, np.arange(self.start + 1, self.start + 1 + self.days))
        ends = week_ends(week)
        return [week_name(int(each)) for each in week[ends]], self.planned[ends + 1]

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain values; arrays as `packed.pack` writes them, bit for bit."""
        plain = {name: getattr(self, name) for name in ("version", "made", "start", "p", "assumed")}
        lists = {name: list(getattr(self, name)) for name in ("met", "expected", "stages")}
        arrays = {name: pack(getattr(self, name)) for name in ("pace", "planned", "opening")}
        return {
            "format": FORMAT,
            **plain,
            **lists,
            **arrays,
            "periods": [asdict(each) for each in self.periods],
            "basis": {
                "hazard": pack(self.basis.hazard),
                "entry": pack(self.basis.entry),
                "mean_amount": self.basis.mean_amount,
                "direct_rate": self.basis.direct_rate,
            },
            "owners": list(self.owners),
            "shares": pack(self.shares),
            "daily": None if self.daily is None else pack(self.daily),
            "ramp": self.ramp,
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Plan:
        """Read a plan that `to_dict` wrote.

        Raises:
            DataError: it was written by a later version, or is damaged.

        """
        if record.get("format") != FORMAT:
            raise DataError("The stored plan has an unknown format: make a new plan.")
        basis = record["basis"]
        return cls(
            version=record["version"],
            made=record["made"],
            start=record["start"],
            periods=tuple(Period(**each) for each in record["periods"]),
            p=record["p"],
            met=tuple(record["met"]),
            expected=tuple(record["expected"]),
            stages=tuple(record["stages"]),
            basis=Basis(
                unpack(basis["hazard"]),
                unpack(basis["entry"]),
                basis["mean_amount"],
                # Plans of before this was counted have none.
                basis.get("direct_rate", 0.0),
            ),
            assumed=record["assumed"],
            pace=unpack(record["pace"]),
            planned=unpack(record["planned"]),
            owners=tuple(record["owners"]),
            shares=unpack(record["shares"]),
            opening=unpack(record["opening"]),
            # Plans of before there were ramps have none.
            daily=unpack(record["daily"]) if record.get("daily") else None,
            ramp=record.get("ramp", 0),
        )
