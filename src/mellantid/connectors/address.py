"""Which addresses may be asked: those over which a token does not travel readable by all."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import httpx2

from mellantid.connectors.answer import redacted
from mellantid.connectors.connector import SourceError

NEARBY: Final = (".local", ".lan", ".internal", ".localhost", ".home.arpa")


def check_address(url: str) -> None:
    """Refuse an address over which a token would travel readable by all.

    Raises:
        SourceError: it is none, or not by https to somewhere far.

    """
    try:
        parts = httpx2.URL(url)
    except (httpx2.InvalidURL, TypeError):
        raise SourceError("The source's address is none: give one as https://...") from None
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise SourceError(
            f"The source's address {redacted(str(parts.host) or 'has no host')!r} cannot be asked: "
            "give one as https://..."
        )
    if parts.scheme == "http" and not _nearby(parts.host):
        raise SourceError(
            f"{parts.host} would be asked without encryption, so that the token could be read on "
            "the way: give an address as https://..."
        )


def _nearby(host: str) -> bool:
    """Whether a host is this machine or in the organisation's own network."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(NEARBY)
