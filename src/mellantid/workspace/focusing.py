"""Where effort is worth most now: what the core says of legs, deals and levers, put into words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.names import PER_DEAL
from mellantid.core.steering.changes import Changes
from mellantid.core.steering.focus import focus, missing
from mellantid.core.steering.levers import levers
from mellantid.core.steering.scene import Scene
from mellantid.core.weeks import QUARTER
from mellantid.errors import QuestionError
from mellantid.workspace.aims import aim_note, aimed_at, no_own_target
from mellantid.workspace.focus import DealFocus, Focus, LegFocus, LeverFocus
from mellantid.workspace.outcome import foretell, horizon

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from mellantid.core.forecasting.forecast import Forecast
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Target
    from mellantid.core.process import Process
    from mellantid.core.steering import focus as core
    from mellantid.core.steering.levers import Lever, Levers
    from mellantid.core.types import Bools
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race

WANTED: Final = 0.8
"""The chance of the target that is led to where neither the question nor the plan has one."""


def focus_of(
    race: Race,
    plan: Callable[[], Plan],
    targets: Sequence[Target],
    people: People,
    seller: str | None = None,
    p: float | None = None,
) -> Focus:
    """Find what effort is worth now, and say what cannot be told and why.

    Args:
        race: what is known.
        plan: gives the newest plan that had begun, or raises why there is none.
        targets: all that hold; the running one counts, or the next.
        people: everyone.
        seller: identity or name of the seller whose legs and deals are asked for; None: all.
        p: the chance of the target that levers are to lead to; None: the plan's, else `WANTED`.

    Raises:
        QuestionError: nobody is known by that name, or the chance is none.

    """
    history = race.history
    owner = None if seller is None else people.seller(seller, history.owners)
    today = history.clock.date(history.until - 1)
    target = aimed_at(targets, today)
    own = target if owner is None else aimed_at(targets, today, owner=owner)
    running, notes = _to_go_by(race, plan)
    if target is None and own is None:
        notes += aim_note(targets, today)
    elif owner is not None and own is None:
        notes += (no_own_target(people.name(owner), owner),)
    found = focusing(race, own or target, running, owner, p, steer=own is not None)
    return replace(found, notes=(*notes, *found.notes))


def _to_go_by(race: Race, newest: Callable[[], Plan]) -> tuple[Plan | None, tuple[str, ...]]:
    """The plan that a shortfall is told by; or None, and why."""
    history = race.history
    try:
        plan = newest()
        plan.check(history)
    except QuestionError as error:
        return None, (f"No shortfall can be told. {error}",)
    last = plan.periods[-1].ends
    if last < history.until:
        over = f"Plan {plan.version} ended on {history.clock.date(last - 1)}"
        return None, (f"No shortfall can be told. {over}: make one with mellantid plan.",)
    return plan, ()


def focusing(
    race: Race,
    target: Target | None,
    plan: Plan | None,
    seller: str | None = None,
    p: float | None = None,
    *,
    steer: bool = True,
) -> Focus:
    """Find what effort is worth now.

    Args:
        race: what is known.
        target: the target whose period counts; None: a quarter from now on.
        plan: the plan that shortfalls are told by; None: there is none, and neither are they.
        seller: whose legs and deals; None: everyone's.
        p: the chance that levers lead to; None: the plan's, else `WANTED`.
        steer: whether the target is that of `seller`, or of everyone, so that levers lead to it.

    Raises:
        QuestionError: `p` does not lie between 0 and 1.

    """
    wanted = _wanted(p, plan)
    today = race.history.clock.date(race.history.until - 1)
    first, until = _counted(race, target)
    whole = foretell(race, first, until, None)
    scene = Scene.of(whole, race.history.process, race.deal_model.hazard)
    mine = np.ones(scene.stage.size, dtype=np.bool_)
    if seller is not None:
        scene, mine = _of_seller(race, whole, scene, seller)
    open_ = race.open_deals
    found = focus(
        scene,
        whole.outlook.tables,
        [race.history.deals[deal] for deal in open_.deal[mine]],
        None if plan is None else missing(race.history, plan, seller),
    )
    now = None
    if target is not None and steer:
        total = whole.total if seller is None else scene.what_if(Changes()).total
        now = float(total.exceeds(target.amount))
    led, notes = _led(scene, target, now, wanted, priced=race.unit != PER_DEAL)
    return Focus(
        as_of=today,
        first=first,
        until=until,
        seller=seller,
        target=target.amount if target is not None and steer else None,
        p_target=now,
        p=wanted,
        legs=_legs(found),
        deals=_deals(race, found, mine),
        levers=_told(race, led.single if led else ()),
        mix=_told(race, led.mix if led else ()),
        mix_p=led.mix_p if led and led.mix else None,
        notes=notes,
    )


def moves_of_all(race: Race, target: Target | None) -> core.Focus:
    """What a move of each open deal is worth, as `focusing` has it, without levers.

    Args:
        race: what is known.
        target: the target whose period counts; None: a quarter from now on.

    """
    whole = foretell(race, *_counted(race, target), None)
    scene = Scene.of(whole, race.history.process, race.deal_model.hazard)
    names = [race.history.deals[deal] for deal in race.open_deals.deal]
    return focus(scene, whole.outlook.tables, names)


def _counted(race: Race, target: Target | None) -> tuple[dt.date, dt.date]:
    """The first and the last date on which a win counts."""
    if target is not None:
        return target.first, target.last
    return race.history.clock.date(race.history.until - 1), horizon(race, QUARTER)


def _wanted(p: float | None, plan: Plan | None) -> float:
    """The chance that is led to."""
    if p is None:
        return WANTED if plan is None or plan.p is None else plan.p
    if not 0 < p < 1:
        raise QuestionError(f"No change leads to a chance of {p:g}: ask for 0.8, for example.")
    return p


def _of_seller(race: Race, whole: Forecast, scene: Scene, seller: str) -> tuple[Scene, Bools]:
    """A seller's part of a scene, and which of the open deals are theirs."""
    owners = race.history.owners
    if seller not in owners:
        none = np.zeros(scene.stage.size, dtype=np.bool_)
        return scene.only(none, 0.0 * scene.share, 0.0), none
    place = owners.index(seller)
    mine = whole.outlook.open_.owner == place
    coming = whole.parts.new_mean
    part = float(coming[place] / coming.sum()) if coming.sum() > 0 else 0.0
    return scene.only(mine, part * scene.share, float(whole.parts.won[place])), mine


def _legs(found: core.Focus) -> tuple[LegFocus, ...]:
    short, money = found.shortfall, found.money
    there = np.bincount(found.standing.stage, minlength=found.process.size)
    return tuple(
        LegFocus(
            leg=name,
            worth_of_one=float(found.worth[leg]),
            shortfall=None if short is None else float(short[leg]),
            money=None if money is None else float(money[leg]),
            deals=int(there[leg - 1]) if leg else None,
        )
        for leg, name in enumerate(found.process.legs)
    )


def _deals(race: Race, found: core.Focus, mine: Bools) -> tuple[DealFocus, ...]:
    """The open deals, what is worth most today first."""
    process, owners = found.process, race.history.owners
    owner, amount = race.open_deals.owner[mine], race.open_deals.amount[mine]
    known = ~np.isnan(amount)
    return tuple(
        DealFocus(
            deal=found.deals[row],
            stage=process.stages[found.standing.stage[row]],
            next=process.state_name(int(found.gains.next[row])),
            owner=owners[owner[row]] if owner[row] >= 0 else None,
            age=int(found.standing.age[row]),
            amount=float(amount[row]) if known[row] else None,
            gain=float(found.gains.gain[row]),
            waiting_cost=float(found.gains.waiting_cost[row]),
            move_chance=float(found.gains.move_chance[row]),
            worth_today=float(found.gains.worth_today[row]),
        )
        for row in found.order.tolist()
    )


def _led(
    scene: Scene, target: Target | None, now: float | None, wanted: float, *, priced: bool
) -> tuple[Levers | None, tuple[str, ...]]:
    """The levers; or why there are none."""
    if target is None or now is None:
        return None, ()
    if scene.certain >= target.amount:
        return None, ("The target is reached already, so no lever is called for.",)
    if scene.last <= scene.today:
        over = f"The period ends on {target.last}, so nothing done after today counts: "
        return None, (over + "ask about the next target.",)
    return levers(scene, target.amount, wanted, priced=priced), ()


def _told(race: Race, found: Sequence[Lever]) -> tuple[LeverFocus, ...]:
    """Levers in words; those of legs on which nothing has ever gone on are left out."""
    process: Process = race.history.process
    return tuple(
        LeverFocus(
            lever=each.which.kind,
            leg=None if each.which.stage is None else process.stages[each.which.stage],
            now=each.now,
            needed=each.needed if each.feasible else None,
            factor=each.factor,
            limit=each.limit,
            p=each.p,
            feasible=each.feasible,
        )
        for each in found
        if math.isfinite(each.now)
    )
