"""Pooling: a seller borrows from the team, a team from the company, as far as the data warrant it.

For each group, stage and destination a factor θ ~ Gamma(κ, κ), of mean 1, multiplies the daily
chances of the group's parent. With d exits where the parent's chances foretell E = Σ_a e[a] q[a],
d is taken as Poisson of mean θ E, so the posterior is Gamma(κ + d, κ + E) and d itself negative
binomial, whose product over all groups, stages and destinations of a level chooses κ (the gamma-
Poisson model of empirical Bayes: Clayton and Kaldor, Biometrics 43, 1987). A large κ says that the
groups are alike. Levels are pooled one after the other: company, then teams, then sellers.

Ways out may be *tied*: those of one number share a factor, as where a seller is faster on every
leg. Ties cost nothing to choose among, since the likelihoods are of the same exits: with Σ log q of
them left out, that of a tie is Γ(κ + d)/Γ(κ) κ^κ/(κ + E)^(κ + d), and e^(-E) where nothing differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from mellantid.core.counting.counts import Cells
from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.modelling.model import DailyChances
    from mellantid.core.process import Process
    from mellantid.core.types import Floats, Ints

# From groups that differ by 200 % to groups that differ by 1 %, in steps of a tenth.
_STRENGTHS: Final = np.geomspace(0.25, 1e4, 112)


@dataclass(frozen=True, eq=False)
class PooledModel:
    """Daily chances of G groups, each leaning on its parent's.

    Attributes:
        process: the course.
        cells: the groups' exits and exposure.
        parent: the model that the groups lean on.
        parent_of_group: which of the parent's groups, (G,).
        strength: κ, the expected exits that the parent counts for.
        factor: posterior mean of θ, (G, S, D).
        hazard: posterior mean of the daily chances, (G, S, D, A).
        ties: which factor each way out has, (S, D).
        gain: by how much the log likelihood of the exits rises over that of the parent's chances.

    """

    process: Process
    cells: Cells
    parent: DailyChances
    parent_of_group: Ints
    strength: float
    factor: Floats
    hazard: Floats
    ties: Ints
    gain: float

    def draw(self, rng: np.random.Generator, n: int, groups: Ints | None = None) -> Floats:
        """Draws from the posterior of the daily chances, (n, G, S, D, A).

        The parent is drawn first, then the factors given it, so that a parent drawn high makes
        its groups' factors low.

        Args:
            rng: the source of randomness.
            n: how many.
            groups: only these groups, in this order; None: all. All of many groups take much
                memory.

        """
        some = np.arange(len(self.parent_of_group)) if groups is None else groups
        drawn = self.parent.draw(rng, n)[:, self.parent_of_group[some]]
        exits = _tied(self.cells.exits[some].sum(-1), self.ties)
        foretold = _tied(foretold_exits(drawn, self.cells.exposure[some]), self.ties)
        factor = rng.standard_gamma(self.strength + exits, foretold.shape)
        factor /= self.strength + foretold
        return _scaled(drawn, factor[..., self.ties])


def pool(
    parent: DailyChances,
    cells: Cells,
    parent_of_group: Ints | None = None,
    ties: Ints | None = None,
) -> PooledModel:
    """The groups' own daily chances, leaning on their parents'.

    Args:
        parent: the model of the level above: the company's, or the teams'.
        cells: exits and exposure of each group.
        parent_of_group: which of the parent's groups each group belongs to, (G,); None where the
            parent has a single one.
        ties: the number of the factor of each way out, (S, D); None: each has its own.

    Raises:
        DataError: a group has no parent, or the two were counted at different ages or stages.

    """
    of = np.zeros(len(cells.exits), dtype=np.int64) if parent_of_group is None else parent_of_group
    if len(of) != len(cells.exits) or (of < 0).any() or (of >= len(parent.hazard)).any():
        raise DataError("A group has no parent to lean on: give each group its parent's number.")
    if cells.exits.shape[1:] != parent.hazard.shape[1:]:
        raise DataError(
            f"Groups counted as {cells.exits.shape[1:]} cannot lean on a model of "
            f"{parent.hazard.shape[1:]}: count both at the same stages and ages."
        )
    hazard = parent.hazard[of]
    tied = untied(parent.process) if ties is None else ties
    summed, told = cells.exits.sum(-1), foretold_exits(hazard, cells.exposure)
    strength, gain = likeliest_strength(summed, told, tied)
    exits, foretold = _tied(summed, tied), _tied(told, tied)
    factor = ((strength + exits) / (strength + foretold))[:, tied]
    scaled = _scaled(hazard, factor)
    return PooledModel(parent.process, cells, parent, of, strength, factor, scaled, tied, gain)


def likeliest_ties(process: Process, exits: Floats, foretold: Floats) -> tuple[Ints, float]:
    """The ties under which exits by group and way out, (G, S, D), are likeliest, and their gain.

    Every way out has its own factor, or there is one factor on moves and one on losses.
    """
    choices = (by_kin(process), untied(process))
    gains = [likeliest_strength(exits, foretold, ties)[1] for ties in choices]
    best = int(np.argmax(gains))
    return choices[best], gains[best]


def likeliest_pool(
    parent: DailyChances, cells: Cells, parent_of_group: Ints | None = None
) -> PooledModel:
    """As `pool`, with the likeliest ties."""
    of = np.zeros(len(cells.exits), dtype=np.int64) if parent_of_group is None else parent_of_group
    foretold = foretold_exits(parent.hazard[of], cells.exposure)
    ties, _ = likeliest_ties(parent.process, cells.exits.sum(-1), foretold)
    return pool(parent, cells, of, ties)


def untied(process: Process) -> Ints:
    """Ties by which each way out has its own factor, (S, D)."""
    return np.arange(process.size * (process.size + 2)).reshape(process.size, -1)


def by_kin(process: Process) -> Ints:
    """Ties by which all moves to a stage or to won share a factor, and all losses another."""
    lost = np.arange(process.size + 2) == process.lost_state
    return np.tile(lost.astype(np.int64), (process.size, 1))


def sum_groups(cells: Cells, parent_of_group: Ints, parents: int) -> Cells:
    """The cells of the level above: the sum over the groups of each parent."""
    exits = np.zeros((parents, *cells.exits.shape[1:]))
    exposure = np.zeros((parents, *cells.exposure.shape[1:]))
    np.add.at(exits, parent_of_group, cells.exits)
    np.add.at(exposure, parent_of_group, cells.exposure)
    return Cells(cells.process, exits, exposure)


def foretold_exits(hazard: Floats, exposure: Floats) -> Floats:
    """Exits that the daily chances (..., G, S, D, A) foretell for the deal-days (G, S, A)."""
    exits: Floats = np.vecdot(hazard, exposure[:, :, None])
    return exits


def _scaled(hazard: Floats, factor: Floats) -> Floats:
    """Daily chances times their factors; where they would pass certainty, in proportion."""
    scaled = hazard * factor[..., None]
    total = scaled.sum(-2, keepdims=True)
    if total.max(initial=0.0) > 1.0:
        scaled /= np.maximum(total, 1.0)
    return scaled


def _tied(values: Floats, ties: Ints) -> Floats:
    """Sums of values by way out, (..., S, D), over those that share a factor, (..., F)."""
    members = np.equal.outer(ties.ravel(), np.arange(int(ties.max()) + 1)).astype(np.float64)
    sums: Floats = values.reshape(*values.shape[:-2], -1) @ members
    return sums


def likeliest_strength(exits: Floats, foretold: Floats, ties: Ints) -> tuple[float, float]:
    """The κ under which the exits, negative binomial of mean `foretold`, are likeliest.

    Args:
        exits: by group and way out, (G, S, D).
        foretold: by the parent's chances, likewise.
        ties: which factor each way out has, (S, D).

    Returns:
        κ, and what it adds to the log likelihood of the parent's chances, Σ log q - Σ E.

    """
    d, mean = _tied(exits, ties), _tied(foretold, ties)
    seen = mean > 0
    d, mean = d[seen], mean[seen]
    k = _STRENGTHS[:, None]
    gain = gammaln(k + d) - gammaln(k) - d * np.log(k) - (k + d) * np.log1p(mean / k) + mean
    gains = gain.sum(1)
    best = int(np.argmax(gains))
    return float(_STRENGTHS[best]), float(gains[best])
