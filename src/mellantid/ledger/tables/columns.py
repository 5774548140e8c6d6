"""What all tables are made of: the metadata they belong to, and their kinds of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import REAL, BigInteger, Column, Double, Integer, MetaData

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

metadata = MetaData()

# A STRICT table of SQLite knows only INTEGER, of 64 bits, and REAL, which is a double.
Whole: Final[TypeEngine[int]] = BigInteger().with_variant(Integer, "sqlite")
Number: Final[TypeEngine[float]] = Double().with_variant(REAL(), "sqlite")


def must(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column that every row has."""
    return Column(name, kind, nullable=False)


def key(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True, nullable=False)
