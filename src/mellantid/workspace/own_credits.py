"""A seller's last credits, and the place among those who take part in the ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.history import NOWHERE
from mellantid.core.standing.created import goes_onward, row_credits
from mellantid.core.standing.ranking import places, share_bounds
from mellantid.workspace.own_race import OwnCredit, RankLine

if TYPE_CHECKING:
    from mellantid.workspace.running import Running

CREDITS: Final = 10


def own_credits(run: Running) -> tuple[OwnCredit, ...]:
    """The last ones, newest first."""
    history = run.history
    credited, credit = row_credits(run.money, run.code, history.size)
    _, whole = row_credits(run.at_all, run.code, history.size)
    rows = np.flatnonzero(credited)
    rows = rows[np.lexsort((rows, history.at[rows]))][::-1][:CREDITS]
    process, onward = history.process, goes_onward(history)
    owners = (*history.owners, None)
    last_of = dict(
        zip(history.deal[history.last].tolist(), history.owner[history.last], strict=True)
    )
    return tuple(
        OwnCredit(
            date=history.clock.date(int(history.at[row])),
            deal=history.deals[history.deal[row]],
            owner=owners[last_of[int(history.deal[row])]],
            left=None
            if history.before[row] == NOWHERE
            else process.state_name(int(history.before[row])),
            entered=process.state_name(int(history.state[row])),
            onward=0 if not history.moves[row] else 1 if onward[row] else -1,
            expected=float(credit[row]),
            beyond=float(whole[row] - credit[row]),
        )
        for row in rows.tolist()
    )


def own_ranking(run: Running) -> tuple[RankLine, ...]:
    """Those who take part, by movements made over planned."""
    names = sorted(run.ranked)
    first, last = run.plan.start + 1, max(run.history.until_day, run.plan.start + 1)
    made = np.array([run.passes.between(run.codes([name]), first, last).sum() for name in names])
    planned = np.array([run.planned[name][run.gone].sum() for name in names])
    asked = np.flatnonzero(planned > 0)
    low, high = share_bounds(made[asked], planned[asked])
    best, worst = places(low, high)
    share = made[asked] / planned[asked]
    order = np.argsort(-share, kind="stable")
    return tuple(
        RankLine(
            who=names[asked[k]],
            name=run.people.name(names[asked[k]]),
            share=float(share[k]),
            low=float(low[k]),
            high=float(high[k]),
            first_place=int(best[k]),
            last_place=int(worst[k]),
        )
        for k in order
    )
