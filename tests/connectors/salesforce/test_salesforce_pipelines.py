"""Record types are pipelines, sales processes their stages; users are people."""

import pytest
from salesforce_sample import APP, all_of

from mellantid.connectors.salesforce.pipelines import Known, stages
from mellantid.connectors.salesforce.rows import MASTER
from mellantid.connectors.told import Means, StageTold
from mellantid.simulators.crm import Stage
from mellantid.simulators.salesforce import Options


def by_id(pipelines):
    return {line.id: line for line in pipelines}


def living(line):
    return tuple(each for each in line.stages if not each.gone)


def test_record_types_are_pipelines_with_their_stages_in_order(joined):
    told = joined.connector.pipelines()
    assert [(line.id, line.name) for line in told] == [("2", "Expansion"), ("1", "New business")]
    assert living(by_id(told)["1"]) == (
        StageTold("10", "Qualify"),
        StageTold("11", "Meeting"),
        StageTold("12", "Proposal"),
        StageTold("13", "Negotiation"),
        StageTold("18", "Won", Means.WON),
        StageTold("19", "Lost", Means.LOST),
    )


def test_without_record_types_there_is_one_pipeline_with_all_active_stages(join):
    joined = join(Options(record_types=False))
    (only,) = joined.connector.pipelines()
    assert (only.id, only.name) == (MASTER, "Opportunities")
    assert len(only.stages) == 12
    deals = all_of(joined.connector.everything(None))
    assert {change.pipeline for deal in deals for change in deal.changes} <= {MASTER, None}
    assert {glimpse.pipeline for glimpse in joined.connector.glimpses()} == {MASTER}


def test_a_renamed_stage_keeps_its_id(joined):
    joined.crm.pipelines["1"].stages[1].name = "Discovery"
    assert by_id(joined.connector.pipelines())["1"].stages[1] == StageTold("11", "Discovery")


def test_a_stage_that_is_no_longer_used_is_gone(joined):
    joined.crm.pipelines["1"].stages[2].gone = True
    gone = StageTold("12", "Proposal", gone=True)
    assert gone in by_id(joined.connector.pipelines())["1"].stages


def test_a_stage_that_is_not_listed_any_more_is_told_from_the_history(joined):
    line = joined.crm.pipelines["1"]
    line.stages = [each for each in line.stages if each.id != "12"]
    told = by_id(joined.connector.pipelines())["1"]
    assert StageTold("12", "12", gone=True) in told.stages
    ids = [each.id for each in told.stages]
    assert ids.index("13") < ids.index("12") < ids.index("18")


def test_a_stage_of_another_process_that_deals_have_passed_is_gone_from_theirs(joined):
    deal = next(each for each in joined.crm.deals.values() if each.now("pipeline") == "1")
    joined.crm.set(deal.id, "stage", "23")
    gone = StageTold("23", "Negotiation", gone=True)
    assert gone in by_id(joined.connector.pipelines())["1"].stages


def test_stages_that_deals_come_to_pass_between_two_looks_are_told(joined):
    before = by_id(joined.connector.pipelines())["1"]
    assert "23" not in {each.id for each in before.stages}
    joined.clock.at += 600_000
    deal = next(each for each in joined.crm.deals.values() if each.now("pipeline") == "1")
    joined.crm.set(deal.id, "stage", "23")
    after = by_id(joined.connector.pipelines())["1"]
    assert {each.id for each in after.stages} == {*(each.id for each in before.stages), "23"}


def test_without_a_right_to_sales_processes_all_active_stages_are_told(joined, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.salesforce.pipelines._process", lambda *_: None)
    assert len(living(by_id(joined.connector.pipelines())["2"])) == 12


KNOWN = {
    "New": Known(StageTold("New", "New"), 1.0),
    "Old": Known(StageTold("Old", "Old", gone=True), 2.0),
    "Offer": Known(StageTold("Offer", "Quote"), 3.0),
    "Won": Known(StageTold("Won", "Won", Means.WON), 4.0),
}


def test_open_stages_come_before_closed_ones_and_unlisted_ones_last_among_them():
    passed = {"Ancient": Means.OPEN, "Old": Means.OPEN, "Former win": Means.WON}
    told = stages({"Won": "Won", "New": "New", "Offer": "Quote"}, KNOWN, passed)
    assert [(each.id, each.gone) for each in told] == [
        ("New", False),
        ("Old", True),
        ("Offer", False),
        ("Ancient", True),
        ("Won", False),
        ("Former win", True),
    ]


def test_a_label_of_the_process_is_shown():
    (told,) = stages({"Offer": "Offert"}, KNOWN, {})
    assert told.name == "Offert"


@pytest.mark.parametrize(("means", "gone"), [("won", Means.WON), ("lost", Means.LOST)])
def test_what_an_unlisted_stage_meant_is_told_from_the_forecast(joined, means, gone):
    line = joined.crm.pipelines["2"]
    deal = next(each for each in joined.crm.deals.values() if each.now("pipeline") == "2")
    line.stages.append(Stage("2x", "Closed", means))
    joined.crm.set(deal.id, "stage", "2x")
    listed = joined.connector.pipelines()
    assert StageTold("2x", "Closed", gone) in by_id(listed)["2"].stages


def test_users_are_people_with_their_role_as_team(joined):
    people = {each.id: each for each in joined.connector.people()}
    assert {each: people[each].team for each in people} == {
        key: user.team for key, user in joined.crm.users.items()
    }
    assert not people["5"].active
    assert people["1"].email == "anna.ek@example.com"


@pytest.mark.parametrize(
    ("choice", "team"), [("department", "Sales North"), ("manager", ""), ("none", "")]
)
def test_the_team_is_read_from_where_a_person_chooses(join, choice, team):
    joined = join(**APP, team=choice)
    assert joined.connector.people()[0].team == team
