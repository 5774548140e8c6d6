"""The outcome by team or seller, drawn together: what each brings, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.forecasting.course import LEVELS
from mellantid.core.planning.plan import NOBODY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.forecasting.forecast import Forecast


@dataclass(frozen=True)
class Part:
    """What one team or seller brings; the keys are those of `parts` in `forecast --json`.

    Attributes:
        name: of the team or seller; None is nobody: unknown, or in no team.
        won: amount won so far.
        open_mean: expected of open deals.
        new_mean: expected of deals to come.
        mean: expected in all; the parts' means sum to the whole's.
        sd: its standard deviation; the variances do not sum to the whole's, since what moves all
            deals together moves the parts together.
        quantiles: by level.

    """

    name: str | None
    won: float
    open_mean: float
    new_mean: float
    mean: float
    sd: float
    quantiles: dict[str, float]


def parts(whole: Forecast, belongs: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The parts of a forecast, the largest expected amount first.

    Args:
        whole: the forecast; all parts share its versions.
        belongs: the group of each owner, who is in none where it is silent; None: each owner is a
            part.

    """
    owners = whole.parts.owners
    of = {owner: owner for owner in owners if owner != NOBODY} if belongs is None else belongs
    groups: dict[str | None, list[str]] = {}
    for owner in owners:
        groups.setdefault(of.get(owner), []).append(owner)
    found = [part(whole, name, members) for name, members in groups.items()]
    some = [each for each in found if each.mean > 0 or each.won > 0]
    return tuple(sorted(some, key=lambda each: (-each.mean, each.name or "")))


def part(whole: Forecast, name: str | None, members: Sequence[str]) -> Part:
    """What some owners bring together.

    Raises:
        QuestionError: one of them is no owner of the forecast.

    """
    total, each = whole.of_owners(members), whole.parts
    here = np.isin(each.owners, members)
    return Part(
        name=name,
        won=float(each.won[here].sum()),
        open_mean=float(each.open_mean[here].sum()),
        new_mean=float(each.new_mean[here].sum()),
        mean=float(each.mean[here].sum()),
        sd=total.sd,
        quantiles={
            f"{level:g}": float(amount)
            for level, amount in zip(LEVELS, total.quantile(LEVELS), strict=True)
        },
    )
