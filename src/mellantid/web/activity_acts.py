"""Logging an activity from a form, and taking one back: on a seller's own page and on a deal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.web.activities_of import log_seen, take_back_seen
from mellantid.workspace.activities import Doing
from mellantid.workspace.activity_kinds import kind_word, kinds
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal_checks import WEB, read_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.web.page import Page
    from mellantid.workspace import Workspace

DEAL: Final = "deal:"
LEG: Final = "leg:"


@dataclass(frozen=True)
class About:
    """What an activity was about: a deal, or a leg; None: neither."""

    deal: str | None = None
    leg: str | None = None

    @classmethod
    def of(cls, chosen: str) -> About:
        """What the form has chosen."""
        if chosen.startswith(DEAL):
            return cls(deal=chosen.removeprefix(DEAL))
        return cls(leg=chosen.removeprefix(LEG) or None)


def log_form(
    page: Page,
    workspace: Workspace,
    process: str,
    about: About,
    seller: str | None,
    form: Mapping[str, str],
) -> None:
    """Log the activity of a form.

    Raises:
        Refusal: it is not this account's to log.
        QuestionError: it cannot be; the message says what to do.

    """
    key = form.get("key", "").strip()
    if not key:
        raise CannotDo("no_key")
    at = read_date(form.get("at", ""))
    said = Doing(key, form.get("kind", ""), seller, about.deal, about.leg, at)
    source = f"{WEB}:{page.account.email}"
    kept = log_seen(workspace, process, [said], page.sight(workspace), source, page.asking.now())
    if kept.conflicts:
        raise CannotDo("other_key")


def take_back_form(page: Page, workspace: Workspace, process: str, form: Mapping[str, str]) -> None:
    """Take back the activity that a form names.

    Raises:
        Refusal: it is not this account's to take back.
        CannotDo: there is none.

    """
    source = f"{WEB}:{page.account.email}"
    sight, taken = page.sight(workspace), form.get("taken", "")
    take_back_seen(page.asking, workspace, process, taken, sight, source)


def kind_choices(workspace: Workspace, language: str) -> list[tuple[str, str]]:
    """The kinds to choose from: as kept, and in the reader's language."""
    return [(each, kind_word(each, language)) for each in kinds(workspace.ledger)]
