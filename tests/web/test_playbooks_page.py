from __future__ import annotations

import pytest
from web_sample import logged_in, token_in, words_of

from mellantid.playbooks import parse_playbook, playbook_text, shipped
from mellantid.workspace import Workspace
from mellantid.workspace.abilities import library
from mellantid.workspace.criteria import exit_criteria, keep_exit_criteria
from mellantid.workspace.playbooks import chosen_playbook

HERE = "/playbooks"
NAME = "saas-new-business"


def send(client, **form):
    token = token_in(client.get(HERE))
    return client.post(HERE, data={"token": token, **form})


def send_file(client, content):
    form = {"token": token_in(client.get(HERE)), "do": "import"}
    return client.post(HERE, data=form, files={"file": ("theirs.toml", content)})


def chosen(served):
    with Workspace.open(served.state.asking.database) as workspace:
        return chosen_playbook(workspace.ledger, workspace.process().name)


@pytest.mark.parametrize("name", shipped())
def test_every_playbook_is_shown_with_every_source_beside_what_was_seen(admin, name):
    page = words_of(admin.get(f"{HERE}?show={name}"))
    for source in shipped()[name].sources.values():
        assert source.title in page
    assert "Negotiation" in page
    assert "of its stated weight" in page


def test_a_playbook_that_an_administrator_chooses_is_what_the_model_leans_on(admin, served):
    done = send(admin, do="use", name=NAME, weight="0,5", **{"stage.0": "1", "stage.1": "-"})
    assert done.status_code == 303
    kept = chosen(served)
    assert (kept.name, kept.factor) == (NAME, 0.5)
    assert dict(kept.mapping) == {"Prospect": "1", "Qualified": "-"}
    page = words_of(admin.get(done.headers["location"]))
    assert "The model leans on SaaS, new business" in page
    assert "says nothing" in page
    asking = served.state.asking
    with asking.workspace() as workspace:
        assert asking.race(workspace)[0].playbook.name == NAME


def test_none_takes_it_away(admin, served):
    send(admin, do="use", name=NAME, weight="1")
    assert send(admin, do="leave", name=NAME).status_code == 303
    assert chosen(served) is None
    assert "your own deals alone" in words_of(admin.get(HERE))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"weight": "much"}, "is no number"),
        ({"weight": "9"}, "at most 5"),
        ({"weight": "1", "stage.2": "12"}, "has no stage '12'"),
    ],
)
def test_a_form_that_cannot_be_comes_back_as_it_was_typed(admin, served, form, said):
    answer = send(admin, do="use", name=NAME, **form)
    assert answer.status_code == 400
    assert said in words_of(answer)
    assert f'value="{form["weight"]}"' in answer.text
    assert chosen(served) is None


@pytest.mark.parametrize("role", ["manager", "seller", "viewer"])
def test_others_read_and_do_not_choose(served, role):
    client = logged_in(served, role)
    page = client.get(HERE)
    assert page.status_code == 200
    assert 'name="do"' not in page.text
    token = token_in(client.get("/settings"))
    sent = client.post(HERE, data={"token": token, "do": "use", "name": NAME, "weight": "1"})
    assert sent.status_code == 403
    assert chosen(served) is None


@pytest.mark.parametrize(("role", "may"), [("admin", True), ("manager", True), ("seller", False),
                                           ("viewer", False)])  # fmt: skip
def test_who_leads_a_leg_is_for_those_who_lead_people_and_only_when_they_ask(served, role, may):
    client = logged_in(served, role)
    assert "leaders=1" in client.get(HERE).text or not may
    asked = client.get(f"{HERE}?leaders=1").text
    assert ("A hint where to look" in asked) is may
    assert "A hint where to look" not in client.get(HERE).text


def test_a_manager_is_told_of_the_own_team_only(served, known):
    workspace, _ = known
    people = workspace.people
    own = people.persons["lars.bergqvist"].team
    page = logged_in(served, "manager").get(f"{HERE}?leaders=1").text
    others = [each.name for each in people.persons.values() if each.team != own]
    assert others
    assert not [name for name in others if name in page]


def test_ones_own_process_is_exported_and_taken_in_by_another(admin):
    sent = admin.get(f"{HERE}/files/own")
    assert "attachment" in sent.headers["content-disposition"]
    playbook = parse_playbook(sent.text)
    assert [stage.name("en") for stage in playbook.stages][-1] == "Contract"
    done = send_file(admin, sent.content)
    assert done.status_code == 303
    assert playbook.title("en") in words_of(admin.get(done.headers["location"]))
    again = admin.get(f"{HERE}/files/{playbook.name}")
    assert parse_playbook(again.text) == playbook


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "No file was chosen"),
        (b"name = ", "not valid TOML"),
        (playbook_text(shipped()[NAME]).encode(), "comes with Mellantid"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_of_in_a_sentence(admin, content, said):
    answer = send_file(admin, content)
    assert answer.status_code == 400
    assert said in words_of(answer)


def test_a_playbook_that_there_is_not_is_missing(admin):
    assert admin.get(f"{HERE}?show=nothing").status_code == 404
    assert admin.get(f"{HERE}/files/nothing").status_code == 404


def test_settings_lead_to_the_playbooks(admin):
    assert f'href="{HERE}"' in admin.get("/settings").text


def test_words_that_are_missing_are_shown_and_made_ours_and_nothing_is_written_over(admin, served):
    with served.state.asking.workspace() as workspace:
        process = workspace.process()
        kept = process.stages[0]
        keep_exit_criteria(workspace.ledger, process, {kept: "Ours"})
    assert "What you have no words for yet" in words_of(admin.get(f"{HERE}?show={NAME}"))
    assert send(admin, do="adopt", name=NAME).status_code == 303
    with served.state.asking.workspace() as workspace:
        criteria = exit_criteria(workspace.ledger, process.name)
        abilities = library(workspace.ledger, process, "en")
    assert set(criteria) == set(process.stages)
    assert criteria[kept] == "Ours"
    theirs = shipped()[NAME].stages[-1]
    assert criteria[process.stages[-1]] == theirs.exit("en")
    assert {each("en") for each in theirs.abilities} <= set(abilities[process.stages[-1]])
    assert "What you have no words for yet" not in words_of(admin.get(f"{HERE}?show={NAME}"))


def test_who_may_not_settle_takes_no_words_in(served):
    seller = logged_in(served, "seller")
    assert send(seller, do="adopt", name=NAME).status_code == 403
    with served.state.asking.workspace() as workspace:
        assert exit_criteria(workspace.ledger, workspace.process().name) == {}
