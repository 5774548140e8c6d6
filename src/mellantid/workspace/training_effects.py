"""What happened on the legs that sellers train for, before and after, and which leg to train next.

It is no experiment: see docs/training.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.clock import EPOCH, date_number
from mellantid.core.training.belief import learned
from mellantid.core.training.effect import Effect, Finding, effect, enough_compared
from mellantid.core.training.passes import AFTER_DAYS, BEFORE_DAYS, around, passed_daily
from mellantid.core.watch.compensators import last_whole_day
from mellantid.core.weeks import QUARTER
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.core.training.belief import Belief
    from mellantid.core.training.passes import Passes
    from mellantid.core.types import Bools
    from mellantid.core.watch.stream import Stream
    from mellantid.workspace.focus import Focus
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race
    from mellantid.workspace.training import Answer

TEAM: Final = "team"
EVERYONE_ELSE: Final = "everyone else"
NUMBERS: Final = tuple(each.name for each in fields(Effect))
BETTER: Final = 0.1
"""By how much a leg is thought to improve where legs are compared: a tenth more passes."""


@dataclass(frozen=True)
class LegEffect:
    """What happened on one leg of one seller, before and after they began to train for it.

    Attributes:
        seller: identity.
        leg: its name.
        began: the Monday of the first week of training.
        weeks: weeks of training on that leg so far.
        first: the first date of the days before; None: nothing can be compared yet.
        last: the last date of the days after; None likewise.
        days: working days after the first week.
        compared: `TEAM` or `EVERYONE_ELSE`.
        others: how many sellers that is.
        told: the numbers; None: nothing can be compared yet.

    """

    seller: str
    leg: str
    began: dt.date
    weeks: int
    first: dt.date | None = None
    last: dt.date | None = None
    days: int = 0
    compared: str = TEAM
    others: int = 0
    told: Effect | None = None

    @property
    def finding(self) -> Finding:
        """What can be said."""
        return Finding.EARLY if self.told is None else self.told.finding

    def as_dict(self) -> dict[str, object]:
        """Plain values: the numbers beside what they are about."""
        given = dict(vars(self))
        del given["told"]
        numbers = dict.fromkeys(NUMBERS) if self.told is None else dict(vars(self.told))
        numbers.pop("finding", None)
        return {**given, **numbers, "verdict": str(self.finding)}


@dataclass(frozen=True)
class LegToTrain:
    """What a leg would bring if a seller passed it a tenth more often.

    Attributes:
        leg: its name.
        worth: of a tenth more movements in a quarter.
        worth_of_one: of the next movement.
        expected: movements that the model expected of the seller's deals in the last quarter.
        actual: movements made in it.

    """

    leg: str
    worth: float
    worth_of_one: float
    expected: float
    actual: int


def begun(answers: Iterable[Answer]) -> dict[tuple[str, str], tuple[dt.date, int]]:
    """The first week in which each seller trained for each leg, and in how many they have."""
    weeks: dict[tuple[str, str], list[dt.date]] = {}
    for each in answers:
        weeks.setdefault((each.seller, each.said.leg), []).append(each.week)
    return {where: (min(found), len(found)) for where, found in weeks.items()}


def effects(race: Race, people: People, answers: Sequence[Answer]) -> tuple[LegEffect, ...]:
    """What happened on every leg that anyone has trained for, the latest beginning first.

    Args:
        race: what is known.
        people: who belongs to which team.
        answers: everyone's: who trains too is not compared with.

    """
    owners = list(race.history.owners)
    legs = race.history.process.legs
    known = {
        where: when
        for where, when in begun(answers).items()
        if where[0] in owners and where[1] in legs
    }
    if not known:
        return ()
    earliest = min(began for began, _ in known.values())
    stream = _stream(race, _days_of(race, earliest)[0] - BEFORE_DAYS)
    found: list[LegEffect] = []
    for week in sorted({began for began, _ in known.values()}, reverse=True):
        of_week = {where: n for where, (began, n) in known.items() if began == week}
        found += _of_week(race, people, known, stream, week, of_week)
    return tuple(found)


def _of_week(
    race: Race,
    people: People,
    known: Mapping[tuple[str, str], tuple[dt.date, int]],
    stream: Stream | None,
    week: dt.date,
    of_week: Mapping[tuple[str, str], int],
) -> list[LegEffect]:
    """Those whose training for a leg began in the same week: before and after are the same days."""
    begins, ends = _days_of(race, week)
    try:
        if stream is None:
            raise NotEnoughDataError("There is no whole day yet.")  # noqa: TRY301 (told as below)
        passes = around(stream, begins, ends)
    except NotEnoughDataError:
        return [LegEffect(*where, week, n) for where, n in sorted(of_week.items())]
    days = min(stream.first + stream.planned.shape[-1] - 1 - ends, AFTER_DAYS)
    trains = _trains(race, known, week)
    beliefs = _beliefs(passes, trains)
    first = max(begins - BEFORE_DAYS, stream.first)
    found = []
    for (seller, leg), n in sorted(of_week.items()):
        place, which = race.history.owners.index(seller), race.history.process.legs.index(leg)
        of_leg, own = passes.of_leg(which), trains[:, which]
        compared, name = _compared(race, people, of_leg, own, seller)
        told = effect(of_leg, place, compared, own, beliefs[min(which, 1)], days)
        dates = (_date(race, first), _date(race, ends + days))
        others = int(compared.sum())
        found.append(LegEffect(seller, leg, week, n, *dates, days, name, others, told))
    return found


def _trains(
    race: Race, known: Mapping[tuple[str, str], tuple[dt.date, int]], week: dt.date
) -> Bools:
    """Who trains for which leg in the days that are compared, (owners, S + 1)."""
    owners, legs = race.history.owners, race.history.process.legs
    found = np.zeros((len(owners), len(legs)), dtype=np.bool_)
    reach = dt.timedelta(days=AFTER_DAYS * 7 // 5)
    for (seller, leg), (began, _) in known.items():
        # Who began long ago is as they are now, before and after; who begins later, not.
        if abs(began - week) <= reach:
            found[owners.index(seller), legs.index(leg)] = True
    return found


def _beliefs(passes: Passes, trains: Bools) -> tuple[Belief, Belief]:
    """Of creation, by which sellers differ in another way, and of all other legs together."""
    rest = learned(passes.beyond_creation, trains[:, 1:])
    return learned(passes.of_leg(0), trains[:, :1]), rest


def _compared(
    race: Race, people: People, passes: Passes, trains: Bools, seller: str
) -> tuple[Bools, str]:
    """The rest of the seller's team, where it passes enough; else everyone else."""
    owners = race.history.owners
    team_of = people.team_of(owners)
    team = team_of.get(seller)
    mates = np.array([team is not None and team_of.get(each) == team for each in owners])
    mates &= ~trains
    if enough_compared(passes, mates):
        return mates, TEAM
    return ~trains, EVERYONE_ELSE


def to_train(race: Race, focus: Focus, seller: str) -> tuple[LegToTrain, ...]:
    """The legs in the order of what a tenth more movements would be worth to a seller.

    Args:
        race: what is known.
        focus: what effort is worth, of that seller.
        seller: identity.

    """
    history = race.history
    stream = _stream(race, last_whole_day(history) - QUARTER + 1)
    if stream is None or seller not in history.owners:
        return ()
    place = history.owners.index(seller)
    expected = stream.planned[place].sum(axis=-1).tolist()
    actual = stream.actual[place].sum(axis=-1).tolist()
    found = [
        LegToTrain(leg.leg, BETTER * leg.worth_of_one * mean, leg.worth_of_one, mean, int(made))
        for leg, mean, made in zip(focus.legs, expected, actual, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -each.worth))


def _stream(race: Race, first: int) -> Stream | None:
    """Expected and actual passes by owner from a day on, or from when all was recorded."""
    history = race.history
    start = int(history.middle_day.min())
    if race.observed_from is not None:
        start = int(history.clock.day(race.observed_from)) + 1
    first, last = max(first, start), last_whole_day(history)
    if first > last:
        return None
    days = np.arange(first, last + 1)
    try:
        pace = race.arrivals.pace(history.clock.months_of_dates(history.clock.date_of_day(days)))
    except NotEnoughDataError:
        pace = np.zeros(days.size)
    return passed_daily(history, race.model.hazard[0], pace, first)


def _days_of(race: Race, week: dt.date) -> tuple[int, int]:
    """The first and the last working day of a week; the first comes after where there is none."""
    clock, monday = race.history.clock, date_number(week)
    return int(clock.day_of_date(monday - 1)) + 1, int(clock.day_of_date(monday + 6))


def _date(race: Race, day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(race.history.clock.date_of_day(day)))
