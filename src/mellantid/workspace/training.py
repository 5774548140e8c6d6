"""The training week: what each seller has sharpened, on which leg, how, and what they noticed.

A week is named by its Monday. While it lasts its answer can be changed, which adds a row; the
newest one holds and no row is ever lost.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from mellantid.workspace.abilities import LONGEST, leg_of
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.core.process import Process
    from mellantid.ledger import Ledger

MOST_WORDS: Final = 2000
"""Letters of what was noticed, and of a comment."""


class How(StrEnum):
    """How an ability was trained."""

    PRACTICE = "practice"
    COURSE = "course"
    COLLEAGUE = "colleague"
    CALL_REVIEW = "call_review"


@dataclass(frozen=True)
class Said:
    """What a seller answers about a week.

    Attributes:
        leg: on which leg.
        ability: which one.
        how: a `How`.
        noticed: what they noticed; may be empty.
        next_leg: the leg of next week's ability; None: none is chosen.
        next_ability: next week's; None likewise.
        shared: whether the team may see it, besides managers and administrators.

    """

    leg: str
    ability: str
    how: str
    noticed: str = ""
    next_leg: str | None = None
    next_ability: str | None = None
    shared: bool = False


@dataclass(frozen=True)
class Comment:
    """What somebody has said about an answer: the words, by whom, when (ms)."""

    text: str
    author: str
    written_at: int


@dataclass(frozen=True)
class Answer:
    """The answer that holds of one seller's week.

    Attributes:
        seller: identity of the seller.
        week: the week's Monday.
        said: the answer.
        answered_at: when it was last changed (ms).
        comments: what was said about it, the oldest first.

    """

    seller: str
    week: dt.date
    said: Said
    answered_at: int
    comments: tuple[Comment, ...] = ()


def week_of(date: dt.date) -> dt.date:
    """The Monday of a date's week."""
    return date - dt.timedelta(days=date.weekday())


def checked(process: Process, said: Said) -> Said:
    """The answer as it is kept.

    Raises:
        CannotDo: it names no leg, ability or way of training, or is too long.

    """
    leg = leg_of(process, said.leg)
    if said.how not in set(How):
        raise CannotDo("no_how", hows=", ".join(How))
    if len(said.noticed) > MOST_WORDS:
        raise CannotDo("long_text", most=MOST_WORDS)
    coming = (said.next_ability or "").strip()
    if coming and not said.next_leg:
        raise CannotDo("no_leg", leg="?", legs=", ".join(process.legs))
    return Said(
        leg,
        _named(said.ability),
        said.how,
        said.noticed.strip(),
        leg_of(process, said.next_leg) if coming and said.next_leg else None,
        _named(coming) if coming else None,
        said.shared,
    )


def _named(ability: str) -> str:
    name = ability.strip()
    if not 0 < len(name) <= LONGEST:
        raise CannotDo("no_ability", most=LONGEST)
    return name


def answer(
    ledger: Ledger, process: Process, seller: str, week: dt.date, said: Said, now: int
) -> Answer:
    """Keep what a seller answers about a week, in place of what they had answered before.

    Args:
        ledger: where.
        process: whose legs are meant.
        seller: identity.
        week: the Monday of the week.
        said: the answer.
        now: the present moment (ms).

    Raises:
        CannotDo: see `checked`.

    """
    kept = checked(process, said)
    values = (*vars(kept).values(),)
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO training (process, seller, week, leg, ability, how, noticed, next_leg, "
            "next_ability, shared, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (process.name, seller, week.isoformat(), *values[:-1], int(kept.shared), now),
        )
    return Answer(seller, week, kept, now)


def answers(
    ledger: Ledger, process: str, sellers: Iterable[str] | None = None
) -> tuple[Answer, ...]:
    """The answers that hold, the newest week first, and within a week by seller.

    Args:
        ledger: where they are kept.
        process: whose legs are meant.
        sellers: whose; None: everyone's.

    """
    rows = ledger.rows(
        "SELECT seller, week, leg, ability, how, noticed, next_leg, next_ability, shared, "
        "recorded_at FROM training WHERE process = ? ORDER BY id",
        (process,),
    )
    wanted = None if sellers is None else set(sellers)
    said_of = _comments(ledger, process)
    found = {
        (seller, week): Answer(
            seller,
            dt.date.fromisoformat(week),
            _said(said),
            at,
            said_of.get((seller, week), ()),
        )
        for seller, week, *said, at in rows
        if wanted is None or seller in wanted
    }
    order = sorted(found.values(), key=lambda each: each.seller)
    return tuple(sorted(order, key=lambda each: each.week, reverse=True))


def versions(ledger: Ledger, process: str, seller: str, week: dt.date) -> tuple[Answer, ...]:
    """Everything that a seller has answered about one week, the oldest first."""
    rows = ledger.rows(
        "SELECT leg, ability, how, noticed, next_leg, next_ability, shared, recorded_at "
        "FROM training WHERE process = ? AND seller = ? AND week = ? ORDER BY id",
        (process, seller, week.isoformat()),
    )
    return tuple(Answer(seller, week, _said(said), at) for *said, at in rows)


def _said(row: Sequence[Any]) -> Said:
    """What was said, from its columns."""
    leg, ability, how, noticed, next_leg, next_ability, shared = row
    return Said(leg, ability, how, noticed, next_leg, next_ability, bool(shared))


def comment(
    ledger: Ledger, process: str, seller: str, week: dt.date, said: Comment, key: str
) -> None:
    """Say something about an answer; the same key again adds nothing.

    Raises:
        CannotDo: it says nothing, or too much, or there is no such answer.

    """
    text = said.text.strip()
    if not text:
        raise CannotDo("no_text")
    if len(text) > MOST_WORDS:
        raise CannotDo("long_text", most=MOST_WORDS)
    if not versions(ledger, process, seller, week):
        raise CannotDo("no_answer", seller=seller, week=week)
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO training_comment (key, process, seller, week, text, author, written_at) "
            "SELECT ?, ?, ?, ?, ?, ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM training_comment WHERE key = ?)",
            (key, process, seller, week.isoformat(), text, said.author, said.written_at, key),
        )


def _comments(ledger: Ledger, process: str) -> dict[tuple[str, str], tuple[Comment, ...]]:
    rows = ledger.rows(
        "SELECT seller, week, text, author, written_at FROM training_comment "
        "WHERE process = ? ORDER BY id",
        (process,),
    )
    found: dict[tuple[str, str], tuple[Comment, ...]] = {}
    for seller, week, *said in rows:
        found[seller, week] = (*found.get((seller, week), ()), Comment(*said))
    return found


def newest(ledger: Ledger) -> tuple[int, int]:
    """The last answer and the last comment: what is made from them holds as long as these do."""
    row = ledger.rows(
        "SELECT (SELECT coalesce(max(id), 0) FROM training), "
        "(SELECT coalesce(max(id), 0) FROM training_comment)"
    )[0]
    return int(row[0]), int(row[1])
