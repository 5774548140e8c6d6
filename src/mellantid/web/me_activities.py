"""The part of a seller's own page on activities: what it shows, and what its forms do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mellantid.web import activity_tables as tables
from mellantid.web.activities_of import told_activities
from mellantid.web.activity_acts import DEAL, LEG, kind_choices
from mellantid.web.activity_tables import ActivityWriter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.access import Sight
    from mellantid.web.page import Page
    from mellantid.workspace import Race, Workspace


@dataclass(frozen=True)
class Tried:
    """A form that was sent in vain: what was typed, and why it was refused."""

    message: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def activities_shown(
    page: Page,
    workspace: Workspace,
    race: Race,
    sight: Sight,
    owner: str,
    process: str | None,
    tried: Tried,
) -> dict[str, Any]:
    """Everything of activities that the template puts on the page."""
    w = ActivityWriter(page.words, race.unit, process)
    found = told_activities(page.asking, workspace, race, owner).seen(sight.deal, sight.seller)
    return {
        "lead": tables.lead(w, found),
        "legs": tables.legs_table(w, found),
        "deals": tables.deals_table(w, found.deals),
        "early": tables.next_sentence(w, None, found.missing_after),
        "logged": tables.logged(w, found.logged),
        "kinds": kind_choices(workspace, page.language),
        "abouts": _abouts(w, race, owner),
        "today": workspace.clock.date(page.asking.now()),
        "key": secrets.token_urlsafe(16),
        "writes": page.writes(sight) and sight.seller(owner),
        "tried": tried,
    }


def _abouts(w: ActivityWriter, race: Race, owner: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What an activity can be about: the own open deals by stage, the furthest first, or a leg."""
    history, open_ = race.history, race.open_deals
    process = history.process
    place = history.owners.index(owner) if owner in history.owners else -2
    groups = []
    for stage in reversed(range(process.size)):
        rows = ((open_.owner == place) & (open_.stage == stage)).nonzero()[0]
        names = sorted(history.deals[deal] for deal in open_.deal[rows].tolist())
        if names:
            groups.append((process.stages[stage], [(f"{DEAL}{name}", name) for name in names]))
    legs = [(f"{LEG}{name}", w.leg(name)) for name in process.legs]
    return [(w.say("no_deal"), legs[:1]), *groups, (w.say("on_leg"), legs[1:])]
