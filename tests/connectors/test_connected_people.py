"""The source's owners among the workspace's people, whatever people change here."""

from mellantid.connectors.people import merged
from mellantid.connectors.rows import Mapped
from mellantid.connectors.told import PersonTold
from mellantid.workspace.people import People, Person

MAPPED = Mapped("connection crm", {})


def met(told, people=(), before=None, parents=None, mapped=MAPPED):
    known = People({each.id: each for each in people}, parents or {})
    return merged(told, mapped, known, before or {})


def test_a_new_owner_is_kept_with_the_team():
    changed, told = met([PersonTold("3", "Anna Ek", team="North")])
    assert changed == [Person("3", "Anna Ek", "North")]
    assert told == {"3": ["Anna Ek", "North"]}


def test_what_the_source_changes_is_changed_here():
    before = {"3": ["Anna Ek", "North"]}
    changed, _ = met(
        [PersonTold("3", "Anna Alm", team="South")], [Person("3", "Anna Ek", "North")], before
    )
    assert changed == [Person("3", "Anna Alm", "South")]


def test_what_a_person_has_changed_here_stays_each_for_itself():
    before = {"3": ["Anna Ek", "North"], "4": ["Bo Lund", "North"]}
    here = [Person("3", "Annie", "North"), Person("4", "Bo Lund", "Hunters")]
    said = [PersonTold("3", "Anna Alm", team="South"), PersonTold("4", "Bo Ek", team="South")]
    changed, _ = met(said, here, before)
    assert changed == [Person("3", "Annie", "South"), Person("4", "Bo Ek", "Hunters")]


def test_who_was_here_first_keeps_the_name_and_the_team():
    here = [Person("3", "Annie", "Hunters")]
    assert met([PersonTold("3", "Anna Ek", team="North")], here)[0] == []


def test_who_was_here_by_identity_alone_gets_the_name():
    assert met([PersonTold("3", "Anna Ek")], [Person("3", "3")])[0] == [Person("3", "Anna Ek")]


def test_one_who_is_gone_from_the_source_stays_and_is_remembered():
    before = {"3": ["Anna Ek", "North"]}
    changed, told = met([], [Person("3", "Anna Ek", "North")], before)
    assert (changed, told) == ([], before)


def test_a_team_by_the_name_of_a_person_or_of_everybody_is_none():
    said = [PersonTold("3", "Anna", team="4"), PersonTold("4", "Bo", team="all")]
    assert [each.team for each in met(said)[0]] == [None, None]


def test_an_owner_by_the_name_of_a_team_is_left_out():
    assert met([PersonTold("North", "North")], parents={"North": None})[0] == []


def test_one_without_a_name_is_called_by_the_address():
    assert met([PersonTold("3", " ", "anna@example.com")])[0] == [Person("3", "anna@example.com")]


def test_owners_of_a_second_source_have_its_mark():
    changed, _ = met([PersonTold("3", "Anna Ek")], mapped=Mapped("connection b", {}, "b:"))
    assert changed == [Person("b:3", "Anna Ek")]
