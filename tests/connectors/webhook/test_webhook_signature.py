"""Nobody without a secret is believed, and nobody's delivery for long."""

import hashlib
import hmac
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webhook_sample import NOW, SECRET, change, connector, posted

from mellantid.connectors.connector import ForgedError, SourceError
from mellantid.connectors.webhook.signature import signature

OTHER = "o" * 32
DOCS = (Path(__file__).parents[3] / "docs/connectors/webhook.md").read_text(encoding="utf-8")


def believed(delivery, **given):
    try:
        connector(**given).hint(delivery)
    except ForgedError:
        return False
    return True


def test_the_signature_is_hmac_sha256_over_time_dot_and_body():
    due = hmac.new(SECRET.encode(), b"1790000000.{}", hashlib.sha256).hexdigest()
    assert signature(SECRET, 1_790_000_000, b"{}") == f"t=1790000000,v1={due}"


def test_a_delivery_with_the_secret_is_believed():
    assert believed(posted(change()))


def test_while_a_secret_is_changed_both_are_valid():
    old, new = posted(change(), secret=OTHER), posted(change())
    assert believed(old, secret_before=OTHER)
    assert believed(new, secret_before=OTHER)
    assert not believed(old)


def test_a_sender_may_sign_with_both_of_its_secrets():
    body = posted(change()).body
    both = [signature(each, NOW // 1_000, body) for each in (OTHER, SECRET)]
    header = both[0] + "," + both[1].split(",")[1]
    assert believed(posted(body=body, header=header))


@pytest.mark.parametrize(
    ("late", "taken"), [(0, True), (299, True), (301, False), (-299, True), (-301, False)]
)
def test_a_signature_is_believed_for_five_minutes(late, taken):
    assert believed(posted(change(), at=NOW - late * 1_000)) == taken


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1790000000",
        "v1=abc",
        "t=1790000000,v1=",
        "t=soon,v1=abc",
        "t=²,v1=abc",
        "t=9999999999999999,v1=abc",
        "t=1790000000,t=1790000000,v1=abc",
        "t=1790000000,v1=åäö",
        "t=1790000000," + ",".join(["v1=a"] * 50),
    ],
)
def test_a_header_that_is_none_is_refused(header):
    assert not believed(posted(change(), header=header))


def test_another_scheme_does_not_stand_for_a_signature():
    body = posted(change()).body
    header = signature(SECRET, NOW // 1_000, body).replace("v1=", "v0=")
    assert not believed(posted(body=body, header=header))


def test_the_time_cannot_be_renewed_without_the_secret():
    old = posted(change(), at=NOW - 3_600_000)
    header = old.headers["mellantid-signature"].replace("t=1789996400", "t=1790000000")
    assert header != old.headers["mellantid-signature"]
    assert not believed(posted(body=old.body, header=header))


@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_a_body_that_was_altered_is_refused(place, put):
    good = posted(change())
    altered = good.body[:place] + put + good.body[place + len(put) :]
    if altered != good.body:
        assert not believed(posted(body=altered, header=good.headers["mellantid-signature"]))


@given(st.text(max_size=100))
def test_no_other_header_is_believed(header):
    assert not believed(posted(change(), header=header))


@pytest.mark.parametrize("name", ["secret", "secret_before"])
def test_a_short_secret_is_refused(name):
    with pytest.raises(SourceError, match=f"{name} is too short"):
        connector(**{name: "short"})


def test_no_refusal_shows_a_secret():
    with pytest.raises(ForgedError) as refused:
        connector().hint(posted(change(), secret=OTHER))
    assert SECRET not in str(refused.value)


def code(language, name):
    """A piece of code of the documentation, by a word in it."""
    found = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    return next(each for each in found if name in each)


def test_the_python_of_the_documentation_is_believed():
    given = {}
    exec(code("python", "def signed"), given)  # noqa: S102 (our own documentation)
    body = posted(change()).body
    header = given["signed"](SECRET, NOW // 1_000, body)
    assert believed(posted(body=body, header=header))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_shell_of_the_documentation_is_believed(tmp_path):
    lines = code("sh", "openssl dgst").splitlines()
    sign = next(each for each in lines if "openssl dgst" in each)
    body = posted(change()).body
    (tmp_path / "body.json").write_bytes(body)
    script = f'secret={SECRET}; t={NOW // 1_000}; {sign}\nprintf %s "$v1"'
    done = subprocess.run(  # noqa: S603 (our own documentation)
        ["bash", "-c", script],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert believed(posted(body=body, header=f"t={NOW // 1_000},v1={done.stdout}"))
