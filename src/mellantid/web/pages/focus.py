"""Focus, the page of a morning: which deals to move, who is caught, which leg and lever pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.routing import Route

from mellantid.access import Role
from mellantid.metrics import metrics, numbers
from mellantid.report.wording import wording
from mellantid.web import focus_tables as tables
from mellantid.web.asking import PATIENCE
from mellantid.web.deal_field import chosen_process
from mellantid.web.focus_tables import FocusWriter
from mellantid.web.levers_told import levers_told
from mellantid.web.page import Page
from mellantid.web.reading_forms import read_chance, read_date
from mellantid.web.whose import asked_seller, sellers_in_sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Sight
    from mellantid.workspace import DealFocus, Focus, LegFocus, Ropes, Workspace

MOST_DEALS: Final = 5
CHANCES: Final = (0.5, 0.7, 0.8, 0.9)
"""Chances of the target that levers can be asked to lead to."""


def focus(request: Request) -> Response:
    """What is worth doing now, for a seller or the whole."""
    page = Page.of(request)
    query = request.query_params
    p = read_chance(query.get("p"))
    with page.asking.workspace() as workspace:
        sight, people = page.sight(workspace), workspace.people
        chosen = chosen_process(workspace, query.get("process"))
        as_of = read_date(query.get("as_of"))
        race, _ = page.asking.race(workspace, chosen, as_of, PATIENCE)
        if page.account.role is Role.SELLER and not page.account.person:
            return page.render("focus_none.jinja")
        seller = asked_seller(query.get("seller"), page.account, sight, people, race)

        def made(opened: Workspace) -> tuple[int, Focus]:
            present, _ = page.asking.race(opened, chosen, as_of)
            return present.position, opened.focus(present, seller, p)

        key = ("focus", chosen, as_of, race.history.until_day, seller, p)
        position, found = page.asking.recent(key, made)
        ropes = page.asking.of(race, "ropes", lambda: workspace.ropes(race))
        several = len(workspace.processes) > 1
        process = race.history.process.name if several else None
        writer = FocusWriter(page.words, race.unit, people, process)
        values: dict[str, Any] = {
            "organisation": workspace.settings.name,
            "choices": sellers_in_sight(sight, people, race, seller),
            "name": None if seller is None else people.name(seller),
        }
    return page.render(
        "focus.jinja",
        **values,
        **_shown(writer, found, ropes, sight),
        position=position,
        seller=seller,
        process=process,
        as_of=query.get("as_of"),
        chances=_chances(query, found, page.language),
        words=wording(page.language),
    )


def _chances(query: Mapping[str, str], found: Focus, language: str) -> list[tuple[str, str, bool]]:
    """The chances that can be chosen: address, in words, whether it is chosen."""
    return [
        (
            f"?{urlencode(dict(query) | {'p': f'{p:g}'})}#levers",
            numbers.percent(p, language),
            p == found.p,
        )
        for p in CHANCES
    ]


def _shown(w: FocusWriter, found: Focus, ropes: Ropes, sight: Sight) -> dict[str, Any]:
    """Everything that the template puts on the page."""
    whole = found.seller is None
    deals = [each for each in found.deals if sight.deal(each.owner)][:MOST_DEALS]
    passages = {each.deal: each for each in ropes.deals}
    mine = [
        each
        for each in ropes.caught
        if sight.deal(each.owner) and (whole or each.owner == found.seller)
    ]
    waiting = {each.deal for each in ropes.waiting}
    waits = sum(
        each.deal in waiting and sight.deal(each.owner) and (whole or each.owner == found.seller)
        for each in ropes.deals
    )
    count = numbers.count(len(mine), w.language)
    return {
        "sentence": _sentence(w, found, deals),
        "counted": w.words("focus.counted", until=numbers.date(found.until, w.language)),
        "today": numbers.weekday_date(found.as_of, w.language),
        "deals": tables.deals_table(w, deals, passages, found.as_of, owners=whole),
        "some_hidden": whole and not sight.everything,
        "caught": tables.caught_table(w, mine, owners=whole),
        "caught_n": len(mine),
        "caught_text": count,
        "caught_more": numbers.count(len(mine) - tables.MOST_CAUGHT, w.language)
        if len(mine) > tables.MOST_CAUGHT
        else "",
        "waits": numbers.count(waits, w.language) if waits else "",
        "legs": tables.legs_table(w, found.legs, w.process),
        "planned": found.legs[0].shortfall is not None,
        "levers": levers_told(w, found),
        "definitions": [metrics()[name].as_dict(w.language) for name in tables.DEFINED],
    }


def _sentence(w: FocusWriter, found: Focus, deals: Sequence[DealFocus]) -> str:
    """The page's own: the chance, and where most is to be had."""
    parts = []
    if found.target is not None and found.p_target is not None:
        key = "focus.chance" if found.seller is None else "focus.chance_of"
        target = numbers.round_money(found.target, w.currency, w.language)
        p = numbers.percent(found.p_target, w.language)
        parts.append(w.words(key, target=target, p=p, name=w.people.name(found.seller)))
    short = max(found.legs, key=lambda leg: leg.money or 0.0)
    if (short.money or 0.0) > 0:
        parts.append(_most(w, short))
    elif short.shortfall is not None and not any(leg.shortfall for leg in found.legs):
        parts.append(w.words("focus.none_behind"))
    if len(parts) < 2:
        first = w.words("focus.first", deal=deals[0].deal) if deals else w.words("focus.nothing")
        parts.append(first)
    return " ".join(parts)


def _most(w: FocusWriter, leg: LegFocus) -> str:
    return w.words(
        "focus.most",
        leg=w.leg(leg.leg),
        n=numbers.movements(leg.shortfall, w.language),
        worth=w.worth(leg.money),
    )


ROUTES: Final = [Route("/focus", focus)]
