"""Making a plan: which targets it is for, from when, and the mean that a chosen chance asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.plan import Plan, make_plan
from mellantid.core.target import EVERYONE, Target
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.race import Race


def targets_ahead(targets: Iterable[Target], start: dt.date) -> list[Target]:
    """The organisation's targets whose periods are not over by a date, the nearest first.

    Raises:
        QuestionError: there is none.

    """
    ahead = [each for each in targets if each.owner == EVERYONE and each.last >= start]
    if not ahead:
        raise QuestionError(
            f"There is no target of the whole organisation on or after {start}: set one with "
            "mellantid target set --owner all --amount X --from DATE --to DATE."
        )
    return sorted(ahead, key=lambda each: (each.last, each.first))


def current_target(targets: Iterable[Target], date: dt.date) -> Target | None:
    """The organisation's target that a date falls in: the one that ends first; None without one."""
    running = [
        each for each in targets if each.owner == EVERYONE and each.first <= date <= each.last
    ]
    return min(running, key=lambda each: (each.last, each.first), default=None)


def new_plan(race: Race, targets: list[Target], version: int, p: float | None = None) -> Plan:
    """Make the next version of the plan.

    Args:
        race: what was known when the plan starts.
        targets: what it is to meet.
        version: its number.
        p: the chance with which each target is to be met; None: on average.

    """
    return make_plan(
        race.history,
        race.basis,
        targets,
        season=_season(race),
        p=p,
        won_amounts=race.arrivals.amounts if race.arrivals.amounts.size else None,
        assumed=race.assumed_amount,
        version=version,
    )


def _season(race: Race) -> Callable[[Ints], Floats]:
    """Factors of the season on working days: as creations have had it."""
    clock, factors = race.history.clock, race.arrivals.season

    def season(days: Ints) -> Floats:
        months = clock.months_of_dates(clock.date_of_day(days))
        return factors[months % 100 - 1]

    return season
