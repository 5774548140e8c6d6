"""The kinds of sources, each brought in only when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.connectors.connector import Kind

NAMES: Final = ("hubspot", "salesforce", "pipedrive", "odoo", "sql", "webhook", "tryton")


def kind_of(name: str) -> Kind:
    """A kind of source.

    Raises:
        QuestionError: there is none of that name.

    """
    found = _room(name) if name in NAMES else None
    if found is None:
        known = ", ".join(each.name for each in kinds())
        raise QuestionError(f"There is no kind of source {name!r}: use one of {known}.")
    return found


def kinds() -> tuple[Kind, ...]:
    """All kinds that there are."""
    return tuple(found for name in NAMES if (found := _room(name)) is not None)


def _room(name: str) -> Kind | None:
    """What a vendor's room says of itself; None where the room is not there."""
    room = f"{__package__}.{name}"
    try:
        kind: Kind = import_module(room).KIND
    except ModuleNotFoundError as error:
        if error.name != room:
            raise
        return None
    return kind
