from __future__ import annotations

import pytest
from access_sample import NOW

from mellantid.access import (
    Scope,
    begin_session,
    end_all_sessions,
    end_session,
    issue_token,
    revoke_token,
    session_account,
    token_account,
    tokens_of,
)
from mellantid.access.sessions import LASTS, REFRESHED
from mellantid.errors import QuestionError


def test_a_session_is_its_accounts_until_it_is_ended(ledger, anna):
    here, there = begin_session(ledger, anna, NOW), begin_session(ledger, anna, NOW)
    assert session_account(ledger, here, NOW + 1) == anna
    end_session(ledger, here)
    assert session_account(ledger, here, NOW + 1) is None
    assert session_account(ledger, there, NOW + 1) == anna
    end_all_sessions(ledger, anna.email)
    assert session_account(ledger, there, NOW + 1) is None


def test_a_session_that_nobody_uses_ends_and_one_in_use_goes_on(ledger, anna):
    idle, used = begin_session(ledger, anna, NOW), begin_session(ledger, anna, NOW)
    later = NOW + LASTS - REFRESHED
    assert session_account(ledger, used, later) == anna
    assert session_account(ledger, idle, NOW + LASTS) is None
    assert session_account(ledger, used, NOW + LASTS) == anna


def test_the_database_keeps_no_secret(ledger, anna):
    secrets = [begin_session(ledger, anna, NOW), issue_token(ledger, anna, "x", Scope, NOW)]
    text = ledger.path.read_bytes() + ledger.path.with_name("m.db-wal").read_bytes()
    assert all(len(each) >= 43 and each.encode() not in text for each in secrets)


def test_a_token_does_what_its_scopes_say_until_it_is_revoked(ledger, anna):
    secret = issue_token(ledger, anna, "the CRM", [Scope.WRITE], NOW)
    assert token_account(ledger, secret) == (anna, {Scope.WRITE})
    assert token_account(ledger, secret + "x") is None
    (kept,) = tokens_of(ledger, anna.email)
    assert (kept.name, kept.scopes, kept.created_at) == ("the CRM", {Scope.WRITE}, NOW)
    revoke_token(ledger, anna.email, kept.number)
    assert token_account(ledger, secret) is None
    with pytest.raises(QuestionError, match="no token"):
        revoke_token(ledger, anna.email, kept.number)


def test_nobody_revokes_anothers_token(ledger, anna):
    issue_token(ledger, anna, "the CRM", [Scope.READ], NOW)
    (kept,) = tokens_of(ledger, anna.email)
    with pytest.raises(QuestionError, match="no token"):
        revoke_token(ledger, "erik@example.com", kept.number)
    assert tokens_of(ledger, anna.email) == (kept,)


def test_a_token_that_may_do_nothing_is_refused(ledger, anna):
    with pytest.raises(QuestionError, match="choose read"):
        issue_token(ledger, anna, "idle", [], NOW)
