from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notices_receiver import receiver as receivers

from mellantid.notices import webhook
from mellantid.notices.addresses import Opened
from mellantid.notices.outbox import State
from mellantid.notices.signing import (
    DELIVERY,
    SIGNATURE,
    TOLERANCE,
    is_signed,
    new_signing_secret,
    signature,
)
from mellantid.notices.webhook import body_of, judged, send_webhook

SECRET = new_signing_secret()
NOW = 1_770_000_000_123
HERE = frozenset({"127.0.0.1"})


def sent(receiver, body=b"{}", allowed=HERE, **changed):
    address = Opened(**{"url": receiver.url, "secret": SECRET} | changed)
    return send_webhook(address, "ntc_1", body, NOW, allowed)


def test_a_program_gets_the_body_that_was_signed_with_the_name_of_the_delivery(receiver):
    body = body_of({"event": "leg.slips", "text": "Behovsanalys tappar – åäö"})
    assert sent(receiver, body).state is State.SENT
    [(path, headers, taken)] = receiver.taken
    assert (path, taken) == ("/hook", body)
    assert headers[DELIVERY] == "ntc_1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert is_signed(SECRET, taken, headers[SIGNATURE], NOW / 1000)
    assert json.loads(taken)["text"].endswith("åäö")


@given(st.binary(max_size=50), st.integers(0, 2**40), st.binary(min_size=1, max_size=3))
def test_a_signature_holds_for_its_body_secret_and_time_alone(body, at, more):
    header = signature(SECRET, body, at)
    assert is_signed(SECRET, body, header, at)
    assert not is_signed(SECRET, body + more, header, at)
    assert not is_signed(SECRET + "x", body, header, at)
    assert not is_signed(SECRET, body, header, at + TOLERANCE + 1)
    assert not is_signed(SECRET, body, header.replace(f"t={at}", f"t={at + 1}"), at)


@given(st.text(max_size=40))
def test_no_header_that_is_made_up_is_a_signature(header):
    assert not is_signed(SECRET, b"{}", header, 0)


def test_a_receiver_verifies_as_the_page_says():
    page = Path(__file__).parents[2] / "docs" / "notices.md"
    code = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[1]
    told = {}
    exec(code, told)  # noqa: S102 (our own page)
    now = int(time.time())
    header = signature(SECRET, b"{}", now)
    assert told["is_from_mellantid"](SECRET, b"{}", header)
    assert not told["is_from_mellantid"](SECRET, b"{ }", header)
    assert not told["is_from_mellantid"](SECRET, b"{}", signature(SECRET, b"{}", now - 400))


def test_openssl_makes_the_same_signature(tmp_path):
    if shutil.which("openssl") is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no openssl here: install it (apt-get install openssl).")
    body = body_of({"text": "åäö"})
    (tmp_path / "body.json").write_bytes(body)
    script = '(printf "%s." "$1"; cat "$2") | openssl dgst -sha256 -hmac "$3"'
    command = ["sh", "-c", script, "sh", "1770000000", str(tmp_path / "body.json"), SECRET]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours
    assert re.search(r"\b[0-9a-f]{64}$", out.strip())[0] in signature(SECRET, body, 1_770_000_000)


@pytest.mark.parametrize("status", [500, 502, 503, 408, 425, 429])
def test_what_may_pass_is_tried_again(receiver, status):
    receiver.answers.append((status, {}))
    result = sent(receiver)
    assert (result.state, result.gone) == (State.WAITING, False)
    assert str(status) in result.why


def test_who_asks_for_time_gets_it_within_reason(receiver):
    receiver.answers += [(429, {"Retry-After": "120"}), (503, {"Retry-After": "9" * 9})]
    assert sent(receiver).rest == 120_000
    assert sent(receiver).rest == webhook.LONGEST_WAIT
    assert judged(503, "Fri, 31 Dec 1999 23:59:59 GMT").rest == 0


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_what_is_refused_is_given_up(receiver, status):
    receiver.answers.append((status, {}))
    assert sent(receiver).state is State.FAILED


def test_who_is_gone_says_so_for_good(receiver):
    receiver.answers.append((410, {}))
    result = sent(receiver)
    assert (result.state, result.gone) == (State.FAILED, True)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(receiver, status):
    receiver.answers.append((status, {"Location": receiver.url}))
    result = sent(receiver)
    assert result.state is State.FAILED
    assert "not followed" in result.why
    assert len(receiver.taken) == 1


def test_what_is_inside_gets_nothing_unless_it_is_allowed(receiver):
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        result = sent(receiver, url=url, allowed=())
        assert result.state is State.FAILED
        assert "private network" in result.why
    assert receiver.taken == []


def test_a_name_that_leads_elsewhere_a_moment_later_is_not_followed_there(receiver):
    """The number that was looked at is connected to, and the host is not asked for again."""
    asked = []

    def resolve(host, _):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    address = Opened(f"http://hooks.example.com:{receiver.port}/x", SECRET)
    result = send_webhook(address, "ntc_1", b"{}", NOW, {"hooks.example.com"}, resolve)
    assert result.state is State.SENT
    assert asked == ["hooks.example.com"]
    assert receiver.taken[0][1]["Host"] == f"hooks.example.com:{receiver.port}"


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate of hooks.example.com, which is trusted while it is there."""
    if shutil.which("openssl") is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no openssl here: install it (apt-get install openssl).")
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=hooks", "-addext", "subjectAltName=DNS:hooks.example.com"]
    subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)  # noqa: S603 - ours
    monkeypatch.setenv("SSL_CERT_FILE", cert)
    return cert, key


def test_a_certificate_is_that_of_the_name_and_not_of_the_number(certificate):
    with receivers(certificate) as program:
        results = [
            send_webhook(
                Opened(f"https://{host}:{program.port}/x", SECRET),
                "ntc_1",
                b"{}",
                NOW,
                {host},
                lambda *_: ["127.0.0.1"],
            )
            for host in ("hooks.example.com", "other.example.com")
        ]
    assert [each.state for each in results] == [State.SENT, State.WAITING]
    assert "certificate" in results[1].why.lower()
    assert len(program.taken) == 1


def test_what_the_environment_says_of_proxies_is_not_heard(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sent(receiver).state is State.SENT


def test_nobody_there_is_tried_again_without_the_address_being_told(receiver):
    url = "http://127.0.0.1:9/secret-path"
    result = sent(receiver, url=url)
    assert result.state is State.WAITING
    assert "secret-path" not in result.why

    def unknown(*_):
        raise OSError("Name or service not known")

    result = send_webhook(Opened("https://nowhere.example/", SECRET), "n", b"", NOW, (), unknown)
    assert result.state is State.WAITING


def test_who_answers_a_letter_at_a_time_is_left(receiver, monkeypatch):
    monkeypatch.setattr(webhook, "WHOLE", 0.1)
    monkeypatch.setattr(webhook, "PATIENCE", 0.3)
    receiver.slow = 0.05
    begun = time.monotonic()
    result = sent(receiver)
    assert time.monotonic() - begun < 2
    assert result.state is State.WAITING


def test_what_is_secret_of_an_address_is_not_told_by_chance():
    assert SECRET not in repr(Opened("https://example.com/secret", SECRET))
