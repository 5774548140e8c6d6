"""A Monday letter from what the workspace answers at both ends of a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.names import EVERYONE
from mellantid.errors import QuestionError
from mellantid.letters.letter import Caught, Letter, Sharpened
from mellantid.letters.may_read import EVERYTHING
from mellantid.letters.things import things_to_do
from mellantid.report.compose import leg_lines
from mellantid.report.compose_owner import owner_of
from mellantid.report.sentence import Finish
from mellantid.workspace.aims import aimed_at
from mellantid.workspace.parts import part
from mellantid.workspace.training import answers
from mellantid.workspace.week_change import standing_then, totals, week_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.letters.may_read import MayRead
    from mellantid.letters.source import Source
    from mellantid.letters.weeks import Week
    from mellantid.report.compose_owner import Owner
    from mellantid.workspace import Outcome, Race, Standing, Workspace
    from mellantid.workspace.ropes import CaughtDeal


def compose_letter(
    source: Source,
    week: Week,
    owner: str = EVERYONE,
    reader: MayRead = EVERYTHING,
) -> Letter:
    """Everything that a letter tells.

    Args:
        source: gives the answers.
        week: the week.
        owner: a seller's identity, a team's name, or `EVERYONE`.
        reader: what whoever reads it may see.

    Raises:
        QuestionError: there is no plan or target, or nothing of this owner's in the race.

    """
    sees = reader.sight.deal
    workspace, race, begun = source.workspace, source.race(week.known), source.begun(week)
    whose = None if owner == EVERYONE else owner_of(owner, workspace.people, race)
    by = "leg" if whose is None else whose.by
    now = source.standing(race, by)
    ours = totals(now, owner)
    if ours is None:
        raise QuestionError(
            f"{workspace.people.name(owner)} has nothing in this race: no deals and no part in the "
            "plan. Choose somebody else."
        )
    then = None if begun is None else _then(workspace, begun, race, whose)
    change = week_change(now.plan_version, ours, None if then is None else totals(then, owner))
    foretold = source.outcome(race)
    finish, mean = _finish(workspace, foretold, whose, race.unit)
    caught = [
        each
        for each in source.ropes(race).caught
        if sees(each.owner) and (whose is None or each.owner in whose.members)
    ]
    focus = source.focus(race, whose.name if whose is not None and by == "seller" else None)
    splits = leg_lines(ours.legs)
    things = things_to_do(focus, ours.legs, whose, sees, workspace.people)
    return Letter(
        organisation=workspace.settings.name,
        owner=owner,
        called="" if whose is None else whose.called,
        of_several=by != "seller",
        process=race.history.process.name,
        unit=race.unit,
        week=week.name,
        first=week.monday,
        as_of=now.as_of,
        finish=finish,
        mean=mean,
        p_before=_chance_then(source, begun, whose, finish) if change.begun else None,
        splits=splits,
        change=change,
        things=things,
        caught=tuple(
            sorted(
                (_caught(workspace, each, week) for each in caught), key=lambda each: not each.new
            )
        ),
        caught_amount=sum(each.amount or 0.0 for each in caught),
        abilities=_sharpened(workspace, race.history.process.name, week, whose, reader),
        hidden=not all(map(sees, (None,) if whose is None else whose.members)),
    )


def _sharpened(
    workspace: Workspace, process: str, week: Week, whose: Owner | None, reader: MayRead
) -> tuple[Sharpened, ...]:
    """What was sharpened in the week, as far as the reader may see it."""
    found = answers(workspace.ledger, process, None if whose is None else whose.members)
    return tuple(
        Sharpened(
            each.seller,
            workspace.people.name(each.seller),
            each.said.leg,
            each.said.ability,
            each.said.noticed,
        )
        for each in found
        if each.week == week.monday and reader.training.answer(each.seller, shared=each.said.shared)
    )


def _then(workspace: Workspace, then: Race, now: Race, whose: Owner | None) -> Standing | None:
    """How it stood at the week's beginning, against the plan of its end."""
    until = now.history.until
    plan = workspace.plan(now.history.process.name, until)
    belongs = None
    if whose is not None:
        known = {*now.history.owners, *then.history.owners, *plan.owners}
        seller = {each: each for each in known}
        belongs = workspace.people.team_of(known) if whose.by == "team" else seller
    return standing_then(then, plan, until, belongs)


def _finish(
    workspace: Workspace, foretold: Outcome, whose: Owner | None, unit: str
) -> tuple[Finish, float]:
    """Where everyone, a team or a seller finishes, and the expected outcome."""
    if whose is None:
        low, high = (foretold.quantiles[level] for level in ("0.1", "0.9"))
        target, p = foretold.target, foretold.p_target
        won, mean = foretold.won, foretold.mean
    else:
        members = _members(foretold, whose)
        found = part(foretold.whole, whose.name, members)
        low, high = (found.quantiles[level] for level in ("0.1", "0.9"))
        won, mean = found.won, found.mean
        own = aimed_at(workspace.targets, foretold.as_of, foretold.until, whose.name)
        kept = own is not None and own.first == foretold.first
        target = own.amount if own is not None and kept else None
        p = None if target is None else _exceeds(foretold, members, target)
    finish = Finish(foretold.as_of, foretold.until, won, low, high, unit, target, p)
    return finish, mean


def _members(foretold: Outcome, whose: Owner) -> list[str]:
    return [each for each in foretold.whole.parts.owners if each in whose.members]


def _exceeds(foretold: Outcome, members: Sequence[str], target: float) -> float:
    return float(foretold.whole.of_owners(members).exceeds(target))


def _chance_then(
    source: Source, then: Race | None, whose: Owner | None, finish: Finish
) -> float | None:
    """The chance that the same target had at the week's beginning."""
    if then is None or finish.target is None:
        return None
    try:
        foretold = source.outcome(then)
    except QuestionError:
        return None
    if foretold.until != finish.until:
        return None
    if whose is None:
        return foretold.p_target if foretold.target == finish.target else None
    return _exceeds(foretold, _members(foretold, whose), finish.target)


def _caught(workspace: Workspace, deal: CaughtDeal, week: Week) -> Caught:
    return Caught(
        deal=deal.deal,
        owner=deal.owner,
        called=workspace.people.name(deal.owner),
        stage=deal.stage,
        age=deal.age,
        amount=deal.amount,
        # The passage is the last day on which it was not caught.
        new=deal.passage_by >= week.since,
    )
