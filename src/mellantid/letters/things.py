"""The three things to do: a leg to bring up, deals to move, and the cheapest lever, from focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.letters.letter import Doing, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mellantid.report.compose_owner import Owner
    from mellantid.workspace import Focus, LegStanding, People

MOST: Final = 3
DEALS: Final = 2
"""Deals named where there is a leg or a lever to name too."""


def things_to_do(
    focus: Focus,
    legs: Sequence[LegStanding],
    whose: Owner | None,
    sees: Callable[[str | None], bool],
    people: People,
) -> tuple[Thing, ...]:
    """At most three things: the leg on which most is missing, then deals, then a lever.

    Args:
        focus: of everyone, or of the seller that the letter is for.
        legs: the splits of those whom the letter is for.
        whose: those; None: everyone. A team's deals are those of its sellers in the whole's focus,
            and its leg is its own shortfall at what one more is worth to all.
        sees: whether the reader may see the deals of an owner.
        people: who the owners are.

    """
    deals = list(_deals(focus, whose, sees, people))
    leg, lever = _leg(focus, legs, whose), _lever(focus, whose)
    spare = [each for each in (leg, lever) if each is not None]
    first = [leg] if leg is not None else []
    named = deals[: DEALS if spare else MOST]
    rest = [*([lever] if lever is not None else []), *deals[len(named) :]]
    found = [*first, *named, *rest][:MOST]
    return tuple(found) if found else (_create(focus),)


def _deals(
    focus: Focus, whose: Owner | None, sees: Callable[[str | None], bool], people: People
) -> Iterator[Thing]:
    """Deals that a move would bring forward, what is worth most today first."""
    for each in focus.deals:
        mine = whose is None or each.owner in whose.members
        if mine and sees(each.owner) and each.gain > 0:
            yield Thing(
                Doing.DEAL,
                each.gain,
                deal=each.deal,
                owner=each.owner,
                called=people.name(each.owner),
                stage=each.stage,
                next=each.next,
            )


def _leg(focus: Focus, legs: Sequence[LegStanding], whose: Owner | None) -> Thing | None:
    """The leg whose missing movements are worth most; None: none is missing any."""
    short = {each.leg: each.shortfall for each in focus.legs}
    if whose is not None and whose.by == "team":
        short = {each.leg: max(-each.movements, 0.0) for each in legs}
    found = [
        Thing(Doing.LEG, each.worth_of_one * missing, leg=each.leg, shortfall=missing)
        for each in focus.legs
        if (missing := short.get(each.leg)) is not None
    ]
    most = max(found, key=lambda each: each.worth or 0.0, default=None)
    return most if most is not None and (most.worth or 0.0) > 0 else None


def _lever(focus: Focus, whose: Owner | None) -> Thing | None:
    """The least change that leads to the chance wanted; None: none is called for, or enough."""
    if whose is not None and whose.by == "team":
        return None
    enough = [each for each in focus.levers if each.feasible and each.factor > 1]
    return Thing(Doing.LEVER, lever=enough[0]) if enough else None


def _create(focus: Focus) -> Thing:
    """Where nothing is open and nothing missing, what is left is a new deal."""
    return Thing(Doing.CREATE, focus.legs[0].worth_of_one)
