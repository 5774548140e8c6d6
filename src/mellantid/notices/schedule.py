"""When what waits is sent, and together with what: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.notices.addresses import Way
from mellantid.notices.events import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.notices.outbox import Waiting

HOUR: Final = 3_600_000
FIRST_WAIT: Final = 60_000
LONGEST_WAIT: Final = 6 * HOUR
TRIES: Final = 20
"""With the waits between them they last about three days."""


def wait(tries: int) -> int:
    """How many ms to wait after so many tries in vain: twice as long each time, up to six hours."""
    return min(FIRST_WAIT << min(max(tries, 1) - 1, 20), LONGEST_WAIT)


def next_message(
    waiting: Sequence[Waiting],
    way: Way | None,
    sent: Sequence[int],
    most: int,
    now: int,
    *,
    quiet: bool,
) -> tuple[Waiting, ...]:
    """What is to go to one place now, in one message; nothing: it waits.

    A person is told together of all that waits, so that neither the end of quiet hours nor a
    morning on which much happens brings a row of messages; a letter goes by itself. A program is
    told of each event at once, as it has no evenings.

    Args:
        waiting: what waits for the place, the oldest first.
        way: how something gets there; None: by e-mail.
        sent: the moments (ms) of the latest messages there.
        most: how many there may be in an hour.
        now: the present moment (ms).
        quiet: whether the person is not to be disturbed.

    """
    # After a failure the place rests as a whole, lest what is new knock at a closed door.
    if not waiting or any(each.due_at > now for each in waiting):
        return ()
    if way is Way.WEBHOOK:
        return (waiting[0],)
    if quiet or sum(now - at < HOUR for at in sent) >= most:
        return ()
    if waiting[0].choice == Choice.LETTER:
        return (waiting[0],)
    return tuple(each for each in waiting if each.choice != Choice.LETTER)
