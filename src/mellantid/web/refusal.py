"""What a request is refused for, said in the reader's own language."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 (it is no error of the program)
    """A request that is not carried out.

    Args:
        status: of HTTP.
        key: of the words that say why and what to do.

    """

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


def hidden() -> Refusal:
    """What is asked for is not for this account to see or change."""
    return Refusal(403, "fault.hidden")


def foreign() -> Refusal:
    """A form that is not one of the session's own."""
    return Refusal(403, "fault.foreign")


def missing() -> Refusal:
    """There is nothing at this address."""
    return Refusal(404, "fault.missing")
