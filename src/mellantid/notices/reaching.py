"""Which addresses of the network may be reached: public ones, or those an administrator lets."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

IP: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = "Callable[[str, int], list[str]]"
"""Gives the numbers of a host; raises OSError where there are none."""
PORTS: Final = {"http": 80, "https": 443}
CLOSED: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # for protocols; one of its numbers is a cloud's own metadata
        "192.88.99.0/24",  # relays of 6to4, given up
        "168.63.129.16/32",  # a cloud's own services, on a number that looks public
    )
)
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """Where a webhook goes.

    Attributes:
        scheme: http or https.
        host: as the address names it, for the certificate and the `Host` header.
        port: of it.
        path: with the query.
        number: the network address that was looked at, which alone is connected to.

    """

    scheme: str
    host: str
    port: int
    path: str
    number: str

    @property
    def url(self) -> str:
        """The address by its number."""
        return f"{self.scheme}://{_bracketed(self.number)}:{self.port}{self.path}"

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        host = _bracketed(self.host)
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def resolved(host: str, port: int) -> list[str]:
    """The numbers of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def is_public(number: str) -> bool:
    """Whether a network address is one of the public internet, also one that stands in another."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in _within(address))


def _within(address: IP) -> list[IP]:
    """An address, or the IPv4 one that it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address in NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


def _is_public(address: IP) -> bool:
    special = (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
        or any(address in each for each in CLOSED if each.version == address.version)
    )
    return address.is_global and not special


def target_of(url: str, allowed: Collection[str], resolve: Resolve = resolved) -> Target:
    """Where an address leads, if it may be reached.

    Args:
        url: the address.
        allowed: hosts inside the organisation that may be reached, in lower case.
        resolve: gives the numbers of a host.

    Raises:
        QuestionError: it is no address of the web, or may not be reached.
        OSError: nobody knows the host at present.

    """
    scheme, host, port, path = _parts(url)
    numbers = resolve(host, port)
    if not numbers:
        raise OSError(f"{host} has no network address")
    if host not in allowed and not all(map(is_public, numbers)):
        raise QuestionError(
            f"{host} is inside a private network, where notices do not go: ask an administrator to "
            "allow the host, or give a public address."
        )
    return Target(scheme, host, port, path, numbers[0])


def check_url(url: str) -> None:
    """Refuse what is no address of the web, without looking at the network.

    Raises:
        QuestionError: it is none.

    """
    _parts(url)


def _parts(url: str) -> tuple[str, str, int, str]:
    wrong = QuestionError(
        "The address of a program begins with https:// (or http://), such as "
        "https://example.com/hook, and has no user or password in it."
    )
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise wrong
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or port == 0:
        raise wrong
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or PORTS[parts.scheme], path
