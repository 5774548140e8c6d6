"""Sending by SMTP: how it is set up, and whether a letter has surely not gone out."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from typing import TYPE_CHECKING, Final

from mellantid.errors import DataError, MellantidError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mellantid.ledger import Ledger

PASSWORD: Final = "MELLANTID_SMTP_PASSWORD"  # noqa: S105 (the variable's name)
PATIENCE: Final = 30
"""Seconds that a server may take to answer."""
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
KINDS: Final = (STARTTLS, TLS, PLAIN)
NAME: Final = "post"
LETTERS: Final = "/settings#letter"
NOT_SET_UP: Final = (
    "Sending is not set up: an administrator gives the mail server and the sender's address under "
    f"Settings or with mellantid mail, and the password in the variable {PASSWORD}."
)


class NotSent(MellantidError):  # noqa: N818 (it says what happened)
    """A letter that could not be sent.

    Args:
        message: why, and what to do.
        surely: whether it is certain that it has not gone out.

    """

    def __init__(self, message: str, *, surely: bool = True) -> None:
        super().__init__(message)
        self.surely = surely


class Unreachable(NotSent):
    """The mail server cannot be reached, or does not let us in."""


@dataclass(frozen=True)
class Post:
    """How e-mails are sent.

    Attributes:
        host: of the mail server; empty: not set up.
        port: usually 587 for `starttls`, 465 for `tls`, 25 for `none`.
        user: by which to log in there; empty: without.
        sender: the address that letters come from.
        security: `starttls`, `tls`, or `none` on a server that one trusts the way to.
        address: where this Mellantid is reached, for links, such as https://mellantid.example.com.

    """

    host: str = ""
    port: int = 587
    user: str = ""
    sender: str = ""
    security: str = STARTTLS
    address: str = ""

    @property
    def ready(self) -> bool:
        """Whether there is enough to send with."""
        return bool(self.host and self.sender)

    def need(self) -> None:
        """See that one can send.

        Raises:
            QuestionError: it is not set up, or the password is missing.

        """
        if not self.ready:
            raise QuestionError(NOT_SET_UP)
        if self.user and not os.environ.get(PASSWORD):
            raise QuestionError(
                f"The password of {self.user} is not given: set the variable {PASSWORD} where "
                "Mellantid runs."
            )

    def with_texts(self, given: dict[str, str]) -> Post:
        """The same with some values changed, as they were typed.

        Raises:
            DataError: one of them cannot be used.

        """
        values = asdict(self) | {name: text.strip() for name, text in given.items()}
        values["address"] = values["address"].rstrip("/")
        try:
            values["port"] = int(values["port"])
        except ValueError as error:
            raise DataError(
                f"The port is {values['port']!r}: give a number such as 587."
            ) from error
        changed = Post(**values)
        changed.check()
        return changed

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises:
            DataError: the port, sender, security or address cannot be used.

        """
        if not 0 < self.port < 1 << 16:
            raise DataError(f"The port is {self.port}: give a number such as 587.")
        name, at, host = self.sender.partition("@")
        broken = any(letter.isspace() for letter in self.sender)
        if self.sender and (broken or not (name and at and host)):
            raise DataError(
                f"The sender is {self.sender!r}: give an address such as a@example.com."
            )
        if self.security not in KINDS:
            raise DataError(f"The security is {self.security!r}: choose {', '.join(KINDS)}.")
        if self.user and self.security == PLAIN:
            raise DataError(
                "A password is not sent in the open: choose starttls or tls, or leave out the user."
            )
        if self.address and not self.address.startswith(("https://", "http://")):
            raise DataError(
                f"The address is {self.address!r}: write it as https://mellantid.example.com."
            )

    def link(self, path: str) -> str:
        """A link to one of the pages; empty where the address is not known."""
        return f"{self.address}{path}" if self.address else ""


def read_post(ledger: Ledger) -> Post:
    """How e-mails are sent; not set up where nobody has said."""
    rows = ledger.rows("SELECT value FROM setting WHERE name = ?", (NAME,))
    kept = json.loads(rows[0][0]) if rows else {}
    return Post(**{each.name: kept[each.name] for each in fields(Post) if each.name in kept})


def write_post(ledger: Ledger, post: Post) -> None:
    """Keep how e-mails are sent.

    Raises:
        DataError: it cannot be used.

    """
    post.check()
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (NAME, json.dumps(asdict(post), ensure_ascii=False)),
        )


@dataclass(frozen=True)
class Mail:
    """An e-mail: to whom, what it says, as text and as HTML."""

    to: str
    subject: str
    text: str
    html: str


def message(
    mail: Mail, post: Post, sender_name: str, now: int, settled: str = LETTERS
) -> EmailMessage:
    """An e-mail as it goes over the wire.

    Args:
        mail: what it says.
        post: from where.
        sender_name: what to call the sender.
        now: the present moment (ms).
        settled: the path of the page where one says that one wants it no longer.

    """
    made = EmailMessage()
    made["Subject"] = mail.subject
    made["From"] = formataddr((sender_name, post.sender))
    made["To"] = mail.to
    made["Date"] = formatdate(now / 1000, localtime=False)
    made["Message-ID"] = make_msgid(domain=post.sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    if post.address:
        made["List-Unsubscribe"] = f"<{post.link(settled)}>"
    made.set_content(mail.text, cte="quoted-printable")
    made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return made


@contextmanager
def connected(post: Post) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, logged in.

    Raises:
        QuestionError: sending is not set up.
        Unreachable: the server cannot be reached, or does not let us in.

    """
    post.need()
    try:
        server = _opened(post, os.environ.get(PASSWORD, ""))
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(
            f"The mail server {post.host}:{post.port} does not let us send ({_why(error)}): check "
            "its name, port, security, user and password."
        ) from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _opened(post: Post, password: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if post.security == TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            post.host, post.port, timeout=PATIENCE, context=context
        )
    else:
        server = smtplib.SMTP(post.host, post.port, timeout=PATIENCE)
    try:
        if post.security == STARTTLS:
            server.starttls(context=context)
        if post.user:
            server.login(post.user, password)
    except BaseException:
        server.close()
        raise
    return server


REFUSALS: Final = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)
"""The server said no: the letter has surely not gone out."""


def deliver(server: smtplib.SMTP, made: EmailMessage) -> None:
    """Hand an e-mail to the server.

    Raises:
        NotSent: it did not take it, or did not say whether it has.

    """
    try:
        server.send_message(made)
    except REFUSALS as error:
        raise NotSent(
            f"The mail server does not take the letter to {made['To']} ({_why(error)})."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(
            f"The mail server did not say whether it took the letter to {made['To']} "
            f"({_why(error)}), so it is not sent again.",
            surely=False,
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {_text(text)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(said: bytes | str) -> str:
    """What a server said, which smtplib gives now as one and now as the other."""
    return said if isinstance(said, str) else said.decode(errors="replace")
