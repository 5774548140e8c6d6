"""What can be seen of each column: how many values, of which kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.discovery.words import ROLES, named
from mellantid.importing.engine import literal
from mellantid.importing.moments import tell_form
from mellantid.importing.reading import MISSING
from mellantid.importing.refusal import NUMBERS

if TYPE_CHECKING:
    from mellantid.importing.moments import Form
    from mellantid.importing.table import Table

SAMPLE: Final = 500
NUMERIC: Final = 0.95


@dataclass(frozen=True)
class Profile:
    """One column.

    Attributes:
        index: its place.
        name: its header.
        filled: rows that have a value.
        distinct: different values.
        dates: how its dates are written; None where it holds none.
        numeric: whether its values are numbers.

    """

    index: int
    name: str
    filled: int
    distinct: int
    dates: Form | None
    numeric: bool

    def named(self, role: str) -> float:
        """How plainly its name says a role."""
        return named(self.name, ROLES[role])

    @property
    def sql(self) -> str:
        """The engine's expression for its text, NULL where missing."""
        return cleaned(self.index)


def cleaned(index: int) -> str:
    """The engine's expression for a column's text, NULL where an import takes it for missing."""
    missing = ", ".join(literal(text) for text in MISSING)
    column = f"trim(c{index})"
    return f"CASE WHEN {column} IN ({missing}) THEN NULL ELSE {column} END"


def profiles(table: Table) -> list[Profile]:
    """Look at every column of a loaded table."""
    return [_profile(table, index) for index in range(len(table.headers))]


def _profile(table: Table, index: int) -> Profile:
    text = cleaned(index)
    numbers = f"count(TRY_CAST({text} AS DOUBLE))"
    row = table.db.execute(
        f"SELECT count({text}), count(DISTINCT {text}), {numbers} FROM source"  # noqa: S608
    ).fetchone()
    filled, distinct, numeric = row or (0, 0, 0)
    sample = [text for text in table.values(index, SAMPLE) if text not in MISSING]
    form = tell_form(sample) if sample else None
    if form is not None and form.family in NUMBERS:
        form = None
    is_numeric = form is None and filled > 0 and numeric >= NUMERIC * filled
    return Profile(index, table.headers[index], filled, distinct, form, is_numeric)
