"""Layout: which delimiter a text table has, where its header is, how its columns are called."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DELIMITERS: Final = (",", ";", "\t", "|")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
LOOK_AT: Final = 200
TITLE_ROWS: Final = 30


@dataclass(frozen=True)
class Header:
    """Where the header stands and what it says.

    Attributes:
        index: records before it.
        names: the columns' names as they stand, made unique.
        repeated: names that stand more than once.

    """

    index: int
    names: tuple[str, ...]
    repeated: tuple[str, ...]


def find_header(records: Sequence[Sequence[str]], hints: Iterable[str] = ()) -> Header | None:
    """Find the header among a table's first records; None where there is nothing.

    It is the record that has most of the expected names, else the first one that is as wide as
    most records: what stands above is a title.

    Args:
        records: the first records.
        hints: names that are expected.

    """
    filled = [index for index, record in enumerate(records) if any(map(str.strip, record))]
    if not filled:
        return None
    wanted = {hint.strip() for hint in hints}
    near = filled[:TITLE_ROWS]
    found = {index: len(wanted & {cell.strip() for cell in records[index]}) for index in near}
    best = max(near, key=lambda index: (found[index], -index))
    if not found[best]:
        width = Counter(_width(records[index]) for index in filled).most_common(1)[0][0]
        best = next((index for index in near if _width(records[index]) >= width), near[0])
    return _header(best, records[best])


def _width(record: Sequence[str]) -> int:
    """The number of cells up to the last one that is filled."""
    return max((place for place, cell in enumerate(record, 1) if cell.strip()), default=0)


def _header(index: int, cells: Sequence[str]) -> Header:
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells, 1):
        name = cell if cell.strip() else f"column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    repeated = tuple(name for name, count in seen.items() if count > 1)
    return Header(index, tuple(names), repeated)


def guess_delimiter(sample: str, hints: Iterable[str] = ()) -> str:
    """The delimiter with which most lines of a sample have the same number of cells.

    Args:
        sample: whole lines from the beginning.
        hints: names that the header is expected to have; they decide where they are found.

    """
    lines = sample.splitlines()
    wanted = {hint.strip() for hint in hints}

    def fit(delimiter: str) -> tuple[int, float]:
        records = [record for record in csv.reader(lines, delimiter=delimiter) if record]
        found = max(
            (len(wanted & {cell.strip() for cell in record}) for record in records[:TITLE_ROWS]),
            default=0,
        )
        width, often = Counter(map(len, records[:LOOK_AT])).most_common(1)[0]
        share = often / len(records[:LOOK_AT])
        return found, share * min(width - 1, 3) + width / 1e4

    return max(DELIMITERS, key=fit) if any(line.strip() for line in lines) else ","
