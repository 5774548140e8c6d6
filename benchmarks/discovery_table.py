"""The page of the study of discovery: the graph against pm4py, proposals beside maps by hand."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final

from scipy.stats import kendalltau

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.core.conformance.course_fit import CourseFit
    from mellantid.importing.mapping import Map

EQUAL: Final = 1e-9
"""Relative difference of mean durations up to which they are the same."""
HEAD: Final = """# Discovery

`python benchmarks/discovery.py DATA --keep`, which needs the peers' environment (`make peers` sets
it up) and a folder of event logs. What the numbers mean: [discovery](../discovery.md), which also
says where proposals and maps by hand differ and why.

## Against pm4py

The directly-follows graph of every log, read from the file by each on its own: counts of every arc,
first and last labels of the cases, mean time of every arc (largest relative difference, at most
1e-9). *Fit*: whether the cases that never go back on a course, and those that take it step by step,
are as many as pm4py's alignments with a graph of that course find without cost; of the proposed
course and of the one by hand, with rows of one moment as they stand in the file.

| log | events | cases | arcs | counts | starts | ends | means apart | fit |
|---|---:|---:|---:|---|---|---|---:|---|
"""
HAND: Final = (
    """
## Proposals beside maps made by hand

A map by hand is a person's view of what a log is for, and no truth; where the two differ, the
numbers say what each costs. *Order*: Kendall's τ over the stages that both have. *Never back* and
*step by step*: shares of the deals; *moves*: share of the moves in order; *covered*: share of the
rows on the course: a course that ignores more is easier to follow.

| log | stages: ours, by hand, both | order | won | lost | """
    """| never back | step by step | moves | covered |
|---|---|---:|---|---|---|---:|---:|---:|---:|
"""
)


@dataclass(frozen=True)
class Compared:
    """Our directly-follows graph against pm4py's.

    Attributes:
        events: rows.
        cases: deals.
        arcs: of the graph.
        same: whether the counts, the starts and the ends are.
        apart: the largest relative difference of a mean duration.

    """

    events: int
    cases: int
    arcs: int
    same: tuple[bool, ...]
    apart: float


@dataclass(frozen=True)
class Fit:
    """How a course fits a log.

    Attributes:
        fit: all of it, as an import would have the rows.
        covered: share of the rows on the course.
        as_told: deals, those that never go back, those that go step by step, where rows of one
            moment stand as they do in the file.

    """

    fit: CourseFit
    covered: float
    as_told: list[int]


@dataclass(frozen=True)
class Log:
    """What was found of one log.

    Attributes:
        name: what to call it.
        compared: the graphs; None where it is no event log.
        ours: the proposed map; None where none is proposed.
        hand: the map by hand; None where there is none.
        our_fit: how the proposed course fits.
        hand_fit: likewise by hand.
        why: why there is no proposal.
        fits: whether pm4py finds as many cases that fit each course.

    """

    name: str
    compared: Compared | None
    ours: Map | None
    hand: Map | None
    our_fit: Fit | None = None
    hand_fit: Fit | None = None
    why: str = ""
    fits: tuple[bool, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all is as pm4py has it."""
        found = self.compared
        return all(self.fits) and (found is None or (all(found.same) and found.apart <= EQUAL))


def page(logs: Sequence[Log]) -> str:
    """The whole page."""
    graphs = [_graph(each) for each in logs if each.compared is not None]
    proposals = [line for each in logs for line in _proposal(each)]
    return HEAD + "\n".join(graphs) + "\n" + HAND + "\n".join(proposals) + "\n"


def _graph(log: Log) -> str:
    found = log.compared
    if found is None:
        return ""
    same = " | ".join("same" if each else "**differ**" for each in found.same)
    fit = ", ".join("same" if each else "**differs**" for each in log.fits) or "not asked"
    return (
        f"| {log.name} | {found.events:,} | {found.cases:,} | {found.arcs} | {same} | "
        f"{found.apart:.0e} | {fit} |"
    )


def _proposal(log: Log) -> list[str]:
    if log.ours is None:
        return [f"| {log.name} | {log.why} | | | | | | | | |"]
    ours, hand = log.ours.process, log.hand.process if log.hand else None
    head = [log.name, f"{len(ours.stages)}, none by hand", "", "", ""]
    if hand is not None:
        both = [stage for stage in ours.stages if stage in hand.stages]
        head = [
            log.name,
            f"{len(ours.stages)}, {len(hand.stages)}, {len(both)}",
            _tau(both, hand.stages),
            _same(ours.won, hand.won),
            _same(ours.lost, hand.lost),
        ]
    fits = [
        _fit(name, fit)
        for name, fit in (("proposed", log.our_fit), ("by hand", log.hand_fit))
        if fit is not None
    ] or ["nothing tells what followed what | | | |"]
    begun = f"| {' | '.join(head)} | {fits[0]} |"
    return [begun, *(f"| | | | | | {each} |" for each in fits[1:])]


def _tau(both: list[str], order: Sequence[str]) -> str:
    if len(both) < 2:
        return ""
    places = [order.index(stage) for stage in both]
    return f"{kendalltau(range(len(both)), places).statistic:+.2f}"


def _same(ours: Sequence[str], hand: Sequence[str]) -> str:
    if set(ours) == set(hand):
        return "same" if ours else "none, both"
    return f"{', '.join(ours) or 'none'}; by hand {', '.join(hand) or 'none'}"


def _fit(name: str, of: Fit) -> str:
    found = of.fit.fitness
    shares = (found.deals_in_order, found.deals_step_by_step, found.moves_in_order, of.covered)
    return " | ".join([name, *("no move" if isnan(each) else f"{each:.1%}" for each in shares)])
