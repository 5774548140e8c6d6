"""Currencies: amounts turned into the workspace's currency at the rate of the event's date."""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.clock import date_number
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from mellantid.core.types import Floats, Ints
    from mellantid.ledger import Ledger

HEADINGS = ("date", "currency", "rate")


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency was worth in the workspace's currency from a date on."""

    currency: str
    date: dt.date
    rate: float


def read_rates(path: Path) -> list[Rate]:
    """Read a CSV file of `date,currency,rate`.

    Raises:
        DataError: the file cannot be read, or a line is not a rate; the message names the line.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(HEADINGS) <= set(reader.fieldnames or ()):
                raise DataError(
                    f"{path.name} has the columns {', '.join(reader.fieldnames or ()) or 'none'}: "
                    f"a table of rates needs {', '.join(HEADINGS)}."
                )
            return [_rate(row, reader.line_num, path.name) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error}): name a CSV file of rates.") from error


def _rate(row: Mapping[str, str], line: int, name: str) -> Rate:
    try:
        rate = Rate(
            row["currency"].strip().upper(),
            dt.date.fromisoformat(row["date"].strip()),
            float(row["rate"]),
        )
    except (ValueError, AttributeError) as error:
        raise DataError(
            f"Line {line} of {name} is no rate: write it as 2026-01-31,EUR,11.25."
        ) from error
    if not (rate.currency and math.isfinite(rate.rate) and rate.rate > 0):
        raise DataError(f"Line {line} of {name} needs a currency and a rate above zero.")
    return rate


@dataclass(frozen=True)
class Rates:
    """All rates of a workspace.

    Attributes:
        currency: the workspace's own.
        tables: for each other currency its dates (date numbers, ascending) and rates.

    """

    currency: str
    tables: Mapping[str, tuple[Ints, Floats]]

    @classmethod
    def of(cls, currency: str, rates: Iterable[Rate]) -> Rates:
        """Sort rates into tables; of two for one date the later in the list holds."""
        by_currency: dict[str, dict[int, float]] = {}
        for rate in rates:
            by_currency.setdefault(rate.currency, {})[date_number(rate.date)] = rate.rate
        tables = {
            name: (
                np.array(sorted(dates), dtype=np.int64),
                np.array([dates[date] for date in sorted(dates)]),
            )
            for name, dates in by_currency.items()
        }
        return cls(currency, tables)

    def convert(
        self, amounts: Floats, code: Ints, currencies: Sequence[str], dates: Ints, deal: Ints
    ) -> Floats:
        """Amounts in the workspace's currency, at the latest rate on or before each date.

        Args:
            amounts: as in the source; NaN stays NaN.
            code: the place of each amount's currency in `currencies`; -1: the workspace's own.
            currencies: the currencies' codes.
            dates: date number of each amount.
            deal: the deal that each amount is of, for the message.

        Raises:
            DataError: a rate is missing; the message says of which currency, when and for how many
                deals.

        """
        converted = amounts.copy()
        for place, currency in enumerate(currencies):
            rows = np.flatnonzero((code == place) & ~np.isnan(amounts))
            if currency == self.currency or not rows.size:
                continue
            known, rates = self.tables.get(currency, (np.zeros(0, np.int64), np.zeros(0)))
            found = np.searchsorted(known, dates[rows], side="right") - 1
            lacking = rows[found < 0]
            if lacking.size:
                raise DataError(self._lacking(currency, dates[lacking], deal[lacking]))
            converted[rows] = amounts[rows] * rates[found]
        return converted

    def _lacking(self, currency: str, dates: Ints, deal: Ints) -> str:
        first = dt.date(1970, 1, 1) + dt.timedelta(days=int(dates.min()))
        return (
            f"Amounts of {np.unique(deal).size} deals are in {currency} and there is no rate to "
            f"{self.currency} on or before {first}: import a table of rates that begins by then "
            "(mellantid rates import FILE)."
        )


def currencies_in_use(ledger: Ledger) -> list[str]:
    """The currencies of amounts, the commonest first."""
    rows = ledger.rows(
        "SELECT currency FROM entry WHERE currency IS NOT NULL AND currency <> '' "
        "GROUP BY currency ORDER BY count(*) DESC, currency"
    )
    return [row[0] for row in rows]
