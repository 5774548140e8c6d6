"""A Monday letter as plain values: nothing is left to compute, and nothing is in words yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from mellantid.report.data import LegLine
    from mellantid.report.sentence import Finish
    from mellantid.workspace.focus import LeverFocus
    from mellantid.workspace.week_change import WeekChange


class Doing(StrEnum):
    """What a thing to do is about."""

    LEG = "leg"
    DEAL = "deal"
    LEVER = "lever"
    CREATE = "create"


@dataclass(frozen=True)
class Thing:
    """One of the things to do, from focus.

    Attributes:
        kind: what it is about.
        worth: what it would add to the expected outcome; None of a lever.
        leg: of a leg: its name.
        shortfall: of a leg: movements that are missing against the plan.
        deal: of a deal: its identity.
        owner: of a deal: whose it is.
        called: of a deal: what people call its owner.
        stage: of a deal: where it stands.
        next: of a deal: where it most likely goes.
        lever: of a lever: what would have to change, and how much.

    """

    kind: Doing
    worth: float | None = None
    leg: str | None = None
    shortfall: float | None = None
    deal: str | None = None
    owner: str | None = None
    called: str | None = None
    stage: str | None = None
    next: str | None = None
    lever: LeverFocus | None = None

    def as_dict(self) -> dict[str, Any]:
        """What it has, as JSON."""
        told = {name: value for name, value in vars(self).items() if value is not None}
        return told | ({} if self.lever is None else {"lever": self.lever.as_dict()})


@dataclass(frozen=True)
class Caught:
    """A deal that has passed its rope.

    Attributes:
        deal: its identity.
        owner: whose it is.
        called: what people call its owner.
        stage: where it stands.
        age: working days there.
        amount: what it is worth; None: not known.
        new: whether it was caught in the week.

    """

    deal: str
    owner: str | None
    called: str
    stage: str
    age: int
    amount: float | None
    new: bool


@dataclass(frozen=True)
class Sharpened:
    """What somebody sharpened in the week; a shipped ability is told in the reader's language.

    Attributes:
        owner: who, by identity.
        called: what people call them.
        leg: the leg that it is for; None: no one leg.
        ability: which.
        noticed: what they noticed; empty: nothing was said.

    """

    owner: str
    called: str
    leg: str | None
    ability: str
    noticed: str = ""


@dataclass(frozen=True)
class Letter:
    """A Monday letter; the keys are those of `GET /api/v1/letter`, but for `splits` and `finish`.

    Attributes:
        organisation: whose race it is.
        owner: a seller's identity, a team's name, or `all`.
        called: what people call that owner; empty: everyone.
        of_several: whether it is of several sellers, who are then named.
        process: the process's name.
        unit: of the amounts.
        week: the ISO week that it tells of.
        first: its Monday.
        as_of: the date at whose end this was known.
        finish: where we finish, for the sentence.
        mean: the expected outcome.
        p_before: the chance of the target at the week's beginning; None: none, or not known.
        splits: every leg's split, for the sentence.
        change: what the week did to the gap.
        things: what to do, at most three.
        caught: deals past their rope that the reader may see: those of the week, then the others,
            the most money first.
        caught_amount: what all of those are worth.
        abilities: what was sharpened in the week; empty: nothing is known of it.
        hidden: whether single deals are left out that the reader may not see.

    """

    organisation: str
    owner: str
    called: str
    of_several: bool
    process: str
    unit: str
    week: str
    first: dt.date
    as_of: dt.date
    finish: Finish
    mean: float
    p_before: float | None
    splits: tuple[LegLine, ...]
    change: WeekChange
    things: tuple[Thing, ...]
    caught: tuple[Caught, ...]
    caught_amount: float
    abilities: tuple[Sharpened, ...] = ()
    hidden: bool = False

    @property
    def caught_new(self) -> int:
        """How many were caught in the week."""
        return sum(each.new for each in self.caught)

    def as_dict(self) -> dict[str, Any]:
        """As `--format json` prints it."""
        kept = ("organisation", "owner", "process", "unit", "week", "first", "as_of", "mean")
        finish, change = self.finish, self.change
        return {
            **{name: getattr(self, name) for name in kept},
            "until": finish.until,
            "won": finish.won,
            "low": finish.low,
            "high": finish.high,
            "target": finish.target,
            "p_target": finish.p_target,
            "p_before": self.p_before,
            "plan_version": change.plan_version,
            "gap_before": change.before,
            "gap_money": change.after,
            "gap_change": change.change,
            "lines": change.lines,
            "things": [each.as_dict() for each in self.things],
            "caught": self.caught,
            "caught_amount": self.caught_amount,
            "abilities": self.abilities,
        }
