"""The plan: target, model and calendar turned into the pace that every leg needs, day by day.

From what is won and what is open, the smoothest pace of creating deals is found that makes the
expected won amount meet every target; rolling both forward gives the planned passes of every leg.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.core.chances.passes import roll, standing_numbers
from mellantid.core.creation.arrivals import creations_by_owner
from mellantid.core.planning.pace import best_pace, smoothest_pace, within_reach
from mellantid.core.planning.packed import pack, unpack
from mellantid.core.planning.target import Period, Target, period
from mellantid.core.planning.tracks import Tracks, tracks
from mellantid.core.planning.worth import (
    Basis,
    period_chances,
    worth_of_created,
    worth_of_direct_wins,
    worth_of_rows,
)
from mellantid.core.sums import by_owner
from mellantid.core.weeks import WORKING_WEEK, iso_weeks, week_ends, week_name
from mellantid.errors import DataError, NotEnoughDataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mellantid.core.chances.chance import PeriodChance
    from mellantid.core.clock import WorkingClock
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

CAP_MULTIPLE: Final = 2.0
"""The highest pace a plan asks for, in paces of the best quarter so far."""
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

    @property
    def reachable(self) -> bool:
        """Whether every target is met; if not, `expected` is the nearest that can be."""
        return all(self.met)

    @property
    def days(self) -> int:
        """Working days from the start to the end of the last period."""
        return int(self.pace.size)

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
        )


def make_plan(
    history: History,
    basis: Basis,
    targets: Sequence[Target],
    *,
    cap: float | None = None,
    season: Callable[[Ints], Floats] | None = None,
    p: float | None = None,
    won_amounts: Floats | None = None,
    needed: Sequence[Callable[[Ints], Floats]] | None = None,
    shares: Mapping[str, float] | None = None,
    assumed: float | None = None,
    version: int = 1,
) -> Plan:
    """Make a plan from what is known in a history, starting at the end of its last day.

    Args:
        history: what was known when the plan is made.
        basis: the model.
        targets: what is to be met, each in its own period.
        cap: the highest pace of creation; left out, `CAP_MULTIPLE` times the best quarter's.
        season: factors, about 1, on the pace of given working days.
        p: the chance with which each target is to be reached; left out, the mean is to reach it.
        won_amounts: a sample of what won deals are worth, from which `p` is reckoned; left out,
            they are all worth the mean amount.
        needed: for each target, deals to create on given working days with which it alone has the
            chance `p`, where that is known better than from `won_amounts` and the model taken as
            true (`forecasting.needed_pace`).
        shares: weights of the owners in the planned creation; left out, their creations in the
            last `arrivals.WINDOW` days, or equal where there are none.
        assumed: the amount of open deals whose amount is unknown; left out, the mean amount.
        version: the plan's number.

    Raises:
        QuestionError: there is no target, a period is over, or `p` is no chance.
        NotEnoughDataError: the mean amount is unknown.

    """
    start = int(history.until_day)
    periods = tuple(_ahead(target, history) for target in targets)
    _check(periods, basis)
    guess = float(basis.mean_amount if assumed is None else assumed)
    seen = tracks(history, history.until, start, guess)
    owners = _owners(history, shares)
    chances = period_chances(history.process, basis.hazard, start, periods)
    opening = np.stack(
        [_opening(seen, len(owners), *each) for each in zip(chances, periods, strict=True)]
    )
    ahead = np.arange(start + 1, max(each.last for each in periods) + 1)
    worth = np.stack([worth_of_created(basis, each, start, ahead.size) for each in chances])
    direct = [worth_of_direct_wins(basis, each, start, ahead.size).sum() for each in chances]
    given = opening.sum(axis=1) + np.array(direct)
    if needed is None:
        aim = _aims(seen, basis, chances, periods, p, won_amounts)
    else:
        aim = given + (worth * np.stack([each(ahead) for each in needed])).sum(axis=1)
    gaps = aim - given
    factor = np.ones(ahead.size) if season is None else np.asarray(season(ahead), np.float64)
    highest = _cap(history) if cap is None else cap
    pace = smoothest_pace(worth, gaps, aim, iso_weeks(history.clock, ahead), factor, highest)
    return Plan(
        version=version,
        made=int(history.until),
        start=start,
        periods=periods,
        p=p,
        met=tuple(bool(met) for met in within_reach(worth, gaps, factor, highest)),
        expected=tuple(float(each) for each in given + worth @ pace),
        stages=history.process.stages,
        basis=basis,
        assumed=guess,
        pace=pace,
        planned=roll(basis.hazard, open_numbers(seen, basis), pace, basis.entry).legs[0],
        owners=owners,
        shares=_shares(history, owners, shares),
        opening=opening,
    )


def _check(periods: tuple[Period, ...], basis: Basis) -> None:
    """Refuse what nothing can be planned for."""
    if not periods:
        raise QuestionError("There is no target to plan for: set one first.")
    if not basis.mean_amount > 0:
        raise NotEnoughDataError(
            "No won deal has an amount above zero, so that no deal to come has a worth: "
            "import amounts."
        )


def _aims(
    seen: Tracks,
    basis: Basis,
    chances: Sequence[PeriodChance],
    periods: tuple[Period, ...],
    p: float | None,
    won_amounts: Floats | None,
) -> Floats:
    """The expected amount to plan for in each period: its target, or what `p` asks for."""
    if p is None:
        return np.array([each.target for each in periods])
    sample = np.array([basis.mean_amount]) if won_amounts is None else won_amounts
    pairs = zip(chances, periods, strict=True)
    return np.array([_needed(seen, p, sample, *each) for each in pairs])


def open_numbers(seen: Tracks, basis: Basis, by: Ints | None = None, groups: int = 1) -> Floats:
    """Deals open at the tracks' moment by group, stage and age, (groups, S, A).

    Args:
        seen: the tracks.
        basis: gives the numbers of stages and ages.
        by: the group of each owner, nobody last; all in one group where left out.
        groups: how many groups there are.

    """
    rows = np.flatnonzero(seen.opening & (seen.state < seen.stages))
    stages, _, ages = basis.hazard.shape
    # Owner -1, nobody, picks the last group.
    group = None if by is None else by[seen.owner[rows]]
    age = seen.start - seen.entry[rows]
    return standing_numbers(seen.state[rows], age, stages, ages, group, groups)


def _ahead(target: Target, history: History) -> Period:
    """A target's period, of which something must be left."""
    found = period(target, history.clock)
    if found.last <= history.until_day:
        raise QuestionError(
            f"The period of the target of {target.owner} is over on {target.last}: "
            "plan from an earlier day, or set a target for a later period."
        )
    return found


def _opening(seen: Tracks, owners: int, chance: PeriodChance, of: Period) -> Floats:
    """Won and open amounts' expectation at the start by owner, (owners,)."""
    rows = np.flatnonzero(seen.opening)
    value = worth_of_rows(seen, rows, seen.start, chance, of)
    return by_owner(seen.owner[rows], value, owners - 1)


def _needed(seen: Tracks, p: float, sample: Floats, chance: PeriodChance, of: Period) -> float:
    """The expected won amount in a period that reaches its target with chance `p`."""
    from mellantid.core.planning.needed import needed_mean  # noqa: PLC0415  # seldom wanted

    rows = np.flatnonzero(seen.opening)
    likely = seen.at_end(rows, seen.start, chance, of)
    amount, sure = seen.amount[rows], seen.state[rows] >= seen.stages
    certain = float((amount * likely)[sure].sum())
    return needed_mean(of.target, p, certain, amount[~sure], likely[~sure], sample)


def _cap(history: History) -> float:
    """The highest pace to ask for; no limit where nothing was ever created."""
    return CAP_MULTIPLE * best_pace(history) or np.inf


def _owners(history: History, shares: Mapping[str, float] | None) -> tuple[str, ...]:
    """Those who have had deals, those who only have a share, and nobody."""
    if shares and not all(np.isfinite(share) and share >= 0 for share in shares.values()):
        raise QuestionError(
            "An owner's share of the plan is below zero: give weights of 0 or more."
        )
    extra = sorted(set(shares or ()) - {*history.owners, NOBODY})
    return (*history.owners, *extra, NOBODY)


def _shares(history: History, owners: tuple[str, ...], given: Mapping[str, float] | None) -> Floats:
    """Each owner's share of the planned creation."""
    if given is None:
        # The history's owners come first, then those who only have a share, then nobody.
        counts = creations_by_owner(history)
        weights = np.zeros(len(owners))
        weights[: counts.size - 1], weights[-1] = counts[:-1], counts[-1]
    else:
        weights = np.array([float(given.get(owner, 0.0)) for owner in owners])
    if weights.sum() == 0:
        weights = np.array([float(owner != NOBODY or len(owners) == 1) for owner in owners])
    return weights / float(weights.sum())
