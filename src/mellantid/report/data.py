"""What the report needs to know: plain values from the results, nothing computed from the ledger.

Amounts are in the workspace's currency, ages in working days, `movements`, `days` and `money` are
positive when ahead. `None` or NaN means that a number cannot be given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mellantid.core.standing.verdict import Verdict
from mellantid.core.watch.finding import Finding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True)
class Meta:
    """Whose report it is, of what period, as of when.

    Attributes:
        organisation: the workspace's name.
        process: the process's name.
        currency: ISO 4217 code of every amount.
        as_of: the local date at whose end this was known.
        first: the period's first date.
        last: the period's last date.
        day: working days of the period that have passed.
        days: working days of the whole period.
        target: amount to be won in the period; None where no target is set.
        plan_version: which version of the plan; None where there is none.
        owner: who the report is about; "all" for the organisation.

    """

    organisation: str
    process: str
    currency: str
    as_of: dt.date
    first: dt.date
    last: dt.date
    day: int
    days: int
    target: float | None = None
    plan_version: int | None = None
    owner: str = "all"


@dataclass(frozen=True)
class LegLine:
    """One leg's split: `splits` legs of the command line, and how it runs now.

    Attributes:
        leg: the leg's name as `Process.legs` has it ("creation", then stage labels).
        planned: movements that the plan had by now.
        actual: movements that happened.
        movements: actual less planned.
        days: working days ahead, as a race clock says it.
        money: what the leg added to the expected outcome, less the plan.
        verdict: a value of `core.standing.verdict.Verdict`.
        trend: change of `movements` over the last 20 working days.
        needed_per_week: pace that the plan asks for from here on.
        now_per_week: pace over the last 20 working days.
        course: `movements` at the end of past weeks, oldest first, for a small curve.
        needs: movements that must still be planned before anything can be said; 0 where enough.

    """

    leg: str
    planned: float
    actual: float
    movements: float
    days: float | None
    money: float
    verdict: str
    trend: float | None = None
    needed_per_week: float | None = None
    now_per_week: float | None = None
    course: tuple[float, ...] = ()
    needs: int = 0

    @property
    def kind(self) -> str:
        """The verdict's name in style sheets and catalogues, such as `behind_losing`."""
        return Verdict(self.verdict).name.lower()


@dataclass(frozen=True)
class StageLine:
    """One stage's field and rope.

    Attributes:
        stage: its label.
        open: open deals that stand in it.
        amount: what they are worth together; unknown amounts as the forecast takes them.
        caught: how many are older than the cut-off.
        cutoff: the age past which a deal is caught; None where history is too short.
        basis: how it was found, as `core.chances.cutoff.Cutoff.basis`.
        n: sojourns that it stands on.

    """

    stage: str
    open: int
    amount: float
    caught: int = 0
    cutoff: float | None = None
    basis: str = "too_early"
    n: int = 0


@dataclass(frozen=True)
class DealLine:
    """One open deal: where it stands, and its chance to be won in the period.

    Attributes:
        deal: its identity.
        stage: where it stands.
        age: working days in the stage.
        amount: what it is worth if it is won; None: not known.
        p: its chance; None where it is not told.
        owner: what people call its owner.
        owner_id: the owner's identity.

    """

    deal: str
    stage: str
    age: int
    amount: float | None
    p: float | None = None
    owner: str | None = None
    owner_id: str | None = None


@dataclass(frozen=True)
class FanPoint:
    """The cumulative won amount at the end of one date to come: quantiles of its distribution."""

    date: dt.date
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float


@dataclass(frozen=True)
class Fan:
    """The course of the won amount: what was, what is foretold, what was planned.

    Attributes:
        won: (date, cumulative won amount) from the period's first date to the as-of date.
        planned: (date, planned cumulative won amount) through the period.
        ahead: foretold quantiles from the as-of date on; the last is the horizon.

    """

    won: tuple[tuple[dt.date, float], ...]
    planned: tuple[tuple[dt.date, float], ...]
    ahead: tuple[FanPoint, ...]


@dataclass(frozen=True)
class Outcome:
    """The forecast, as `mellantid forecast --json` has it.

    Attributes:
        until: the horizon.
        won: amount won so far in the period.
        mean: expected amount at the horizon.
        sd: its standard deviation.
        quantiles: by chance, at least 0.05, 0.1, 0.5, 0.9 and 0.95.
        p_target: the chance of the target; None without one.
        arrival: by chance, the date on which the target is reached; None: not in the horizon.
        open_mean: the part expected of deals that are open now.
        new_mean: the part expected of deals not created yet.

    """

    until: dt.date
    won: float
    mean: float
    sd: float
    quantiles: Mapping[float, float]
    p_target: float | None = None
    arrival: Mapping[float, dt.date | None] = field(default_factory=dict)
    open_mean: float | None = None
    new_mean: float | None = None


@dataclass(frozen=True)
class PaceWeek:
    """One week of the pace band: planned cumulative movements, one for each leg.

    Attributes:
        last: the week's last date.
        planned: by leg, in the order of `ReportData.legs`.
        actual: the same of what happened; None for weeks to come.

    """

    last: dt.date
    planned: tuple[float, ...]
    actual: tuple[float, ...] | None = None


@dataclass(frozen=True)
class WatchLine:
    """Whether one leg has truly changed pace: `watch` of the command line.

    Attributes:
        leg: the leg's name.
        finding: a value of `core.watch.finding.Finding`.
        planned: movements expected of the deals at hand since the plan's start.
        actual: movements made.
        pace: the second over the first; None where next to nothing was planned.
        since: the likeliest first date of the changed pace; None where nothing has spoken.
        ratio: the pace since then over the plan's; None likewise.
        e_value: evidence, as odds to 1.
        wait_days: working days until a fall would be seen, on average; None: never.

    """

    leg: str
    finding: str
    planned: float
    actual: float
    pace: float | None
    since: dt.date | None
    ratio: float | None
    e_value: float
    wait_days: float | None

    @property
    def kind(self) -> str:
        """The finding's name in catalogues, such as `too_few`."""
        return Finding(self.finding).name.lower()


@dataclass(frozen=True)
class ReportData:
    """Everything that one report shows.

    Attributes:
        meta: whose, when.
        legs: the split of each leg, creation first.
        gap_money: expected outcome now less the plan; the legs, `amount_changes` and
            `re_estimation` sum to it.
        amount_changes: the part of the gap that comes from amounts that changed.
        re_estimation: the part that comes from the model fitted anew.
        owner_changes: the part that comes from deals that went from one owner to another; None:
            not told, as it is of everyone, for whom it is nil.
        outcome: the forecast.
        watch: what the watch says of each leg; empty before there is a whole day to watch.
        fan: the course of the won amount; None leaves the chart out.
        stages: the field and the rope, by stage.
        caught: deals past the cut-off, most money first.
        caught_money: what all of them are worth, where not all are in `caught`; None: they are.
        deals: open deals that weigh most in the forecast.
        pace: the pace band by week; empty without a plan.
        notes: sentences that the reader must know, as they are.

    """

    meta: Meta
    legs: tuple[LegLine, ...]
    gap_money: float
    amount_changes: float
    re_estimation: float
    outcome: Outcome
    watch: tuple[WatchLine, ...] = ()
    fan: Fan | None = None
    stages: tuple[StageLine, ...] = ()
    caught: tuple[DealLine, ...] = ()
    caught_money: float | None = None
    deals: tuple[DealLine, ...] = ()
    pace: tuple[PaceWeek, ...] = ()
    notes: tuple[str, ...] = ()
    owner_changes: float | None = None
