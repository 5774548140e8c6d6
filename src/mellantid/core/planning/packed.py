"""Arrays as text, to be kept in a record: shape, and base64 of zlib of little-endian float64."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from mellantid.errors import DataError

if TYPE_CHECKING:
    from mellantid.core.types import Floats


class Packed(TypedDict):
    """An array's shape and its compressed bytes."""

    shape: list[int]
    float64: str


def pack(values: Floats) -> Packed:
    """Write an array down, bit for bit."""
    raw = np.ascontiguousarray(values, dtype="<f8").tobytes()
    return {"shape": list(values.shape), "float64": base64.b64encode(zlib.compress(raw)).decode()}


def unpack(packed: Packed) -> Floats:
    """Read an array that `pack` wrote."""
    try:
        raw = zlib.decompress(base64.b64decode(packed["float64"], validate=True))
        return np.frombuffer(raw, dtype="<f8").astype(np.float64).reshape(packed["shape"])
    except (ValueError, zlib.error) as fault:
        raise DataError(
            f"A stored plan cannot be read ({fault}): restore a backup or make a new plan."
        ) from fault
