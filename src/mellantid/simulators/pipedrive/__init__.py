"""Pipedrive's interface over a simulated CRM: deals with cursors, changelogs, tokens, webhooks.

It shows what Pipedrive documents and no more: a deal that was deleted is to be seen for thirty
days, a deal that is won stands in the stage in which it was won, and changelogs are told the newest
first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Window
from mellantid.simulators.pipedrive.doors import TOKEN, Doors
from mellantid.simulators.pipedrive.hooks import delivery, hook
from mellantid.simulators.pipedrive.server import application
from mellantid.simulators.pipedrive.truth import truth
from mellantid.simulators.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

    from mellantid.simulators.truth import SimulatedCrm

__all__ = ["SIMULATOR", "TOKEN", "Doors", "application", "delivery"]

PASSWORD: Final = "a-password-of-the-webhook"  # noqa: S105 (of a simulator)
BURST: Final = 120


def _made(crm: SimulatedCrm, values: Mapping[str, str]) -> ASGIApp:
    return application(crm, token=values["token"])


def _given(address: str) -> dict[str, str]:
    return {
        "domain": address,
        "token": TOKEN,
        "daily_budget": "10000000",
        "burst": str(BURST),
        "hook_user": "mellantid",
        "hook_password": PASSWORD,
    }


SIMULATOR: Final = Simulator(
    name="pipedrive",
    title="Pipedrive",
    make=_made,
    given=_given,
    # The day's tokens are counted by `Doors`, as requests differ in what they take of them.
    limits=(Window(BURST, 2.0),),
    truth=truth,
    hook=hook,
)
