"""Queries run on the rows: checked against the objects' fields, filtered, grouped, ordered."""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.salesforce.objects import ANY, fields_of
from mellantid.simulators.salesforce.soql import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mellantid.simulators.salesforce.objects import Options
    from mellantid.simulators.salesforce.soql import Condition, Item, Query
    from mellantid.simulators.salesforce.tables import Row, Tables

COMPARE: Final = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
FUNCTIONS: Final = ("COUNT", "MAX", "MIN")
DEAL: Final = {
    "Opportunity": "Id",
    "OpportunityHistory": "OpportunityId",
    "OpportunityFieldHistory": "OpportunityId",
}


def answer(query: Query, tables: Tables, options: Options, *, deleted: bool) -> list[Row]:
    """The rows that answer a query, each with what was selected only.

    Args:
        query: what is asked.
        tables: of what.
        options: what the organisation has.
        deleted: whether deleted records are among them, as in `queryAll`.

    Raises:
        QueryError: it asks for what there is not, or as it cannot be asked.

    """
    _check(query, options)
    rows: Iterable[Row] = tables.rows(query.source, _deals(query))
    found = [
        row
        for row in rows
        if (deleted or not row.get("IsDeleted", False))
        and all(_holds(each, row) for each in query.where)
    ]
    if query.counts:
        return [{"expr0": len(found)}]
    if query.group or any(item.function for item in query.items):
        return _grouped(query, found)
    for field, down in reversed(query.order):
        found.sort(key=_place(field), reverse=down)
    return [{item.field: row[item.field] for item in query.items} for row in found[: query.most]]


def _place(field: str) -> Callable[[Row], tuple[bool, Any]]:
    """By which rows are sorted; what is null is least."""
    return lambda row: (row[field] is not None, row[field])


def _check(query: Query, options: Options) -> None:
    fields = fields_of(query.source, options)
    if fields is None:
        raise QueryError("INVALID_TYPE", f"sObject type '{query.source}' is not supported.")
    asked = [item.field for item in query.items if item.field]
    asked += [*query.group, *(name for name, _ in query.order), *(c.field for c in query.where)]
    for name in asked:
        if name not in fields:
            raise QueryError(
                "INVALID_FIELD", f"No such column '{name}' on entity '{query.source}'."
            )
    for item in query.items:
        if item.function and item.function not in FUNCTIONS:
            raise QueryError("MALFORMED_QUERY", f"unexpected token: '{item.function}'")
        plain = not item.function
        if query.group and plain and item.field not in query.group:
            raise QueryError(
                "MALFORMED_QUERY", f"Field must be grouped or aggregated: {item.field}"
            )
    for condition in query.where:
        _check_condition(condition, fields[condition.field])


def _check_condition(condition: Condition, form: str) -> None:
    name = condition.field
    if form == ANY:
        raise QueryError("INVALID_FIELD", f"field '{name}' can not be filtered in a query call")
    for value in condition.values:
        if value.form not in {form, "null"}:
            raise QueryError(
                "INVALID_FIELD",
                f"value of filter criterion for field '{name}' must be of type {form}",
            )


def _deals(query: Query) -> list[str] | None:
    """The deals that the conditions name, where they do: the others need not be looked at."""
    name = DEAL.get(query.source)
    for condition in query.where:
        if condition.field == name and condition.operator in {"IN", "="}:
            return list(dict.fromkeys(str(each.value) for each in condition.values))
    return None


def _holds(condition: Condition, row: Row) -> bool:
    value = row[condition.field]
    wanted: list[Any] = [each.value for each in condition.values]
    if condition.operator == "IN":
        return value in wanted
    if None in {value, wanted[0]} and condition.operator not in {"=", "!="}:
        return False
    return bool(COMPARE[condition.operator](value, wanted[0]))


def _grouped(query: Query, rows: list[Row]) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = {} if query.group else {(): []}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in query.group), []).append(row)
    return [
        {_named(item, place): _value(item, members) for place, item in enumerate(query.items)}
        for members in groups.values()
    ]


def _named(item: Item, place: int) -> str:
    last = item.field.rpartition(".")[2]
    return item.alias or (f"expr{place}" if item.function else last)


def _value(item: Item, members: list[Row]) -> object:
    if not item.function:
        return members[0][item.field]
    values = [row[item.field] for row in members if row[item.field] is not None]
    if item.function == "COUNT":
        return len(values)
    if not values:
        return None
    return max(values) if item.function == "MAX" else min(values)
