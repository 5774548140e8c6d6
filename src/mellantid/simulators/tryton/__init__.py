"""Tryton's interface over a simulated CRM, by what a real one was seen to answer.

Each pipeline is a company; an opportunity's states are the stages' ids. What happened to a deal in
one second is one revision. Tryton merges no opportunities: those merged are deleted ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Window
from mellantid.simulators.simulator import Simulator
from mellantid.simulators.tryton.server import application

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

    from mellantid.simulators.truth import SimulatedCrm

__all__ = ["SIMULATOR", "application"]

PASSWORD: Final = "a-password-of-tryton"  # noqa: S105 (of a simulator)


def _made(crm: SimulatedCrm, values: Mapping[str, str]) -> ASGIApp:
    return application(crm, values["database"], values["user"], values["password"])


def _given(address: str) -> dict[str, str]:
    return {
        "url": address,
        "database": "crm",
        "user": "mellantid",
        "password": PASSWORD,
        "won": "18,28",
        "lost": "19,29",
    }


SIMULATOR: Final = Simulator(
    name="tryton",
    title="Tryton",
    make=_made,
    given=_given,
    # Tryton states none; this is the one that the connector keeps of its own accord.
    limits=(Window(25, 1.0),),
)
