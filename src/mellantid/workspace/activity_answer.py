"""Activities against the plan, as plain values: by leg, by deal, and what was logged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

TOLD: Final = "told"
EARLY: Final = "too early to say"


@dataclass(frozen=True)
class LegActivities:
    """One leg.

    Attributes:
        leg: its name.
        week: activities this week.
        activities: those counted of all sellers, over a year at most.
        movements: movements onward in the same time.
        own_activities: those of the seller; of all where none is asked for.
        own_movements: likewise.
        verdict: `TOLD` or `EARLY`.
        missing_movements: how many more are needed before anything is told.
        missing_activities: likewise.
        per_movement: activities that a movement onward takes; None where it is too early.
        low: its 80 % interval, from here
        high: to here.
        needed_movements: movements a week that lead to the plan; None without a plan.
        needed: activities a week for these; None where one of the two is not known.
        needed_low: its 80 % interval, from here
        needed_high: to here.

    """

    leg: str
    week: int
    activities: int
    movements: int
    own_activities: int
    own_movements: int
    verdict: str
    missing_movements: int
    missing_activities: int
    per_movement: float | None
    low: float | None
    high: float | None
    needed_movements: float | None
    needed: float | None
    needed_low: float | None
    needed_high: float | None


@dataclass(frozen=True)
class LegAfter:
    """What followed activities on the way out of a stage, against other days.

    Attributes:
        leg: its name.
        made_with: movements on days within a week after an activity.
        expected_with: those that the model expected on these days.
        made_without: movements on the other days.
        expected_without: likewise.
        ratio: how many times as often deals moved; None where it is too early.
        low: its 80 % interval, from here
        high: to here.

    """

    leg: str
    made_with: int
    expected_with: float
    made_without: int
    expected_without: float
    ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class NextActivity:
    """What one more activity about an open deal goes with; an association, no effect.

    Attributes:
        deal: its identity.
        owner: whose it is.
        leg: the way out of where it stands.
        without: the chance that it moves on within a week without an activity.
        chance: the same with one.
        difference: the second less the first.
        low: its 80 % interval, from here
        high: to here.
        gain: what a move on would add to the expected outcome.
        worth: the difference times the gain.

    """

    deal: str
    owner: str | None
    leg: str
    without: float
    chance: float
    difference: float
    low: float
    high: float
    gain: float
    worth: float


@dataclass(frozen=True)
class Logged:
    """An activity that was logged.

    Attributes:
        key: its own.
        date: when.
        seller: who did it.
        kind: what.
        about: the deal; None: none yet.
        owner: whose the deal is now; None: nobody's, or about no deal.
        leg: on which leg; None: about a deal that was closed.

    """

    key: str
    date: dt.date
    seller: str
    kind: str
    about: str | None
    owner: str | None
    leg: str | None


@dataclass(frozen=True)
class Activities:
    """The keys are those of `mellantid activities list --json`.

    Attributes:
        as_of: the local date at whose end this held.
        owner: whose; None: everyone's.
        week: the ISO week.
        done: activities this week, on all legs and on none.
        needed: activities this week that the plan asks for, on the legs where it can be told; None:
            on none.
        needed_low: its 80 % interval, from here
        needed_high: to here.
        plan_version: the plan that asks; None: there is none.
        legs: in the order of the course.
        after: what followed activities, by way out of a stage.
        missing_after: movements after activities that are needed before anything is told of deals.
        deals: open deals, where one more activity is worth most first.
        logged: what was logged, the newest first.

    """

    as_of: dt.date
    owner: str | None
    week: str
    done: int
    needed: float | None
    needed_low: float | None
    needed_high: float | None
    plan_version: int | None
    legs: tuple[LegActivities, ...]
    after: tuple[LegAfter, ...]
    missing_after: int
    deals: tuple[NextActivity, ...]
    logged: tuple[Logged, ...]

    def seen(self, deal: Callable[[str | None], bool], seller: Callable[[str], bool]) -> Activities:
        """The same without what may not be seen.

        Args:
            deal: whether a deal of this owner may be.
            seller: whether this seller's own may be.

        """
        return replace(
            self,
            deals=tuple(each for each in self.deals if deal(each.owner)),
            logged=tuple(
                each
                for each in self.logged
                if seller(each.seller) and (each.about is None or deal(each.owner))
            ),
        )
