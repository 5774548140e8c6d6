"""The document of how well a course fits: the same for the commands, the API and a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mellantid.core.conformance.fitness import BACK, LOSS, NEXT, REOPENED, SKIP
from mellantid.core.conformance.lengths import SMALLEST
from mellantid.core.process import LOST_NAME, WON_NAME

if TYPE_CHECKING:
    from mellantid.core.conformance.course_fit import CourseFit
    from mellantid.core.conformance.ordering import Ordering
    from mellantid.discovery import Proposal


def fit_document(fit: CourseFit) -> dict[str, Any]:
    """All that is told of a course; what is not known is not a number, and so null."""
    found, moves = fit.fitness, fit.fitness.moves.tolist()
    names = (*fit.stages, WON_NAME, LOST_NAME)
    return {
        "deals": found.deals,
        "deals_in_order": found.deals_in_order,
        "deals_step_by_step": found.deals_step_by_step,
        "moves": sum(moves),
        "moves_in_order": found.moves_in_order,
        "next": moves[NEXT],
        "skip": moves[SKIP],
        "back": moves[BACK],
        "lost": moves[LOSS],
        "reopened": moves[REOPENED],
        "stages": stage_documents(fit),
        "loops": [
            {
                "from": names[each.source],
                "to": names[each.target],
                "times": each.times,
                "deals": each.deals,
            }
            for each in fit.loops
        ],
        "order": {
            "steps": fit.steps,
            "backward": fit.backward,
            "best": _order(fit, fit.best),
            "next_best": _order(fit, fit.next_best),
        },
    }


def stage_documents(fit: CourseFit) -> list[dict[str, Any]]:
    """What is told of each stage."""
    found, lengths = fit.fitness, fit.lengths
    names = (*fit.stages, WON_NAME, LOST_NAME)
    returns = [0] * len(fit.stages)
    for each in fit.loops:
        returns[each.target] += each.times
    return [
        {
            "stage": stage,
            "deals": int(found.visited[k]),
            "passed": int(found.passed[k]),
            "visits": int(found.visits[k]),
            "returns": returns[k],
            "next": int(found.left[k, NEXT]),
            "skip": int(found.left[k, SKIP]),
            "back": int(found.left[k, BACK]),
            "lost": int(found.left[k, LOSS]),
            "still": int(found.still[k]),
            "mostly_to": names[to] if (to := int(fit.mostly_to[k])) >= 0 else None,
            "median_days": float(lengths.median[k]),
            "long_days": float(lengths.long[k]),
            "same_day": float(lengths.same_day[k]),
            "under_hour": float(lengths.under_hour[k]),
            "n": int(lengths.n[k]),
            "nobody_waits": bool(lengths.passing[k]) if lengths.n[k] >= SMALLEST else None,
            "rare": bool(fit.rare[k]),
        }
        for k, stage in enumerate(fit.stages)
    ]


def _order(fit: CourseFit, order: Ordering | None) -> dict[str, Any] | None:
    if order is None:
        return None
    return {"stages": [fit.stages[k] for k in order.order], "backward": order.backward}


def discovery_document(proposal: Proposal) -> dict[str, Any]:
    """A proposed map, why, and how its course fits the file's rows; null where nothing tells it."""
    measured = proposal.measured
    fit = None
    if measured is not None:
        fit = {"covered": measured.covered, **fit_document(measured.fit)}
    return {
        "map": proposal.map,
        "confidence": proposal.confidence,
        "why": list(proposal.why),
        "fit": fit,
    }
