"""A mail server of this machine, as small as a test needs it."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What a mail server has been told, and what it is to say.

    Attributes:
        port: where it listens.
        certificate: files of a certificate and its key, with which it speaks STARTTLS and AUTH.
        mails: what it has taken: from, to, and the text.
        logins: what was sent to log in with.
        answers: what it says instead, by command; "gone" breaks the line, and at "end" it does so
            after the letter.

    """

    port: int = 0
    certificate: tuple[str, str] | None = None
    mails: list = field(default_factory=list)
    logins: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)


class Handler(socketserver.StreamRequestHandler):
    """One conversation."""

    timeout = 10

    def handle(self):
        self.kept = self.server.kept
        self.sender, self.to = "", []
        self.say("220 here")
        while (line := self.rfile.readline()) and self.answered(line.decode().strip()):
            pass

    def finish(self):
        with suppress(OSError):
            super().finish()
        # A line that was made safe is another socket, which nobody else closes.
        self.connection.close()

    def answered(self, command):
        """Answer a command; False: the conversation is over."""
        name = command[:4].upper()
        said = self.kept.answers.get(name)
        if said is not None:
            self.say(said)
            return True
        answer = getattr(self, f"on_{name.lower()}", None)
        if answer is None:
            self.say("250 ok")
            return True
        return answer(command) is not False

    def on_ehlo(self, _):
        certified = self.kept.certificate is not None
        safe = isinstance(self.connection, ssl.SSLSocket)
        offer = [] if not certified else ["AUTH PLAIN"] if safe else ["STARTTLS"]
        self.say("\r\n".join([*(f"250-{each}" for each in ("here", *offer)), "250 ok"]))

    def on_star(self, _):
        self.say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.kept.certificate)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            # Who asked does not trust us.
            self.connection.close()
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        return True

    def on_auth(self, command):
        self.kept.logins.append(command.rpartition(" ")[2])
        self.say("235 in")

    def on_mail(self, command):
        self.sender, self.to = command, []
        self.say("250 ok")

    def on_rcpt(self, command):
        self.to.append(re.search("<(.*)>", command)[1])
        self.say("250 ok")

    def on_data(self, _):
        self.say("354 go on")
        body = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        if self.kept.answers.get("end") == "gone":
            return False
        self.kept.mails.append((self.sender, list(self.to), body))
        self.say("250 taken")
        return True

    def on_quit(self, _):
        self.say("221 bye")
        return False

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A line that breaks is what some tests are about."""


@contextmanager
def mail_server(certificate=None):
    """A mail server as long as it is needed."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.kept = MailServer(server.server_address[1], certificate)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.kept
        finally:
            server.shutdown()
            thread.join()
