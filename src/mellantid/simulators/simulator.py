"""What every vendor's simulator says of itself, so that it can be served and tested like the rest.

A vendor's simulator is `simulators/<vendor>.py`, or a package of that name, with a `SIMULATOR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError
from mellantid.simulators.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Scope

    from mellantid.connectors.connector import Window
    from mellantid.connectors.told import Delivery
    from mellantid.simulators.facts import Fact
    from mellantid.simulators.truth import Deal, Event, SimulatedCrm


def one_each(scope: Scope) -> float:
    """What a request costs where all cost the same."""
    del scope
    return 1.0


def no_sort(scope: Scope) -> str:
    """The sort of a request where none is limited by itself."""
    del scope
    return ""


@dataclass(frozen=True)
class Happened:
    """A change that a CRM tells of by webhook, as its listeners are told.

    Attributes:
        deal: what changed.
        what: created, changed, deleted or merged.
        event: which field, of a changed one.
        at: when the webhook is sent (ms).
        number: of the webhook, to be told from others.

    """

    deal: Deal
    what: str
    event: Event | None
    at: int
    number: int


@dataclass(frozen=True)
class Simulator:
    """A vendor's simulator.

    Attributes:
        name: as the connector's kind.
        title: what the vendor is called.
        make: the application, from what is true and the values given (those of the connector's
            fields: it lets in who has them).
        given: what is to be given to the connector where the simulator is at an address such as
            `http://127.0.0.1:8901`.
        limits: the vendor's, as documented; counted by `faults`.
        cost: what a request counts as in them.
        of: the sort of a request, where the vendor limits one by itself (`Window.of`).
        truth: all that the vendor can tell of a pipeline, from what is true and the pipeline's id.
        hook: the webhook by which the vendor tells of a change, sent to an address, signed with
            the values given; None: it sends none.

    """

    name: str
    title: str
    make: Callable[[SimulatedCrm, Mapping[str, str]], ASGIApp]
    given: Callable[[str], dict[str, str]]
    limits: tuple[Window, ...]
    cost: Callable[[Scope], float] = one_each
    of: Callable[[Scope], str] = no_sort
    truth: Callable[[SimulatedCrm, str], set[Fact]] = facts
    hook: Callable[[SimulatedCrm, Happened, str, Mapping[str, str]], Delivery] | None = None


NAMES: Final = ("hubspot", "salesforce", "pipedrive", "odoo", "sql", "webhook", "tryton")


def simulator_of(name: str) -> Simulator:
    """A vendor's simulator.

    Raises:
        QuestionError: there is none of that name.

    """
    room = f"{__package__}.{name}"
    try:
        found: Simulator = import_module(room).SIMULATOR
    except ModuleNotFoundError as error:
        if error.name != room:
            raise
        raise QuestionError(
            f"There is no simulator {name!r}: use one of {', '.join(NAMES)}."
        ) from None
    return found
