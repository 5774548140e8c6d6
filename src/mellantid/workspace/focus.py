"""What to do now, as plain values: legs, deals and levers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True)
class LegFocus:
    """What one more movement on a leg is worth, and what those that are missing would be.

    Attributes:
        leg: its name.
        worth_of_one: what the next movement is expected to add to the outcome.
        shortfall: movements that the plan has by now and that have not been made; None: no plan.
        money: the first times the second.
        deals: deals that stand before the leg now; None for creation.

    """

    leg: str
    worth_of_one: float
    shortfall: float | None
    money: float | None
    deals: int | None


@dataclass(frozen=True)
class DealFocus:
    """What a move of one open deal is worth.

    Attributes:
        deal: its identity.
        stage: where it stands.
        next: where a move on leads, most likely.
        owner: whose it is.
        age: working days in the stage.
        amount: what it is worth if it is won; None: not known.
        gain: what a move on now would add to the expected outcome.
        waiting_cost: what a week of standing still takes from it.
        move_chance: the chance that it goes on within a week, as such deals do.
        worth_today: gain times that chance; deals are in its order.

    """

    deal: str
    stage: str
    next: str
    owner: str | None
    age: int
    amount: float | None
    gain: float
    waiting_cost: float
    move_chance: float
    worth_today: float


@dataclass(frozen=True)
class LeverFocus:
    """One change that would lead to the chance of the target that is wanted.

    Attributes:
        lever: `pace`, `conversion`, `time` or `amount`.
        leg: whose; None for pace and amount.
        now: deals created a week, the share that goes on, working days that going on takes, or the
            mean amount of a win to come.
        needed: what it would have to be; None where even the limit is not enough.
        factor: how many times the pace, the odds, the speed or the amount.
        limit: what it would be at the limit: twice as much, or half where there is some to spare.
        p: the chance of the target with the factor, the limit where it is not enough.
        feasible: whether it leads there.

    """

    lever: str
    leg: str | None
    now: float
    needed: float | None
    factor: float
    limit: float
    p: float
    feasible: bool

    def as_dict(self) -> dict[str, object]:
        """As INTERFACE has it: `from` and `to`."""
        return {
            "lever": self.lever,
            "leg": self.leg,
            "from": self.now,
            "to": self.needed,
            "factor": self.factor,
            "limit": self.limit,
            "p_target": self.p,
            "feasible": self.feasible,
        }


@dataclass(frozen=True)
class Focus:
    """What to do now; the keys are those of `mellantid focus --json`.

    Attributes:
        as_of: the local date at whose end this held.
        first: the first date on which a win counts.
        until: the last.
        seller: whose legs and deals these are; None: everyone's.
        target: the amount aimed at; None without one.
        p_target: the chance of it now.
        p: the chance that levers lead to.
        legs: in the order of the course.
        deals: open deals, what is worth most today first.
        levers: each change alone, the least effort first, those that are not enough last.
        mix: the cheapest two together; empty where none is called for or none is enough.
        mix_p: the chance with both.
        notes: what to know, or to do, a sentence each.

    """

    as_of: dt.date
    first: dt.date
    until: dt.date
    seller: str | None
    target: float | None
    p_target: float | None
    p: float
    legs: tuple[LegFocus, ...]
    deals: tuple[DealFocus, ...]
    levers: tuple[LeverFocus, ...]
    mix: tuple[LeverFocus, ...]
    mix_p: float | None
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """As `--json` prints it."""
        plain = dict(vars(self))
        del plain["notes"], plain["mix_p"]
        plain["levers"] = [each.as_dict() for each in self.levers]
        plain["mix"] = None
        if self.mix:
            plain["mix"] = {
                "levers": [each.as_dict() for each in self.mix],
                "p_target": self.mix_p,
            }
        return plain
