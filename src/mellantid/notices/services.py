"""Chats and other services by Apprise, which is installed as an extra.

Apprise knows some 180 services. Which of them may be given is listed here, since an address is
typed by anybody with an account, and some services lead to any host, read files of this machine or
act on it. A service with addresses of its own is open to all; one that stands on a host of the
organisation's own is so where an administrator has allowed the host.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from mellantid.errors import QuestionError
from mellantid.notices.addresses import host_of
from mellantid.notices.outbox import Result, State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from apprise import AppriseAsset, NotifyBase

INSTALL: Final = 'pip install "mellantid[notices]"'
PATIENCE: Final = 10.0
"""Seconds that a service may take to answer."""


@dataclass(frozen=True)
class Service:
    """A service that may be given.

    Attributes:
        title: what people call it.
        hosts: endings of hosts that its addresses may name; empty: it has none but its own.
        own: whether it stands on a host of the organisation's own.

    """

    title: str
    hosts: tuple[str, ...] = ()
    own: bool = False


TEAMS: Final = Service("Microsoft Teams", (".logic.azure.com", ".api.powerplatform.com"))
SERVICES: Final[Mapping[str, Service]] = {
    "slack": Service("Slack"),
    "workflows": TEAMS,
    "workflow": TEAMS,
    "gchat": Service("Google Chat"),
    "discord": Service("Discord"),
    "webex": Service("Webex"),
    "wxteams": Service("Webex"),
    "zoom": Service("Zoom"),
    "twist": Service("Twist"),
    "flock": Service("Flock"),
    "stackfield": Service("Stackfield"),
    "tgram": Service("Telegram"),
    "line": Service("LINE"),
    "pover": Service("Pushover"),
    "pbul": Service("Pushbullet"),
    "pagerduty": Service("PagerDuty"),
    "46elks": Service("46elks (SMS)"),
    "twilio": Service("Twilio (SMS)"),
    "vonage": Service("Vonage (SMS)"),
    "mmosts": Service("Mattermost", own=True),
    "mmost": Service("Mattermost", own=True),
    "rockets": Service("Rocket.Chat", own=True),
    "rocket": Service("Rocket.Chat", own=True),
    "matrixs": Service("Matrix", own=True),
    "matrix": Service("Matrix", own=True),
    "nctalks": Service("Nextcloud Talk", own=True),
    "nctalk": Service("Nextcloud Talk", own=True),
    "ntfys": Service("ntfy", own=True),
    "ntfy": Service("ntfy", own=True),
    "gotifys": Service("Gotify", own=True),
    "gotify": Service("Gotify", own=True),
}
"""By scheme of an address."""
COPIED: Final[Mapping[str, str]] = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "chat.googleapis.com": "gchat",
    "webexapis.com": "webex",
    "api.ciscospark.com": "webex",
    "inbots.zoom.us": "zoom",
    "api.flock.com": "flock",
    "www.stackfield.com": "stackfield",
}
"""Hosts of addresses as services give them to be copied."""
PARTS: Final = frozenset(
    {"api-version", "sp", "sv", "sig", "key", "token", "thread", "topic", "to", "from", "channel"}
)
"""What may stand in the query of an address: some of Apprise's own parameters read local files."""


def installed() -> bool:
    """Whether Apprise is."""
    return find_spec("apprise") is not None


def titles() -> tuple[str, ...]:
    """What the services are called, by name, those of own hosts too."""
    return tuple(sorted({each.title for each in SERVICES.values()}, key=str.casefold))


def check_chat(url: str, allowed: Collection[str]) -> None:
    """Refuse an address that cannot be used.

    Args:
        url: the address.
        allowed: hosts inside the organisation that may be reached.

    Raises:
        QuestionError: Apprise is not installed, or the address is none that may be used.

    """
    _notifier(url, allowed)


def send_chat(url: str, body: str, allowed: Collection[str], *, markdown: bool) -> Result:
    """Send a message to a service.

    Args:
        url: its address.
        body: of the message.
        allowed: hosts inside the organisation that may be reached.
        markdown: whether the body is in Markdown.

    """
    try:
        notifier = _notifier(url, allowed)
    except QuestionError as error:
        return Result(State.FAILED, str(error))
    from apprise import NotifyFormat  # noqa: PLC0415 (slow to start, and perhaps not there)

    form = NotifyFormat.MARKDOWN if markdown else NotifyFormat.TEXT
    name = _service(url)[1].title
    if notifier.notify(body=body, body_format=form):
        return Result(State.SENT)
    return Result(
        State.WAITING, f"{name} did not take it: see whether the address still holds there."
    )


def _notifier(url: str, allowed: Collection[str]) -> NotifyBase:
    if not installed():
        raise QuestionError(f"Chats need Apprise: run {INSTALL} where Mellantid runs.")
    if not url.isprintable() or "\\" in url:
        raise QuestionError("The address has characters that no address has: copy it anew.")
    scheme, service = _service(url)
    _check_query(url)
    from apprise import Apprise  # noqa: PLC0415 (slow to start, and perhaps not there)

    # What Apprise tells in its log can hold parts of an address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    made = Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if made is None:
        raise QuestionError(
            f"{service.title} has no address of this kind: copy it from there, or write it as on "
            f"https://appriseit.com/services/{scheme}/."
        )
    _check_host(service, {host_of(url), str(made.host or "").casefold()}, made.port, allowed)
    made.socket_read_timeout = made.socket_connect_timeout = PATIENCE
    return made


def _check_query(url: str) -> None:
    """See that there is nothing in the query of an address that reads files or leads elsewhere."""
    # Apprise lets a query begin at the first question mark, also after a fragment.
    for each in re.split("[&;?]", url.partition("?")[2]):
        name = unquote_plus(each.partition("=")[0]).strip().casefold()
        if name and name not in PARTS:
            raise QuestionError(
                f"The address has {name!r} after its question mark, which is not supported: leave "
                "it out."
            )


def _service(url: str) -> tuple[str, Service]:
    """The scheme of Apprise that an address has, and its service."""
    scheme = url.partition("://")[0].casefold()
    host = host_of(url)
    if scheme == "https":
        teams = host.endswith(TEAMS.hosts)
        scheme = "workflows" if teams else COPIED.get(host, scheme)
    if scheme not in SERVICES:
        raise QuestionError(
            f"Addresses of chats that begin with {scheme}:// and name this host are not supported: "
            f"give one of {', '.join(titles())}."
        )
    return scheme, SERVICES[scheme]


def _check_host(
    service: Service, hosts: Collection[str], port: int | None, allowed: Collection[str]
) -> None:
    """See that all readings of an address name a host that may be reached."""
    if service.own and not set(hosts) <= set(allowed):
        raise QuestionError(
            f"{service.title} stands on a host of one's own: ask an administrator to allow "
            f"{min(hosts, default='it') or 'it'} on this page."
        )
    if service.hosts and not (
        all(each.endswith(service.hosts) for each in hosts) and port in {None, 443}
    ):
        raise QuestionError(f"This is no address of {service.title}: copy it from there.")


def _asset() -> AppriseAsset:
    from apprise import AppriseAsset  # noqa: PLC0415 (slow to start, and perhaps not there)

    return AppriseAsset(app_id="Mellantid", app_desc="Mellantid", async_mode=False)
