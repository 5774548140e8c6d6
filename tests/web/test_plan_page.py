from __future__ import annotations

import html
import re

import pytest
from web_sample import logged_in, token_in, words_of

from mellantid.core.steering.changes import Changes
from mellantid.metrics import numbers
from mellantid.web.what_if import asked_changes
from mellantid.workspace.questioning import questioning


def ready(client):
    asking = client.app.state.asking
    with asking.workspace() as workspace:
        race, _ = asking.race(workspace)
        return (
            questioning(race, workspace.targets),
            workspace.outcome(race),
            workspace.plan_versions(None),
        )


def test_the_page_tells_the_plan_that_holds_and_what_it_assumes(admin):
    _, _, versions = ready(admin)
    said = words_of(admin.get("/plan"))
    assert f"{numbers.movements(versions[-1].created_per_week)} new deals a week" in said
    assert "Plan version 1" in said
    assert "Most that is asked for" in said


def test_with_nothing_changed_the_what_if_is_the_forecast(admin):
    asked, outcome, _ = ready(admin)
    assert asked.now.mean == pytest.approx(outcome.mean, rel=1e-3)
    assert asked.now.p_target == pytest.approx(outcome.p_target, abs=0.005)
    shown = admin.get("/plan/what-if").json()
    assert shown["mean"] == numbers.money(asked.now.mean, "SEK")
    assert shown["p"] == numbers.percent(asked.now.p_target)


def test_the_sliders_and_the_form_without_script_give_the_same_answer(admin):
    query = "pace=1.2&conversion.3=1.5&speed.2=1.25"
    asked, _, _ = ready(admin)
    found = asked.ask(Changes(pace=1.2, conversion={3: 1.5}, speed={2: 1.25}))
    shown = admin.get(f"/plan/what-if?{query}").json()
    assert shown["mean"] == numbers.money(found.mean, "SEK")
    page = admin.get(f"/plan?{query}")
    assert shown["mean"] in html.unescape(page.text)
    assert (
        'id="lever.conversion.3" name="conversion.3" min="0.5" max="2" step="0.01" value="1.5"'
        in page.text
    )


@pytest.mark.parametrize("query", ["pace=nothing", "pace=9", "amount=0", "speed.1=-1", "pace=nan"])
def test_a_factor_that_is_none_is_told_and_changes_nothing(admin, query):
    assert admin.get(f"/plan/what-if?{query}").status_code == 400
    page = admin.get(f"/plan?{query}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text


def test_a_target_is_set_shown_and_taken_away(admin):
    form = {
        "token": token_in(admin.get("/plan")),
        "do": "set",
        "owner": "all",
        "amount": "12 500 000",
    }
    period = {"first": "2026-01-01", "last": "2026-12-31"}
    assert admin.post("/plan/targets", data=form | period).status_code == 303
    assert "12.5 MSEK" in words_of(admin.get("/plan"))
    assert admin.post("/plan/targets", data=form | period | {"do": "withdraw"}).status_code == 303
    assert "12.5 MSEK" not in words_of(admin.get("/plan"))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"amount": "much"}, "no amount"),
        ({"amount": "-5"}, "above zero"),
        ({"first": ""}, "both dates"),
        ({"last": "2025-01-01"}, "before it begins"),
        ({"owner": "nobody"}, "Nobody is known"),
    ],
)
def test_a_target_with_a_fault_comes_back_with_what_was_typed(admin, wrong, says):
    form = {
        "token": token_in(admin.get("/plan")),
        "do": "set",
        "owner": "all",
        "amount": "7000000",
        "first": "2026-01-01",
        "last": "2026-12-31",
    } | wrong
    answer = admin.post("/plan/targets", data=form)
    assert answer.status_code == 400
    assert says in words_of(answer)
    assert f'value="{form["last"]}"' in answer.text


def test_a_new_version_is_made_kept_and_compared_with_the_old_one(admin):
    form = {"token": token_in(admin.get("/plan")), "p": "0.8"}
    assert admin.post("/plan/versions", data=form).status_code == 303
    page = admin.get("/plan?before=1&after=2")
    assert "From version 1 to 2" in words_of(page)
    assert "with a chance of 80" in words_of(page)


@pytest.mark.parametrize("p", ["much", "1.5", "0", "nan", "-1"])
def test_a_chance_that_is_none_is_told_and_makes_no_plan(admin, p):
    form = {"token": token_in(admin.get("/plan")), "p": p}
    assert admin.post("/plan/versions", data=form).status_code == 400
    for query in (f"propose=1&p={p}", f"reach={p}"):
        page = admin.get(f"/plan?{query}")
        assert page.status_code == 200
        assert 'role="alert"' in page.text
    assert len(ready(admin)[2]) == 1


def test_a_plan_is_proposed_kept_only_when_accepted_and_then_the_same(admin):
    page = admin.get("/plan?propose=1&p=0.8&start=")
    assert len(ready(admin)[2]) == 1
    assert "Nothing is kept until it is accepted" in words_of(page)
    form = {"token": token_in(page), "p": "0.8", "start": ""}
    assert admin.post("/plan/versions", data=form).status_code == 303
    versions = ready(admin)[2]
    assert len(versions) == 2
    pace = numbers.movements(versions[-1].created_per_week)
    assert f"Proposal: {pace} new deals a week" in words_of(page)
    with admin.app.state.asking.workspace() as workspace:
        compared = workspace.compare_plans(None, 1, 2)
    for leg in compared.legs:
        assert numbers.signed(numbers.movements(leg.change)) in words_of(page)


def test_a_plan_that_cannot_be_made_is_refused_in_a_sentence(admin):
    page = admin.get("/plan?propose=1&start=1999-01-01")
    assert page.status_code == 200
    assert "nothing yet to learn" in words_of(page)


def test_the_levers_are_those_of_the_workspace_and_set_the_sliders(admin):
    asked, _, _ = ready(admin)
    amount = f"{asked.now.mean:.0f}"
    form = {"token": token_in(admin.get("/plan")), "do": "set", "owner": "all", "amount": amount}
    asking = admin.app.state.asking
    with asking.workspace() as workspace:
        held = workspace.targets[0]
    admin.post("/plan/targets", data=form | {"first": held.first, "last": held.last})
    with asking.workspace() as workspace:
        race, _ = asking.race(workspace)
        levers = [each for each in workspace.focus(race, None, 0.6).levers if each.feasible]
    page = admin.get("/plan?reach=0.6")
    said = words_of(page)
    assert levers
    assert numbers.percent(0.6).replace("\u202f", " ") in said
    tries = re.findall(r'href="(/plan\?reach=0.6&amp;[^"]+)#what-if"', page.text)
    assert len(tries) == min(len(levers), 5)
    now, _, _ = ready(admin)
    for lever, address in zip(levers, tries, strict=False):
        query = html.unescape(address).partition("&")[2]
        name, _, factor = query.partition("=")
        assert 0 <= float(factor) - lever.factor < 0.01
        found = now.ask(asked_changes({name: factor}, len(asked.legs)))
        assert found.p_target > 0.59


def test_a_seller_sees_the_whole_the_own_team_and_oneself_and_no_other_seller(served, admin):
    with admin.app.state.asking.workspace() as workspace:
        people, targets = workspace.people, workspace.targets
    anna = people.persons["anna.lindqvist"]
    page = logged_in(served, "seller").get("/plan")
    said = words_of(page)
    others = [each for each in people.persons.values() if each.id != anna.id]
    assert {each.owner for each in targets} > {anna.id}
    assert not [each.name for each in others if each.name in said]
    assert anna.name in said
    teams = {each.owner for each in targets} & set(people.parents)
    assert not [each for each in teams - {anna.team} if each in said]
    everything = words_of(admin.get("/plan"))
    assert any(each.name in everything for each in others)


def test_who_may_not_settle_sees_no_forms_and_is_refused(served):
    for role in ("seller", "manager", "viewer"):
        client = logged_in(served, role)
        page = client.get("/plan")
        assert "/plan/targets" not in page.text
        form = {"token": token_in(page), "owner": "all", "amount": "1", "first": "2026-01-01"}
        refused = client.post("/plan/targets", data=form | {"last": "2026-12-31"})
        assert refused.status_code == 403, role
        assert client.post("/plan/versions", data=form).status_code == 403, role


def test_questions_share_what_was_made_ready_once(admin, monkeypatch):
    made = []

    def counted(*arguments):
        made.append(arguments)
        return questioning(*arguments)

    monkeypatch.setattr("mellantid.web.pages.plan.questioning", counted)
    for pace in (1, 1.3, 1.5):
        admin.get(f"/plan/what-if?pace={pace}")
    assert len(made) == 1
    admin.app.state.asking.settled()
    admin.get("/plan/what-if")
    assert len(made) == 2


@pytest.mark.parametrize("address", ["/plan?propose=1&reach=0.8", "/settings", "/settings/import"])
def test_no_two_parts_of_a_page_have_one_name(admin, address):
    names = re.findall(r'\sid="([^"]+)"', admin.get(address).text)
    assert len(names) == len(set(names))
    labelled = re.findall(r'<label[^>]* for="([^"]+)"', admin.get(address).text)
    assert set(labelled) <= set(names)
