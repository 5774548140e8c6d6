"""The library: the steps from a table of movements to a forecast, as functions.

Each takes what the one before gave. `mellantid` gives these names; docs/library.md walks through
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.calendars import working_clock
from mellantid.core.chances.cutoff import caught as _caught
from mellantid.core.chances.cutoff import cutoffs as _cutoffs
from mellantid.core.chances.incidence import incidence as _incidence
from mellantid.core.chances.wintable import WinTable
from mellantid.core.chances.wintable import win_table as _win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.direct import cells_of
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals as _arrivals
from mellantid.core.forecasting.forecast import forecast as _forecast
from mellantid.core.modelling.model import Model
from mellantid.core.modelling.model import fit as _fit
from mellantid.core.modelling.playbook import DEFAULT, Playbook
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.target import Target, period
from mellantid.core.planning.worth import Basis
from mellantid.core.process import Process
from mellantid.core.standing.money import money as _money
from mellantid.core.standing.splits import splits as _splits
from mellantid.core.steering.changes import Changes
from mellantid.core.steering.focus import focus as _focus
from mellantid.core.steering.focus import missing
from mellantid.core.steering.levers import levers as _levers
from mellantid.core.steering.scene import ENOUGH, Scene
from mellantid.core.watch.against_plan import watch_plan as _watch_plan
from mellantid.core.watch.watching import ALPHA, ARL
from mellantid.errors import NotEnoughDataError, QuestionError
from mellantid.frames import Columns, columns_of_result, frame_like, movements_into_history
from mellantid.frames.columns import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.core.chances.cutoff import Cutoff
    from mellantid.core.chances.incidence import Incidence
    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.history import History
    from mellantid.core.planning.plan import Plan
    from mellantid.core.standing.money import Money
    from mellantid.core.standing.splits import Splits
    from mellantid.core.steering.focus import Focus
    from mellantid.core.steering.levers import Levers
    from mellantid.core.steering.scene import WhatIf
    from mellantid.core.watch.against_plan import WatchedPlan

MOST_AGES: Final = 500
YEAR: Final = 260
"""Working days in a year, about."""


def read_movements(
    frame: Any,  # noqa: ANN401 - any make of data frame
    process: Process | None = None,
    *,
    stages: Sequence[str] = (),
    won: Sequence[str] = ("Won",),
    lost: Sequence[str] = ("Lost",),
    ignore: Sequence[str] = (),
    zone: str = "UTC",
    country: str = "",
    holidays: Iterable[str | dt.date] = (),
    until: dt.date | dt.datetime | None = None,
    deal: str = "deal",
    at: str = "at",
    stage: str = "stage",
    amount: str | None = None,
    owner: str | None = None,
    sequence: str | None = None,
) -> History:
    """Read a table with one row for each movement.

    Args:
        frame: a Polars, pandas or Arrow frame, or a mapping of arrays.
        process: the course; or give `stages` in order, `won`, `lost` and `ignore`.
        stages: labels of the open stages, in order.
        won: labels that mean won.
        lost: labels that mean lost.
        ignore: labels that are no stage.
        zone: IANA time zone; times without a zone are read in it, and days begin in it.
        country: code of the country whose public holidays are not worked, such as SE.
        holidays: the company's own days off.
        until: the end of what is known: a date (its end) or a moment; None: the latest row's date.
        deal: name of the column with the deal's identity.
        at: of the moment.
        stage: of the label entered.
        amount: of the amount; None: `amount` where there is one.
        owner: of the owner; None: `owner` where there is one.
        sequence: of the source's order within one moment.

    Raises:
        DataError: a column is missing, a value cannot be read, or a label is listed nowhere.
        QuestionError: neither a process nor stages are given.

    """
    if process is None:
        if not stages:
            raise QuestionError("Say which course it is: give stages in order, or a process.")
        process = Process("Process", tuple(stages), tuple(won), tuple(lost), tuple(ignore))
    table = columns_of(frame)
    columns = Columns(
        deal,
        at,
        stage,
        amount or ("amount" if "amount" in table else None),
        owner or ("owner" if "owner" in table else None),
        sequence,
    )
    clock = working_clock(zone, country, holidays)
    return movements_into_history(frame, process, clock, until, columns)


def as_of(history: History, date: dt.date) -> History:
    """The history as it was at the end of a date: what happened later is left out."""
    return history.known_at(history.clock.end_of(date))


def counts(history: History, observed_from: dt.date | None = None) -> Counts:
    """The histogram of sojourns; `observed_from` is the first date that was recorded."""
    start = None if observed_from is None else history.clock.start_of(observed_from)
    return Counts.of(sojourns(history, start))


def fit(of: History | Counts, playbook: Playbook = DEFAULT) -> Model:
    """Fit the model: the daily chance to leave each stage for each other, by age."""
    counted = of if isinstance(of, Counts) else counts(of)
    ages = min(int(counted.age.max(initial=0)) + 2, MOST_AGES)
    return _fit(counted.table(ages), playbook)


def incidence(of: History | Counts) -> Incidence:
    """The Aalen-Johansen estimate: what the counts say by themselves, by stage and age.

    It leans on nothing, so it stands beside the model for comparison; where few are left it is
    rough, and after the oldest deal it says nothing. docs/mathematics.md has the formula.
    """
    if isinstance(of, Counts):
        return _incidence(of.table(int(of.age.max(initial=0)) + 1))
    stays = sojourns(of)
    return _incidence(cells_of(stays, int(stays.age.max(initial=0)) + 1))


def win_table(model: Model, horizon: int = YEAR) -> WinTable:
    """The chance to be won, by stage, age and working days to go."""
    return _win_table(model.process, model.hazard[0], horizon)


def arrivals(history: History) -> Arrivals:
    """The pace at which deals are created, and what won deals are worth."""
    return _arrivals(history)


def plan(
    history: History,
    targets: Target | Sequence[Target],
    model: Model | None = None,
    version: int = 1,
) -> Plan:
    """Make the plan that meets the targets, from what the history knows, from its end on.

    Args:
        history: what is known when the plan is made; see `as_of`.
        targets: one, or several at once.
        model: a fitted model; None: fitted on the history.
        version: the plan's number.

    """
    aims = [targets] if isinstance(targets, Target) else list(targets)
    return make_plan(history, _basis(history, model), aims, version=version)


def splits(history: History, plan: Plan, belongs: Mapping[str, str] | None = None) -> Splits:
    """Where each leg is against the plan; `belongs` gives the group of each owner."""
    return _splits(history, plan, belongs)


def money(history: History, plan: Plan, model: Model | None = None) -> Money:
    """What each leg did to the expected outcome; all lines sum to the gap.

    Args:
        history: what is known now.
        plan: the plan; of several periods the first is told.
        model: a model fitted anew, whose effect is a line of its own; None: the plan's.

    """
    anew = None if model is None else _basis(history, model)
    return _money(history, plan, anew=anew)[0]


def watch(
    history: History,
    plan: Plan,
    belongs: Mapping[str, str] | None = None,
    *,
    above: Mapping[str, str] | None = None,
    alpha: float = ALPHA,
    arl: float = ARL,
) -> WatchedPlan:
    """Whether each leg has truly changed pace, since when, and by how much.

    Tests that may be looked at as often as one likes (docs/watch.md), against what the plan expects
    of the deals that stood on the leg, with the doubt of a plan that is an estimate.

    Args:
        history: what is known now.
        plan: the plan.
        belongs: the group of each owner (a seller's own name, or the team); None: all are one.
        above: the team of each group, where groups are sellers.
        alpha: the chance of ever a false alarm on a leg on plan.
        arl: working days between its false first signs.

    """
    return _watch_plan(history, plan, belongs=belongs, above=above, alpha=alpha, arl=arl)


def forecast(
    history: History,
    target: Target,
    model: Model | None = None,
    *,
    until: dt.date | None = None,
    seed: int = 0,
) -> Forecast:
    """Foretell what is won in the target's period: the whole distribution.

    Args:
        history: what is known.
        target: the amount and its period.
        model: a fitted model; None: fitted on the history.
        until: the last date that counts; None: the period's.
        seed: of the draws.

    """
    last = None if until is None else int(history.clock.day(history.clock.end_of(until) - 1))
    return _forecast(
        history,
        model or fit(history),
        _arrivals(history),
        period(target, history.clock),
        target.amount,
        np.random.default_rng(seed),
        until=last,
    )


def focus(history: History, forecast: Forecast, model: Model, plan: Plan | None = None) -> Focus:
    """What a move of each open deal is worth, and one more movement on each leg.

    Args:
        history: what is known.
        forecast: of the period in which a win counts.
        model: the one that the forecast was made with.
        plan: the plan that movements are missing against; None: that is not told.

    """
    names = [history.deals[deal] for deal in forecast.open_.deal]
    short = None if plan is None else missing(history, plan)
    scene = Scene.of(forecast, model.process, model.hazard)
    return _focus(scene, forecast.outlook.tables, names, short)


def what_if(
    forecast: Forecast,
    model: Model,
    *,
    pace: float = 1.0,
    amount: float = 1.0,
    conversion: Mapping[str, float] | None = None,
    speed: Mapping[str, float] | None = None,
) -> WhatIf:
    """The forecast if something were otherwise from now on; each change is a factor.

    Args:
        forecast: as things are.
        model: the one that the forecast was made with.
        pace: on the creation of deals.
        amount: on what deals that are not won yet are worth.
        conversion: by stage, on the odds of going on against being lost.
        speed: by stage, on how fast stays end.

    Raises:
        QuestionError: a factor is not above 0, or there is no such stage.

    """
    stages = model.process.stages
    changes = Changes(
        pace, amount, _by_stage(stages, conversion or {}), _by_stage(stages, speed or {})
    )
    return Scene.of(forecast, model.process, model.hazard).merged(ENOUGH).what_if(changes)


def levers(forecast: Forecast, model: Model, p: float = 0.8) -> Levers:
    """Each change that alone leads to a chance of the target, and the cheapest two together.

    Args:
        forecast: as things are, with a target.
        model: the one that the forecast was made with.
        p: the chance.

    Raises:
        QuestionError: there is no target, or the chance does not lie between 0 and 1.

    """
    if forecast.target is None:
        raise QuestionError("Without a target no change leads to it: give the forecast a target.")
    scene = Scene.of(forecast, model.process, model.hazard)
    return _levers(scene, forecast.target, p)


def cutoffs(
    history: History, model: Model | None = None, horizon: int = YEAR
) -> tuple[Cutoff, ...]:
    """The age in each stage past which a deal is caught by the rope.

    Args:
        history: what is known.
        model: a fitted model; None: fitted on the history.
        horizon: working days that stand for *ever*.

    """
    counted = counts(history)
    return _cutoffs(counted, win_table(model or fit(counted), horizon))


def caught(history: History, ropes: tuple[Cutoff, ...]) -> list[str]:
    """The deals that are older than their stage's cut-off, most money first."""
    now = open_deals(history)
    return [history.deals[deal] for deal in now.deal[_caught(now, ropes)]]


def frame(result: object, like: Any = "pandas") -> Any:  # noqa: ANN401 - any make of data frame
    """A result as a data frame.

    Args:
        result: counts, an incidence, a model, a win table, splits, a watched plan or a focus (its
            deals).
        like: a frame whose make is wanted, or polars, pandas, pyarrow, or {} for a dict.

    """
    return frame_like(like, columns_of_result(result))


def _by_stage(stages: tuple[str, ...], factors: Mapping[str, float]) -> dict[int, float]:
    """Factors by the number of their stage."""
    unknown = [name for name in factors if name not in stages]
    if unknown:
        raise QuestionError(f"There is no stage {unknown[0]!r}: use one of {', '.join(stages)}.")
    return {stages.index(name): factor for name, factor in factors.items()}


def _basis(history: History, model: Model | None) -> Basis:
    coming = _arrivals(history)
    if not np.isfinite(coming.mean_amount):
        raise NotEnoughDataError(
            "No won deal has an amount, so none can be planned in money: add amounts."
        )
    hazard = (model or fit(history)).hazard[0]
    return Basis(hazard, coming.entry, coming.mean_amount, coming.direct_rate)
