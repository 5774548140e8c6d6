"""The report's data of one team or seller: what can be told of them, and nothing that cannot.

The splits and their money, the field and the rope, the watch and the distribution of the outcome
are told by owner. The course ahead and the pace band are told of everyone only, and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mellantid.errors import QuestionError
from mellantid.report.compose import (
    SHOWN_DEALS,
    deal_lines,
    field_of,
    leg_lines,
    meta_of,
)
from mellantid.report.data import Outcome, ReportData
from mellantid.report.watched import watch_line
from mellantid.workspace.aims import aimed_at
from mellantid.workspace.parts import part

if TYPE_CHECKING:
    from mellantid.core.planning.target import Target
    from mellantid.report.data import WatchLine
    from mellantid.workspace import GroupStanding, People, Race, Workspace
    from mellantid.workspace import Outcome as Foretold


@dataclass(frozen=True)
class Owner:
    """A team or a seller.

    Attributes:
        name: the team's name, or the seller's identity.
        called: what people call them.
        by: `team` or `seller`.
        members: the sellers: those of the team, or the one.

    """

    name: str
    called: str
    by: str
    members: frozenset[str]


def owner_of(name: str, people: People, race: Race) -> Owner:
    """The team or seller of a name; a team has its own sellers, not those of the teams below."""
    teams = {*people.parents, *(each.team for each in people.persons.values() if each.team)}
    if name not in teams:
        return Owner(name, people.name(name), "seller", frozenset({name}))
    team_of = people.team_of({*people.persons, *race.history.owners})
    members = frozenset(each for each, team in team_of.items() if team == name)
    return Owner(name, name, "team", members)


def compose_owner(
    workspace: Workspace, race: Race, owner: Owner, foretold: Foretold | None = None
) -> ReportData | None:
    """What a report shows of a team or a seller; None where there is nothing of theirs.

    Args:
        workspace: the organisation.
        race: what is known.
        owner: whose.
        foretold: the forecast of everyone, where it has been made already.

    Raises:
        QuestionError: there is no plan, or no target.

    """
    standing = workspace.standing(race, owner.by)
    group = next((each for each in standing.groups if each.group == owner.name), None)
    if group is None:
        return None
    foretold = foretold or workspace.outcome(race)
    target = aimed_at(workspace.targets, foretold.as_of, foretold.until, owner.name)
    own = None if target is None or target.first != foretold.first else target
    stages, caught = field_of(workspace, race, owner.members)
    theirs = [each for each in foretold.deals if each.owner in owner.members]
    meta = meta_of(workspace, race, standing)
    return ReportData(
        meta=replace(meta, owner=owner.called, target=None if own is None else own.amount),
        legs=leg_lines(group.legs),
        gap_money=group.gap_money,
        amount_changes=group.amount_changes,
        owner_changes=group.transfers,
        re_estimation=group.re_estimation,
        outcome=_outcome(foretold, owner, own),
        watch=_watch(workspace, race, owner, group),
        stages=stages,
        caught=caught,
        deals=deal_lines(theirs[:SHOWN_DEALS], workspace.people),
    )


def _outcome(foretold: Foretold, owner: Owner, target: Target | None) -> Outcome:
    """The distribution of what they bring together."""
    whole = foretold.whole
    members = [each for each in whole.parts.owners if each in owner.members]
    found = part(whole, owner.name, members)
    p = None if target is None else float(whole.of_owners(members).exceeds(target.amount))
    return Outcome(
        until=foretold.until,
        won=found.won,
        mean=found.mean,
        sd=found.sd,
        quantiles={float(level): amount for level, amount in found.quantiles.items()},
        p_target=p,
        open_mean=found.open_mean,
        new_mean=found.new_mean,
    )


def _watch(
    workspace: Workspace, race: Race, owner: Owner, group: GroupStanding
) -> tuple[WatchLine, ...]:
    """What the watch says of their legs, in the order of the course."""
    try:
        found = workspace.watch(race, owner.by)
    except QuestionError:
        return ()
    mine = {
        each.leg: watch_line(each)
        for each in found.legs
        if owner.name == (each.team if owner.by == "team" else each.owner)
    }
    return tuple(mine[leg.leg] for leg in group.legs if leg.leg in mine)
