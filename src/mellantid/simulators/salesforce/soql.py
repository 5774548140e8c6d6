"""SOQL, as far as the connector speaks it: parsed into what is asked of which object.

SELECT fields, COUNT() or functions FROM object WHERE conditions joined by AND (comparisons and IN),
GROUP BY, ORDER BY and LIMIT. Anything else is refused as malformed, in Salesforce's way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')"
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|!=|[=<>(),]))"
)
OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=")

T = TypeVar("T")
Value = str | float | bool | int | None


class QueryError(Exception):
    """A query that cannot be run, with Salesforce's code for why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Literal:
    """A value in a query: `form` is text, moment (ms UTC), number, truth or null."""

    form: str
    value: Value


@dataclass(frozen=True)
class Condition:
    """A field compared with a value, or with several of them (IN)."""

    field: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Item:
    """What is selected: a field, or a function of one; `alias` names it in the answer."""

    field: str
    function: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Query:
    """A query: `order` has field and whether it descends; `most` is LIMIT."""

    items: tuple[Item, ...]
    source: str
    where: tuple[Condition, ...] = ()
    group: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    most: int | None = None

    @property
    def counts(self) -> bool:
        """Whether only the number of rows is asked for: COUNT() alone."""
        return self.items == (Item("", "COUNT"),)


def parse(text: str) -> Query:
    """What a query asks.

    Raises:
        QueryError: it is malformed.

    """
    return _Reader(text).query()


class _Reader:
    """The tokens of a query, read from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, text = 0, text.strip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise _malformed(f"unexpected character at column {at + 1}")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self._at = 0

    def query(self) -> Query:
        self._need("SELECT")
        items = self._list(self._item)
        self._need("FROM")
        source = self._name()
        where: list[Condition] = []
        if self._word("WHERE"):
            where.append(self._condition())
            while self._word("AND"):
                where.append(self._condition())
        group = self._list(self._name) if self._words("GROUP", "BY") else ()
        order = self._list(self._ordering) if self._words("ORDER", "BY") else ()
        most = int(self._take("number")) if self._word("LIMIT") else None
        if self._at < len(self._tokens):
            raise _malformed(f"unexpected token: '{self._tokens[self._at][1]}'")
        return Query(items, source, tuple(where), group, order, most)

    def _list(self, one: Callable[[], T]) -> tuple[T, ...]:
        found = [one()]
        while self._sign(","):
            found.append(one())
        return tuple(found)

    def _item(self) -> Item:
        name, function = self._name(), ""
        if self._sign("("):
            function, name = name.upper(), ""
            if not self._sign(")"):
                name = self._name()
                self._sign(")", needed=True)
        form, text = self._peek()
        is_alias = form == "name" and text.upper() != "FROM"
        return Item(name, function, self._name() if is_alias else "")

    def _condition(self) -> Condition:
        field = self._name()
        if self._word("IN"):
            self._sign("(", needed=True)
            values = self._list(self._literal)
            self._sign(")", needed=True)
            return Condition(field, "IN", values)
        operator = self._take("sign")
        if operator not in OPERATORS:
            raise _malformed(f"unexpected token: '{operator}'")
        return Condition(field, operator, (self._literal(),))

    def _literal(self) -> Literal:
        form, text = self._peek()
        self._at += 1
        if form == "text":
            return Literal("text", re.sub(r"\\(.)", r"\1", text[1:-1]))
        if form == "moment":
            return Literal("moment", round(dt.datetime.fromisoformat(text).timestamp() * 1000))
        if form == "number":
            return Literal("number", float(text))
        words = {"TRUE": Literal("truth", True), "FALSE": Literal("truth", False)}
        if form == "name" and text.upper() in {*words, "NULL"}:
            return words.get(text.upper(), Literal("null", None))
        raise _malformed(f"unexpected token: '{text}'")

    def _ordering(self) -> tuple[str, bool]:
        field = self._name()
        down = self._word("DESC")
        if not down:
            self._word("ASC")
        return field, down

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "<EOF>")

    def _take(self, form: str) -> str:
        found, text = self._peek()
        if found != form:
            raise _malformed(f"unexpected token: '{text}'")
        self._at += 1
        return text

    def _name(self) -> str:
        return self._take("name")

    def _sign(self, sign: str, *, needed: bool = False) -> bool:
        if self._peek() == ("sign", sign):
            self._at += 1
            return True
        if needed:
            raise _malformed(f"expecting '{sign}', found '{self._peek()[1]}'")
        return False

    def _word(self, word: str) -> bool:
        form, text = self._peek()
        found = form == "name" and text.upper() == word
        self._at += found
        return found

    def _words(self, first: str, second: str) -> bool:
        if not self._word(first):
            return False
        self._need(second)
        return True

    def _need(self, word: str) -> None:
        if not self._word(word):
            raise _malformed(f"expecting {word}, found '{self._peek()[1]}'")


def _malformed(why: str) -> QueryError:
    return QueryError("MALFORMED_QUERY", why)
