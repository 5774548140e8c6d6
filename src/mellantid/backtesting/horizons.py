"""The same backtest at several horizons: how far ahead the numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.backtesting.protocol import QUARTER, Question, read_horizon
from mellantid.backtesting.running import backtest
from mellantid.errors import NotEnoughDataError, QuestionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from mellantid.backtesting.summary import Backtest
    from mellantid.core.scoring.skill import Skill
    from mellantid.workspace import Workspace

HORIZONS: Final = ("30d", "60d", "90d", QUARTER)


@dataclass(frozen=True)
class AtHorizon:
    """One horizon in short.

    Attributes:
        horizon: as the command line has it.
        origins: how many.
        crps: mean score; smaller is better.
        coverage_80: share of origins whose 80 % interval held what came.
        bias: mean of forecast less actual, over the mean actual.
        brier: of the chances of single deals; None where none was open.
        hardest: the baseline against which the forecast has least skill; None where no baseline
            has been compared with at enough origins.
        skill: against that baseline.
        why: what is missing, where the history is too short; empty otherwise.

    """

    horizon: str
    origins: int = 0
    crps: float | None = None
    coverage_80: float | None = None
    bias: float | None = None
    brier: float | None = None
    hardest: str | None = None
    skill: Skill | None = None
    why: str = ""


def at_horizons(
    workspace: Workspace,
    now: int,
    every: dt.timedelta,
    name: str | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    keep: bool = True,
) -> tuple[AtHorizon, ...]:
    """Backtest 30, 60 and 90 days ahead, and to the end of the quarter.

    Args:
        workspace: the organisation.
        now: the present moment (ms).
        every: from one origin to the next.
        name: the process; None: the only one.
        progress: called with the number of origins done and of all, for each horizon anew.
        keep: as of `backtest`.

    """
    rows = []
    for horizon in HORIZONS:
        question = Question(every, read_horizon(horizon))
        try:
            found = backtest(workspace, now, name, question, progress=progress, keep=keep)
        except (NotEnoughDataError, QuestionError) as error:
            rows.append(AtHorizon(horizon, why=str(error)))
        else:
            rows.append(_in_short(horizon, found))
    return tuple(rows)


def _in_short(horizon: str, found: Backtest) -> AtHorizon:
    hardest = min(found.skill, key=lambda name: found.skill[name].skill, default=None)
    return AtHorizon(
        horizon,
        len(found.origins),
        found.crps,
        found.coverage_80,
        found.bias,
        found.brier,
        hardest,
        None if hardest is None else found.skill[hardest],
    )
