"""A checked piece of a batch: plain Python values by column, ready for a database driver."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import numpy as np

from mellantid.errors import DataError
from mellantid.ledger.kinds import CODES, KINDS, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mellantid.core.types import Bools, Ints

Scalar: TypeAlias = str | int | float | None

# 2070-01-01: the working clock's tables end there, and a moment in microseconds lies far beyond.
LAST_MOMENT: Final = 3_155_760_000_000
BIGGEST_SEQUENCE: Final = 2**62

TEXT: Final = frozenset({str})
WHOLE: Final = frozenset({int})
NUMBER: Final = frozenset({int, float})
NOTHING: Final = type(None)

# What each column may hold, and whether every entry has it.
TYPES: Final = {
    "key": (TEXT, True),
    "process": (TEXT, True),
    "process_version": (WHOLE, True),
    "deal": (TEXT, True),
    "kind": (TEXT, True),
    "stage": (TEXT, False),
    "occurred_at": (WHOLE, True),
    "occurred_after": (WHOLE, False),
    "known_at": (WHOLE, True),
    "sequence": (WHOLE, True),
    "amount": (NUMBER, False),
    "currency": (TEXT, False),
    "owner": (TEXT, False),
    "source": (TEXT, True),
    "refers_to": (TEXT, False),
    "reason": (TEXT, False),
}


@dataclass(frozen=True)
class Chunk:
    """Some rows of a batch.

    Attributes:
        first: the number in its batch of the first row, from 0.
        size: the number of rows.
        columns: by name: a list with one value a row, or one value for all.

    """

    first: int
    size: int
    columns: dict[str, list[Scalar] | Scalar]

    def column(self, name: str) -> list[Scalar]:
        """One column with one value a row."""
        return self.listed(self.columns[name])

    def listed(self, values: list[Scalar] | Scalar) -> list[Scalar]:
        """The values of a column with one value a row."""
        return values if isinstance(values, list) else [values] * self.size

    def where(self, wanted: Sequence[bool]) -> Chunk:
        """The rows for which `wanted` is true."""
        columns = {
            name: list(compress(values, wanted)) if isinstance(values, list) else values
            for name, values in self.columns.items()
        }
        return Chunk(self.first, sum(wanted), columns)

    def check(self) -> None:
        """Refuse rows that cannot be entries.

        Raises:
            DataError: a row lacks what its kind needs, or holds what cannot be.

        """
        for name in TYPES:
            self._check_type(name)
        # SQLite's JSON, by which keys are looked up, ends a text there.
        keys = cast("list[str]", self.column("key"))
        if "\x00" in "".join(keys):
            bad = np.array(["\x00" in key for key in keys])
            self._refuse_where(bad, "has a key with a NUL in it", "give it without")
        self._check_kinds()
        self._check_moments()

    def _check_type(self, name: str) -> None:
        allowed, always = TYPES[name]
        values = self.columns[name]
        few = values if isinstance(values, list) else [values]
        found = set(map(type, few))
        if always and NOTHING in found:
            self._refuse(few, lambda value: value is None, f"has no {name}", "give each one")
        if always and allowed == TEXT and "" in few:
            self._refuse(few, lambda value: value == "", f"has an empty {name}", "give each one")
        if found - allowed - {NOTHING}:
            kind = "text" if allowed == TEXT else "a number" if allowed == NUMBER else "an integer"

            def wrong(value: Scalar) -> bool:
                return value is not None and type(value) not in allowed

            self._refuse(few, wrong, f"has a {name} that is not {kind}", f"give {kind}")

    def _refuse(
        self, values: Sequence[Scalar], wrong: Callable[[Scalar], bool], what: str, hint: str
    ) -> None:
        self._refuse_where(np.array([wrong(value) for value in values]), what, hint)

    def _refuse_where(self, bad: Bools, what: str, hint: str) -> None:
        if bad.any():
            row = self.first + int(np.argmax(bad)) + 1
            raise DataError(f"Entry {row} of the batch {what}: {hint}.")

    def _check_kinds(self) -> None:
        names = self.column("kind")
        unknown = set(names) - CODES.keys()
        if unknown:
            what = f"is of the unknown kind {min(map(str, unknown))!r}"
            hint = f"use one of {', '.join(KINDS)}"
            self._refuse(names, lambda name: name not in CODES, what, hint)
        for name, needing in REQUIRED.items():
            values = self.columns[name]
            lacks = values is None if not isinstance(values, list) else None in values
            if lacks and not set(names).isdisjoint(needing):
                empty = np.array([value is None for value in self.column(name)])
                wanted = np.array([kind in needing for kind in names])
                what = f"has no {name}, which its kind needs"
                self._refuse_where(empty & wanted, what, f"give one for {', '.join(needing)}")

    def _check_moments(self) -> None:
        at = self._integers("occurred_at")
        for name, moments in (("occurred_at", at), ("known_at", self._integers("known_at"))):
            hint = "give milliseconds since 1970 in UTC, before the year 2070"
            self._refuse_where(
                (moments < 0) | (moments >= LAST_MOMENT), f"has an impossible {name}", hint
            )
        if self.columns["occurred_after"] is not None:
            after = self._integers("occurred_after")
            bad = (after >= at) & (after > 0)
            hint = "give an earlier moment, or none where occurred_at is exact"
            self._refuse_where(bad, "has an occurred_after that is not before occurred_at", hint)
            self._refuse_where(after < 0, "has a negative occurred_after", hint)
        order = self._integers("sequence")
        bad = np.abs(order) > BIGGEST_SEQUENCE
        self._refuse_where(bad, "has an impossible sequence", "give the source's row number")
        amounts = np.array(self.column("amount"), dtype=np.float64)
        self._refuse_where(np.isinf(amounts), "has an infinite amount", "give a finite one")

    def _integers(self, name: str) -> Ints:
        """A column of integers, 0 where there is none."""
        values = self.columns[name]
        if not isinstance(values, list):
            return np.full(self.size, values or 0, dtype=np.int64)
        listed = [value or 0 for value in values] if None in values else values
        return np.array(listed, dtype=np.int64)


def plain(values: list[object]) -> list[Scalar]:
    """The values as exactly str, int, float or None; other types are left for the check."""
    if set(map(type, values)) <= {str, int, float, NOTHING}:
        return values  # type: ignore[return-value]  # exactly these types, as just seen
    return [_plain(value) for value in values]


def _plain(value: object) -> Scalar:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return str(value)
    return value  # type: ignore[return-value]  # the check names what else it may be
