"""Levers in words: what each change alone would have to be, for the pages of focus and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.metrics import numbers
from mellantid.web import focus_tables as tables

if TYPE_CHECKING:
    from mellantid.web.focus_tables import FocusWriter
    from mellantid.workspace import Focus


def levers_told(w: FocusWriter, found: Focus) -> dict[str, object]:
    """The levers: a lead, a table of those that are enough, what the others would give."""
    if not found.levers:
        return {"lead": _no_levers(w, found), "table": None, "rest": "", "mix": "", "behind": True}
    enough = [each for each in found.levers if each.feasible]
    others = [each for each in found.levers if not each.feasible]
    behind = found.levers[0].factor > 1
    said = {
        "now": numbers.percent(found.p_target, w.language),
        "wanted": numbers.percent(found.p, w.language),
        "target": numbers.round_money(found.target or 0.0, w.currency, w.language),
    }
    lead = w.words("focus.levers_lead" if behind else "focus.levers_spare", **said)
    rest = ""
    if others:
        short = "focus.levers_short" if enough else "focus.levers_none"
        told = tables.misses(w, others, behind=behind)
        rest = w.words(short if behind else "focus.levers_even", **said, told=told)
    return {
        "lead": lead if enough else "",
        "table": tables.levers_table(w, enough) if enough else None,
        "rest": rest,
        "mix": tables.mix(w, found.mix, found.mix_p),
        "behind": behind,
    }


def _no_levers(w: FocusWriter, found: Focus) -> str:
    """Why there are none, and what to do."""
    if found.target is None:
        if found.seller is None:
            return w.words("focus.levers_no_target")
        return w.words("focus.levers_own_target", name=w.people.name(found.seller))
    if found.as_of >= found.until:
        until = numbers.date(found.until, w.language)
        return w.words("focus.levers_over", until=until)
    return w.words("focus.levers_reached")
