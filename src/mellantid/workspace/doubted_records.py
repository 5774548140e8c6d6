"""Doubts about the records: losses closed in heaps, late or never, and movements told late."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import EPOCH
from mellantid.core.doubts.delays import NEWEST, SMALLEST
from mellantid.core.doubts.ghosts import advised_silence
from mellantid.core.names import PER_DEAL
from mellantid.metrics import numbers
from mellantid.workspace import doubt as kinds
from mellantid.workspace.doubt import FOUND, NOT_FOUND, TOO_EARLY, UNTOLD, Doubt

if TYPE_CHECKING:
    from mellantid.core.doubts.cleanups import Cleanup
    from mellantid.core.doubts.delays import Delays
    from mellantid.core.doubts.ghosts import Ghosts
    from mellantid.workspace.race import Race

UNDER_REPORTED = 0.02
"""A smaller part of the newest days that is still to come in is no matter."""


def date_of(race: Race, day: int) -> dt.date:
    """The date of a working day."""
    return EPOCH + dt.timedelta(days=int(race.history.clock.date_of_day(day)))


def told_cleanups(race: Race, found: tuple[Cleanup, ...], effect: float) -> list[Doubt]:
    """Days of clean-up, the largest first.

    Args:
        race: the process.
        found: the days.
        effect: what setting them aside would multiply the expected wins of the open deals by.

    """
    if not found:
        return [Doubt(kinds.CLEANUP, NOT_FOUND, "No day stands out by the deals closed on it.")]
    order = sorted(found, key=lambda each: each.expected - each.seen)
    after = (
        "Their ages say when somebody cleaned up, not when the deals were lost; "
        f"{_set_aside(race, found, effect)}."
    )
    return [
        Doubt(
            kinds.CLEANUP,
            FOUND,
            f"On {numbers.date(date_of(race, each.day))} {numbers.count(each.seen)} deals were "
            f"closed as lost where {numbers.movements(each.expected)} were foretold, half of them "
            f"after {numbers.days(each.age)} working days in their stage or more "
            f"({numbers.days(each.usual_age)} on other days)."
            + (f" {after}" if place == len(order) - 1 else ""),
            since=date_of(race, each.day),
            n=each.seen,
            expected=each.expected,
            ratio=each.seen / each.expected if each.expected > 0 else None,
            p=each.p,
        )
        for place, each in enumerate(order)
    ]


def _set_aside(race: Race, found: tuple[Cleanup, ...], effect: float) -> str:
    """How these days would be set aside, and what that would do; or that they are."""
    days = {*race.set_aside, *(each.day for each in found)}
    if days == set(race.set_aside):
        return "the model does not count what was closed on these days"
    dates = ",".join(f"{date_of(race, day)}" for day in sorted(days))
    return (
        f"with these days set aside (mellantid settings set cleanups {dates}) the open deals would "
        f"be expected to bring {_effect(effect)}"
    )


def _effect(times: float) -> str:
    """How much more or less, in words."""
    if abs(times - 1.0) < 0.005:
        return "as many wins in a quarter"
    if times >= 2.0:
        return f"{numbers.decimal(times, 1)} times as many wins in a quarter"
    more = "more" if times > 1.0 else "fewer"
    return f"{numbers.percent(abs(times - 1.0))} {more} wins in a quarter"


def told_lateness(found: Delays | bool) -> list[Doubt]:
    """How late movements become known."""
    if found is False:
        return [
            Doubt(
                kinds.LATE,
                UNTOLD,
                "The source does not say when it came to know of a movement, so how late they are "
                "entered cannot be told: name that column as recorded in the map.",
            )
        ]
    if found is True:
        return [
            Doubt(
                kinds.LATE,
                TOO_EARLY,
                f"Too few movements have a time of recording: {SMALLEST} are needed.",
            )
        ]
    share = found.under_reported()
    late = np.isfinite(share) and share >= UNDER_REPORTED
    return [
        Doubt(
            kinds.LATE,
            FOUND if late else NOT_FOUND,
            f"Half of the movements are known within {numbers.count(found.quantile(0.5))} working "
            f"days of happening and nine in ten within {numbers.count(found.quantile(0.9))}; of "
            f"what happened in the newest {NEWEST} working days some "
            f"{numbers.percent(share)} is not known yet.",
            n=found.n,
            expected=found.missing(),
            ratio=share if np.isfinite(share) else None,
        )
    ]


def told_ghosts(race: Race, found: tuple[Ghosts, ...]) -> list[Doubt]:
    """Deals past the age at which anything happens, and what to declare."""
    stages = race.history.process.stages
    silence = advised_silence(found)
    told = []
    for each in found:
        name = stages[each.stage]
        if each.age is None:
            what = (
                f"Not enough data: needs {each.missing} more movements onward from {name} to tell "
                "whether old deals there are still alive."
            )
            told.append(Doubt(kinds.GHOSTS, TOO_EARLY, what, stage=name))
            continue
        what = (
            f"{numbers.count(each.past)} of {numbers.count(each.open)} open deals in {name} have "
            f"stood there for more than {each.age} working days{_worth(race, each)}; past that age "
            f"{numbers.count(each.left)} deals ever left, where "
            f"{numbers.movements(each.expected)} would have"
        )
        if each.found:
            what += (
                ": they look lost and were never closed. Close them, or declare silence a loss "
                f"(mellantid settings set silence {silence})"
            )
        told.append(
            Doubt(
                kinds.GHOSTS,
                FOUND if each.found else NOT_FOUND,
                f"{what}.",
                stage=name,
                n=each.past,
                expected=each.expected,
                ratio=each.left / each.expected if each.expected > 0 else None,
                p=each.p,
            )
        )
    return told


def _worth(race: Race, each: Ghosts) -> str:
    open_ = race.open_deals
    if race.unit == PER_DEAL:
        return ""
    rows = (open_.stage == each.stage) & open_.entry_known & (open_.age > (each.age or 0))
    worth = float(np.nansum(open_.amount[rows]))
    return f" ({numbers.money(worth, race.unit)})" if worth else ""


def told_silence(race: Race) -> list[Doubt]:
    """What counts as lost by silence, where that was declared."""
    found = race.silence
    if found is None:
        return []
    return [
        Doubt(
            kinds.SILENCE,
            FOUND if found.lost else NOT_FOUND,
            f"{numbers.count(found.lost)} stays of more than {numbers.count(found.days)} working "
            f"days count as lost by silence, {numbers.count(found.standing.size)} of them to this "
            f"day; {numbers.count(found.back)} deals came back and {numbers.count(found.won)} of "
            "them stand as won: the more of these, the longer should the silence be.",
            n=found.lost,
            ratio=found.back / found.lost if found.lost else None,
        )
    ]
