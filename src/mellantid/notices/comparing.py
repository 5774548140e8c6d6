"""What has happened between two looks at a race: pure, so that each thing is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from mellantid.notices.events import Event, Kind
from mellantid.notices.state import Remembered, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.notices.state import CaughtNow, LegNow, RaceNow

LASTS: Final = 520
"""Working days, two years, after which a deal's entry into a stage is forgotten if it is free."""
KIND_OF: Final = {Side.SLIPPING: Kind.SLIPS, Side.ON_PACE: Kind.BACK}


def compare(
    before: Remembered | None, now: RaceNow, moment: int
) -> tuple[tuple[Event, ...], Remembered]:
    """What is new, and what to remember.

    A leg is told of when it comes to the other side: in between, such as behind but gaining, it
    stays where it was. It is told of as back on pace only where it has slipped. A deal is told of
    once for each stay in a stage, however its rope and its next steps change.

    Args:
        before: what was remembered; None: this is the first look, of which nothing is told.
        now: how the race stands.
        moment: the present one (ms).

    Returns:
        The events, and what to remember: `before` itself where `now` is of an earlier moment, as
        another program may have looked later.

    """
    if before is not None and (now.as_of, now.position) < (before.as_of, before.position):
        return (), before
    told = before.legs if before is not None and before.plan == now.plan else {}
    stays = {deal: (each.stage, each.entered) for deal, each in now.caught.items()}
    known = {} if before is None else before.caught
    kept = Remembered(
        now.as_of,
        now.position,
        now.plan,
        {**told, **{leg: each.side for leg, each in now.legs.items() if each.side is not None}},
        {**_still(known, now.day), **stays},
    )
    if before is None:
        return (), kept
    events = [
        _of_leg(now, leg, each, moment)
        for leg, each in now.legs.items()
        if _turned(told.get(leg), each.side)
    ]
    events += [
        _of_deal(now, deal, each, moment)
        for deal, each in now.caught.items()
        if known.get(deal) != stays[deal]
    ]
    return tuple(events), kept


def _still(known: Mapping[str, tuple[str, int]], day: int) -> dict[str, tuple[str, int]]:
    """The stays that are not so long past that they may be forgotten."""
    return {deal: stay for deal, stay in known.items() if day - stay[1] < LASTS}


def _turned(before: Side | None, now: Side | None) -> bool:
    """Whether a leg has come to another side; from none it can only have begun to slip."""
    return now is not None and now != before and not (before is None and now is Side.ON_PACE)


def _of_leg(now: RaceNow, leg: str, each: LegNow, moment: int) -> Event:
    figures: dict[str, Any] = {
        "movements": each.movements,
        "days": each.days,
        "money": each.money,
        "unit": now.unit,
        "verdict": each.verdict,
    }
    if each.ratio is not None:
        figures["pace"] = each.ratio
    assert each.side is not None  # noqa: S101 (it has come to a side)
    path = f"/legs/{each.place}?{urlencode({'process': now.process})}"
    return Event(KIND_OF[each.side], moment, now.process, leg, None, figures, path)


def _of_deal(now: RaceNow, deal: str, each: CaughtNow, moment: int) -> Event:
    figures = {
        "stage": each.stage,
        "age": each.age,
        "amount": each.amount,
        "unit": now.unit,
        "owner": each.owner,
        "called": each.called,
    }
    # A name can hold anything, which the query carries.
    path = f"/deals/?{urlencode({'process': now.process, 'deal': deal})}"
    return Event(Kind.CAUGHT, moment, now.process, deal, each.owner, figures, path)
