"""The Aalen-Johansen estimate: what the counts say by themselves, without prior or smoothing.

The model leans on a playbook and on neighbouring days; beside it stands this, for comparison. With
d[s, j, a] exits for j and e[s, a] deal-days at risk on age a of stage s,

    q[s, j, a] = d[s, j, a] / e[s, a],    S[s, a] = Π (1 - Σ_j q[s, j, b]) over b ≤ a,
    I[s, j, a] = Σ S[s, b - 1]·q[s, j, b] over b ≤ a

Deals are taken to leave and to fall out of sight independently of each other given stage and age;
those that came under observation late are at risk from then on. Source: Aalen and Johansen,
Scandinavian Journal of Statistics 5, 1978; without competition it is Kaplan and Meier's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Cells
    from mellantid.core.process import Process
    from mellantid.core.types import Floats


@dataclass(frozen=True, eq=False)
class Incidence:
    """How stays end, by age; G groups, S stages, D destinations, A ages.

    Attributes:
        process: the course.
        hazard: the daily chance to leave, 0 where none was at risk, (G, S, D, A).
        staying: the chance that a stay goes on after an age, (G, S, A).
        ended: the chance that a stay has ended by an age, by destination, (G, S, D, A). Over the
            destinations it sums with `staying` to 1.

    """

    process: Process
    hazard: Floats
    staying: Floats
    ended: Floats


def incidence(cells: Cells) -> Incidence:
    """The Aalen-Johansen estimate of each group and stage.

    The last age of the cells holds later ones too: give as many ages as there are days, for an
    estimate that no grouping of ages has touched.
    """
    at_risk = cells.exposure[:, :, None]
    hazard = np.divide(cells.exits, at_risk, out=np.zeros_like(cells.exits), where=at_risk > 0)
    staying = np.cumprod(1.0 - hazard.sum(axis=2), axis=-1)
    before = np.concatenate((np.ones_like(staying[..., :1]), staying[..., :-1]), axis=-1)
    ended = np.cumsum(before[:, :, None] * hazard, axis=-1)
    return Incidence(cells.process, hazard, staying, ended)


def occupation(hazard: Floats, entry: Floats) -> Floats:
    """The chance to be in each state at the end of each day, on one clock for all stages.

    Where time is counted from the deal's creation in every stage (a Markov process, not a
    semi-Markov one), the states of a day are those of the day before times that day's matrix of
    chances: the product-limit estimate of Aalen and Johansen. Of moves on one day a deal takes one.

    Args:
        hazard: the daily chance to leave on each day of that clock, (S, D, T).
        entry: the chance to begin in each stage, (S,).

    Returns:
        Chances by day and state: S stages, won, lost; the beginning is row 0, (T + 1, D).

    Raises:
        QuestionError: the shapes do not belong together.

    """
    stages, states, days = hazard.shape
    if states != stages + 2 or entry.shape != (stages,):
        raise QuestionError(
            f"Chances {hazard.shape} and {entry.size} stages to begin in do not belong together: "
            "give chances by stage, destination and day, and one chance for each stage."
        )
    daily = hazard.transpose(2, 0, 1)
    at = np.zeros((days + 1, states))
    at[0, :stages] = entry
    for day in range(days):
        moving = at[day, :stages, None] * daily[day]
        at[day + 1] = at[day] + moving.sum(axis=0)
        at[day + 1, :stages] -= moving.sum(axis=1)
    return at
