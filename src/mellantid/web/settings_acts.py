"""What the settings page does: each act by its name in the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from mellantid.access import (
    Account,
    Role,
    Scope,
    add_account,
    change_account,
    change_password,
    choose_language,
    end_all_sessions,
    issue_token,
    logs_in,
    remove_account,
    revoke_token,
)
from mellantid.errors import QuestionError
from mellantid.metrics.metric import LANGUAGES
from mellantid.web import letter_acts
from mellantid.workspace import Person
from mellantid.workspace.criteria import keep_exit_criteria
from mellantid.workspace.teams import settle_person, settle_team

if TYPE_CHECKING:
    from mellantid.workspace import Workspace

MOST_DIGITS: Final = 18
"""Of a token's number, which the database can hold."""
Form: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Acting:
    """Somebody about to change something.

    Attributes:
        workspace: opened for it.
        account: who.
        now: the present moment (ms).

    """

    workspace: Workspace
    account: Account
    now: int


Act: TypeAlias = Callable[[Acting, Form], str]
"""Does it; gives what is to be shown once, such as a token's secret."""


def company(acting: Acting, form: Form) -> str:
    """The organisation's name, clock and currency."""
    settings = acting.workspace.settings
    for name in ("timezone", "holidays", "company_holidays", "currency"):
        settings = settings.with_text(name, form.get(name, ""))
    name = form.get("name", "").strip()
    if not name:
        raise QuestionError("The organisation has no name: give it one.")
    acting.workspace.change_settings(replace(settings, name=name))
    return ""


def criteria(acting: Acting, form: Form) -> str:
    """The exit criteria of a process's stages."""
    process = acting.workspace.process(form.get("process"))
    given = {
        stage: form.get(f"criterion.{place}", "") for place, stage in enumerate(process.stages)
    }
    keep_exit_criteria(acting.workspace.ledger, process, given)
    return ""


def person(acting: Acting, form: Form) -> str:
    """Add a person, or change who they are."""
    identity = form.get("id", "").strip()
    team, parent = (form.get(key, "").strip() or None for key in ("team", "parent"))
    kept = Person(identity, form.get("name", "").strip() or identity, team)
    settle_person(acting.workspace, kept, parent)
    return ""


def team(acting: Acting, form: Form) -> str:
    """Say what stands above a team."""
    settle_team(acting.workspace, form.get("name", ""), form.get("parent") or None)
    return ""


def account(acting: Acting, form: Form) -> str:
    """Let somebody log in."""
    made = _account(acting, form)
    add_account(acting.workspace.ledger, made, form.get("password", ""), acting.now)
    return ""


def change(acting: Acting, form: Form) -> str:
    """Give an account another name, role or person."""
    change_account(acting.workspace.ledger, _account(acting, form))
    return ""


def _account(acting: Acting, form: Form) -> Account:
    """The account that a form describes."""
    role, of = form.get("role", ""), form.get("of") or None
    if role not in set(Role):
        raise QuestionError(f"There is no role {role!r}: choose one of {', '.join(Role)}.")
    if of is not None and of not in acting.workspace.people.persons:
        raise QuestionError(f"Nobody is known as {of!r}: choose a person from the list.")
    email = form.get("email", "").strip()
    return Account(email, form.get("name", "").strip() or email, Role(role), of)


def others_password(acting: Acting, form: Form) -> str:
    """Give somebody another password."""
    change_password(acting.workspace.ledger, form.get("email", ""), form.get("password", ""))
    return ""


def remove(acting: Acting, form: Form) -> str:
    """Let somebody in no longer."""
    remove_account(acting.workspace.ledger, form.get("email", ""))
    return ""


def own_password(acting: Acting, form: Form) -> str:
    """Another password for oneself, which takes the present one."""
    ledger, email = acting.workspace.ledger, acting.account.email
    if logs_in(ledger, email, form.get("present", "")) is None:
        raise QuestionError("The present password is another one: check it.")
    change_password(ledger, email, form.get("password", ""))
    return ""


def log_out_everywhere(acting: Acting, form: Form) -> str:
    """End all of one's sessions, this one too."""
    del form
    end_all_sessions(acting.workspace.ledger, acting.account.email)
    return ""


def token(acting: Acting, form: Form) -> str:
    """Issue an API token; its secret is shown once."""
    scopes = [scope for scope in Scope if form.get(f"scope.{scope}")]
    name = form.get("name", "")
    return issue_token(acting.workspace.ledger, acting.account, name, scopes, acting.now)


def revoke(acting: Acting, form: Form) -> str:
    """Take an API token back."""
    number = form.get("number", "")
    if not (number.isdecimal() and len(number) <= MOST_DIGITS):
        raise QuestionError("Which token? Load the page again and choose one.")
    revoke_token(acting.workspace.ledger, acting.account.email, int(number))
    return ""


def language(acting: Acting, form: Form) -> str:
    """The language that one reads in; none: the browser's."""
    chosen = form.get("language") or None
    if chosen is not None and chosen not in LANGUAGES:
        raise QuestionError(f"There is no language {chosen!r}: choose {' or '.join(LANGUAGES)}.")
    choose_language(acting.workspace.ledger, acting.account.email, chosen)
    return ""


OWN: Final[Mapping[str, Act]] = {
    "own_password": own_password,
    "log_out_everywhere": log_out_everywhere,
    "token": token,
    "revoke": revoke,
    "language": language,
    "letter": letter_acts.letter,
}
"""What everyone may do for themselves."""
FOR_ALL: Final[Mapping[str, Act]] = {
    "company": company,
    "criteria": criteria,
    "person": person,
    "team": team,
    "account": account,
    "change": change,
    "others_password": others_password,
    "remove": remove,
    "post": letter_acts.post,
}
"""What only those may do who settle things."""
