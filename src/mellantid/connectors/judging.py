"""What follows from an answer, or from there being none: take it, ask again, or give up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx2

from mellantid.connectors.answer import Answer, redacted, seconds_to_wait
from mellantid.connectors.connector import NotLetInError, SourceError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TOO_MANY, SERVER_FAULT, REDIRECT, REFUSED = 429, 500, 300, 400
SHUT_OUT: Final = (401, 403)
NEVER_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class AgainError(Exception):
    """It is worth asking again: after `wait` seconds, where the source says so."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True)
class Question:
    """What is asked; see `Http.ask`."""

    method: str
    url: str
    params: Mapping[str, Any] | None
    json: Any
    data: Mapping[str, Any] | None
    content: bytes | None
    headers: Mapping[str, str] | None
    cost: float
    of: str
    again: bool
    known: Collection[int]

    @property
    def where(self) -> str:
        """What is asked, as it may be told to anybody."""
        url = httpx2.URL(self.url)
        return redacted(f"{url.host}{url.path}")


def broken(question: Question, error: httpx2.TransportError) -> Exception:
    """What follows from there being no answer."""
    slow = isinstance(error, httpx2.TimeoutException)
    how = "did not answer in time" if slow else "could not be reached"
    if question.again or isinstance(error, NEVER_SENT):
        return AgainError(f"{question.where} {how}")
    return SourceError(
        f"{question.where} {how}, and it is not known whether it did what was asked: look "
        "there, then try again."
    )


def judged(question: Question, answer: Answer, now: int) -> Answer:
    """The answer, where it is one to the question.

    Args:
        question: what was asked.
        answer: what came; of too many requests it has been taken note of.
        now: the present moment (ms).

    Raises:
        AgainError: it is worth asking again.
        NotLetInError: the token is not taken.
        SourceError: it is no answer.

    """
    status, where = answer.status, question.where
    if status in question.known:
        return answer
    if status == TOO_MANY:
        wait = seconds_to_wait(answer.headers, now)
        raise AgainError(f"{where} says that there are too many requests", wait)
    if status >= SERVER_FAULT:
        wait = seconds_to_wait(answer.headers, now)
        fault = f"{where} has a fault of its own ({status})"
        if question.again:
            raise AgainError(fault, wait)
        raise SourceError(f"{fault}: look there whether it did what was asked.")
    if status in SHUT_OUT:
        raise NotLetInError(
            f"{where} does not let us in ({status}): check the token and what it may read, "
            "then give it anew."
        )
    if REDIRECT <= status < REFUSED:
        raise SourceError(
            f"{where} sends us elsewhere ({status}), where a token is not taken: give the "
            "address of the interface itself."
        )
    return answer
