"""What the settings page does about letters: one's own choice, and how they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.letters.post import KINDS, PASSWORD, read_post, write_post
from mellantid.letters.readers import choose_letter, wants_letter

if TYPE_CHECKING:
    from mellantid.access import Account
    from mellantid.web.settings_acts import Acting, Form
    from mellantid.workspace import Workspace

FIELDS: Final = ("host", "port", "user", "sender", "security", "address")


def letter(acting: Acting, form: Form) -> str:
    """Whether one wants the Monday letter, in the language that one reads in."""
    weekly = bool(form.get("weekly"))
    language = form.get("language", "")
    choose_letter(acting.workspace.ledger, acting.account.email, language, weekly=weekly)
    return ""


def post(acting: Acting, form: Form) -> str:
    """How letters are sent."""
    ledger = acting.workspace.ledger
    given = {name: form.get(name, "") for name in FIELDS}
    write_post(ledger, read_post(ledger).with_texts(given))
    return ""


def letter_values(workspace: Workspace, account: Account) -> dict[str, Any]:
    """What the page shows of letters."""
    kept = read_post(workspace.ledger)
    return {
        "weekly": wants_letter(workspace.ledger, account.email),
        "ready": kept.ready,
        "post": kept,
        "kinds": KINDS,
        "variable": PASSWORD,
    }
