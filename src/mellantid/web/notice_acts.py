"""What the page of notices does: each act by its name in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.errors import QuestionError
from mellantid.notices.addresses import (
    Way,
    add_address,
    find_address,
    remove_address,
    switch_address,
)
from mellantid.notices.choices import Choices, keep_choices, read_most
from mellantid.notices.crossing import read_line
from mellantid.notices.delivering import try_out
from mellantid.notices.events import Choice
from mellantid.notices.hosts import allow_hosts, allowed_hosts
from mellantid.notices.quiet import Quiet, read_time
from mellantid.notices.reaching import target_of
from mellantid.notices.services import check_chat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.web.settings_acts import Act, Acting, Form

MOST_DIGITS: Final = 18
"""Of an address's number, which the database can hold."""


def choices(acting: Acting, form: Form) -> str:
    """What one wants to be told, where and when."""
    places = {
        each: frozenset(
            _number(name.partition(".")[2]) for name in form if name.startswith(f"{each}.")
        )
        for each in Choice
    }
    quiet = Quiet(
        read_time(form.get("begins", "")),
        read_time(form.get("ends", "")),
        free_days=bool(form.get("free_days")),
    )
    chosen = Choices(
        {each: found for each, found in places.items() if found},
        read_line(form.get("line", "")),
        quiet,
        read_most(form.get("most", "")),
        form.get("language", ""),
    )
    keep_choices(acting.workspace.ledger, acting.account.email, chosen)
    return ""


def address(acting: Acting, form: Form) -> str:
    """Add an address; the secret of a program's is shown once."""
    ledger, url, way = acting.workspace.ledger, form.get("url", "").strip(), form.get("way", "")
    if way not in set(Way):
        raise QuestionError("Say whether the address is a chat's or a program's.")
    allowed = allowed_hosts(ledger)
    if way == Way.CHAT:
        check_chat(url, allowed)
    else:
        _check_program(url, allowed)
    title = form.get("title", "")
    return add_address(ledger, acting.account.email, Way(way), title, url, acting.now)


def _check_program(url: str, allowed: frozenset[str]) -> None:
    try:
        target_of(url, allowed)
    except (OSError, UnicodeError) as error:
        raise QuestionError(
            "Nobody knows the host of this address at present: check how it is spelt."
        ) from error


def remove(acting: Acting, form: Form) -> str:
    """Forget an address."""
    remove_address(acting.workspace.ledger, acting.account.email, _number(form.get("number", "")))
    return ""


def turn_on(acting: Acting, form: Form) -> str:
    """Send to an address again."""
    number = _number(form.get("number", ""))
    find_address(acting.workspace.ledger, acting.account.email, number)
    switch_address(acting.workspace.ledger, number)
    return ""


def trial(acting: Acting, form: Form) -> str:
    """Send one notice to one place, now."""
    place = _number(form.get("number", ""))
    try_out(acting.workspace, acting.account.email, place, lambda: acting.now)
    return ""


def hosts(acting: Acting, form: Form) -> str:
    """The hosts inside that may be reached."""
    allow_hosts(acting.workspace.ledger, form.get("hosts", ""))
    return ""


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) <= MOST_DIGITS):
        raise QuestionError("Which address? Load the page again and choose one.")
    return int(text)


OWN: Final[Mapping[str, Act]] = {
    "choices": choices,
    "address": address,
    "remove": remove,
    "on": turn_on,
    "trial": trial,
}
"""What everyone may do for themselves."""
FOR_ALL: Final[Mapping[str, Act]] = {"hosts": hosts}
"""What only those may do who settle things."""
