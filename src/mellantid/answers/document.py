"""A result as a document: what JSON can say of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math


def json_text(answer: object) -> str:
    """The one document of an answer."""
    return json.dumps(plain(answer), ensure_ascii=False, allow_nan=False)


def plain(value: object) -> object:
    """What JSON can say of a value: dates as ISO 8601, null for what is not a number."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, frozenset | set):
        return sorted(plain(each) for each in value)  # type: ignore[type-var]
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
