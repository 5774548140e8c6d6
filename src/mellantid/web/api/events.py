"""The stream of what happens, as server-sent events: `/api/v1/events?after=N`.

Each event has the number of its entry, from which a browser that was away goes on. The stream ends
when the session does, when the app is stopped, and when the reader goes away.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.routing import Route

from mellantid.access import Scope, session_account, sight_of, token_account
from mellantid.errors import QuestionError
from mellantid.live import Event, Flood
from mellantid.web.bell import Bell
from mellantid.web.lines import line_of
from mellantid.web.page import Page
from mellantid.web.refusal import Refusal
from mellantid.workspace.scoreboard import Passing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from mellantid.access import Account, Sight
    from mellantid.report.wording import Wording
    from mellantid.web.asking import Asking
    from mellantid.workspace import Workspace

BEAT: Final = 5.0
"""Seconds between looks at whether the reader may still read, each with a sign of life."""
BEGUN: Final = b"event: begun\ndata: {}\n\n"
RETRY: Final = b"retry: 2000\n\n"
BEATS: Final = b": still here\n\n"
WRITTEN: Final = 10_000
"""Events kept as they were sent."""
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def events(request: Request) -> Response:
    """What happens from now on, or after an entry.

    Raises:
        QuestionError: the number of the entry is none.
        Refusal: the token may not read.

    """
    page = Page.of(request)
    rights = request.state.rights
    if rights is not None and Scope.READ not in rights:
        raise Refusal(403, "fault.scope")
    with page.asking.workspace() as workspace:
        position = workspace.ledger.position()
        sight = page.sight(workspace)
    after = min(_after(request, position), position)
    stream = _Stream(page.asking, request.app.state.telling, page.words, request, sight, after)
    return StreamingResponse(stream.run(), media_type="text/event-stream", headers=HEADERS)


def _after(request: Request, position: int) -> int:
    text = request.headers.get("last-event-id") or request.query_params.get("after")
    if not text:
        return position
    try:
        return max(int(text), 0)
    except ValueError as error:
        raise QuestionError(
            f"{text!r} is no number of an entry: give the id of the last event you saw."
        ) from error


class Telling:
    """What the streams of an app share: the bell, and what has been written once."""

    def __init__(self) -> None:
        self._bell: Bell | None = None
        self._texts: dict[tuple[int, str, bool], bytes] = {}

    def bell(self) -> Bell:
        """The running event loop's bell."""
        if self._bell is None or not self._bell.runs_here():
            self._bell = Bell()
        return self._bell

    def text(self, event: Event, words: Wording, sight: Sight) -> bytes:
        """An event as it is sent."""
        open_ = isinstance(event, Passing) and sight.deal(event.owner)
        key = (event.id, words.language, open_)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= WRITTEN:
                self._texts.clear()
            found = self._texts[key] = _written(event, words, sight)
        return found


def _written(event: Event, words: Wording, sight: Sight) -> bytes:
    if isinstance(event, Flood):
        return _message(event.id, "reload", {"line": [(words("live.flood"), "")]})
    line = line_of(event, words, sight)
    return _message(event.id, "passing", {"line": line} | _values(event, sight))


def _values(event: Passing, sight: Sight) -> dict[str, object]:
    """The same as values, for programs."""
    found: dict[str, object] = {
        "process": event.process,
        "kind": event.kind,
        "stage": event.left,
        "to": event.entered,
    }
    if event.credit is not None:
        found["p_target"] = event.credit.target
    if sight.deal(event.owner):
        found |= {"deal": event.deal, "owner": event.owner, "amount": event.amount}
        if event.credit is not None:
            found |= {"expected": event.credit.expected, "p": event.credit.chance}
    return found


@dataclass
class _Stream:
    """One reader's stream.

    Attributes:
        asking: the way to the answers.
        telling: what all streams share.
        words: in the reader's language.
        request: by which they asked.
        sight: what they may see.
        after: the number of the last entry that they have been told of.

    """

    asking: Asking
    telling: Telling
    words: Wording
    request: Request
    sight: Sight
    after: int

    async def run(self) -> AsyncIterator[bytes]:
        """Tell, until there is nobody to tell any more."""
        office = self.asking.office
        bell = self.telling.bell()
        with office.feed.listening(bell.wake):
            yield RETRY
            # At another moment for each, lest all look at once.
            looked = monotonic() - BEAT * random.random()  # noqa: S311 (no secret)
            begun = False
            while not office.closing:
                rung = bell.next()
                if not begun and office.feed.begun:
                    begun = True
                    yield BEGUN
                told = await self._take()
                if told:
                    self.after = told[-1].id
                    texts = (self.telling.text(each, self.words, self.sight) for each in told)
                    yield b"".join(texts)
                if monotonic() - looked > BEAT:
                    if not await run_in_threadpool(self._may_still_read):
                        return
                    looked = monotonic()
                    yield BEATS
                await rung.wait()

    async def _take(self) -> tuple[Event, ...]:
        feed = self.asking.office.feed
        told = feed.kept(self.after)
        return await run_in_threadpool(feed.take, self.after) if told is None else told

    def _may_still_read(self) -> bool:
        """Whether the session or token holds; what it may see is read anew."""
        self.asking.office.feed.rouse()
        with self.asking.workspace() as workspace:
            account = self._account(workspace)
            if account is not None:
                self.sight = sight_of(account, workspace.people)
        return account is not None

    def _account(self, workspace: Workspace) -> Account | None:
        secret = self.request.state.secret
        if secret:
            return session_account(workspace.ledger, secret, self.asking.now())
        bearer = self.request.headers.get("authorization", "").partition(" ")[2].strip()
        found = token_account(workspace.ledger, bearer)
        return None if found is None else found[0]


def _message(number: int, kind: str, data: dict[str, object]) -> bytes:
    text = json.dumps(data, ensure_ascii=False)
    return f"id: {number}\nevent: {kind}\ndata: {text}\n\n".encode()


DESCRIBED: Final[dict[str, Any]] = {
    "get": {
        "operationId": "get_events",
        "summary": "What happens, as server-sent events, from now on or after an entry.",
        "parameters": [
            {
                "name": "after",
                "in": "query",
                "description": "The id of the last event seen; Last-Event-ID does the same.",
                "schema": {"type": "integer"},
            }
        ],
        "responses": {
            "200": {
                "description": "Events `passing`, each with its entry's id; `reload` after many; "
                "`begun` when it is live.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            }
        },
    }
}
"""For OpenAPI: a stream is no answer."""
ROUTES: Final = [Route("/api/v1/events", events)]
