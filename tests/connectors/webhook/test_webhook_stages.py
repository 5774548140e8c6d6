"""The pipelines are what a person has written down."""

import pytest
from webhook_sample import NOW, STAGES, TWO, connector

from mellantid.connectors.connector import SourceError
from mellantid.connectors.told import Means, PersonTold, StageTold
from mellantid.simulators.crm import filled
from mellantid.simulators.simulator import Happened
from mellantid.simulators.webhook import SIMULATOR, history


def test_stages_go_by_their_names_or_by_ids_of_their_own():
    (pipeline,) = connector().pipelines()
    assert (pipeline.id, pipeline.name) == ("new", "New business")
    assert pipeline.stages == (
        StageTold("Qualify", "Qualify"),
        StageTold("demo", "Demo"),
        StageTold("Won", "Won", Means.WON),
        StageTold("Renewed", "Renewed", Means.WON),
        StageTold("Lost", "Lost", Means.LOST),
    )


def test_won_and_lost_are_there_where_nobody_names_them():
    assert [each.name for each in connector(TWO).pipelines()[1].stages] == [
        "Qualify",
        "Won",
        "Lost",
    ]


def test_a_stage_may_be_gone():
    gone = STAGES.replace('name = "Demo"', 'name = "Demo", gone = true')
    assert connector(gone).pipelines()[0].stages[1].gone


def test_people_may_be_named():
    named = STAGES + '[[person]]\nid = "a"\nname = "Anna"\nteam = "North"\nactive = false\n'
    assert connector(named).people() == (PersonTold("a", "Anna", "", "North", active=False),)
    assert connector(STAGES + '[[person]]\nid = "a"\n').people()[0].name == "a"
    assert connector().people() == ()


@pytest.mark.parametrize(
    ("stages", "why"),
    [
        ("", "names no pipeline"),
        ("not toml", "stages is no TOML"),
        ("pipeline = 7", "below a line"),
        ("pipelines = []", "pipelines is not known"),
        ('[[pipeline]]\nstages = ["a"]', "pipeline 1: id is a text"),
        ('[[pipeline]]\nid = "a"', "pipeline 1 has no stages"),
        ('[[pipeline]]\nid = "a"\nstages = ["x", "x"]', "has the stage 'x' twice"),
        ('[[pipeline]]\nid = "a"\nstages = ["Won"]', "has the stage 'Won' twice"),
        ('[[pipeline]]\nid = "a"\nstages = [7]', "a stage is a name"),
        ('[[pipeline]]\nid = "a"\nstages = [{ name = "x" }]', "id is a text"),
        ('[[pipeline]]\nid = "a"\nstages = [{ id = "x", gone = 1 }]', "gone is true or false"),
        ('[[pipeline]]\nid = "a"\nstages = ["x"]\norder = 1', "order is not known"),
        (STAGES + STAGES, "the pipeline 'new' twice"),
        (STAGES + '[[person]]\nname = "A"', "person 1: id is a text"),
        (STAGES + '[[person]]\nid = "a"\nactive = "no"', "active is true or false"),
    ],
)
def test_what_is_not_written_as_it_should_be_is_told(stages, why):
    with pytest.raises(SourceError, match=why):
        connector(stages).people()


def test_a_currency_that_is_none_is_told():
    with pytest.raises(SourceError, match="three letters"):
        connector(currency="kr")


def test_there_is_nothing_to_ask():
    asked = connector()
    assert asked.account() == "Signed webhook (New business)"
    assert (asked.limits, asked.start(), asked.read(["D-1"])) == ((), {}, ())
    assert [*asked.everything(None), *asked.changed({}), *asked.glimpses()] == []


def test_the_simulated_sender_is_believed_with_all_that_it_says():
    crm = filled(lambda: NOW, 60)
    values = SIMULATOR.given("")
    believing = connector(**values)
    assert {each.id: [s.id for s in each.stages] for each in believing.pipelines()} == {
        key: [stage.id for stage in each.stages] for key, each in crm.pipelines.items()
    }
    sent = list(history(crm, "https://m.example", values, NOW, most=40))
    told = [deal for each in sent for deal in believing.hint(each).told]
    assert {deal.id for deal in told} == set(crm.deals)
    deal = next(iter(crm.deals.values()))
    for number, event in enumerate((None, *deal.events[4:])):
        happened = Happened(deal, "changed" if event else "created", event, NOW, number)
        hint = believing.hint(SIMULATOR.hook(crm, happened, "https://m.example", values))
        assert (hint.told[0].id, hint.keys) == (deal.id, (f"change-{number}",))
