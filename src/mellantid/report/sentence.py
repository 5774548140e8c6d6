"""The one sentence at the top: where we finish, the chance of the target, and where we lag."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.report.data import LegLine, ReportData
    from mellantid.report.wording import Wording


def headline(data: ReportData, words: Wording) -> str:
    """Say the outcome and the leg that lags most, in two short sentences."""
    outcome = _finish(data, words)
    return f"{outcome} {_leg(data, words)}".strip()


def _finish(data: ReportData, words: Wording) -> str:
    meta, outcome, language = data.meta, data.outcome, words.language
    target = numbers.round_money(meta.target or 0.0, meta.currency, language)
    if meta.as_of >= outcome.until:
        won = numbers.money(outcome.won, meta.currency, language)
        key = "sentence.over_no_target" if meta.target is None else "sentence.over"
        return words(key, won=won, target=target)
    low, high = outcome.quantiles[0.1], outcome.quantiles[0.9]
    start = words("sentence.finish", range=numbers.money_range(low, high, meta.currency, language))
    if meta.target is None or outcome.p_target is None:
        return start + words("sentence.no_target")
    p = numbers.percent(outcome.p_target, language)
    return start + words("sentence.chance", target=target, p=p)


def _leg(data: ReportData, words: Wording) -> str:
    behind = [leg for leg in data.legs if leg.kind.startswith("behind")]
    ahead = [leg for leg in data.legs if leg.kind.startswith(("ahead", "best")) and _known(leg)]
    if behind:
        return _lag(min(behind, key=lambda leg: leg.money), words)
    losing = min(data.legs, key=lambda leg: leg.money, default=None)
    if data.gap_money < 0 and losing is not None and losing.money < 0:
        lost = numbers.money(-losing.money, data.meta.currency, words.language)
        return words("sentence.money_lost", leg=words.leg(losing.leg), money=lost)
    if ahead:
        leg = max(ahead, key=lambda leg: leg.money)
        return words(
            "sentence.ahead_days", days=_amount("day", leg.days, words), leg=words.leg(leg.leg)
        )
    if any(leg.kind == "on_pace" for leg in data.legs):
        return words("sentence.on_pace")
    return words("sentence.too_early") if data.legs else ""


def _known(leg: LegLine) -> bool:
    """Whether the plan has a day to compare with: it may never reach so many movements."""
    return leg.days is not None and math.isfinite(leg.days)


def _lag(leg: LegLine, words: Wording) -> str:
    name = words.leg(leg.leg)
    if _known(leg) and (leg.days or 0.0) < 0:
        return words("sentence.behind_days", days=_amount("day", leg.days, words), leg=name)
    count = _amount("movement", leg.movements, words)
    return words("sentence.behind_movements", movements=count, leg=name)


def _amount(unit: str, x: float | None, words: Wording) -> str:
    n = numbers.count(max(abs(x or 0.0), 1.0), words.language)
    return words(f"sentence.{unit}_{'one' if n == '1' else 'many'}", n=n)
