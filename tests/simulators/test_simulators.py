"""The simulators themselves: their truth, their faults, their counting, their life."""

import asyncio

import httpx2
import numpy as np
import pytest

from mellantid.connectors.connector import Window
from mellantid.errors import QuestionError
from mellantid.simulators.crm import SimulatedCrm, facts, filled
from mellantid.simulators.faults import BrokenError, Faults
from mellantid.simulators.hubspot import SIMULATOR
from mellantid.simulators.living import Hooks, change_something
from mellantid.simulators.serving import _parser, made, told
from mellantid.simulators.simulator import simulator_of

NOW = 1_750_000_000_000


def crm_of(deals=200, seed=1):
    return filled(lambda: NOW, deals, seed)


async def fine(scope, receive, send):
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"whole"})


def asked(application, times, path="/x"):
    """The answers to so many requests: a status, or what broke."""

    async def ask():
        transport = httpx2.ASGITransport(application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
            found = []
            for _ in range(times):
                try:
                    found.append((await client.get(path)).status_code)
                except BrokenError:
                    found.append("broken")
            return found

    return asyncio.run(ask())


def test_the_same_seed_is_the_same_crm():
    assert facts(crm_of(), "1") == facts(crm_of(), "1")
    assert facts(crm_of(), "1") != facts(crm_of(seed=2), "1")


def test_a_filled_crm_has_everything_that_a_connector_must_tell():
    crm = crm_of(1_000)
    deals = list(crm.deals.values())
    fields = [[each.field for each in deal.events[4:]] for deal in deals]
    assert any("pipeline" in each for each in fields)
    assert any(each.merged_into for each in deals)
    assert any(each.deleted_at and not each.merged_into for each in deals)
    twice = [{(e.at, e.field) for e in deal.events} for deal in deals]
    assert any(len(pairs) < len(deal.events) for pairs, deal in zip(twice, deals, strict=True))


def test_facts_are_what_holds_at_the_end_of_each_moment():
    crm = SimulatedCrm(lambda: NOW)
    crm.pipelines = crm_of(1).pipelines
    deal = crm.create("1", 5.0, "3", at=NOW)
    crm.set(deal.id, "stage", "11", at=NOW + 1_000)
    crm.set(deal.id, "stage", "12", at=NOW + 1_000)
    crm.set(deal.id, "stage", "12", at=NOW + 2_000)
    crm.set(deal.id, "pipeline", "2", at=NOW + 3_000)
    crm.set(deal.id, "stage", "20", at=NOW + 3_000)
    said = sorted((each.at - NOW, each.what, each.value) for each in facts(crm, "1"))
    assert said == [
        (0, "amount", "5"),
        (0, "owner", "3"),
        (0, "stage", "10"),
        (1_000, "stage", "12"),
        (3_000, "removed", ""),
    ]
    moved = {(each.at - NOW, each.what) for each in facts(crm, "2")}
    assert moved == {(3_000, "stage"), (3_000, "amount"), (3_000, "owner")}


def test_faults_come_by_the_seed_and_in_every_sort():
    made_faults = []
    for _ in range(2):
        faults = Faults(fine, share=0.5, seed=7, slow=0.0)
        made_faults.append((asked(faults, 80), faults.made))
    assert made_faults[0] == made_faults[1]
    assert set(made_faults[0][1]) == {"429", "500", "503", "slow", "broken", "cut"}
    assert {200, 429, 500, 503, "broken"} == set(made_faults[0][0])


def test_what_is_over_a_limit_is_refused_and_counted():
    seconds = [0.0]
    faults = Faults(fine, (Window(3, 10.0),), clock=lambda: seconds[0])
    assert asked(faults, 5) == [200, 200, 200, 429, 429]
    assert (faults.over, faults.windows[0].peak) == (2, 5)
    seconds[0] = 10.0
    assert asked(faults, 1) == [200]


def test_costs_and_sorts_are_counted_and_windows_may_pass_quicker():
    faults = Faults(
        fine,
        (Window(10, 20.0), Window(1, 20.0, "search")),
        cost=lambda _: 4.0,
        of=lambda scope: "search" if scope["path"] == "/search" else "",
        clock=lambda: 0.0,
        speed=20.0,
    )
    assert asked(faults, 3) == [200, 200, 429]
    assert [each.seconds for each in faults.windows] == [1.0, 1.0]
    assert [each.peak for each in faults.windows] == [12.0, 0.0]


def test_what_was_counted_and_what_is_true_can_be_asked_for():
    application = made(SIMULATOR, _parser().parse_args(["hubspot", "--deals", "5"]))
    transport = httpx2.ASGITransport(application)

    async def ask():
        async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
            return [(await client.get(f"/-/{name}")).json() for name in ("facts", "counted")]

    true, counted = asyncio.run(ask())
    assert len({fact[0] for several in true.values() for fact in several}) == 5
    assert counted["requests"] == 0


def test_it_says_what_to_type():
    said = told(SIMULATOR, _parser().parse_args(["hubspot", "--port", "9", "--token", "abc"]))
    assert "mellantid connect add hubspot" in said
    assert "token=abc" in said
    assert "http://127.0.0.1:9" in said


def test_life_changes_something_each_time():
    crm = crm_of(50)
    rng = np.random.default_rng(1)
    heard = []
    crm.listeners.append(lambda deal, what, event: heard.append((deal.id, what, event)))
    for _ in range(30):
        change_something(crm, rng)
    assert len(heard) == 30
    assert {"created", "changed"} == {what for _, what, _ in heard}


def test_changes_are_told_by_webhook(monkeypatch):
    sent = []

    class Client(httpx2.Client):
        def request(self, method, url, **more):
            sent.append((method, url, more["content"]))
            return httpx2.Response(200)

    monkeypatch.setattr("mellantid.simulators.living.httpx2.Client", Client)
    crm = crm_of(5)
    hooks = Hooks(crm, SIMULATOR, SIMULATOR.given("http://x"), "http://127.0.0.1:1/hooks/crm")
    crm.create("1", 5.0, "1")
    hooks._waiting.join()
    assert [each[:2] for each in sent] == [("POST", "http://127.0.0.1:1/hooks/crm")]
    assert b"deal.creation" in sent[0][2]


def test_a_simulator_that_is_not_there_is_told():
    with pytest.raises(QuestionError, match="no simulator 'nowhere'"):
        simulator_of("nowhere")
