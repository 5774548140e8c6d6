from __future__ import annotations

import base64
import email
import email.policy
import os
import shutil
import subprocess

import pytest
from letter_sample import sample
from mail_server import mail_server

from mellantid.errors import DataError, QuestionError
from mellantid.letters.mail import mail_of
from mellantid.letters.post import (
    PASSWORD,
    Mail,
    NotSent,
    Post,
    Unreachable,
    connected,
    deliver,
    message,
    read_post,
    write_post,
)
from mellantid.letters.telling import tell
from mellantid.workspace import Workspace

NOW = 1_770_000_000_000
SENDER = "brev@example.com"
TO = "åsa@example.com".replace("å", "a")


@pytest.fixture
def server():
    with mail_server() as kept:
        yield kept


def post_to(server, **changed):
    return Post(
        **{"host": "127.0.0.1", "port": server.port, "sender": SENDER, "security": "none"} | changed
    )


def made(post, **changed):
    values = {"to": TO, "subject": "Måndag", "text": "Hej\n.\nslut\n", "html": "<p>Hej</p>"}
    return message(Mail(**values | changed), post, "Mellantid, Fjällräv & Söner", NOW)


def sent(post, mail):
    with connected(post) as open_server:
        deliver(open_server, mail)


def test_a_letter_arrives_as_text_and_html_in_its_own_letters(server):
    post = post_to(server, address="https://mellantid.example.com")
    told = tell(sample(), "sv")
    sent(
        post, message(mail_of(told, TO, post.link("/letter?week=2026-W07")), post, "Fjällräv", NOW)
    )
    [(sender, to, body)] = server.mails
    read = email.message_from_bytes(body, policy=email.policy.default)
    assert SENDER in sender
    assert to == [TO]
    assert read["Subject"] == "Måndagsbrevet, vecka 7: Fjällräv & Söner"
    assert read["From"] == f"Fjällräv <{SENDER}>"
    assert read["Message-ID"].endswith("@example.com>")
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe"] == "<https://mellantid.example.com/settings#letter>"
    text, html = (read.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Åsa Öberg" in text
    assert "https://mellantid.example.com/letter?week=2026-W07" in text
    assert 'href="https://mellantid.example.com/letter?week=2026-W07"' in html
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


def test_lines_that_begin_with_a_dot_are_kept(server):
    sent(post_to(server), made(post_to(server)))
    read = email.message_from_bytes(server.mails[0][2], policy=email.policy.default)
    assert read.get_body(("plain",)).get_content().splitlines() == ["Hej", ".", "slut"]


def test_nothing_is_sent_where_it_is_not_set_up_and_it_is_said_what_to_do():
    with pytest.raises(QuestionError, match="mellantid mail"), connected(Post()):
        pass
    with (
        pytest.raises(QuestionError, match=PASSWORD),
        connected(Post(host="localhost", sender=SENDER, user="brev")),
    ):
        pass


@pytest.fixture
def certificate(tmp_path):
    """A certificate of this machine's own, which is trusted while it is there."""
    if shutil.which("openssl") is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no openssl here: install it (apt-get install openssl).")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, "-keyout", key, "-out", cert], check=True, capture_output=True)  # noqa: S603 - ours
    return str(cert), str(key)


def test_the_password_goes_over_an_encrypted_line_only(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    monkeypatch.setenv(PASSWORD, "hemligt")
    with mail_server(certificate) as server:
        post = post_to(server, host="localhost", user="brev", security="starttls")
        sent(post, made(post))
    assert len(server.mails) == 1
    assert base64.b64decode(server.logins[0]) == b"\0brev\0hemligt"


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(certificate, monkeypatch):
    monkeypatch.setenv(PASSWORD, "hemligt")
    with mail_server(certificate) as server:
        post = post_to(server, host="localhost", user="brev", security="starttls")
        with pytest.raises(Unreachable, match="certificate"):
            sent(post, made(post))
    assert server.mails == server.logins == []


def test_a_server_without_encryption_is_refused_where_it_is_asked_for(server):
    with pytest.raises(Unreachable, match="STARTTLS"):
        sent(post_to(server, security="starttls"), made(post_to(server)))


def test_a_server_that_is_not_there_is_named():
    with mail_server() as server:
        pass
    with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{server.port}") as told:
        sent(post_to(server), made(post_to(server)))
    assert told.value.surely


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_the_server_refuses_has_surely_not_gone_out(server, command):
    server.answers[command] = "550 not here"
    with pytest.raises(NotSent, match="550 not here") as told:
        sent(post_to(server), made(post_to(server)))
    assert told.value.surely


def test_where_the_line_breaks_after_the_letter_nobody_knows_whether_it_has(server):
    server.answers["end"] = "gone"
    with pytest.raises(NotSent, match="did not say") as told:
        sent(post_to(server), made(post_to(server)))
    assert not told.value.surely


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"port": "many"}, "such as 587"),
        ({"port": "0"}, "such as 587"),
        ({"sender": "brev"}, "a@example.com"),
        ({"sender": "a b@example.com"}, "a@example.com"),
        ({"security": "rot13"}, "starttls"),
        ({"user": "brev", "security": "none"}, "in the open"),
        ({"address": "mellantid.example.com"}, "https://"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_write(wrong, says):
    with pytest.raises(DataError, match=says):
        Post(host="localhost", sender=SENDER).with_texts(wrong)


def test_how_letters_are_sent_is_kept_without_the_password(tmp_path, monkeypatch):
    monkeypatch.setenv(PASSWORD, "hemligt")
    post = Post("smtp.example.com", 465, "brev", SENDER, "tls", "https://m.example.com")
    with Workspace.open(tmp_path / "w.db", create=True) as workspace:
        assert not read_post(workspace.ledger).ready
        write_post(workspace.ledger, post)
        assert read_post(workspace.ledger) == post
        kept = workspace.ledger.rows("SELECT group_concat(value) FROM setting")
    assert "hemligt" not in str(kept)


@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_line_of_a_name_becomes_a_header(server, field):
    with pytest.raises(ValueError, match=r"newline|linefeed|carriage"):
        made(post_to(server), **{field: "x@example.com\r\nBcc: all@example.com"})
