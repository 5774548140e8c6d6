"""Addresses of deals, whose names can hold anything."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from markupsafe import Markup

DEALS: Final = "/deals"
AWKWARD: Final = frozenset({"new", ".", ".."})
"""Names that a path takes for something else."""


def deals_address(process: str | None = None) -> str:
    """The address of all deals; of one process, where there are several."""
    return DEALS if process is None else f"{DEALS}?{urlencode({'process': process})}"


def deal_address(deal: str, process: str | None = None) -> str:
    """The address of a deal's page.

    A name that cannot stand in a path, since it is taken, is a step upward, begins with a slash or
    has a character that not every server on the way keeps, stands in the query instead.

    Args:
        deal: its identity.
        process: its process, where there are several.

    """
    query = {} if process is None else {"process": process}
    parts = deal.split("/")
    kept = deal.isprintable() and "%" not in deal and "\\" not in deal
    plain = kept and "" not in parts and AWKWARD.isdisjoint(parts)
    if not plain:
        query["deal"] = deal
    path = quote(deal, safe="") if plain else ""
    return f"{DEALS}/{path}{'?' if query else ''}{urlencode(query)}"


def deal_link(deal: str, process: str | None = None) -> Markup:
    """A deal's name, which leads to its page; see `deal_address`."""
    return Markup('<a href="{}">{}</a>').format(deal_address(deal, process), deal)
