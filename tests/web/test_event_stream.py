"""The stream of what happens: to whom, from where on, and until when."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest
from starlette.testclient import TestClient
from streams import stream
from web_sample import logged_in, token_in

from mellantid.core.standing.verdict import Verdict
from mellantid.ledger import Entries
from mellantid.web.api import events as room


@pytest.fixture
def office(served):
    office = served.state.asking.office
    yield office
    office.stop()


def happens(app, deal, kind="moved", stage="Offer", **others):
    """Something happens; the number of its entry."""
    asking = app.state.asking
    columns = {"deal": deal, "kind": kind, "stage": stage, "occurred_at": asking.now()} | others
    key = f"{deal}:{kind}:{stage}"
    asking.append(Entries(key=key, process="New business", source="test", **columns))
    with asking.workspace() as workspace:
        return workspace.ledger.position()


def position(app):
    with app.state.asking.workspace() as workspace:
        return workspace.ledger.position()


def deals_of(app, owner):
    asking = app.state.asking
    with asking.workspace() as workspace:
        outcome = workspace.outcome(asking.race(workspace)[0])
    return [each for each in outcome.deals if each.owner == owner and each.stage != "Offer"]


@pytest.mark.usefixtures("office")
def test_what_happens_is_on_the_stream_with_split_projection_and_verdict(served, admin):
    deal = next(each for each in deals_of(served, "anna.lindqvist") if each.p > 0.02)

    async def follow():
        async with stream(served, admin, f"/api/v1/events?after={position(served)}") as read:
            await read.until(lambda read: "event: begun" in read.text)
            number = await asyncio.to_thread(
                happens, served, deal.deal, "won", "Won", owner=deal.owner
            )
            await read.until(lambda read: read.events)
            return read, number

    read, number = asyncio.run(follow())
    assert read.headers["content-type"].startswith("text/event-stream")
    (told, kind, data) = read.events[0]
    assert (told, kind) == (number, "passing")
    text = "".join(part for part, _ in data["line"])
    assert text.startswith(f"Deal {deal.deal} was won")
    assert re.search(r"· \+[\d.]+\s\w+ expected · chance (<?\d+ → \d+|holds at <?\d+)\s%", text)
    assert "up" in [kind for _, kind in data["line"]]
    assert data["expected"] == pytest.approx((1 - deal.p) * deal.amount, rel=0.5)


@pytest.mark.usefixtures("office")
def test_who_comes_back_goes_on_after_the_last_event_they_saw(served, admin):
    after = position(served)
    numbers = [happens(served, f"T-{n}", "created", "Prospect") for n in range(4)]

    async def follow(path, **headers):
        async with stream(served, admin, path, **headers) as read:
            await read.until(lambda read: numbers[-1] in [each[0] for each in read.events])
            return [each[0] for each in read.events]

    assert asyncio.run(follow(f"/api/v1/events?after={after}")) == numbers
    last = str(numbers[1])
    assert asyncio.run(follow(f"/api/v1/events?after={after}", last_event_id=last)) == numbers[2:]


@pytest.mark.usefixtures("office")
def test_a_seller_is_told_of_their_own_deals_and_that_others_have_passed(served):
    seller = logged_in(served, "seller")
    mine, other = (deals_of(served, name)[0] for name in ("anna.lindqvist", "henrik.persson"))

    async def follow():
        async with stream(served, seller) as read:
            await asyncio.sleep(0.5)
            await asyncio.to_thread(happens, served, mine.deal, owner=mine.owner)
            await asyncio.to_thread(happens, served, other.deal)
            await read.until(lambda read: len(read.events) == 2)
            return read

    read = asyncio.run(follow())
    texts = ["".join(part for part, _ in data["line"]) for _, _, data in read.events]
    assert mine.deal in texts[0]
    assert texts[1].startswith("A deal ")
    assert "expected" not in texts[1]
    assert other.deal not in read.text
    assert "henrik" not in read.text
    assert not {"deal", "owner", "amount", "expected", "p"} & set(read.events[1][2])


def test_logging_out_ends_the_stream_within_some_seconds(served, admin, office, monkeypatch):
    monkeypatch.setattr(room, "BEAT", 0.2)
    page = admin.get("/race")

    async def follow():
        async with stream(served, admin) as read:
            await read.until(lambda read: "still here" in read.text)
            await asyncio.to_thread(admin.post, "/logout", data={"token": token_in(page)})
            await read.until(lambda read: read.over)

    asyncio.run(follow())
    assert not office.feed._listeners


def test_a_stop_of_the_app_ends_the_streams(served, admin, office):
    async def follow():
        async with stream(served, admin) as read:
            await read.until(lambda read: "retry" in read.text)
            office.close()
            await read.until(lambda read: read.over)

    asyncio.run(follow())


def test_who_is_not_logged_in_is_told_nothing(visitor):
    assert visitor.get("/api/v1/events").status_code == 401


def test_a_number_that_is_none_is_refused(admin):
    answer = admin.get("/api/v1/events?after=soon")
    assert answer.status_code == 400
    assert "id of the last event" in answer.json()["error"]


def test_the_page_has_the_last_lines_without_a_script(served, admin):
    happens(served, "T-1", "created", "Prospect", owner="anna.lindqvist")
    assert "Deal T-1 started at Prospect" in admin.get("/race").text
    assert (
        "Affär T-1 startade i Prospect"
        in admin.get("/race", headers={"accept-language": "sv"}).text
    )
    other = logged_in(served, "manager").get("/race").text
    assert "A deal started at Prospect" in other
    assert "T-1" not in re.search(r'<ol class="ticker".*?</ol>', other, re.DOTALL)[0]
    assert 'class="ticker"' not in admin.get("/race?as_of=2025-06-30").text


def test_a_leg_that_slips_is_in_the_title_and_the_icon(served, admin):
    asking = served.state.asking
    slips = 0
    for day in (dt.date(2025, 2, 10), dt.date(2025, 10, 28)):
        with asking.workspace() as workspace:
            legs = workspace.standing(asking.race(workspace, as_of=day)[0]).legs
        behind = [leg for leg in legs if leg.verdict == Verdict.BEHIND_LOSING]
        page = admin.get(f"/race?as_of={day}").text
        title = re.search(r"<title>(.*?) ·", page)[1]
        if behind:
            worst = min(behind, key=lambda leg: leg.money).leg
            assert title.casefold() == f"▼ {worst}".casefold()
        assert ("icon-slipping.svg" in page) == bool(behind)
        slips += bool(behind)
    assert slips


def test_live_begins_and_ends_with_the_app(served):
    office = served.state.asking.office
    with TestClient(served):
        assert office.open
        happens(served, "T-1", "created", "Prospect")
    assert not office.open
    assert office.writer._thread is None
    assert not office.feed.awake
