"""One column of any make - Polars, pandas, Arrow, NumPy, a list - as the core's plain values.

The make and the dtype of a column change nothing: a moment may be a datetime with or without a
zone, a date, a text or whole milliseconds; an identity a text, a category or a number.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import numpy as np

from mellantid.core.clock import MS_PER_DAY
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mellantid.core.clock import Zone
    from mellantid.core.types import Bools, Floats, Ints

NOTHING: Final = np.iinfo(np.int64).min
"""Stands for a moment that is missing."""
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Series = Any


def columns_of(frame: Any) -> dict[str, Series]:  # noqa: ANN401 - any make of data frame
    """The columns of a data frame of any make, or of a mapping of arrays, by name.

    Raises:
        DataError: it is no table.

    """
    if isinstance(frame, Mapping):
        return {str(name): _array(values) for name, values in frame.items()}
    try:
        native = nw.from_native(frame)
    except TypeError as error:
        raise DataError(
            f"A {type(frame).__name__} is no table: give a Polars, pandas or Arrow frame, "
            "or a dict of arrays."
        ) from error
    eager = native.collect() if isinstance(native, nw.LazyFrame) else native
    return {name: eager[name] for name in eager.columns}


def _array(values: Any) -> np.ndarray[Any, Any] | nw.Series[Any]:  # noqa: ANN401 - any column
    if isinstance(values, np.ndarray):
        return values
    series = nw.from_native(values, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        return series
    listed = list(values)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array


def moments(series: Series, zone: Zone, name: str) -> Ints:
    """Moments (ms UTC) of a column; times without a zone are local; `NOTHING` where missing.

    Raises:
        DataError: a value is no moment; the message shows it.

    """
    if isinstance(series, nw.Series):
        return _moments_of_series(series, zone, name)
    if series.dtype.kind == "M":
        return _local(
            np.asarray(series, "datetime64[ms]").astype(np.int64), ~np.isnat(series), zone
        )
    if series.dtype.kind in "iu":
        return np.asarray(series, dtype=np.int64)
    if series.dtype.kind == "f":
        return _from_numbers(series, name)
    return _moments_of_objects(series.tolist(), zone, name)


def _moments_of_series(series: nw.Series[Any], zone: Zone, name: str) -> Ints:
    dtype = series.dtype
    if isinstance(dtype, nw.Datetime):
        found = ~series.is_null().to_numpy()
        # A missing moment has no number: any date stands in until `found` puts it right.
        filled = series.dt.timestamp("ms").fill_null(0).to_numpy()
        at = np.asarray(filled, dtype=np.int64)
        return np.where(found, at, NOTHING) if dtype.time_zone else _local(at, found, zone)
    if dtype.is_float():
        return _from_numbers(np.asarray(series.to_numpy(), dtype=np.float64), name)
    return _moments_of_objects(_objects(series), zone, name)


def _from_numbers(values: Floats, name: str) -> Ints:
    found = np.isfinite(values)
    if (values[found] != np.floor(values[found])).any():
        raise DataError(
            f"The column {name!r} has numbers with decimals: a moment as a number is whole "
            "milliseconds since 1970 UTC."
        )
    return np.where(found, np.where(found, values, 0).astype(np.int64), NOTHING)


def _local(wall: Ints, found: Bools, zone: Zone) -> Ints:
    """Moments of local wall-clock ms."""
    return np.where(found, zone.moments(np.where(found, wall, 0)), NOTHING)


def _moments_of_objects(values: Sequence[Any], zone: Zone, name: str) -> Ints:
    """Each different value is read once; dates tie all the time."""
    codes, different = _codes(values)
    read = [_wall_or_moment(value, name) for value in different]
    at = np.array([moment for moment, _ in read], dtype=np.int64)
    is_wall = np.array([wall for _, wall in read], dtype=np.bool_)
    found = at != NOTHING
    result = np.where(is_wall, _local(np.where(found, at, 0), found, zone), at)
    return np.asarray(result[codes], dtype=np.int64)


def _wall_or_moment(value: Any, name: str) -> tuple[int, bool]:  # noqa: ANN401 - any cell
    """A value's ms, and whether they are of the local wall clock rather than of UTC."""
    if missing(value):
        return NOTHING, False
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value), False
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise DataError(
                f"The column {name!r} has {value!r}, which is no ISO 8601 date or time: "
                "turn the column into dates first."
            ) from error
    if isinstance(value, dt.datetime):
        aware = value.tzinfo is not None
        since = value - EPOCH if aware else value.replace(tzinfo=dt.UTC) - EPOCH
        return since // dt.timedelta(milliseconds=1), not aware
    if isinstance(value, dt.date):
        return (value - EPOCH.date()).days * MS_PER_DAY, True
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[ms]").astype(np.int64)), True
    raise DataError(f"The column {name!r} has {value!r}, which is no date or time: correct it.")


def labels(series: Series) -> tuple[Ints, list[str]]:
    """Texts of a column as codes into the sorted list of those that occur; -1 where missing.

    A whole number is the same text whether it comes as a number, with or without gaps, or as text.
    """
    codes, different = _codes(_objects(series))
    texts = [_text(value) for value in different]
    names = sorted({text for text in texts if text is not None})
    place = {text: k for k, text in enumerate(names)}
    of = np.array([-1 if text is None else place[text] for text in texts], dtype=np.int64)
    return of[codes] if codes.size else codes, names


def _text(value: Any) -> str | None:  # noqa: ANN401 - any cell
    if missing(value):
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def amounts(series: Series, name: str) -> Floats:
    """Numbers of a column, NaN where missing.

    Raises:
        DataError: a value is no number; the message shows it.

    """
    if isinstance(series, np.ndarray) and series.dtype.kind in "iuf":
        return series.astype(np.float64)
    codes, different = _codes(_objects(series))
    read = np.array([_number(value, name) for value in different], dtype=np.float64)
    return read[codes] if codes.size else np.zeros(0)


def _number(value: Any, name: str) -> float:  # noqa: ANN401 - any cell
    if missing(value):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"The column {name!r} has {value!r}, which is no number: turn it into numbers first."
        ) from error


def missing(value: Any) -> bool:  # noqa: ANN401 - any cell
    """Whether a value says nothing: None, NaN, NaT, NA or an empty text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    # pandas' NA is neither equal nor unequal to itself; NaN and NaT are unequal.
    unequal: Any = value != value  # noqa: PLR0124
    return not isinstance(unequal, (bool, np.bool_)) or bool(unequal)


def _objects(series: Series) -> Sequence[Any]:
    if isinstance(series, nw.Series):
        return series.to_list()
    listed: Sequence[Any] = series if series.dtype == object else series.tolist()
    return listed


def _codes(values: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Values as codes into the list of different ones, in order of appearance."""
    place: dict[Any, int] = {}
    get: Callable[[Any, int], int] = place.setdefault
    # The type is part of the key: True and 1, or a date and its midnight, are not the same value.
    codes = [get((value.__class__, value), len(place)) for value in values]
    return np.array(codes, dtype=np.int64), [value for _, value in place]
