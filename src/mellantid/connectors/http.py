"""The one way out to the network: within the source's limits, patient, and silent on secrets.

Windows are kept before asking, so that a source has no reason to refuse. What it refuses all the
same (429), what breaks on the way and what fails on its side (5xx) is asked again after a growing
wait, or after the one that it asks for. Nothing of a request but its host and path is ever in an
exception, and the libraries below do not log: their logs hold whole addresses and headers.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

import httpx2
from tenacity import Retrying, retry_if_exception_type

from mellantid.connectors.address import check_address
from mellantid.connectors.answer import Answer, seconds_to_wait
from mellantid.connectors.connector import DAY, SourceError, SpentError
from mellantid.connectors.judging import TOO_MANY, AgainError, Question, broken, judged
from mellantid.connectors.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tenacity import RetryCallState

    from mellantid.connectors.connector import Window

LARGEST: Final = 64 * 2**20
"""Bytes that an answer may have."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 60.0
PATIENCE: Final = 300.0
"""Seconds of waiting, all in all, that one question is worth."""
SLOWEST: Final = 120.0
"""Seconds in which an answer must have come whole."""
TIMEOUT: Final = 30.0
CONNECTING: Final = 10.0

USED_UP: Final = (
    "The source's requests are used up for now: the reading goes on by itself when there are new "
    "ones."
)

for _name in ("httpx2", "httpcore", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Http:
    """A client of one source. Threads may share it; it opens connections when first asked.

    Args:
        windows: the source's limits, where they are known already; see `keep`.
        transport: what carries requests; None: the network.
        now: gives the present moment, ms UTC.
        sleep: waits some seconds.
        patience: seconds of waiting, all in all, that one question is worth.
        largest: bytes that an answer may have.
        timeout: seconds for which nothing may come.

    """

    def __init__(
        self,
        windows: Iterable[Window] = (),
        transport: httpx2.BaseTransport | None = None,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        sleep: Callable[[float], None] = time.sleep,
        patience: float = PATIENCE,
        largest: int = LARGEST,
        timeout: float = TIMEOUT,
    ) -> None:
        self._windows = Windows(windows)
        self._transport = transport
        self._now = now
        self._sleep = sleep
        self._patience = patience
        self._largest = largest
        self._timeout = httpx2.Timeout(timeout, connect=min(timeout, CONNECTING))
        self._lock = threading.Lock()
        self._client: httpx2.Client | None = None
        self._closed_until = 0

    def __repr__(self) -> str:
        return "Http()"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def keep(self, limits: Iterable[Window]) -> None:
        """Keep a source's limits from now on."""
        self._windows.keep(limits)

    def saved(self) -> list[dict[str, Any]]:
        """What has been spent of the limits, to be kept over a restart."""
        return self._windows.saved()

    def load(self, saved: Iterable[dict[str, Any]]) -> None:
        """Remember what was spent before a restart."""
        self._windows.load(saved)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cost: float = 1.0,
        of: str = "",
        known: Collection[int] = (),
    ) -> Answer:
        """Ask for something; see `ask`."""
        return self.ask("GET", url, params=params, headers=headers, cost=cost, of=of, known=known)

    def post(
        self,
        url: str,
        *,
        json: Any = None,  # noqa: ANN401 (a document may be anything)
        data: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        cost: float = 1.0,
        of: str = "",
        again: bool = True,
        known: Collection[int] = (),
    ) -> Answer:
        """Send a JSON document, a form or bytes; see `ask`."""
        return self.ask(
            "POST",
            url,
            params=params,
            json=json,
            data=data,
            content=content,
            headers=headers,
            cost=cost,
            of=of,
            again=again,
            known=known,
        )

    def ask(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,  # noqa: ANN401 (a document may be anything)
        data: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        cost: float = 1.0,
        of: str = "",
        again: bool = True,
        known: Collection[int] = (),
    ) -> Answer:
        """Ask, as often as it takes within the patience.

        Args:
            method: of HTTP.
            url: the address, with https unless the source is nearby.
            params: of its query.
            json: a document to send.
            data: a form to send.
            content: bytes to send.
            headers: such as the one with the token.
            cost: what the source counts it as.
            of: the sort of request, where the source limits one by itself (`Window.of`).
            again: whether it may be repeated where it is not known if it arrived.
            known: statuses that the connector judges itself, such as a 403 that means something
                else there.

        Returns:
            The answer: 2xx, one of `known`, or a 4xx that is neither 401, 403 nor 429.

        Raises:
            NotLetInError: 401 or 403.
            SpentError: there is no room in a window within the patience.
            SourceError: it does not answer, or not as it should.

        """
        check_address(url)
        question = Question(
            method, url, params, json, data, content, headers, cost, of, again, frozenset(known)
        )
        retrying = Retrying(
            retry=retry_if_exception_type(AgainError),
            wait=_wait,
            stop=self._stop,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._once, question)
        except AgainError as error:
            raise SourceError(f"{error}; it will be asked again later.") from None
        return answer

    def _stop(self, state: RetryCallState) -> bool:
        return state.idle_for + state.upcoming_sleep > self._patience

    def _once(self, question: Question) -> Answer:
        taken = self._room(question.cost, question.of)
        try:
            answer = self._sent(question)
        except httpx2.TransportError as error:
            raise broken(question, error) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            kind = type(error).__name__
            raise SourceError(
                f"{question.where} cannot be asked ({kind}): check the address."
            ) from None
        finally:
            self._windows.counted(taken, self._now())
        if answer.status == TOO_MANY and TOO_MANY not in question.known:
            self._wait_all(answer)
        return judged(question, answer, self._now())

    def _room(self, cost: float, of: str) -> Any:  # noqa: ANN401 (what `Windows` noted is its own affair)
        """Wait until there is room in all windows, and take it.

        Raises:
            SpentError: that takes longer than the patience.

        """
        begun = self._now()
        while True:
            now = self._now()
            if self._closed_until > now + DAY * 1_000 + 1:
                # Nobody asks for more than a day, so the clock has been put back.
                self._closed_until = 0
            taken = self._closed_until if self._closed_until > now else None
            if taken is None:
                found = self._windows.take(cost, now, of)
                if isinstance(found, list):
                    return found
                taken = found
            if taken - begun > self._patience * 1_000:
                raise SpentError(USED_UP, taken)
            self._sleep((taken - now) / 1_000)

    def _sent(self, question: Question) -> Answer:
        """One request and its whole answer."""
        client = self._opened()
        late = time.monotonic() + SLOWEST
        with client.stream(
            question.method,
            question.url,
            params=question.params,
            json=question.json,
            data=question.data,
            content=question.content,
            headers=question.headers,
        ) as response:
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > self._largest:
                    raise SourceError(
                        f"{question.where} answered with more than {self._largest // 2**20} MB, "
                        "which is no answer to what was asked: check the address."
                    )
                if time.monotonic() > late:
                    raise httpx2.ReadTimeout("too slow")
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, bytes(content), question.where)

    def _opened(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx2.Client(
                    transport=self._transport, timeout=self._timeout, follow_redirects=False
                )
            # A session of the source's own would be a second way in beside the token.
            self._client.cookies.clear()
            return self._client

    def _wait_all(self, answer: Answer) -> None:
        """Let everybody wait as long as a refusal asks for.

        Raises:
            SpentError: that is longer than the patience.

        """
        now = self._now()
        wait = seconds_to_wait(answer.headers, now) or 0.0
        self._closed_until = max(self._closed_until, now + int(wait * 1_000) + 1)
        if wait > self._patience:
            raise SpentError(USED_UP, self._closed_until)


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the source asks for, else twice as long each time."""
    error = None if state.outcome is None else state.outcome.exception()
    asked = error.wait if isinstance(error, AgainError) else None
    growing: float = min(FIRST_WAIT * 2.0 ** (state.attempt_number - 1), LONGEST_WAIT)
    return growing if asked is None else asked
