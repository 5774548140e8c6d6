"""Activities told: what a movement takes, what the plan asks for, what the next one goes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.activity.next_one import changed, drawn
from mellantid.core.activity.per_movement import LEVEL
from mellantid.core.standing.splits import splits
from mellantid.core.weeks import iso_weeks, week_name
from mellantid.errors import QuestionError
from mellantid.workspace.activity_answer import (
    EARLY,
    TOLD,
    Activities,
    LegActivities,
    LegAfter,
    Logged,
    NextActivity,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.activity.per_movement import Yield
    from mellantid.core.types import Floats, Ints
    from mellantid.workspace.activity_known import Known
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace

SEED: Final = 20260401
DRAWS: Final = 2_000
TAILS: Final = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0)


def activities_of(workspace: Workspace, race: Race, known: Known, owner: str | None) -> Activities:
    """Tell activities of a seller, or of everyone.

    Args:
        workspace: where the plan is.
        race: what is known.
        known: what is known of activities.
        owner: the seller's identity; None: everyone.

    """
    history = race.history
    needs, version = _needs(workspace, race, owner)
    legs = _legs(known, owner, needs)
    total = _total(known, owner, needs)
    mine = _mine(known, owner)
    this_week = iso_weeks(history.clock, known.day) == known.week if known.rows else mine
    return Activities(
        as_of=history.clock.date(history.until - 1),
        owner=owner,
        week=week_name(known.week),
        done=int((this_week & mine).sum()),
        needed=None if total is None else total[0],
        needed_low=None if total is None else total[1],
        needed_high=None if total is None else total[2],
        plan_version=version,
        legs=legs,
        after=_after(known),
        missing_after=known.after.missing,
        deals=_deals(known, owner),
        logged=_logged(known, mine),
    )


def _mine(known: Known, owner: str | None) -> np.ndarray:
    if owner is None:
        return np.ones(len(known.rows), dtype=np.bool_)
    place = known.names.index(owner) if owner in known.names else -1
    found: np.ndarray = known.seller == place
    return found


def _needs(workspace: Workspace, race: Race, owner: str | None) -> tuple[Floats | None, int | None]:
    """Movements a week that lead to the plan by leg, and which plan that is."""
    history = race.history
    try:
        plan = workspace.plan(history.process.name, history.until)
        belongs = {each: each for each in (*history.owners, *plan.owners) if each}
        found = splits(history, plan, None if owner is None else belongs)
    except QuestionError:
        return None, None
    if owner is None:
        return found.needed_per_week[0], plan.version
    if owner not in found.groups:
        return None, plan.version
    return found.needed_per_week[found.groups.index(owner)], plan.version


def _yield_of(known: Known, leg: int, owner: str | None) -> Yield:
    """Of the seller; of one who has logged nothing what a new one is told; else of all together."""
    found = known.yields[leg]
    if owner is None:
        return found.together
    if owner not in known.names:
        return found.anyone
    return found.sellers.of(known.names.index(owner))


def _legs(known: Known, owner: str | None, needs: Floats | None) -> tuple[LegActivities, ...]:
    history, counted = known.race.history, known.counted
    week = np.zeros(len(history.process.legs), dtype=np.int64)
    mine = _mine(known, owner)
    if known.rows:
        now = mine & (known.leg >= 0) & (iso_weeks(history.clock, known.day) == known.week)
        np.add.at(week, known.leg[now], 1)
    who = slice(None)
    if owner is not None:
        place = known.names.index(owner) if owner in known.names else len(known.names)
        who = slice(place, place + 1)
    found = []
    for leg, name in enumerate(history.process.legs):
        of = known.yields[leg]
        need = None if needs is None or np.isnan(needs[leg]) else float(needs[leg])
        per = low = high = None
        if not of.early:
            ours = _yield_of(known, leg, owner)
            per = 1.0 / float(ours.mean)
            low, high = (1.0 / float(ours.quantile(p)) for p in reversed(TAILS))
        found.append(
            LegActivities(
                leg=name,
                week=int(week[leg]),
                activities=int(of.activities),
                movements=int(of.movements),
                own_activities=int(counted.activities[who, leg].sum()),
                own_movements=int(counted.movements[who, leg].sum()),
                verdict=EARLY if of.early else TOLD,
                missing_movements=of.missing[0],
                missing_activities=of.missing[1],
                per_movement=per,
                low=low,
                high=high,
                needed_movements=need,
                needed=_times(need, per),
                needed_low=_times(need, low),
                needed_high=_times(need, high),
            )
        )
    return tuple(found)


def _times(need: float | None, per: float | None) -> float | None:
    return None if need is None or per is None else need * per


def _total(
    known: Known, owner: str | None, needs: Floats | None
) -> tuple[float, float, float] | None:
    """Activities needed on all legs of which it can be told, with the interval of their sum."""
    if needs is None:
        return None
    rng = np.random.default_rng(SEED)
    told = [
        (float(needs[leg]), _yield_of(known, leg, owner))
        for leg, of in enumerate(known.yields)
        if not of.early and not np.isnan(needs[leg])
    ]
    if not told:
        return None
    middle = sum(need / float(of.mean) for need, of in told)
    drawn_ = sum((need / of.draw(rng, DRAWS) for need, of in told), np.zeros(DRAWS))
    low, high = np.quantile(drawn_, TAILS)
    return middle, min(float(low), middle), max(float(high), middle)


def _factors(known: Known) -> tuple[Floats, Floats]:
    """Draws of θ with an activity and without one, (n, S) each."""
    rng = np.random.default_rng(SEED)
    with_, without = known.after.factors()
    return drawn(with_, rng, DRAWS), drawn(without, rng, DRAWS)


def _after(known: Known) -> tuple[LegAfter, ...]:
    of = known.after
    ratio = low = high = None
    if not of.missing:
        (shape, rate), (other_shape, other_rate) = of.factors()
        ratio = (shape / rate) / (other_shape / other_rate)
        with_, without = _factors(known)
        low, high = np.quantile(with_ / without, TAILS, axis=0)
    return tuple(
        LegAfter(
            leg=name,
            made_with=int(of.made_with[n]),
            expected_with=float(of.expected_with[n]),
            made_without=int(of.made_without[n]),
            expected_without=float(of.expected_without[n]),
            ratio=None if ratio is None else float(ratio[n]),
            low=None if low is None else float(low[n]),
            high=None if high is None else float(high[n]),
        )
        for n, name in enumerate(known.race.history.process.legs[1:])
    )


def _deals(known: Known, owner: str | None) -> tuple[NextActivity, ...]:
    """The open deals, where one more activity is worth most first."""
    moves, history = known.moves, known.race.history
    if moves is None or known.after.missing:
        return ()
    (shape, rate), (other_shape, other_rate) = known.after.factors()
    with_, without = _factors(known)
    owners, place = known.race.open_deals.owner, None
    if owner is not None:
        place = history.owners.index(owner) if owner in history.owners else len(history.owners)
    rows = np.arange(owners.size) if place is None else np.flatnonzero(owners == place)
    stage, p = moves.standing.stage[rows], moves.gains.move_chance[rows]
    chance = changed(p, (shape / rate)[stage])
    base = changed(p, (other_shape / other_rate)[stage])
    ends = _ends(p, stage, with_, without)
    gain = moves.gains.gain[rows]
    worth = (chance - base) * gain
    order = np.argsort(-worth, kind="stable")
    return tuple(
        NextActivity(
            deal=moves.deals[rows[n]],
            owner=history.owners[owners[rows[n]]] if owners[rows[n]] >= 0 else None,
            leg=history.process.legs[stage[n] + 1],
            without=float(base[n]),
            chance=float(chance[n]),
            difference=float(chance[n] - base[n]),
            low=float(ends[0][n]),
            high=float(ends[1][n]),
            gain=float(gain[n]),
            worth=float(worth[n]),
        )
        for n in order.tolist()
    )


def _ends(p: Floats, stage: Ints, with_: Floats, without: Floats) -> tuple[Floats, Floats]:
    """The interval of each deal's difference; stage by stage, since that is what is drawn."""
    low, high = np.zeros((2, p.size))
    for each in np.unique(stage):
        here = stage == each
        some = slice(None, None, 4)
        off = changed(p[here], with_[some, each, None]) - changed(
            p[here], without[some, each, None]
        )
        low[here], high[here] = np.quantile(off, TAILS, axis=0)
    return low, high


def _logged(known: Known, mine: np.ndarray) -> tuple[Logged, ...]:
    history = known.race.history
    clock, legs = history.clock, history.process.legs
    owner_of = _owners(history.deal, history.owner, history.last)
    rows: Sequence[int] = np.flatnonzero(mine)[::-1].tolist()
    found = []
    for n in rows:
        each, leg = known.rows[n], int(known.leg[n])
        owner = owner_of.get(int(known.deal[n]), -1)
        found.append(
            Logged(
                key=each.key,
                date=clock.date(each.at),
                seller=each.seller,
                kind=each.kind,
                about=each.deal,
                owner=history.owners[owner] if owner >= 0 else None,
                leg=legs[leg] if leg >= 0 else None,
            )
        )
    return tuple(found)


def _owners(deal: Ints, owner: Ints, last: np.ndarray) -> Mapping[int, int]:
    return dict(zip(deal[last].tolist(), owner[last].tolist(), strict=True))
