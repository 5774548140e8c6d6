"""Addresses of legs: by number, 0 for creation, so that a leg's name may hold anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

if TYPE_CHECKING:
    from mellantid.core.process import Process


def leg_address(place: int, process: str | None = None) -> str:
    """The address of a leg's page.

    Args:
        place: the leg's number, 0 for creation.
        process: its process, where there are several.

    """
    query = "" if process is None else f"?{urlencode({'process': process})}"
    return f"/legs/{place}{query}"


def leg_link(place: int, title: str, process: str | None = None) -> Markup:
    """A leg's name, which leads to its page."""
    return Markup('<a href="{}">{}</a>').format(leg_address(place, process), title)


def leg_place(asked: str, process: Process) -> int | None:
    """The number of the leg that an address asks for, by number or by name; None: there is none."""
    legs = process.legs
    if asked in legs:
        return legs.index(asked)
    if asked.isdecimal() and int(asked) < len(legs):
        return int(asked)
    folded = [leg.casefold() for leg in legs]
    return folded.index(asked.casefold()) if asked.casefold() in folded else None
