"""What a source answers, and what may be said of it: never a secret."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import DAY, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN: Final = "***"
SHORTEST: Final = 4
"""Secrets shorter than this are not looked for: they would hide half of every sentence."""
PARAMETER: Final = re.compile(
    r"(?i)((?:api[_-]?)?(?:token|key|secret|password|session|sid)\w*=)[^&\s\"']+"
)
BEARER: Final = re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=!-]{8,}")


@dataclass(frozen=True, repr=False)
class Answer:
    """An answer of the source.

    Attributes:
        status: HTTP's number.
        headers: by lower-case name.
        content: the bytes of its body.
        where: what answered, as it may be told to anybody.

    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    where: str = "the source"

    def __repr__(self) -> str:
        return f"Answer({self.status} from {self.where}, {len(self.content)} bytes)"

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:  # noqa: ANN401 (a document may be anything)
        """The body as a JSON document.

        Raises:
            SourceError: it is none.

        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise SourceError(
                f"{self.where} answered {self.status} with something that is no JSON: check that "
                "the address is that of the interface, then try again."
            ) from None


def seconds_to_wait(headers: Mapping[str, str], now: int) -> float | None:
    """What `Retry-After` asks for, in seconds from `now` (ms); None where it asks for nothing.

    A source that asks for more than a day is asked again after one: nobody would notice that a
    connection has been told to wait for years.
    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    try:
        return min(max(float(said), 0.0), DAY) if float(said) < float("inf") else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(said).timestamp()
    except (ValueError, OverflowError):
        return None
    return min(max(moment - now / 1_000, 0.0), DAY)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without the secrets, and without what looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return BEARER.sub(rf"\1 {HIDDEN}", PARAMETER.sub(rf"\1{HIDDEN}", text))
