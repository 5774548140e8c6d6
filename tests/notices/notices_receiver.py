"""A program on this machine that takes webhooks, and says what a test wants it to."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler


@dataclass
class Receiver:
    """What has come, and what is said to it.

    Attributes:
        port: where it listens.
        taken: the path, headers and body of each delivery.
        answers: what is said to the next ones, a status and headers each; then 200 to all.
        before: is called when something has come, before it is answered.
        slow: seconds between the bytes of an answer; 0: it comes at once.

    """

    port: int = 0
    taken: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    before: object = None
    slow: float = 0.0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self):
        return [body for _, _, body in self.taken]


class Handler(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        kept = self.server.kept
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kept.taken.append((self.path, dict(self.headers), body))
        if kept.before is not None:
            kept.before()
        status, headers = kept.answers.pop(0) if kept.answers else (200, {})
        head = f"HTTP/1.1 {status} x\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        answer = f"{head}Content-Length: 2\r\nConnection: close\r\n\r\nok".encode()
        with suppress(OSError):
            if not kept.slow:
                self.wfile.write(answer)
                return
            for byte in answer:
                self.wfile.write(bytes([byte]))
                time.sleep(kept.slow)

    def log_message(self, *said):
        """Nobody reads it."""


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A line that breaks is what some tests are about."""


@contextmanager
def receiver(certificate=None):
    """A program as long as it is needed; with files of a certificate and its key, by TLS."""
    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.kept = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.kept
        finally:
            server.shutdown()
            thread.join()
