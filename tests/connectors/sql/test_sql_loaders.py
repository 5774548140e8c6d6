"""The tables in which loaders land HubSpot and Salesforce."""

import pytest

from mellantid.connectors.connector import SourceError
from mellantid.connectors.told import Means

SYNCED = {"_fivetran_synced": "2025-06-20 00:00:00"}
HUBSPOT = {
    "deal": [
        {"deal_id": 1, "deal_pipeline_id": "p", "is_deleted": "FALSE", "owner_id": 5} | SYNCED,
        {"deal_id": 2, "deal_pipeline_id": "p", "is_deleted": "TRUE", "owner_id": 5} | SYNCED,
        {"deal_id": 3, "deal_pipeline_id": "p", "is_deleted": "FALSE", "owner_id": 5} | SYNCED,
    ],
    "deal_stage": [
        {"deal_id": deal, "date_entered": f"2025-06-0{day} 10:00:00", "value": stage} | SYNCED
        for deal, day, stage in ((1, 1, "s1"), (1, 4, "s2"), (2, 2, "s1"), (3, 3, "s1"))
    ],
    "deal_property_history": [
        {"deal_id": 1, "timestamp": "2025-06-01 10:00:00", "name": "amount", "value": "100"}
        | SYNCED,
        {"deal_id": 1, "timestamp": "2025-06-03 10:00:00", "name": "amount", "value": "150"}
        | SYNCED,
        {"deal_id": 1, "timestamp": "2025-06-01 10:00:00", "name": "hubspot_owner_id", "value": "5"}
        | SYNCED,
        {"deal_id": 1, "timestamp": "2025-06-02 10:00:00", "name": "notes", "value": "x"} | SYNCED,
    ],
    "deal_pipeline": [{"pipeline_id": "p", "label": "Sales", "display_order": 0}],
    "deal_pipeline_stage": [
        {
            "stage_id": stage,
            "label": label,
            "pipeline_id": "p",
            "display_order": place,
            "closed_won": won,
            "is_closed": closed,
            "_fivetran_deleted": gone,
        }
        for stage, label, place, won, closed, gone in (
            ("s2", "Won", 1, "TRUE", "TRUE", "FALSE"),
            ("s1", "Talk", 0, "FALSE", "FALSE", "FALSE"),
            ("s3", "Lost", 2, "FALSE", "TRUE", "FALSE"),
            ("s4", "Old", 3, "FALSE", "FALSE", "TRUE"),
        )
    ],
    "merged_deal": [{"deal_id": 1, "merged_deal_id": 3} | SYNCED],
    "owner": [{"owner_id": 5, "first_name": "Anna", "last_name": "Ek", "email": "a@example.com"}],
}


def deals(source):
    return {deal.id: deal for page in source.everything(None) for deal in page.deals}


def test_hubspots_deals_are_told_with_amounts_owners_merges_and_deletions(tables):
    found = deals(tables("hubspot", HUBSPOT, currency="EUR"))
    said = [(each.stage, each.amount, each.owner, each.currency) for each in found["1"].changes]
    assert said == [("s1", 100, "5", "EUR"), (None, 150, None, "EUR"), ("s2", None, None, None)]
    assert found["1"].removed_at is None
    assert found["2"].removed_at is not None
    assert found["3"].removed_why == "merged into 1"


def test_hubspots_stages_and_owners_come_from_their_tables(tables):
    source = tables("hubspot", HUBSPOT)
    (line,) = source.pipelines()
    assert (line.id, line.name) == ("p", "Sales")
    assert [(stage.name, stage.means, stage.gone) for stage in line.stages] == [
        ("Talk", Means.OPEN, False),
        ("Won", Means.WON, False),
        ("Lost", Means.LOST, False),
        ("Old", Means.OPEN, True),
    ]
    (anna,) = source.people()
    assert (anna.id, anna.name, anna.email) == ("5", "Anna Ek", "a@example.com")


def test_hubspot_without_the_properties_history_has_amount_and_owner_as_they_are_now(tables):
    given = {name: rows for name, rows in HUBSPOT.items() if name != "deal_property_history"}
    given["deal"] = [each | {"property_amount": 70} for each in given["deal"]]
    first = deals(tables("hubspot", given))["1"].changes[0]
    assert (first.stage, first.amount, first.owner) == ("s1", 70, "5")


def test_what_a_loader_brings_later_is_found_by_when_it_was_loaded(tables):
    source = tables("hubspot", HUBSPOT, overlap="0")
    assert source.start() == {"kind": "text", "value": SYNCED["_fivetran_synced"]}
    cursor = {"kind": "text", "value": "2025-06-19 00:00:00"}
    pages = list(source.changed(cursor))
    assert {deal.id for page in pages for deal in page.deals} == {"1", "2", "3"}
    assert pages[-1].cursor == source.start()


def test_without_when_it_was_loaded_all_is_read_again(tables):
    given = {
        name: [{k: v for k, v in row.items() if k not in SYNCED} for row in rows]
        for name, rows in HUBSPOT.items()
        if name != "merged_deal"
    }
    source = tables("hubspot", given)
    assert "all is read again" in source.account()
    assert set(deals(source)) == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("missing", "said"), [("deal_stage", "is not there"), ("deal_pipeline", "is not there")]
)
def test_a_table_that_is_not_loaded_is_named(tables, missing, said):
    given = {name: rows for name, rows in HUBSPOT.items() if name != missing}
    with pytest.raises(SourceError, match=f"{missing}' {said}"):
        tables("hubspot", given).pipelines()


OPPORTUNITY = {
    "id": "006a",
    "stage_name": "Won",
    "is_closed": 1,
    "is_won": 1,
    "owner_id": "005a",
    "currency_iso_code": "SEK",
    "is_deleted": 0,
    "system_modstamp": "2025-06-20 00:00:00",
    "probability": 100,
}
SALESFORCE = {
    "opportunity": [
        OPPORTUNITY,
        OPPORTUNITY
        | {"id": "006b", "stage_name": "Talk", "is_closed": 0, "is_won": 0, "probability": 10},
        OPPORTUNITY
        | {"id": "006c", "stage_name": "Lost", "is_won": 0, "probability": 0, "is_deleted": 1},
    ],
    "opportunity_history": [
        {
            "id": f"008{place}",
            "opportunity_id": deal,
            "created_date": f"2025-06-0{day} 10:00:00",
            "stage_name": stage,
            "amount": amount,
            "system_modstamp": "2025-06-20 00:00:00",
        }
        for place, (deal, day, stage, amount) in enumerate(
            (
                ("006a", 1, "Talk", 10),
                ("006a", 3, "Talk", 20),
                ("006a", 5, "Won", 20),
                ("006b", 1, "Talk", 10),
                ("006c", 2, "Lost", 10),
            )
        )
    ],
    "user": [{"id": "005a", "name": "Anna Ek", "is_active": 0}],
}


def test_salesforces_history_is_told_with_owner_currency_and_deletions(tables):
    found = deals(tables("salesforce", SALESFORCE))
    said = [(each.stage, each.amount, each.owner) for each in found["006a"].changes]
    assert said == [("Talk", 10, "005a"), ("Talk", 20, None), ("Won", 20, None)]
    assert found["006a"].changes[0].currency == "SEK"
    assert found["006c"].removed_at is not None


def test_salesforces_stages_are_those_in_use_where_their_table_is_not_loaded(tables):
    (line,) = tables("salesforce", SALESFORCE).pipelines()
    assert {stage.name: stage.means for stage in line.stages} == {
        "Lost": Means.LOST,
        "Talk": Means.OPEN,
        "Won": Means.WON,
    }
    stage = {"master_label": "Talk", "is_closed": 0, "is_won": 0, "sort_order": 2}
    listed = [stage, stage | {"master_label": "First", "sort_order": 1}]
    (line,) = tables("salesforce", SALESFORCE | {"opportunity_stage": listed}).pipelines()
    assert [stage.name for stage in line.stages] == ["First", "Talk"]


def test_salesforces_users_keep_those_who_left(tables):
    (anna,) = tables("salesforce", SALESFORCE).people()
    assert (anna.name, anna.active) == ("Anna Ek", False)


def test_versions_of_opportunities_are_their_history(tables):
    versions = [
        OPPORTUNITY
        | {"stage_name": stage, "amount": amount, "is_closed": won, "is_won": won}
        | {"_fivetran_start": f"2025-06-0{day} 10:00:00", "probability": 10 + 90 * won}
        for day, stage, amount, won in ((1, "Talk", 10, 0), (2, "Talk", 30, 0), (4, "Won", 30, 1))
    ]
    source = tables("salesforce_versions", {"opportunity": versions})
    said = [(each.stage, each.amount) for each in deals(source)["006a"].changes]
    assert said == [("Talk", 10), ("Talk", 30), ("Won", 30)]
    (line,) = source.pipelines()
    assert [(stage.name, stage.means) for stage in line.stages] == [
        ("Talk", Means.OPEN),
        ("Won", Means.WON),
    ]
