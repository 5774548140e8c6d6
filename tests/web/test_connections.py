from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import anyio
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import running
from web_sample import logged_in, token_in, words_of

from mellantid.connectors.following import Following
from mellantid.connectors.keeping import find_connection
from mellantid.connectors.kinds import kinds
from mellantid.connectors.syncing import LARGEST
from mellantid.connectors.told import Hint
from mellantid.connectors.webhook.signature import signature
from mellantid.simulators.filling import filled
from mellantid.simulators.simulator import Happened, simulator_of
from mellantid.web import following
from mellantid.web.following import _Reader
from mellantid.web.pages import hooks
from mellantid.web.texts import texts

HERE = "/settings/connections"
DEALS = 40
PATIENCE = 20.0


class Crm:
    """A simulated HubSpot on this machine, and what is given to connect it."""

    def __init__(self, address, simulator, crm, values):
        self.address, self.simulator, self.crm, self.values = address, simulator, crm, values
        self.sent = 0

    def delivery(self, deal, what="changed", event=None):
        self.sent += 1
        happened = Happened(deal, what, event, self.crm.now(), self.sent)
        return self.simulator.hook(
            self.crm, happened, "http://testserver/hooks/HubSpot", self.values
        )


@pytest.fixture
def crm(demo_file):
    _, now = demo_file
    simulator = simulator_of("hubspot")
    true = filled(lambda: now, DEALS)
    app = simulator.make(true, simulator.given("http://127.0.0.1"))
    with running(app) as address:
        values = simulator.given(address)
        yield Crm(address, simulator, true, values)


@pytest.fixture(autouse=True)
def follower(served):
    yield served.state.follower
    served.state.follower.stop()


def send(client, address, **form):
    return client.post(address, data={"token": token_in(client.get(address)), **form})


def add(client, values, kind="hubspot", name="HubSpot"):
    given = {f"value.{key}": value for key, value in values.items()}
    return send(client, f"{HERE}/new/{kind}", name=name, **given)


def connect(client, crm, follower):
    assert add(client, crm.values).status_code == 303
    assert send(client, f"{HERE}/HubSpot", do="choose", pipeline=["1", "2"]).status_code == 303
    until(lambda: str(connection(client).status) == "following")
    return follower


def connection(client):
    with client.app.state.asking.workspace() as workspace:
        return find_connection(workspace.ledger, "HubSpot")


def until(holds):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It has not happened."
        time.sleep(0.02)


def position(client):
    with client.app.state.asking.workspace() as workspace:
        return workspace.ledger.position()


def stage_of(client, deal):
    process = connection(client).courses["1"].process
    with client.app.state.asking.workspace() as workspace:
        told = workspace.ledger.latest(process)
        return dict(zip(told.deal, told.stage, strict=True)).get(deal)


def open_deal(crm):
    return next(
        each
        for each in crm.crm.deals.values()
        if each.now("pipeline") == "1" and each.now("stage") == "10" and each.deleted_at is None
    )


def post(client, delivery, path="/hooks/HubSpot"):
    headers = {**delivery.headers}
    headers.pop("content-length", None)
    headers.pop("host", None)
    return client.post(path, content=delivery.body, headers=headers)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_everything_that_a_kind_asks_for_has_words(language):
    words = texts(language)
    for kind in kinds():
        assert words(f"connection_kinds.{kind.name}")
        for field in kind.fields:
            assert words(f"connection_fields.{kind.name}_{field.name}")
            words(f"connection_hints.{kind.name}_{field.name}")


@pytest.mark.parametrize("kind", kinds(), ids=lambda each: each.name)
def test_the_form_of_each_kind_is_shown(admin, kind):
    page = admin.get(f"{HERE}/new/{kind.name}")
    assert page.status_code == 200
    for field in kind.fields:
        assert f'name="value.{field.name}"' in page.text


def test_a_crm_is_connected_its_pipelines_are_chosen_and_its_whole_history_is_read(admin, crm):
    assert "Nothing is connected yet" in words_of(admin.get(HERE))
    added = add(admin, crm.values)
    page = words_of(admin.get(added.headers["location"]))
    assert "New business" in page
    assert "Qualify → Meeting → Proposal" in page
    connect_page = send(admin, f"{HERE}/HubSpot", do="choose", pipeline=["1"])
    assert connect_page.status_code == 303
    until(lambda: str(connection(admin).status) == "following")
    told = words_of(admin.get(f"{HERE}/HubSpot"))
    assert "HubSpot: up to date" in told
    assert "deals read" in told
    assert stage_of(admin, open_deal(crm).id) == "Qualify"
    assert "Expansion" not in words_of(admin.get(HERE))


def test_the_secrets_are_shown_nowhere_and_one_that_is_left_empty_stays(
    admin, crm, follower, caplog
):
    caplog.set_level(logging.DEBUG)
    connect(admin, crm, follower)
    before = connection(admin).secrets["token"]
    changed = send(admin, f"{HERE}/HubSpot", do="change", **{"value.requests": "190"})
    assert changed.status_code == 303
    assert connection(admin).given["requests"] == "190"
    assert connection(admin).secrets["token"] == before
    pages = [admin.get(HERE).text, admin.get(f"{HERE}/HubSpot").text, caplog.text]
    for secret in (crm.values["token"], crm.values["client_secret"]):
        assert all(secret not in each for each in pages)


def test_a_token_that_is_not_taken_is_told_and_can_be_given_anew(admin, crm):
    add(admin, crm.values | {"token": "wrong"})
    page = words_of(admin.get(f"{HERE}/HubSpot"))
    assert "HubSpot: needs you" in page
    assert "token" in page
    send(admin, f"{HERE}/HubSpot", do="change", **{"value.token": crm.values["token"]})
    assert "Which pipelines to read" in words_of(admin.get(f"{HERE}/HubSpot"))


def test_what_is_wrong_with_the_form_is_told_and_what_was_typed_stays(admin, crm):
    sent = add(admin, crm.values | {"token": ""}, name="Vår HubSpot")
    assert sent.status_code == 400
    assert 'value="Vår HubSpot"' in sent.text
    assert "cannot be a connection" in words_of(sent)


def test_a_move_there_is_here_when_its_webhook_has_come(admin, crm, follower):
    connect(admin, crm, follower)
    deal = open_deal(crm)
    event = crm.crm.set(deal.id, "stage", "11")
    assert post(admin, crm.delivery(deal, event=event)).status_code == 200
    until(lambda: stage_of(admin, deal.id) == "Meeting")
    reached = position(admin)
    assert post(admin, crm.delivery(deal, event=event)).status_code == 200
    follower.ask("HubSpot")
    assert position(admin) == reached


def test_a_move_there_is_here_when_what_is_new_is_read(admin, crm, follower):
    connect(admin, crm, follower)
    deal = open_deal(crm)
    crm.crm.set(deal.id, "stage", "12")
    assert send(admin, f"{HERE}/HubSpot", do="read").status_code == 303
    until(lambda: stage_of(admin, deal.id) == "Proposal")
    crm.crm.delete(deal.id)
    assert send(admin, f"{HERE}/HubSpot", do="compare").status_code == 303
    until(lambda: "All deals compared" in words_of(admin.get(f"{HERE}/HubSpot")))


def test_forged_stale_torn_and_oversized_webhooks_are_refused_logged_and_write_nothing(
    admin, crm, follower, caplog
):
    connect(admin, crm, follower)
    deal = open_deal(crm)
    before = position(admin)
    genuine = crm.delivery(deal, event=crm.crm.set(deal.id, "stage", "11"))
    forged = {**genuine.headers, "x-hubspot-signature-v3": "AAAA"}
    stale = {**genuine.headers, "x-hubspot-request-timestamp": "1"}
    for body, headers, status in (
        (genuine.body, forged, 401),
        (genuine.body, stale, 401),
        (genuine.body[:-5], genuine.headers, 401),
        (b"", {}, 401),
        (b"x" * (LARGEST + 1), genuine.headers, 413),
    ):
        clean = {k: v for k, v in headers.items() if k not in {"content-length", "host"}}
        caplog.clear()
        assert admin.post("/hooks/HubSpot", content=body, headers=clean).status_code == status
        assert "was refused" in caplog.text
    assert admin.post("/hooks/Nobody", content=genuine.body).status_code == 404
    assert position(admin) == before
    assert stage_of(admin, deal.id) == "Qualify"


def test_whatever_is_posted_to_a_hook_writes_nothing_and_breaks_nothing(admin, crm, follower):
    connect(admin, crm, follower)
    before = position(admin)
    names = st.sampled_from(
        ["x-hubspot-signature-v3", "x-hubspot-request-timestamp", "content-type", "authorization"]
    )
    texts_ = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300), st.dictionaries(names, texts_, max_size=4))
    def posted(body, headers):
        assert admin.post("/hooks/HubSpot", content=body, headers=headers).status_code == 401

    posted()
    assert position(admin) == before


def test_a_flood_of_webhooks_leaves_the_pages_their_threads(served, monkeypatch):
    free = threading.Event()

    def held(*_):
        free.wait(PATIENCE)
        return hooks.PlainTextResponse("")

    monkeypatch.setattr(hooks, "_taken", held)

    async def flooded():
        transport = httpx2.ASGITransport(served)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            async with anyio.create_task_group() as flood:
                for _ in range(60):
                    flood.start_soon(client.post, "/hooks/Nobody")
                await anyio.sleep(0.5)
                with anyio.move_on_after(PATIENCE / 4) as waited:
                    assert (await client.get("/login")).status_code == 200
                free.set()
            assert not waited.cancelled_caught

    anyio.run(flooded)


def test_a_webhook_that_is_not_genuine_is_refused_before_people_and_processes_are_read(
    admin, crm, follower, monkeypatch
):
    connect(admin, crm, follower)
    follower.stop()
    monkeypatch.setattr(following, "telling", lambda *_: pytest.fail("It was opened for writing."))
    assert admin.post("/hooks/HubSpot", content=b"x").status_code == 401


def test_a_webhook_is_put_off_and_no_fault_where_the_key_cannot_be_read(admin, crm, follower):
    connect(admin, crm, follower)
    with admin.app.state.asking.workspace() as workspace:
        key = Path(f"{workspace.ledger.path}.key")
    for spoil in (key.unlink, key.mkdir):
        spoil()
        assert admin.post("/hooks/HubSpot", content=b"x").status_code == 503


def test_many_hints_are_followed_together_and_do_not_put_off_what_is_due(
    admin, crm, follower, monkeypatch
):
    connect(admin, crm, follower)
    did = []
    take, step = Following.take, Following.step

    def taken(self, name, hint):
        did.append(hint.deals)
        return take(self, name, hint)

    def stepped(self, names=None):
        did.append("step")
        return step(self, names)

    monkeypatch.setattr(Following, "take", taken)
    monkeypatch.setattr(Following, "step", stepped)
    deals = sorted(crm.crm.deals)[:30]
    with follower.alone("HubSpot"):
        for deal in deals:
            follower.hint("HubSpot", Hint((deal,), (f"key {deal}",)))
    until(lambda: deals[-1] in [deal for each in did if each != "step" for deal in each])
    taken_in = [each for each in did if each != "step"]
    assert len(taken_in) <= 2
    until(lambda: did[-1] == "step" and did.index(taken_in[-1]) < len(did) - 1)


def test_all_readers_are_told_to_end_before_one_is_waited_for(served, monkeypatch):
    told = []

    def end(self):
        told.append(self)

    monkeypatch.setattr(_Reader, "end", end)
    monkeypatch.setattr(_Reader, "stop", lambda _: told.append("waited"))
    follower = served.state.follower
    follower._readers = {name: _Reader(served.state.asking, name) for name in "abc"}
    follower.stop()
    follower._readers = {}
    assert told.index("waited") == 3


def test_a_thread_that_cannot_be_begun_does_not_end_the_following(
    admin, crm, follower, monkeypatch
):
    add(admin, crm.values)
    failed = []

    def fail(_):
        failed.append(1)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(following, "LOOK", 0.01)
    monkeypatch.setattr(_Reader, "start", fail)
    follower.start()
    until(lambda: len(failed) > 2)


def test_anything_can_post_its_deals_signed_and_they_are_in_the_ledger_when_it_is_answered(
    admin, demo_file
):
    _, now = demo_file
    simulator = simulator_of("webhook")
    true = filled(lambda: now, 3)
    values = simulator.given("http://127.0.0.1")
    assert add(admin, values, "webhook", "Ours").status_code == 303
    page = admin.get(f"{HERE}/Ours")
    chosen = [part.split('"')[0] for part in page.text.split('name="pipeline" value="')[1:]]
    send(admin, f"{HERE}/Ours", do="choose", pipeline=chosen)
    before = position(admin)
    deal = next(each for each in true.deals.values() if each.now("pipeline") == "1")
    happened = Happened(deal, "created", None, now, 1)
    delivery = simulator.hook(true, happened, "http://testserver/hooks/Ours", values)
    assert post(admin, delivery, "/hooks/Ours").status_code == 200
    reached = position(admin)
    assert reached > before
    assert post(admin, delivery, "/hooks/Ours").status_code == 200
    assert position(admin) == reached
    body = b'{"id": "2", "changes": [{"deal": "9", "at": "yesterday"}]}'
    headers = {"mellantid-signature": signature(values["secret"], now // 1_000, body)}
    refused = admin.post("/hooks/Ours", content=body, headers=headers)
    assert refused.status_code == 422
    assert "Nothing was taken in" in refused.text
    assert position(admin) == reached


def test_a_connection_is_removed_only_when_one_is_sure_and_what_was_read_stays(
    admin, crm, follower
):
    connect(admin, crm, follower)
    reached = position(admin)
    assert send(admin, f"{HERE}/HubSpot", do="remove").status_code == 400
    assert send(admin, f"{HERE}/HubSpot", do="remove", sure="yes").status_code == 303
    assert admin.get(f"{HERE}/HubSpot").status_code == 404
    assert position(admin) >= reached


def test_who_may_not_settle_sees_no_connection(served, admin, crm):
    add(admin, crm.values)
    seller = logged_in(served, "seller")
    for address in (HERE, f"{HERE}/new/hubspot", f"{HERE}/HubSpot"):
        assert seller.get(address).status_code == 403
