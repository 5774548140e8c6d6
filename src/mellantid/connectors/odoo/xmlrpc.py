"""Odoo's older interface, XML-RPC: its documents read with care, and carried by our own `Http`.

A document that declares types or entities is refused, so that none can explode or reach for files.
"""

from __future__ import annotations

import xmlrpc.client
from typing import TYPE_CHECKING, Any, Final, NoReturn
from xml.parsers import expat

from mellantid.connectors.connector import NotLetInError, SourceError
from mellantid.connectors.odoo.calls import Access, RightsError, refusal

if TYPE_CHECKING:
    from mellantid.connectors.http import Http

DENIED, RIGHTS = 3, 4
SEARCHES: Final = ("search", "search_count")
"""Methods whose first argument had another name in earlier versions, and goes by place."""
HEADERS: Final = {"content-type": "text/xml; charset=utf-8"}


def written(method: str, arguments: tuple[Any, ...]) -> bytes:
    """A call as an XML document."""
    return xmlrpc.client.dumps(arguments, method, encoding="utf-8", allow_none=True).encode()


def understood(document: bytes) -> Any:  # noqa: ANN401 (a call may answer anything)
    """What a call has answered.

    Raises:
        xmlrpc.client.Fault: an error over there.
        SourceError: it is no such document, or one that declares types or entities.

    """

    def refuse(*_: object) -> NoReturn:
        raise SourceError("Odoo's answer declares entities, which no answer of its does: refused.")

    answer = xmlrpc.client.Unmarshaller(use_builtin_types=True)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = answer.start
    parser.EndElementHandler = answer.end
    parser.CharacterDataHandler = answer.data
    answer.xml("", None)  # expat has decoded what it hands over
    try:
        parser.Parse(document, True)
        values = answer.close()
    except (expat.ExpatError, xmlrpc.client.ResponseError, ValueError, LookupError, TypeError):
        raise SourceError(
            "Odoo's answer is no XML-RPC document: check that the address is Odoo's own."
        ) from None
    return values[0] if values else None


class XmlRpc:
    """Calls of models by XML-RPC.

    Args:
        http: the way out.
        access: where, which database, who.

    """

    def __init__(self, http: Http, access: Access) -> None:
        self._http = http
        self._access = access
        self._user: int | None = None

    def call(self, model: str, method: str, **named: Any) -> Any:  # noqa: ANN401 (as Odoo has it)
        """A public method of a model, by named arguments; `ids` are the records it is called on."""
        if self._user is None:
            self._user = self._authenticated()
        by_place = [named.pop("ids")] if "ids" in named else []
        if method in SEARCHES:
            by_place = [named.pop("domain", [])]
        access = self._access
        arguments = (access.database, self._user, access.key, model, method, by_place, named)
        return self._asked("object", "execute_kw", arguments, f"{model}.{method}")

    def _authenticated(self) -> int:
        access = self._access
        if not access.database or not access.login:
            raise SourceError(
                "This Odoo is asked by XML-RPC, which needs the database's name and the login of "
                "the key's user: give both."
            )
        arguments: tuple[Any, ...] = (access.database, access.login, access.key, {})
        user = self._asked("common", "authenticate", arguments, "the login")
        if not user:
            raise NotLetInError(
                "Odoo does not let us in: check database, login and API key, then give them anew."
            )
        return int(user)

    def _asked(self, service: str, method: str, arguments: tuple[Any, ...], what: str) -> Any:  # noqa: ANN401
        url = f"{self._access.url}/xmlrpc/2/{service}"
        answer = self._http.post(url, content=written(method, arguments), headers=HEADERS)
        if answer.status != 200:
            raise SourceError(
                f"Odoo has no XML-RPC at this address ({answer.status}): check it, or choose the "
                "interface JSON-2, which version 19 and later have."
            )
        try:
            return understood(answer.content)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == DENIED:
                raise NotLetInError(
                    "Odoo does not let us in: the API key has been taken back or has expired, so "
                    "give a new one."
                ) from None
            if fault.faultCode == RIGHTS:
                raise RightsError(refusal(what, "its user has no right to")) from None
            last = str(fault.faultString).strip().rpartition("\n")[2]
            raise SourceError(refusal(what, last)) from None
