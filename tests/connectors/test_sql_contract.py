"""The contract on a database, which is not asked by requests: all of it but what is about them."""

from dataclasses import replace

import pytest
import test_contract
from contract import World
from sources import ALL

FRESH = (
    test_contract.test_the_whole_history_is_told_exactly,
    test_contract.test_a_reading_that_is_stopped_goes_on_from_there,
    test_contract.test_changes_while_everything_is_read_are_not_lost,
    test_contract.test_what_a_kind_says_of_itself_can_be_given,
)
READ = (
    test_contract.test_a_second_reading_adds_nothing,
    test_contract.test_changes_of_every_sort_are_caught_up_with,
    test_contract.test_renamed_new_and_deleted_stages_are_told_by_what_they_are,
    test_contract.test_reconciling_mends_what_was_lost,
    test_contract.test_reconciling_after_reading_finds_nothing,
    test_contract.test_owners_come_with_their_teams,
)


@pytest.fixture
def database(tmp_path):
    source = next(each for each in ALL if each.name == "sql")
    values = {"url": f"sqlite:///{tmp_path / 'company.db'}"}
    made = World(replace(source, values=values), tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("holds", FRESH, ids=lambda each: each.__name__)
def test_the_contract_holds_for_a_database(database, holds):
    holds(database)


@pytest.mark.parametrize("holds", READ, ids=lambda each: each.__name__)
def test_the_contract_holds_for_a_database_that_has_been_read(database, holds):
    database.fill()
    holds(database)


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_anywhere_loses_nothing_and_repeats_nothing_of_a_database(database, seed):
    test_contract.test_a_kill_anywhere_loses_nothing_and_repeats_nothing(database, seed)


def test_the_address_is_in_no_repr_and_no_file(database):
    with database.sync() as sync:
        sync.connect()
        sync.back_fill()
        said = f"{sync!r} {sync.connector!r} {sync.connection!r}"
    database.ledger.back_up(database.ledger.path.with_name("copy.db"))
    kept = database.ledger.path.with_name("copy.db").read_bytes()
    assert database.values["url"] not in said
    assert database.values["url"].encode() not in kept
