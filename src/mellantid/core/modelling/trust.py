"""How far a playbook is believed: at its stated weight until one's own deals speak against it.

For stage s the playbook says that a deal leaves with the daily chance p and that the share c of
those that leave goes on. A deal-day ends in one of three ways, moved, lost or still there, whose
chances are therefore m = p·(c, 1 - c, 1/p - 1). Of n = (d, l, stays) own deal-days in the stage the
marginal likelihood under a Dirichlet prior that is worth w deals (w exits, w/p deal-days) is

    L_s(w) = Γ(A)/Γ(A + Σn) Π Γ(a_k + n_k)/Γ(a_k),     a = w·(c, 1 - c, 1/p - 1),  A = Σ a.

Two claims are held against each other: that the organisation is one of those of which the playbook
speaks, so that its own numbers lie as near as `LIKE` deals would show them, and that it is any at
all, so that they lie as near as `ANY` deals would. Their ratio over the stages of which the
playbook speaks,

    B = Π_s L_s(LIKE)/L_s(ANY),

is a Bayes factor (Kass and Raftery, *JASA* 90, 1995), and the playbook keeps the share min(1, B) of
its stated weight: all of it without data, or while it foretells the organisation at least as well
as a vague belief does, and less in proportion to the evidence against it. The stages are taken
together: one stage's few deals can seldom tell, seven stages' can, and a playbook that is wrong on
one leg is hardly of the right kind. What else was tried is in docs/evidence/playbooks.md.

Assumes that chances do not change with age, which they do: the day of entry is left out, and what
is compared are the mean chances of the days after it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

if TYPE_CHECKING:
    from mellantid.core.counting.counts import Cells
    from mellantid.core.modelling.playbook import Playbook
    from mellantid.core.types import Floats

LIKE: Final = 20.0
"""Deals that would show numbers as near to one's own as those of the same kind are."""
ANY: Final = 2.0
"""Deals that would show them as near as any organisation's are."""


def believed(playbook: Playbook, cells: Cells) -> Playbook:
    """The playbook with the share of its deals that the cells of the first group leave it.

    Raises:
        DataError: the playbook describes another number of stages.

    """
    kept = kept_share(playbook, cells)
    stated = playbook.weight_in_deals(cells.process)
    return replace(playbook, deals=tuple((kept * stated).tolist()))


def kept_share(playbook: Playbook, cells: Cells) -> float:
    """What a playbook keeps of its stated weight, min(1, B), from 0 to 1.

    Raises:
        DataError: the playbook describes another number of stages.

    """
    speaks = playbook.weight_in_deals(cells.process) > 0
    like, vague = (_log_likelihood(playbook, cells, deals) for deals in (LIKE, ANY))
    return float(np.exp(min((like - vague)[speaks].sum(), 0.0)))


def _log_likelihood(playbook: Playbook, cells: Cells, deals: float) -> Floats:
    """Log L_s of the deal-days after entry, (S,)."""
    process = cells.process
    exits = cells.exits[0, :, :, 1:].sum(axis=-1)
    lost = exits[:, process.lost_state]
    moved = exits.sum(axis=1) - lost
    stays = cells.exposure[0, :, 1:].sum(axis=-1) - moved - lost
    seen = np.stack([moved, lost, np.maximum(stays, 0.0)], axis=-1)
    chance = playbook.hazard(process)
    leaving = chance.sum(axis=1)
    failing = chance[:, process.lost_state] / leaving
    mean = np.stack([1 - failing, failing, 1 / leaving - 1], axis=-1)
    prior = deals * np.clip(mean, _RAREST, None)
    total = prior.sum(axis=-1)
    parts = (gammaln(prior + seen) - gammaln(prior)).sum(axis=-1)
    found: Floats = gammaln(total) - gammaln(total + seen.sum(axis=-1)) + parts
    return found


_RAREST: Final = 1e-6
