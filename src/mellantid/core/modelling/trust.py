"""How far a playbook is believed: at its stated weight until one's own deals speak against it.

For stage s the playbook says that a deal leaves with the daily chance p and that the share c of
those that leave goes on. A deal-day ends in one of three ways, moved, lost or still there, whose
chances are therefore m = p·(c, 1 - c, 1/p - 1). Of n = (d, l, stays) own deal-days in the stage the
marginal likelihood under a Dirichlet prior that is worth w deals (w exits, w/p deal-days) is

    L_s(w) = Γ(A)/Γ(A + Σn) Π Γ(a_k + n_k)/Γ(a_k),     a = w·(c, 1 - c, 1/p - 1),  A = Σ a.

Two claims are held against each other: that the organisation is one of those of which the playbook
speaks, so that its own numbers lie as near as w = `LIKE` deals would show them; and that it is any,
whose share that goes on may be anything and whose time is known as `ANY` deals would show it, which
is the prior (ANY/2)·(1, 1, 2/p - 2). Their ratios, of one stage and of all of which it speaks,

    B_s = L_s(like)/L_s(any),        B = Π_s B_s,

are Bayes factors (Kass and Raftery, *JASA* 90, 1995), and stage s keeps the share

    min(1, B)·min(1, B_s)

of its stated weight: all of it without data, or while the playbook foretells the organisation at
least as well as a vague belief does, and less in proportion to the evidence against it. The first
factor is for a playbook of another kind: one stage's few deals can seldom tell, seven stages' can.
The second is for one that is right but for a leg. What else was tried is in
docs/evidence/playbooks.md.

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
"""Deals that would show a time as near as any organisation's is."""


def believed(playbook: Playbook, cells: Cells) -> Playbook:
    """The playbook with the deals that the cells of the first group leave it.

    Raises:
        DataError: the playbook describes another number of stages.

    """
    stated = playbook.weight_in_deals(cells.process)
    return replace(playbook, deals=tuple((stated * kept_shares(playbook, cells)).tolist()))


def kept_shares(playbook: Playbook, cells: Cells) -> Floats:
    """What each stage of a playbook keeps of its stated weight, from 0 to 1, (S,).

    Raises:
        DataError: the playbook describes another number of stages.

    """
    process = cells.process
    chance = playbook.hazard(process)
    leaving = chance.sum(axis=1)
    failing = chance[:, process.lost_state] / leaving
    like = np.stack([1 - failing, failing, 1 / leaving - 1], axis=-1)
    half = np.full_like(failing, 0.5)
    vague = np.stack([half, half, 1 / leaving - 1], axis=-1)
    seen = _outcomes(cells)
    factor = _log_likelihood(LIKE * like, seen) - _log_likelihood(ANY * vague, seen)
    factor = np.where(playbook.weight_in_deals(process) > 0, factor, 0.0)
    kept: Floats = np.exp(min(float(factor.sum()), 0.0) + np.minimum(factor, 0.0))
    return kept


def _outcomes(cells: Cells) -> Floats:
    """Deal-days after the day of entry: moved, lost, still there, (S, 3)."""
    exits = cells.exits[0, :, :, 1:].sum(axis=-1)
    lost = exits[:, cells.process.lost_state]
    moved = exits.sum(axis=1) - lost
    stays = cells.exposure[0, :, 1:].sum(axis=-1) - moved - lost
    return np.stack([moved, lost, np.maximum(stays, 0.0)], axis=-1)


def _log_likelihood(prior: Floats, seen: Floats) -> Floats:
    """Log L_s of outcomes under Dirichlet priors, both (S, 3)."""
    prior = np.maximum(prior, _RAREST)
    total = prior.sum(axis=-1)
    parts = (gammaln(prior + seen) - gammaln(prior)).sum(axis=-1)
    found: Floats = gammaln(total) - gammaln(total + seen.sum(axis=-1)) + parts
    return found


_RAREST: Final = 1e-6
