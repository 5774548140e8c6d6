"""HubSpot's payloads as what is told."""

import pytest

from mellantid.connectors.hubspot.reading import (
    amount_of,
    deal_told,
    glimpse_of,
    merged_into,
    moment,
    person_told,
    pipeline_told,
)
from mellantid.connectors.told import Change, Means, PersonTold

CREATED = "2025-03-03T09:00:00.120Z"
AT = moment(CREATED)
SECOND = 1_000


def iso(seconds):
    return f"2025-03-03T09:00:{seconds:02d}.120Z"


def record(**more):
    """A deal as HubSpot has it: created, its amount a moment later, then moved."""
    histories = {
        "dealstage": [
            {"value": "22", "timestamp": iso(30)},
            {"value": "21", "timestamp": iso(0)},
        ],
        "pipeline": [{"value": "default", "timestamp": iso(0)}],
        "amount": [{"value": "1500", "timestamp": iso(1)}],
        "hubspot_owner_id": [{"value": "7", "timestamp": iso(0)}],
    }
    found = {
        "id": "512",
        "createdAt": CREATED,
        "archived": False,
        "properties": {"closed_lost_reason": None},
        "propertiesWithHistory": histories,
    }
    found["propertiesWithHistory"].update(more.pop("histories", {}))
    return found | more


def test_the_histories_of_the_properties_become_one():
    assert deal_told(record(), "SEK").changes == (
        Change(AT, pipeline="default", stage="21", owner="7"),
        Change(AT + SECOND, amount=1500.0, currency="SEK"),
        Change(AT + 30 * SECOND, stage="22"),
    )


def test_a_deal_with_a_currency_of_its_own_keeps_it():
    own = {"deal_currency_code": [{"value": "EUR", "timestamp": iso(0)}]}
    changes = deal_told(record(histories=own), "SEK").changes
    assert [each.currency for each in changes] == ["EUR", None, None]


def test_an_owner_or_amount_that_is_taken_away_says_so_or_nothing():
    none = {
        "hubspot_owner_id": [
            {"value": "", "timestamp": iso(9)},
            {"value": "7", "timestamp": iso(0)},
        ],
        "amount": [{"value": "", "timestamp": iso(9)}, {"value": "5", "timestamp": iso(1)}],
    }
    changes = deal_told(record(histories=none), "SEK").changes
    assert changes[2] == Change(AT + 9 * SECOND, owner="")


def test_two_values_of_one_moment_keep_their_order():
    same = {
        "dealstage": [
            {"value": "23", "timestamp": iso(5)},
            {"value": "22", "timestamp": iso(5)},
            {"value": "21", "timestamp": iso(0)},
        ]
    }
    changes = [each for each in deal_told(record(histories=same), "SEK").changes if each.stage]
    assert [(each.stage, each.place) for each in changes] == [("21", 0), ("22", 0), ("23", 1)]


def test_a_deal_in_the_bin_is_removed_when_it_was_put_there():
    told = deal_told(record(archived=True, archivedAt=iso(50)), "SEK")
    assert (told.removed_at, told.removed_why) == (AT + 50 * SECOND, "deleted in HubSpot")


def test_why_a_deal_was_lost_comes_with_its_last_movement():
    told = deal_told(record(properties={"closed_lost_reason": "price"}), "SEK")
    assert [each.reason for each in told.changes] == [None, None, "price"]


def test_a_history_that_may_lack_its_beginning_is_not_told_as_whole():
    entries = [{"value": str(20 + n % 5), "timestamp": iso(59 - n)} for n in range(20)]
    cut = record(createdAt="2024-03-03T09:00:00Z", histories={"dealstage": entries})
    told = deal_told(cut, "SEK")
    assert not told.whole
    assert told.changes[0].after == moment("2024-03-03T09:00:00Z") - 1


def test_a_long_history_from_the_beginning_is_whole():
    entries = [{"value": str(n % 5), "timestamp": iso(59 - n)} for n in range(60)]
    assert deal_told(record(histories={"dealstage": entries}), "SEK").whole


def test_deals_that_were_merged_are_gone_since_they_were():
    history = {
        "hs_merged_object_ids": [
            {"value": "7;8", "timestamp": iso(40)},
            {"value": "7", "timestamp": iso(20)},
        ]
    }
    found = merged_into(record(histories=history))
    assert [(each.id, each.removed_at) for each in found] == [
        ("7", AT + 20 * SECOND),
        ("8", AT + 40 * SECOND),
    ]
    assert found[0].removed_why == "merged into 512"
    assert not found[0].whole


def stage(key, order, closed, chance, label="x"):
    return {
        "id": key,
        "label": label,
        "displayOrder": order,
        "metadata": {"isClosed": closed, "probability": chance},
    }


def test_what_a_stage_means_is_in_its_metadata():
    told = pipeline_told(
        {
            "id": "default",
            "label": "Sales",
            "stages": [
                stage("c", 2, "true", "1.0"),
                stage("a", 0, "false", "0.2"),
                stage("d", 3, "true", "0.0"),
                stage("b", 1, "false", None),
            ],
        },
        [],
    )
    assert [(each.id, each.means) for each in told.stages] == [
        ("a", Means.OPEN),
        ("b", Means.OPEN),
        ("c", Means.WON),
        ("d", Means.LOST),
    ]


def test_a_stage_that_is_only_in_the_audit_is_gone():
    now = {"id": "default", "label": "Sales", "stages": [stage("a", 0, "false", "0.2")]}
    audit = [
        {"rawObject": {"stages": [stage("a", 0, "false", "0.2"), {"stageId": "b", "label": "B"}]}},
        {"rawObject": "something else"},
        {},
    ]
    told = pipeline_told(now, audit)
    assert [(each.id, each.gone) for each in told.stages] == [("a", False), ("b", True)]


def test_an_owner_has_the_primary_team():
    teams = [{"name": "Second"}, {"name": "First", "primary": True}]
    said = {"id": 7, "firstName": "Anna", "lastName": None, "email": "a@x.se", "teams": teams}
    assert person_told(said) == PersonTold("7", "Anna", "a@x.se", "First")
    assert not person_told({"id": 7, "archived": True}).active


def test_a_glimpse_without_amount_or_owner_says_neither():
    found = glimpse_of({"id": "5", "properties": {"dealstage": "1", "pipeline": "2"}})
    assert (found.amount, found.owner) == (None, None)


@pytest.mark.parametrize("text", ["", None, "many", "nan", "inf"])
def test_what_is_no_amount_is_none(text):
    assert amount_of(text) is None
