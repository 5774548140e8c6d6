"""Odoo's search: domains, order and paging over plain rows, as far as they are asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Row = dict[str, Any]


class UnknownError(Exception):
    """A domain, field or method that the simulator does not have."""


def _compared(value: Any, other: Any) -> int:  # noqa: ANN401 (any value of a field)
    # An empty field is False there, and comes before every value.
    left, right = (("" if isinstance(other, str) else 0) if value is False else value), other
    return int(left > right) - int(left < right)


OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda value, other: value == other,
    "!=": lambda value, other: value != other,
    "in": lambda value, other: value in other,
    "not in": lambda value, other: value not in other,
    ">": lambda value, other: _compared(value, other) > 0,
    ">=": lambda value, other: _compared(value, other) >= 0,
    "<": lambda value, other: _compared(value, other) < 0,
    "<=": lambda value, other: _compared(value, other) <= 0,
}


def key_of(value: Any) -> Any:  # noqa: ANN401 (any value of a field)
    """What a domain compares of a value: the id of a record that it names."""
    return value[0] if isinstance(value, list) and value and isinstance(value[-1], str) else value


def matching(rows: Iterable[Row], domain: Sequence[Any]) -> list[Row]:
    """The rows for which all conditions hold; a dotted name is a field of the rows like any other.

    Raises:
        UnknownError: a condition is none of field, operator and value, or names an unknown field.

    """
    conditions = []
    for each in domain:
        if not isinstance(each, (list, tuple)) or len(each) != 3 or each[1] not in OPERATORS:
            message = f"the domain has {each!r}, which is not simulated"
            raise UnknownError(message)
        name, operator, other = each
        inside = set(other) if operator in {"in", "not in"} else other
        conditions.append((name, OPERATORS[operator], inside))
    try:
        return [
            row
            for row in rows
            if all(holds(key_of(row[name]), other) for name, holds, other in conditions)
        ]
    except KeyError as error:
        message = f"Invalid field {error.args[0]!r}"
        raise UnknownError(message) from error


def ordered(rows: list[Row], order: str) -> list[Row]:
    """By `order`, such as "write_date, id desc"; by id where it is empty."""
    for part in reversed((order or "id").split(",")):
        name, _, way = part.strip().partition(" ")
        rows = sorted(rows, key=lambda row: key_of(row[name]), reverse=way.strip() == "desc")
    return rows


def shown(row: Row, fields: Sequence[str]) -> Row:
    """A row with the id and the fields asked for.

    Raises:
        UnknownError: there is no such field.

    """
    try:
        return {"id": row["id"]} | {name: row[name] for name in fields}
    except KeyError as error:
        message = f"Invalid field {error.args[0]!r}"
        raise UnknownError(message) from error
