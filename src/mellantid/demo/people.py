"""The demo's people: invented sellers with ordinary Swedish names, in four teams."""

from __future__ import annotations

import unicodedata
from typing import Final

from mellantid.simulation import Seller

TEAMS: Final = {
    "Stockholm": (
        "Anna Lindqvist",
        "Erik Sandberg",
        "Maria Nyström",
        "Johan Ekström",
        "Sara Holmgren",
        "Peter Wallin",
        "Linnea Forsberg",
    ),
    "Göteborg": (
        "Lars Bergqvist",
        "Karin Åkesson",
        "Mikael Hedlund",
        "Elin Sjögren",
        "Fredrik Nordin",
        "Camilla Bäckström",
    ),
    "Malmö": (
        "Henrik Persson",
        "Ida Månsson",
        "Magnus Lundgren",
        "Petra Jönsson",
        "Oskar Friberg",
        "Helena Axelsson",
    ),
    "Norrland": (
        "Björn Isaksson",
        "Åsa Strömberg",
        "Daniel Öberg",
        "Jenny Hedman",
        "Niklas Lindahl",
        "Eva Sundström",
    ),
}


def demo_sellers() -> tuple[Seller, ...]:
    """All sellers, team by team."""
    return tuple(
        Seller(_identity(name), name, team) for team, names in TEAMS.items() for name in names
    )


def _identity(name: str) -> str:
    """First and last name in plain letters, as a CRM would have it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")
