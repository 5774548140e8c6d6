"""Is everything sound: the database, and every derived figure against a rebuild another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import Counts
from mellantid.core.history import History
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.core.planning.plan import Plan
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace

TOLERANCE: Final = 1e-6
"""Of the target: how far the sum of the money lines may lie from the gap."""


@dataclass(frozen=True)
class Soundness:
    """The keys are those of `mellantid check --json`."""

    ok: bool
    movements: int
    differences: tuple[str, ...]


def check_workspace(workspace: Workspace, now: int) -> Soundness:
    """Check the database, then every process as known now, or when an old export ends."""
    differences = list(workspace.ledger.problems())
    until = workspace.moment(None, now).until
    movements = 0
    for name in workspace.processes:
        if not workspace.ledger.survey(name).entries:
            continue
        race = workspace.race(name, until)
        movements += int(race.history.moves.sum())
        differences += _differences(race)
        differences += _money_differences(workspace, race)
    return Soundness(not differences, movements, tuple(differences))


def _differences(race: Race) -> Iterator[str]:
    history, name = race.history, race.history.process.name
    if not _same(history, _folded_again(history)):
        yield f"The history of {name!r} changes when it is folded again."
    stays = race.sojourns
    odd = stays.deal % 2 == 1
    halves = Counts.of(stays.take(odd)) + Counts.of(stays.take(~odd))
    both = zip(
        [*halves.columns(), halves.count],
        [*race.counts.columns(), race.counts.count],
        strict=True,
    )
    if not all(np.array_equal(half, whole) for half, whole in both):
        yield f"The counts of {name!r} are not the sum of their halves."
    closed = int((history.last & (history.state >= history.process.size)).sum())
    deals = int(history.first.sum())
    if closed + race.open_deals.size != deals:
        yield (
            f"{name!r} has {deals} deals but {closed} closed and {race.open_deals.size} open ones."
        )


def _folded_again(history: History) -> History:
    """The same history from its rows in another order."""
    rows = np.random.default_rng(0).permutation(history.size)
    return History.fold(
        history.process,
        history.clock,
        history.until,
        history.deals,
        history.owners,
        history.deal[rows],
        history.at[rows],
        history.state[rows],
        history.amount[rows],
        history.owner[rows],
        history.after[rows],
        # Rows of one moment keep the order that they were folded into.
        rows,
    )


def _same(one: History, other: History) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "amount")
        for name in ("deal", "at", "after", "state", "amount", "owner")
    )


def _money_differences(workspace: Workspace, race: Race) -> Iterator[str]:
    plan = _newest_plan(workspace, race)
    if plan is None:
        return
    found = workspace.standing(race)
    lines = sum(leg.money for leg in found.legs) + found.amount_changes + found.re_estimation
    if abs(lines - found.gap_money) > TOLERANCE * found.target:
        yield (
            f"The money of the legs of {race.history.process.name!r} sums to {lines}, "
            f"and the gap to plan {plan.version} is {found.gap_money}."
        )


def _newest_plan(workspace: Workspace, race: Race) -> Plan | None:
    try:
        return workspace.plan(race.history.process.name, race.history.until)
    except QuestionError:
        return None
