"""What an operation is given: named values with a kind, read from an address or a JSON object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Schema: TypeAlias = "dict[str, Any]"
Value: TypeAlias = "str | dt.date | int | float | bool"


class Kind(Enum):
    """The kind of a value, and its JSON schema."""

    TEXT = "text"
    DATE = "date"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"

    @property
    def schema(self) -> Schema:
        """How OpenAPI writes it."""
        return dict(SCHEMAS[self])


SCHEMAS: Final[Mapping[Kind, Schema]] = {
    Kind.TEXT: {"type": "string"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.WHOLE: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.FLAG: {"type": "boolean"},
}
TRUE: Final = frozenset({"true", "1", "yes"})
FALSE: Final = frozenset({"false", "0", "no"})


@dataclass(frozen=True)
class Parameter:
    """One value that an operation is given.

    Attributes:
        name: in the address or the object.
        kind: what it is.
        says: what it means.
        choices: the only texts that it may be; empty: any.
        required: whether the operation cannot do without.
        many: whether it may be given several times.

    """

    name: str
    kind: Kind
    says: str
    choices: tuple[str, ...] = ()
    required: bool = False
    many: bool = False

    @property
    def schema(self) -> Schema:
        """How OpenAPI writes its value."""
        one = self.kind.schema | ({"enum": list(self.choices)} if self.choices else {})
        return {"type": "array", "items": one} if self.many else one

    def read(self, given: list[object]) -> Value | list[Value] | None:
        """The value that was given; None where none was.

        Raises:
            QuestionError: it is missing, or not of its kind.

        """
        values = [self._one(each) for each in given if each is not None and each != ""]
        if not values and self.required:
            raise QuestionError(f"{self.name} is missing: {self.says}")
        if self.many:
            return values
        return values[-1] if values else None

    def _one(self, given: object) -> Value:
        try:
            value = READERS[self.kind](given)
        except (TypeError, ValueError) as error:
            raise QuestionError(
                f"{self.name} is {str(given)[:40]!r}, which is no {WORDS[self.kind]}."
            ) from error
        if self.choices and value not in self.choices:
            raise QuestionError(
                f"{self.name} is {str(given)[:40]!r}: choose {' or '.join(self.choices)}."
            )
        return value


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _date(given: object) -> dt.date:
    return dt.date.fromisoformat(_text(given))


def _whole(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise TypeError
    return int(given)


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise TypeError
    value = float(given)
    if value - value != 0:
        raise ValueError
    return value


def _flag(given: object) -> bool:
    if isinstance(given, bool):
        return given
    word = _text(given).lower()
    if word not in TRUE | FALSE:
        raise ValueError
    return word in TRUE


READERS: Final[Mapping[Kind, Callable[[object], Value]]] = {
    Kind.TEXT: _text,
    Kind.DATE: _date,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
}
WORDS: Final = {
    Kind.TEXT: "text",
    Kind.DATE: "date such as 2026-01-31",
    Kind.WHOLE: "whole number",
    Kind.NUMBER: "number",
    Kind.FLAG: "true or false",
}
