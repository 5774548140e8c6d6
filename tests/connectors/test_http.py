"""The way out to the network keeps the source's limits and our secrets."""

import logging

import httpx2
import pytest

from mellantid.connectors.answer import redacted, seconds_to_wait
from mellantid.connectors.connector import (
    DAY,
    NotLetInError,
    SourceError,
    SpentError,
    Window,
)
from mellantid.connectors.http import Http

GIVEN = "pat-na1-0123456789abcdef"
URL = "https://crm.example/deals"


class Clock:
    """A clock that only goes on when somebody sleeps."""

    def __init__(self, at=1_750_000_000_000):
        self.at = at
        self.slept = []

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += round(seconds * 1_000)


def made(answer, windows=(), **more):
    """The client of a source that answers as the function says, and its clock."""
    clock = Clock()
    http = Http(windows, httpx2.MockTransport(answer), clock.now, clock.sleep, **more)
    return http, clock


def in_turn(*answers):
    """A source that gives these one after another, the last one for ever; and what it was asked."""
    asked = []

    def answer(request):
        asked.append(request)
        given = answers[min(len(asked), len(answers)) - 1]
        if isinstance(given, Exception):
            raise given
        return given

    return answer, asked


def most_within(moments, seconds):
    """The most moments (ms) within any such time."""
    return max(
        sum(begin <= each < begin + seconds * 1_000 for each in moments) for begin in moments
    )


def test_an_answer_tells_status_headers_and_document():
    http, _ = made(lambda _: httpx2.Response(200, json={"a": 1}, headers={"X-Left": "7"}))
    answer = http.get(URL, params={"limit": 5}, headers={"Authorization": f"Bearer {GIVEN}"})
    assert (answer.status, answer.json(), answer.headers["x-left"]) == (200, {"a": 1}, "7")


def test_more_is_not_asked_within_a_window_than_it_allows():
    moments = []
    http, clock = made(lambda _: moments.append(clock.at) or httpx2.Response(200))
    http.keep((Window(10, 2.0), Window(25, 60.0)))
    for _ in range(60):
        http.get(URL)
        clock.at += 30
    assert most_within(moments, 2) == 10
    assert most_within(moments, 60) == 25


def test_a_costly_request_takes_more_of_a_window():
    moments = []
    http, clock = made(lambda _: moments.append(clock.at) or httpx2.Response(200))
    http.keep((Window(100, 10.0),))
    for _ in range(12):
        http.get(URL, cost=20)
    assert most_within(moments, 10) == 5


def test_a_sort_of_request_that_is_limited_by_itself_leaves_the_others_free():
    moments = {"": [], "search": []}
    http, clock = made(lambda _: httpx2.Response(200))
    http.keep((Window(100, 10.0), Window(2, 1.0, "search")))
    for _ in range(6):
        for sort in ("", "search"):
            http.get(URL, of=sort)
            moments[sort].append(clock.at)
    assert most_within(moments["search"], 1) == 2
    assert sum(clock.slept) < 3


def test_a_request_counts_from_when_the_source_has_surely_counted_it():
    moments = []

    def slow(_):
        moments.append(clock.at)
        clock.at += 1_500
        return httpx2.Response(200)

    http, clock = made(slow, (Window(1, 10.0),))
    http.get(URL)
    http.get(URL)
    assert moments[1] - moments[0] > 11_500


def test_what_costs_more_than_a_window_is_told():
    http, _ = made(lambda _: httpx2.Response(200), (Window(10, 2.0),))
    with pytest.raises(SourceError, match="ask for less at once"):
        http.get(URL, cost=11)


def test_a_day_that_is_used_up_says_until_when():
    http, clock = made(lambda _: httpx2.Response(200), (Window(3, DAY),))
    begun = clock.at
    for _ in range(3):
        http.get(URL)
    with pytest.raises(SpentError) as spent:
        http.get(URL)
    assert spent.value.until == begun + DAY * 1_000 + 1


def test_a_restart_does_not_forget_what_the_day_has_cost():
    answer, asked = in_turn(httpx2.Response(200))
    before, clock = made(answer, (Window(3, DAY), Window(9, 1.0)))
    for _ in range(2):
        before.get(URL)
    after = Http((Window(3, DAY),), httpx2.MockTransport(answer), clock.now, clock.sleep)
    after.load(before.saved())
    after.get(URL)
    with pytest.raises(SpentError):
        after.get(URL)
    assert len(asked) == 3


def test_a_restart_does_not_forget_a_short_window_either():
    moments = []
    http, clock = made(lambda _: moments.append(clock.at) or httpx2.Response(200))
    http.keep((Window(10, 10.0),))
    for _ in range(8):
        http.get(URL)
        clock.at += 200
    after = Http((), http._transport, clock.now, clock.sleep)
    after.keep((Window(10, 10.0),))
    after.load(http.saved())
    for _ in range(8):
        after.get(URL)
    assert most_within(moments, 10) <= 10


def test_what_a_day_has_cost_is_kept_in_few_words():
    http, clock = made(lambda _: httpx2.Response(200), (Window(10_000, DAY),))
    for _ in range(1_000):
        http.get(URL)
        clock.at += 60_000
    assert len(http.saved()[0]["spent"]) <= 145


@pytest.mark.parametrize("said", ["7", "Sun, 15 Jun 2025 15:06:47 GMT"])
def test_a_refusal_is_obeyed_in_seconds_and_as_a_date(said):
    answer, _ = in_turn(httpx2.Response(429, headers={"Retry-After": said}), httpx2.Response(200))
    http, clock = made(answer)
    assert http.get(URL).status == 200
    assert sum(clock.slept) == pytest.approx(7, abs=0.01)


def test_a_refusal_for_longer_than_the_patience_is_told():
    http, clock = made(lambda _: httpx2.Response(429, headers={"Retry-After": "4000"}))
    with pytest.raises(SpentError) as spent:
        http.get(URL)
    assert spent.value.until == clock.at + 4_000_001


def test_after_a_long_refusal_nothing_is_asked_at_all():
    answer, asked = in_turn(httpx2.Response(429, headers={"Retry-After": "4000"}))
    http, _ = made(answer)
    for _ in range(3):
        with pytest.raises(SpentError):
            http.get(URL)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "fault",
    [
        httpx2.Response(500),
        httpx2.Response(429),
        httpx2.ReadTimeout("slow"),
        httpx2.ConnectError("no route"),
        httpx2.RemoteProtocolError("cut off"),
    ],
)
def test_what_breaks_is_asked_again_after_growing_waits(fault):
    answer, asked = in_turn(fault, fault, fault, httpx2.Response(200))
    http, clock = made(answer)
    assert http.get(URL).status == 200
    assert len(asked) == 4
    assert clock.slept == sorted(clock.slept)
    assert clock.slept[-1] > clock.slept[0] > 0


def test_patience_has_an_end():
    http, clock = made(lambda _: httpx2.Response(503), patience=20.0)
    with pytest.raises(SourceError, match="fault of its own"):
        http.get(URL)
    assert 0 < sum(clock.slept) <= 20


def test_what_may_not_be_repeated_is_not_where_it_may_have_arrived():
    for fault in (httpx2.ReadTimeout("slow"), httpx2.Response(502)):
        answer, asked = in_turn(fault, httpx2.Response(200))
        http, _ = made(answer)
        with pytest.raises(SourceError, match="look there"):
            http.post(URL, json={}, again=False)
        assert len(asked) == 1


def test_what_may_not_be_repeated_is_where_it_surely_never_arrived():
    answer, asked = in_turn(
        httpx2.ConnectError("no route"), httpx2.Response(429), httpx2.Response(200)
    )
    http, _ = made(answer)
    assert http.post(URL, json={}, again=False).status == 200
    assert len(asked) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_taken_is_not_tried_again(status):
    answer, asked = in_turn(httpx2.Response(status, text=f"bad {GIVEN}"))
    http, _ = made(answer)
    with pytest.raises(NotLetInError) as told:
        http.get(URL)
    assert len(asked) == 1
    assert GIVEN not in str(told.value)


def test_other_refusals_are_for_the_connector_to_judge():
    http, _ = made(lambda _: httpx2.Response(404))
    assert http.get(URL).status == 404
    http, _ = made(lambda _: httpx2.Response(403))
    assert http.get(URL, known=(403,)).status == 403


def test_it_does_not_follow_to_where_the_token_would_go_with_it():
    answer, asked = in_turn(httpx2.Response(302, headers={"Location": "https://evil.example"}))
    http, _ = made(answer)
    with pytest.raises(SourceError, match="elsewhere"):
        http.get(URL)
    assert len(asked) == 1


def test_an_answer_without_end_is_cut_off():
    http, _ = made(lambda _: httpx2.Response(200, content=b"x" * 3 * 2**20), largest=2**20)
    with pytest.raises(SourceError, match="more than 1 MB"):
        http.get(URL)


def test_an_answer_that_is_no_json_is_one_sentence():
    http, _ = made(lambda _: httpx2.Response(200, text="<html>"))
    with pytest.raises(SourceError, match="no JSON"):
        http.get(URL).json()
    http, _ = made(lambda _: httpx2.Response(200, text="[" * 100_000))
    with pytest.raises(SourceError, match="no JSON"):
        http.get(URL).json()


@pytest.mark.parametrize("url", ["http://crm.example/x", "ftp://crm.example", "crm", "", "http://"])
def test_an_address_that_cannot_be_asked_safely_is_refused(url):
    answer, asked = in_turn(httpx2.Response(200))
    http, _ = made(answer)
    with pytest.raises(SourceError, match="https://"):
        http.get(url)
    assert not asked


@pytest.mark.parametrize("host", ["127.0.0.1:8901", "localhost", "odoo.lan", "10.0.0.7", "[::1]"])
def test_a_source_nearby_may_do_without_encryption(host):
    http, _ = made(lambda _: httpx2.Response(200))
    assert http.get(f"http://{host}/x").status == 200


def test_no_secret_is_in_an_exception_a_log_or_a_repr(caplog):
    caplog.set_level(logging.DEBUG)
    faults = (
        httpx2.ConnectError(f"cannot reach ?api_token={GIVEN}"),
        httpx2.Response(500, text=GIVEN),
        httpx2.Response(401, text=GIVEN),
        httpx2.Response(302, headers={"Location": f"https://x/{GIVEN}"}),
    )
    for fault in faults:
        answer, _ = in_turn(fault)
        http, _ = made(answer)
        with pytest.raises(SourceError) as told:
            http.get(
                URL,
                params={"api_token": GIVEN},
                headers={"Authorization": f"Bearer {GIVEN}"},
            )
        assert GIVEN not in str(told.value) + repr(told.value) + repr(http)
        assert told.value.__cause__ is None
    answer, _ = in_turn(httpx2.Response(200, text=GIVEN))
    http, _ = made(answer)
    assert GIVEN not in repr(http.get(f"{URL}?api_token={GIVEN}"))
    assert GIVEN not in caplog.text


def test_a_text_is_told_without_what_looks_like_a_secret():
    text = f"GET /x?api_token={GIVEN}&a=1 with Bearer {GIVEN} and hunter2!"
    told = redacted(text, ("hunter2!",))
    assert GIVEN not in told
    assert "hunter2!" not in told
    assert "&a=1" in told


@pytest.mark.parametrize("said", ["1e300", "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_source_that_asks_to_be_left_alone_for_years_is_asked_again_after_a_day(said):
    http, clock = made(lambda _: httpx2.Response(429, headers={"Retry-After": said}))
    with pytest.raises(SpentError) as spent:
        http.get(URL)
    assert 0 < spent.value.until - clock.at <= DAY * 1_000 + 1


@pytest.mark.parametrize("windows", [(Window(2, 10.0),), (Window(2, DAY),)], ids=["short", "day"])
def test_a_clock_that_is_put_back_keeps_nobody_waiting_for_longer_than_a_window(windows):
    http, clock = made(lambda _: httpx2.Response(200), windows, patience=DAY + 10)
    http.get(URL)
    http.get(URL)
    clock.at -= round(365 * DAY * 1_000)
    begun = clock.at
    http.get(URL)
    assert windows[0].seconds <= (clock.at - begun) / 1_000 <= windows[0].seconds + 1


def test_a_refusal_from_before_the_clock_was_put_back_is_forgotten():
    answer, _ = in_turn(httpx2.Response(429, headers={"Retry-After": "3600"}), httpx2.Response(200))
    http, clock = made(answer)
    with pytest.raises(SpentError):
        http.get(URL)
    clock.at -= round(365 * DAY * 1_000)
    assert http.get(URL).status == 200


def test_a_retry_after_that_says_nothing_asks_for_nothing():
    now = 1_750_000_000_000
    for said in ("", "soon", "inf", "nan"):
        assert seconds_to_wait({"retry-after": said}, now) is None
    assert seconds_to_wait({"retry-after": "-5"}, now) == 0
