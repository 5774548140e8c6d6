"""A seller's own race: what lies behind them, what is near, and how they were themselves before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

TARGET: Final = "target"
PLAN: Final = "plan"
PASSAGE: Final = "passage"
MOVEMENTS: Final = "movements"
CREATED: Final = "created"


@dataclass(frozen=True)
class OwnLeg:
    """One leg, in movements and in expected value.

    `created`, `back`, `waiting` and `of_plan` sum to `money`, which is the split in money that
    `splits --by seller` tells.

    Attributes:
        leg: its name.
        week_movements: movements this week.
        movements: movements since the plan's start.
        planned: movements planned by now.
        week_created: what this week's movements onward added to the expected outcome.
        created: what those since the plan's start added.
        back: what losses and movements back took.
        waiting: what the days did to the deals that stood.
        of_plan: the planned creation, taken off; nil but for leg 0.
        money: the split in money.

    """

    leg: str
    week_movements: float
    movements: float
    planned: float
    week_created: float
    created: float
    back: float
    waiting: float
    of_plan: float
    money: float


@dataclass(frozen=True)
class OwnMilestone:
    """A milestone on the way to the goal.

    Attributes:
        value: in hand.
        reached: when it was first reached; None: not yet.
        ahead: whether it lies ahead now.
        goal: whether it is the goal.

    """

    value: float
    reached: dt.date | None
    ahead: bool
    goal: bool


@dataclass(frozen=True)
class OwnBest:
    """A personal best.

    Attributes:
        leg: of which leg; None: all legs together.
        kind: `passage` (working days), `movements` (of a week) or `created` (of a week).
        value: it; None where it is too early to announce one.
        n: how many it is the best of.
        missing: how many more are needed before one is announced.
        times: how many are equally good.
        date: the date of the first of them; of a week, its first working day.
        new: whether it was set lately and beats enough before it: gold.

    """

    leg: str | None
    kind: str
    value: float | None
    n: int
    missing: int
    times: int
    date: dt.date | None
    new: bool


@dataclass(frozen=True)
class OwnWeek:
    """A week against the own plan, together with those before it where `OwnStreak.span` says so.

    Attributes:
        week: the ISO week.
        planned: movements planned.
        low: the fewest that are no evidence of being behind.
        actual: movements made.
        pace: in words; see `core.standing.streak.WeekPace`.

    """

    week: str
    planned: float
    low: float
    actual: float
    pace: str


@dataclass(frozen=True)
class OwnStreak:
    """Weeks on pace.

    Attributes:
        span: how many weeks, up to each, are judged together: one, or more where little is planned.
        now: how many in a row up to now.
        longest: the most in a row since the plan's start.
        on_pace: how many in all.
        judged: of how many that could be judged.
        weeks: each week.

    """

    span: int
    now: int
    longest: int
    on_pace: int
    judged: int
    weeks: tuple[OwnWeek, ...]


@dataclass(frozen=True)
class ThenLeg:
    """Movements on a leg, in this period and in the same days of the one a year before."""

    leg: str
    now: float
    then: float


@dataclass(frozen=True)
class Then:
    """The same working day a year earlier.

    Attributes:
        day: the working day of the period.
        first: the first date compared with.
        last: the last one.
        since: the date of the seller's first deal, where it came after `first`; else None.
        legs: movements by leg.
        won_now: won amount of this period so far.
        won: that of then.

    """

    day: int
    first: dt.date
    last: dt.date
    since: dt.date | None
    legs: tuple[ThenLeg, ...]
    won_now: float
    won: float


@dataclass(frozen=True)
class TeamWeek:
    """What a team did together this week.

    Attributes:
        team: its name; None: the whole organisation.
        sellers: how many it has, of those who have deals.
        moving: how many of them moved a deal onward.
        movements: movements onward together.
        planned: movements planned for the whole week.
        created: what these added to the expected outcome.
        beyond: what they added for periods to come.
        wins: deals won.
        won: for how much.

    """

    team: str | None
    sellers: int
    moving: int
    movements: float
    planned: float
    created: float
    beyond: float
    wins: int
    won: float


@dataclass(frozen=True)
class OwnCredit:
    """What one movement, or changed amount, did to the expected outcome.

    Attributes:
        date: when.
        deal: which deal.
        owner: whose it is now.
        left: where it stood before; None: nowhere.
        entered: where it stood after.
        onward: 1 further on the course, -1 back or lost, 0 where it stood.
        expected: the credit in the period.
        beyond: what it did for periods to come.

    """

    date: dt.date
    deal: str
    owner: str | None
    left: str | None
    entered: str
    onward: int
    expected: float
    beyond: float


@dataclass(frozen=True)
class RankLine:
    """A place in the ranking of those who take part.

    Attributes:
        who: the seller's identity.
        name: what people call them.
        share: movements made over those planned.
        low: of its interval.
        high: likewise.
        first_place: the best place that the intervals leave open.
        last_place: the worst.

    """

    who: str
    name: str
    share: float
    low: float
    high: float
    first_place: int
    last_place: int


@dataclass(frozen=True)
class OwnRace:
    """The keys are those of `mellantid me --json`.

    Attributes:
        as_of: the local date at whose end this held.
        owner: the seller's identity.
        name: what people call them.
        plan_version: the plan compared with.
        since: the plan's first date.
        last: the period's last date.
        week: the ISO week that `week_...` are of.
        goal: what there is to come to.
        goal_from: `target`, their own, or `plan`: what the plan expects of them.
        in_hand: won in the period, and open deals at their chance.
        won: won in the period.
        gap_money: expected now less planned; the legs' money and the next three sum to it.
        amount_changes: what changed amounts did.
        transfers: what deals that came or went did.
        re_estimation: what knowing better did.
        week_created: what this week's movements onward added.
        created: what those since the plan's start added.
        mean_week: what they added in a week of the plan so far, on average.
        week_beyond: what this week's added for periods to come: late in a period, nearly all.
        beyond: likewise since the plan's start.
        legs: by leg.
        milestones: ascending.
        bests: by leg and kind.
        streak: weeks on pace.
        then: the same working day a year earlier; None where the history is too short.
        team_week: what the team did.
        credits: the last ten, newest first.
        ranking: of those who take part, best first; None where the seller does not.

    """

    as_of: dt.date
    owner: str
    name: str
    plan_version: int
    since: dt.date
    last: dt.date
    week: str
    goal: float
    goal_from: str
    in_hand: float
    won: float
    gap_money: float
    amount_changes: float
    transfers: float
    re_estimation: float
    week_created: float
    created: float
    mean_week: float
    week_beyond: float
    beyond: float
    legs: tuple[OwnLeg, ...]
    milestones: tuple[OwnMilestone, ...]
    bests: tuple[OwnBest, ...]
    streak: OwnStreak
    then: Then | None
    team_week: TeamWeek
    credits: tuple[OwnCredit, ...]
    ranking: tuple[RankLine, ...] | None
