"""What Pipedrive writes: times, values, and the lines of a changelog that matter here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: Final = {
    "pipeline_id": "pipeline",
    "stage_id": "stage",
    "value": "amount",
    "currency": "currency",
    "user_id": "owner",
    "owner_id": "owner",
    "status": "status",
    "lost_reason": "reason",
}
"""What the changelog calls what we follow: it keeps the older name of the owner."""


@dataclass(frozen=True)
class Step:
    """One line of a changelog that matters here."""

    at: int
    field: str
    old: str
    new: str


def moment(said: Any) -> int | None:  # noqa: ANN401 (JSON)
    """A time of Pipedrive's, of either form, in ms UTC at the whole second; None where none is."""
    if not isinstance(said, str) or not said:
        return None
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        raise SourceError(
            f"Pipedrive told {said[:40]!r} where a time was due: try again, and report it if it "
            "stays."
        ) from None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()) * 1_000


def steps_of(log: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The lines that matter, the oldest first; they are listed the newest first."""
    found: list[Step] = []
    for each in reversed(log):
        field = str(each.get("field_key"))
        at = moment(each.get("time"))
        if field in FIELDS and at is not None:
            old, new = (value(field, each.get(name)) for name in ("old_value", "new_value"))
            # An amount that is cleared is none from then on.
            found.append(Step(at, FIELDS[field], old, new or ("0.0" if field == "value" else "")))
    return sorted(found, key=lambda step: step.at)


def value(field: str, said: Any) -> str:  # noqa: ANN401 (JSON)
    """A value as text, the same for the same however it was written; "" where there is none."""
    read = text(said)
    if field != "value" or not read:
        return read
    try:
        return repr(float(read))
    except ValueError:
        raise SourceError(
            f"Pipedrive told {read[:40]!r} where an amount was due: try again, and report it if it "
            "stays."
        ) from None


def text(said: Any) -> str:  # noqa: ANN401 (JSON)
    """What is said as text; "" where nothing is."""
    return "" if said is None else str(said)
