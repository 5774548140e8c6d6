"""Entries on their way into the ledger: a batch of columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mellantid.errors import DataError
from mellantid.ledger.chunk import Chunk, Scalar, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Values: TypeAlias = "Scalar | Sequence[Scalar] | NDArray[np.generic]"


@dataclass(frozen=True)
class Entries:
    """A batch of entries by column; a column is a sequence, or one value for all rows.

    The columns are those of the table `entry`. Moments are ms UTC. One value for all is the
    quickest to write.

    Attributes:
        key: the idempotency key: the same key again is the same entry.
        process: the name of the process.
        deal: the deal's identity in its source.
        kind: a `Kind` or its text.
        occurred_at: when it happened; the latest possible moment where that is not exact.
        source: the file, connector or person it came from.
        stage: label of the state entered, for created, moved, won, lost and reopened.
        process_version: the version of the process as of then.
        occurred_after: None where exact; else the moment after which it happened; 0: nothing is
            known but that it had happened.
        known_at: when it was known; None: from its own moment, `occurred_at`.
        sequence: the source's order within one moment.
        amount: set from here on; None or NaN: unchanged.
        currency: of the amount; None: unchanged.
        owner: set from here on; None: unchanged.
        refers_to: of a retraction: the key of the entry that it takes back.
        reason: why it was lost, removed or retracted, where said.

    """

    key: Values
    process: Values
    deal: Values
    kind: Values
    occurred_at: Values
    source: Values
    stage: Values = None
    process_version: Values = 1
    occurred_after: Values = None
    known_at: Values = None
    sequence: Values = 0
    amount: Values = None
    currency: Values = None
    owner: Values = None
    refers_to: Values = None
    reason: Values = None

    @property
    def size(self) -> int:
        """The number of rows; 1 where every column is one value.

        Raises:
            DataError: the columns differ in length.

        """
        lengths = {field.name: _length(getattr(self, field.name)) for field in fields(self)}
        sizes = {name: size for name, size in lengths.items() if size is not None}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{name} {size}" for name, size in sizes.items())
            raise DataError(f"The columns of the entries differ in length ({told}): give one each.")
        return next(iter(sizes.values()), 1)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Cut the batch into checked chunks of at most `size` rows.

        Raises:
            DataError: a row lacks what its kind needs, or holds what cannot be.

        """
        count = self.size
        for start in range(0, count, size):
            stop = min(start + size, count)
            columns = {
                field.name: _cut(getattr(self, field.name), start, stop) for field in fields(self)
            }
            columns["amount"] = _without_nan(columns["amount"])
            chunk = Chunk(start, stop - start, columns)
            columns["known_at"] = _known(chunk)
            chunk.check()
            yield chunk


def _length(values: Values) -> int | None:
    """How many values a column has; None where it is one value for all."""
    if values is None or isinstance(values, str | int | float | np.generic):
        return None
    return len(values)


def _cut(values: Values, start: int, stop: int) -> list[Scalar] | Scalar:
    """Rows `start` to `stop` of a column as plain values; one value where all are the same."""
    if values is None or isinstance(values, str | int | float | np.generic):
        return plain([values])[0]
    part = values[start:stop]
    listed = plain(part.tolist() if isinstance(part, np.ndarray) else list(part))
    first = listed[0]
    return first if listed.count(first) == len(listed) else listed


def _known(chunk: Chunk) -> list[Scalar] | Scalar:
    """When each row was known: from its own moment where nothing else is said."""
    known, at = chunk.columns["known_at"], chunk.columns["occurred_at"]
    if known is None:
        return at
    if isinstance(known, list) and None in known:
        pairs = zip(known, chunk.column("occurred_at"), strict=True)
        return [moment if moment is not None else own for moment, own in pairs]
    return known


def _without_nan(amounts: list[Scalar] | Scalar) -> list[Scalar] | Scalar:
    """A NaN amount says nothing, as None does."""
    if isinstance(amounts, list):
        return [None if amount != amount else amount for amount in amounts]  # noqa: PLR0124
    return None if amounts != amounts else amounts  # noqa: PLR0124
