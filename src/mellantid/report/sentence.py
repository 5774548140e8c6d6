"""The one sentence at the top: where we finish, the chance of the target, and where we lag."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mellantid.core.standing.verdict import Verdict
from mellantid.metrics import numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mellantid.report.data import ReportData
    from mellantid.report.wording import Wording

BEHIND = (Verdict.BEHIND_GAINING, Verdict.BEHIND_LOSING)
AHEAD = (Verdict.AHEAD_GAINING, Verdict.AHEAD_LOSING, Verdict.BEST)


@dataclass(frozen=True)
class Finish:
    """Where we finish.

    Attributes:
        as_of: the local date at whose end this was known.
        until: the horizon.
        won: amount won so far.
        low: the amount that is not reached with a chance of 10 %.
        high: the amount that is not passed with a chance of 90 %.
        currency: of the amounts.
        target: what is aimed at; None where no target is set.
        p_target: the chance of it.

    """

    as_of: dt.date
    until: dt.date
    won: float
    low: float
    high: float
    currency: str
    target: float | None
    p_target: float | None


class Leg(Protocol):
    """What the sentence needs of a leg's split."""

    @property
    def leg(self) -> str: ...  # noqa: D102 (as `report.data.LegLine` has them)
    @property
    def movements(self) -> float: ...  # noqa: D102
    @property
    def days(self) -> float | None: ...  # noqa: D102
    @property
    def money(self) -> float: ...  # noqa: D102
    @property
    def verdict(self) -> str: ...  # noqa: D102


def headline(data: ReportData, words: Wording) -> str:
    """Say a report's outcome and the leg that lags most."""
    meta, outcome = data.meta, data.outcome
    finish = Finish(
        meta.as_of,
        outcome.until,
        outcome.won,
        outcome.quantiles[0.1],
        outcome.quantiles[0.9],
        meta.currency,
        meta.target,
        outcome.p_target,
    )
    return sentence(finish, data.legs, data.gap_money, words)


def sentence(finish: Finish, legs: Sequence[Leg], gap_money: float, words: Wording) -> str:
    """Say the outcome and the leg that lags most, in two short sentences.

    Args:
        finish: the outcome.
        legs: every leg's split; empty where there is no plan.
        gap_money: the gap to the plan.
        words: of the language.

    """
    return f"{_finish(finish, words)} {_leg(legs, gap_money, finish.currency, words)}".strip()


def _finish(finish: Finish, words: Wording) -> str:
    language, currency = words.language, finish.currency
    target = numbers.round_money(finish.target or 0.0, currency, language)
    if finish.as_of >= finish.until:
        won = numbers.money(finish.won, currency, language)
        key = "sentence.over_no_target" if finish.target is None else "sentence.over"
        return words(key, won=won, target=target)
    span = numbers.money_range(finish.low, finish.high, currency, language)
    start = words("sentence.finish", range=span)
    if finish.target is None or finish.p_target is None:
        return start + words("sentence.no_target")
    p = numbers.percent(finish.p_target, language)
    return start + words("sentence.chance", target=target, p=p)


def _leg(legs: Sequence[Leg], gap_money: float, currency: str, words: Wording) -> str:
    behind = [leg for leg in legs if leg.verdict in BEHIND]
    ahead = [leg for leg in legs if leg.verdict in AHEAD and _known(leg)]
    if behind:
        return _lag(min(behind, key=lambda leg: leg.money), words)
    losing = min(legs, key=lambda leg: leg.money, default=None)
    if gap_money < 0 and losing is not None and losing.money < 0:
        lost = numbers.money(-losing.money, currency, words.language)
        return words("sentence.money_lost", leg=words.leg(losing.leg), money=lost)
    if ahead:
        leg = max(ahead, key=lambda leg: leg.money)
        return words(
            "sentence.ahead_days", days=_amount("day", leg.days, words), leg=words.leg(leg.leg)
        )
    if any(leg.verdict == Verdict.ON_PACE for leg in legs):
        return words("sentence.on_pace")
    return words("sentence.too_early") if legs else ""


def _known(leg: Leg) -> bool:
    """Whether the plan has a day to compare with: it may never reach so many movements."""
    return leg.days is not None and math.isfinite(leg.days)


def _lag(leg: Leg, words: Wording) -> str:
    name = words.leg(leg.leg)
    if _known(leg) and (leg.days or 0.0) < 0:
        return words("sentence.behind_days", days=_amount("day", leg.days, words), leg=name)
    count = _amount("movement", leg.movements, words)
    return words("sentence.behind_movements", movements=count, leg=name)


def _amount(unit: str, x: float | None, words: Wording) -> str:
    n = numbers.count(max(abs(x or 0.0), 1.0), words.language)
    return words(f"sentence.{unit}_{'one' if n == '1' else 'many'}", n=n)
