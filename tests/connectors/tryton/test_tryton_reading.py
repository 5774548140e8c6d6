"""Companies, states, employees and opportunities as they are read."""

import dataclasses

from mellantid.connectors.told import Means


def test_each_company_is_a_pipeline_with_the_states_in_their_order(world):
    found = world().tryton.pipelines()
    assert [(each.id, each.name) for each in found] == [("1", "New business"), ("2", "Expansion")]
    assert [stage.name for stage in found[0].stages][:6] == [
        *("Qualify", "Meeting", "Proposal", "Negotiation", "Won", "Lost")
    ]


def test_which_states_are_won_and_lost_is_said(world):
    stages = world(won="13 18", lost="19, 29").tryton.pipelines()[0].stages
    means = {stage.id: stage.means for stage in stages}
    assert [key for key, each in means.items() if each == Means.WON] == ["13", "18"]
    assert [key for key, each in means.items() if each == Means.LOST] == ["19", "29"]


def test_a_state_that_is_no_longer_offered_is_not_listed(world):
    made = world()
    made.crm.pipelines["1"].stages[0].gone = True
    made.crm.pipelines["1"].stages[1].name = "Demo"
    names = [stage.name for stage in made.tryton.pipelines()[0].stages]
    assert names[:2] == ["Demo", "Proposal"]


def test_employees_are_told_with_their_address_and_whether_they_are_there(world):
    people = {each.name: each for each in world().tryton.people()}
    assert people["Anna Ek"].email == "anna.ek@example.com"
    assert (people["Anna Ek"].active, people["Eva Berg"].active) == (True, False)


def test_some_are_read_and_what_is_unknown_is_left_out(world):
    made = world()
    found = made.tryton.read(["1001", "999999", "x", "1002"])
    assert [deal.id for deal in found] == ["1001", "1002"]


def test_glimpses_show_how_all_that_are_there_stand(world, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.tryton.connector.LISTED", 7)
    made = world()
    there = {key: each for key, each in made.crm.deals.items() if each.deleted_at is None}
    found = {each.deal: each for each in made.tryton.glimpses()}
    assert found.keys() == there.keys()
    for key, deal in there.items():
        seen = (found[key].stage, found[key].owner, f"{found[key].amount:g}")
        assert seen == tuple(deal.now(name) for name in ("stage", "owner", "amount"))


def test_a_history_takes_fewer_requests_than_it_has_revisions(world):
    made = world(200)
    deals = made.everything()
    assert len(made.asked) < sum(len(each.changes) for each in deals.values()) / 2


def test_one_that_is_hidden_does_not_keep_the_others_from_being_read(world):
    made = world(3)
    deals = [made.crm.create("1", n, "1") for n in (1, 2)]
    made.at += 60_000
    for deal in deals:
        made.crm.set(deal.id, "amount", "77")
    made.hide(deals[0].id)
    found = {deal.id: deal for deal in made.tryton.read([each.id for each in deals])}
    assert [change.amount for change in found[deals[1].id].changes] == [2.0, 77.0]
    assert found[deals[0].id].changes[0].amount == 77.0


def test_ids_that_are_far_apart_are_found_all(world, monkeypatch):
    monkeypatch.setattr("mellantid.connectors.tryton.connector.TOGETHER", 5)
    made = world(4)
    deal = next(iter(made.crm.deals.values()))
    made.crm.deals["1900"] = dataclasses.replace(deal, id="1900")
    assert "1900" in made.everything()
