"""What of an answer an account may see: single deals and other sellers' lines are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.names import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.access import Sight


def seen(document: object, sight: Sight, owner_of: Mapping[str, str | None]) -> object:
    """The document without the lines that are about deals or people that may not be seen.

    A line is an object in a list. It is about a deal where it names one, whoever else it names;
    else about whom it names. Totals, which name nobody, are for everyone.

    Args:
        document: plain JSON.
        sight: of the account.
        owner_of: whose each deal is; one that is not in it is seen by those who see everything.

    """
    if isinstance(document, dict):
        return {name: seen(each, sight, owner_of) for name, each in document.items()}
    if isinstance(document, list):
        return [
            seen(each, sight, owner_of)
            for each in document
            if not isinstance(each, dict) or _may_see(each, sight, owner_of)
        ]
    return document


def _may_see(line: dict[str, object], sight: Sight, owner_of: Mapping[str, str | None]) -> bool:
    if "deal" in line:
        return sight.deal(owner_of.get(str(line["deal"])))
    named = [line.get("owner"), line.get("group")]
    # A leg of a team, a part of the forecast: other lines with a team or a name are no figures.
    named += [line.get("team")] if "leg" in line else []
    named += [line.get("name")] if "open_mean" in line else []
    return all(
        not name or name == EVERYONE or sight.seller(str(name)) or sight.team(str(name))
        for name in named
    )
