from __future__ import annotations

import pytest

from mellantid.access import Account, Role, sight_of
from mellantid.workspace import People, Person

PEOPLE = People(
    {
        each.id: each
        for each in (
            Person("anna", "Anna", "Norr"),
            Person("erik", "Erik", "Norr"),
            Person("maja", "Maja", "Umeå"),
            Person("olle", "Olle", "Syd"),
            Person("chef", "Chefen", "Norr"),
            Person("solo", "Solo"),
        )
    },
    {"Norr": None, "Umeå": "Norr", "Syd": None},
)


def sees(role, person=None):
    sight = sight_of(Account("x@example.com", "X", role, person), PEOPLE)
    return {each for each in (*PEOPLE.persons, None) if sight.deal(each)}, sight


def test_a_seller_sees_own_deals_and_the_own_teams_totals():
    deals, sight = sees(Role.SELLER, "anna")
    assert deals == {"anna"}
    assert sight.team("Norr")
    assert not sight.team("Syd")
    assert not sight.seller("erik")


def test_a_manager_sees_the_own_team_and_those_below_it():
    deals, sight = sees(Role.MANAGER, "chef")
    assert deals == {"anna", "erik", "chef", "maja"}
    assert sight.team("Umeå")
    assert not sight.team("Syd")


def test_a_manager_without_a_team_sees_own_deals_only():
    assert sees(Role.MANAGER, "solo")[0] == {"solo"}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_administrators_and_viewers_see_all_deals_also_nobodys(role):
    assert sees(role)[0] == {*PEOPLE.persons, None}


def test_only_an_administrator_settles_and_a_viewer_writes_nothing():
    settles = {role: sees(role, "chef")[1].settles for role in Role}
    writes = {role: sees(role, "chef")[1].writes for role in Role}
    assert settles == {
        Role.ADMIN: True,
        Role.MANAGER: False,
        Role.SELLER: False,
        Role.VIEWER: False,
    }
    assert writes == {Role.ADMIN: True, Role.MANAGER: True, Role.SELLER: True, Role.VIEWER: False}


def test_a_team_that_is_above_itself_is_no_endless_search():
    people = People({"a": Person("a", "A", "X")}, {"X": "Y", "Y": "X"})
    sight = sight_of(Account("x@example.com", "X", Role.MANAGER, "a"), people)
    assert sight.teams == {"X", "Y"}
