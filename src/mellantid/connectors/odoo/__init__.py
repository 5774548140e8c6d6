"""Odoo, by JSON-2 (version 19 and later) or XML-RPC (version 14 and later).

`calls` and `xmlrpc` are the two interfaces, `records` reads what is there by the names that the
version has, `history` makes a deal's history of what was tracked, `seen` of its record alone,
`stages` makes pipelines of stages and teams, `changes` finds what is new and what is gone, `hooks`
takes what its automation rules send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.connectors.connector import Field, Kind, SourceError
from mellantid.connectors.odoo.calls import Access, Calls, Either, Json2
from mellantid.connectors.odoo.connector import Odoo
from mellantid.connectors.odoo.stages import ONE, TEAMS
from mellantid.connectors.odoo.xmlrpc import XmlRpc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mellantid.connectors.http import Http

AUTO, JSON2, XMLRPC = "auto", "json2", "xmlrpc"

FIELDS: Final = (
    Field("url"),
    Field("database", required=False),
    Field("key", secret=True),
    Field("login", required=False),
    Field("interface", required=False, default=AUTO, choices=(AUTO, JSON2, XMLRPC)),
    Field("pipelines", required=False, default=ONE, choices=(ONE, TEAMS)),
    Field("hook_token", secret=True, required=False),
)


def make(values: Mapping[str, str], http: Http, now: Callable[[], int]) -> Odoo:
    """A connector from the values given.

    Raises:
        SourceError: a value is none of its choices.

    """
    url = values["url"].strip().rstrip("/").removesuffix("/odoo").removesuffix("/web")
    access = Access(
        url,
        values.get("database", "").strip(),
        values.get("login", "").strip(),
        values["key"].strip(),
    )
    newer, older = Json2(http, access), XmlRpc(http, access)
    interface = values.get("interface") or AUTO
    ways: dict[str, Calls] = {JSON2: newer, XMLRPC: older, AUTO: Either(newer, older)}
    lines = values.get("pipelines") or ONE
    if interface not in ways or lines not in {ONE, TEAMS}:
        raise SourceError(
            f"Odoo's interface is one of {AUTO}, {JSON2} and {XMLRPC}, its pipelines one of {ONE} "
            f"and {TEAMS}: choose among these."
        )
    return Odoo(ways[interface], lines, values.get("hook_token", ""), now)


KIND: Final = Kind("odoo", "Odoo", FIELDS, hooks=True, make=make)
