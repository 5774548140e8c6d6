"""The chance of a target against a person's line, with a margin, so that a wobble tells once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.notices.events import Event, Kind
from mellantid.workspace.aims import aimed_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from mellantid.core.planning.target import Target
    from mellantid.workspace import Outcome, People

MARGIN: Final = 0.05
"""By so much the chance must pass the line upward, having fallen below it."""


@dataclass(frozen=True)
class Aim:
    """A target and its chance.

    Attributes:
        owner: a seller's identity, a team's name, or `EVERYONE`.
        called: what people call them; empty: everyone.
        amount: aimed at.
        unit: of the amount.
        until: its last date.
        p: the chance of it.

    """

    owner: str
    called: str
    amount: float
    unit: str
    until: dt.date
    p: float


def below(before: bool | None, p: float, line: float) -> bool:
    """Whether a chance counts as below a line.

    Args:
        before: whether it did at the last look; None: this is the first.
        p: the chance.
        line: below it counts as below; it counts as above again from a margin over it on.

    """
    if before:
        return p < line + min(MARGIN, (1.0 - line) / 2)
    return p < line


def aim_of(
    outcome: Outcome, targets: Iterable[Target], people: People, owner: str, unit: str
) -> Aim | None:
    """The chance of an owner's own target; of everyone's, where there is none; None: of neither.

    Args:
        outcome: the forecast of everyone.
        targets: all of them.
        people: who belongs to which team.
        owner: a seller's identity, a team's name, or `EVERYONE`.
        unit: of the amounts.

    """
    own = None if owner == EVERYONE else aimed_at(targets, outcome.as_of, outcome.until, owner)
    if own is not None and own.first == outcome.first:
        teams = people.team_of(outcome.whole.parts.owners)
        members = [each for each in outcome.whole.parts.owners if owner in {each, teams.get(each)}]
        p = float(outcome.whole.of_owners(members).exceeds(own.amount)) if members else 0.0
        return Aim(owner, people.name(owner), own.amount, unit, outcome.until, p)
    if outcome.target is None or outcome.p_target is None:
        return None
    return Aim(EVERYONE, "", outcome.target, unit, outcome.until, outcome.p_target)


def crossed(process: str, aim: Aim, line: float, *, down: bool, moment: int) -> Event:
    """The event of a chance that has crossed a line.

    Args:
        process: in which process.
        aim: the target and its chance.
        line: the person's.
        down: whether it has fallen below it.
        moment: the present one (ms).

    """
    query = {"process": process} | ({} if aim.owner == EVERYONE else {"owner": aim.owner})
    figures = {
        "p_target": aim.p,
        "line": line,
        "target": aim.amount,
        "unit": aim.unit,
        "until": aim.until.isoformat(),
        "owner": aim.owner,
        "called": aim.called,
    }
    kind = Kind.FELL if down else Kind.ROSE
    return Event(kind, moment, process, aim.owner, None, figures, f"/race?{urlencode(query)}")


def read_line(percent: str) -> float:
    """A line as it was typed, in percent.

    Raises:
        QuestionError: it is no whole percent between 1 and 99.

    """
    text = percent.strip().removesuffix("%").strip()
    if not (text.isdecimal() and len(text) <= 2 and int(text)):
        raise QuestionError(f"The line of the chance is {percent!r}: give a percent from 1 to 99.")
    return int(text) / 100
