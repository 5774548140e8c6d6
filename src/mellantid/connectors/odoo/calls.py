"""Calls of Odoo's models: JSON-2, from version 19 on, and which of the interfaces to take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from mellantid.connectors.connector import NotLetInError, SourceError

if TYPE_CHECKING:
    from mellantid.connectors.answer import Answer
    from mellantid.connectors.http import Http

FINE, UNKNOWN, FORBIDDEN = 200, 401, 403


class RightsError(NotLetInError):
    """The key is good, but its user may not read this model."""


class NoInterfaceError(SourceError):
    """There is no JSON-2 at this address."""


@dataclass(frozen=True)
class Access:
    """The way into a database of Odoo's.

    Attributes:
        url: of the server, without what follows the host.
        database: its name; may be empty for JSON-2 where the server has one only.
        login: of the key's user; for XML-RPC only.
        key: the API key.

    """

    url: str
    database: str
    login: str
    key: str = field(repr=False)


class Calls(Protocol):
    """A way to call models' public methods."""

    def call(self, model: str, method: str, **named: Any) -> Any:  # noqa: ANN401 (as Odoo has it)
        """A public method of a model, by named arguments; `ids` are the records it is called on.

        Raises:
            RightsError: the key's user may not.
            NotLetInError: the key is not accepted.
            SourceError: Odoo does not answer, or refuses what was asked.

        """
        ...


def refusal(what: str, why: str) -> str:
    """What a person is told when Odoo refuses a call."""
    return f"Odoo refuses {what}: {' '.join(why.split())[:300]}"


class Json2:
    """Calls of models by JSON-2.

    Args:
        http: the way out.
        access: where, which database, who.

    """

    def __init__(self, http: Http, access: Access) -> None:
        self._http = http
        self._access = access

    def call(self, model: str, method: str, **named: Any) -> Any:  # noqa: ANN401 (as Odoo has it)
        """A public method of a model, by named arguments; `ids` are the records it is called on."""
        headers = {"authorization": f"bearer {self._access.key}", "user-agent": "mellantid"}
        if self._access.database:
            headers["x-odoo-database"] = self._access.database
        url = f"{self._access.url}/json/2/{model}/{method}"
        answer = self._http.post(url, json=named, headers=headers, known=(UNKNOWN, FORBIDDEN))
        if answer.status == FINE:
            return answer.json()
        raise _error(answer, f"{model}.{method}")


def _error(answer: Answer, what: str) -> SourceError:
    try:
        told = answer.json()
    except SourceError:
        told = None
    named = str(told["name"]) if isinstance(told, dict) and "name" in told else ""
    if answer.status == FORBIDDEN and named.endswith("AccessError"):
        return RightsError(refusal(what, "its user has no right to"))
    if answer.status in {UNKNOWN, FORBIDDEN}:
        return NotLetInError(
            "Odoo does not let us in: check the API key, which lasts for three months at most, "
            "then give a new one."
        )
    if not named:
        return NoInterfaceError(
            f"There is no JSON-2 at this address ({answer.status}): check address and database; "
            "an Odoo before version 19 is asked by XML-RPC."
        )
    return SourceError(refusal(what, str(told.get("message", answer.status))))


class Either:
    """JSON-2 where there is one, else XML-RPC: the first call finds out.

    Args:
        newer: JSON-2.
        older: XML-RPC.

    """

    def __init__(self, newer: Calls, older: Calls) -> None:
        self._newer = newer
        self._older = older
        self._taken: Calls | None = None

    def call(self, model: str, method: str, **named: Any) -> Any:  # noqa: ANN401 (as Odoo has it)
        """A public method of a model, by named arguments; `ids` are the records it is called on."""
        if self._taken is None:
            self._taken = self._found()
        return self._taken.call(model, method, **named)

    def _found(self) -> Calls:
        try:
            self._newer.call("res.users", "context_get")
        except NoInterfaceError:
            return self._older
        return self._newer


ARCHIVED_TOO: Final = {"active_test": False}
"""The context in which archived records, such as lost deals, are found like others."""
