"""The sliders of the plan's page: what is asked, and the answer in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.steering.changes import TIME, Changes
from mellantid.errors import QuestionError
from mellantid.metrics import numbers
from mellantid.workspace.questioning import RANGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.report.wording import Wording
    from mellantid.workspace import LeverFocus
    from mellantid.workspace.questioning import Answered, Questioning

PACE, AMOUNT, CONVERSION, SPEED = "pace", "amount", "conversion", "speed"
TRIES: Final = 5
"""Levers that the sliders can be set to at once."""


@dataclass(frozen=True)
class Slider:
    """One lever.

    Attributes:
        name: in the address.
        group: which lever it is: pace, amount, conversion or speed.
        title: what it is called.
        now: what it stands at, in words.
        factor: what it is set to.

    """

    name: str
    group: str
    title: str
    now: str
    factor: float


def asked_changes(query: Mapping[str, str], stages: int) -> Changes:
    """The changes that an address asks about; conversion.2=1.1 is the third stage's.

    Raises:
        QuestionError: a factor is none, or outside half to twice.

    """
    by_stage: dict[str, dict[int, float]] = {CONVERSION: {}, SPEED: {}}
    for lever, factors in by_stage.items():
        for stage in range(stages):
            factor = _factor(query, f"{lever}.{stage}")
            if factor != 1.0:
                factors[stage] = factor
    return Changes(
        _factor(query, PACE), _factor(query, AMOUNT), by_stage[CONVERSION], by_stage[SPEED]
    )


def _factor(query: Mapping[str, str], name: str) -> float:
    text = query.get(name) or "1"
    low, high = RANGE
    try:
        factor = float(text.replace(",", "."))
    except ValueError as error:
        raise QuestionError(f"{name} is {text[:20]!r}: give a factor such as 1.1.") from error
    if not low <= factor <= high:
        raise QuestionError(f"{name} is {text[:20]}: give a factor from {low:g} to {high:g}.")
    return factor


def settings_of(
    levers: Sequence[LeverFocus], stages: Sequence[str]
) -> list[tuple[LeverFocus, str, float]]:
    """The slider of each lever that is enough, and the factor to set it to, the least first.

    Factors are rounded onward, so that what is set still leads to the chance.
    """
    names = {TIME: SPEED}
    found = []
    for lever in levers:
        if lever.feasible:
            kind = names.get(lever.lever, lever.lever)
            name = kind if lever.leg is None else f"{kind}.{stages.index(lever.leg)}"
            found.append((lever, name, math.ceil(lever.factor * 100 - 1e-9) / 100))
    return found[:TRIES]


def sliders(ready: Questioning, changes: Changes | None, unit: str, words: Wording) -> list[Slider]:
    """All levers, as they are set."""
    language, asked = words.language, changes or Changes()
    found = [
        Slider(
            PACE,
            PACE,
            words("plan.pace_lever"),
            words("plan.a_week", n=numbers.movements(ready.per_week, language)),
            asked.pace,
        ),
        Slider(
            AMOUNT,
            AMOUNT,
            words("plan.amount_lever"),
            numbers.money(ready.mean_amount, unit, language),
            asked.amount,
        ),
    ]
    for place, leg in enumerate(ready.legs):
        now = numbers.percent(leg.conversion, language)
        set_to = asked.conversion.get(place, 1.0)
        found.append(Slider(f"{CONVERSION}.{place}", CONVERSION, leg.stage, now, set_to))
    for place, leg in enumerate(ready.legs):
        now = words("plan.days", n=numbers.days(leg.days, language))
        set_to = asked.speed.get(place, 1.0)
        found.append(Slider(f"{SPEED}.{place}", SPEED, leg.stage, now, set_to))
    return found


def answer_shown(found: Answered, ready: Questioning, unit: str, language: str) -> dict[str, str]:
    """An outcome in words."""
    return {
        "p": "" if ready.target is None else numbers.percent(found.p_target, language),
        "mean": numbers.money(found.mean, unit, language),
        "range": numbers.money_range(found.low, found.high, unit, language),
    }
