"""Who may come in, and what they see: accounts, passwords, sessions, API tokens."""

from mellantid.access.accounts import Account, Role, accounts, find_account
from mellantid.access.letting_in import (
    add_account,
    change_account,
    change_password,
    choose_language,
    logs_in,
    remove_account,
)
from mellantid.access.sessions import begin_session, end_all_sessions, end_session, session_account
from mellantid.access.sight import Sight, sight_of
from mellantid.access.tokens import (
    Scope,
    Token,
    issue_token,
    revoke_token,
    token_account,
    tokens_of,
)
from mellantid.access.training import TrainingSight, training_sight

__all__ = [
    "Account",
    "Role",
    "Scope",
    "Sight",
    "Token",
    "TrainingSight",
    "accounts",
    "add_account",
    "begin_session",
    "change_account",
    "change_password",
    "choose_language",
    "end_all_sessions",
    "end_session",
    "find_account",
    "issue_token",
    "logs_in",
    "remove_account",
    "revoke_token",
    "session_account",
    "sight_of",
    "token_account",
    "tokens_of",
    "training_sight",
]
