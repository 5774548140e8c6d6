from __future__ import annotations

import pytest
from access_sample import NOW, PASSWORD

from mellantid.access import (
    Account,
    Role,
    accounts,
    add_account,
    begin_session,
    change_password,
    choose_language,
    find_account,
    logs_in,
    remove_account,
    session_account,
)
from mellantid.errors import DataError, QuestionError


def test_an_address_and_its_password_open_the_account_in_any_case_of_letters(ledger, anna):
    assert logs_in(ledger, " ANNA@example.com", PASSWORD) == anna
    assert anna.email == "anna@example.com"


def test_a_wrong_password_and_an_unknown_address_open_nothing(ledger, anna):
    assert logs_in(ledger, anna.email, PASSWORD + " ") is None
    assert logs_in(ledger, "erik@example.com", PASSWORD) is None
    assert logs_in(ledger, anna.email, "x" * 5000) is None


def test_the_database_has_an_argon2id_hash_and_no_password(ledger, anna):
    (kept,) = ledger.rows("SELECT password FROM account WHERE email = ?", (anna.email,))
    assert kept[0].startswith("$argon2id$")
    assert PASSWORD not in (ledger.path.read_bytes().decode("utf-8", "ignore"))


@pytest.mark.parametrize("weak", ["", "kort", "a" * 20, "x" * 2000])
def test_a_weak_password_is_refused_and_no_account_is_made(ledger, weak):
    with pytest.raises(DataError, match="choose"):
        add_account(ledger, Account("b@example.com", "B", Role.VIEWER), weak, NOW)
    assert accounts(ledger) == ()


@pytest.mark.parametrize("address", ["", "anna", "@example.com", "anna@", "an na@example.com"])
def test_what_is_no_address_is_refused(ledger, address):
    with pytest.raises(DataError, match="no e-mail address"):
        add_account(ledger, Account(address, "B", Role.VIEWER), PASSWORD, NOW)


def test_an_address_has_one_account(ledger, anna):
    with pytest.raises(DataError, match="already"):
        add_account(ledger, Account(anna.email.upper(), "B", Role.VIEWER), PASSWORD, NOW)


@pytest.mark.parametrize("role", [Role.SELLER, Role.MANAGER])
def test_a_seller_or_manager_is_somebody_in_the_data(ledger, role):
    with pytest.raises(DataError, match="which person"):
        add_account(ledger, Account("b@example.com", "B", role), PASSWORD, NOW)


def test_another_password_logs_out_everywhere(ledger, anna):
    secrets = [begin_session(ledger, anna, NOW) for _ in range(2)]
    change_password(ledger, anna.email, "nio mil i spåret")
    assert [session_account(ledger, each, NOW) for each in secrets] == [None, None]
    assert logs_in(ledger, anna.email, PASSWORD) is None
    assert logs_in(ledger, anna.email, "nio mil i spåret") == anna


def test_who_is_removed_is_out_at_once(ledger, anna):
    secret = begin_session(ledger, anna, NOW)
    remove_account(ledger, anna.email)
    assert session_account(ledger, secret, NOW) is None
    with pytest.raises(QuestionError, match="no account"):
        find_account(ledger, anna.email)


def test_the_last_administrator_stays(ledger, anna):
    del anna
    add_account(ledger, Account("a@example.com", "A", Role.ADMIN), PASSWORD, NOW)
    with pytest.raises(QuestionError, match="last administrator"):
        remove_account(ledger, "a@example.com")
    add_account(ledger, Account("b@example.com", "B", Role.ADMIN), PASSWORD, NOW)
    remove_account(ledger, "a@example.com")
    assert [each.email for each in accounts(ledger)] == ["anna@example.com", "b@example.com"]


def test_a_chosen_language_is_kept(ledger, anna):
    choose_language(ledger, anna.email, "sv")
    assert find_account(ledger, anna.email).language == "sv"
