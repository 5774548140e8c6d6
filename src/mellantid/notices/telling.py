"""Events in words: a line each, the same for e-mail, chat and program."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from mellantid.letters.words import LetterWriter
from mellantid.metrics import numbers
from mellantid.metrics.metric import check_language
from mellantid.notices.events import Event, Kind
from mellantid.report.wording import Wording, flattened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINES: Final = 20
"""Events that one message tells of; of the rest it says how many they are."""
ABOUT: Final[Mapping[Kind, str]] = {
    Kind.SLIPS: "leg",
    Kind.BACK: "leg",
    Kind.CAUGHT: "deal",
    Kind.FELL: "owner",
    Kind.ROSE: "owner",
    Kind.LETTER: "week",
}
"""What a program knows the subject of an event by."""


@dataclass(frozen=True)
class Line:
    """One event in words.

    Attributes:
        head: what happened, in a few words.
        text: the sentence.
        link: where it can be looked at; empty: nowhere is known.

    """

    head: str
    text: str
    link: str


@dataclass(frozen=True)
class Said:
    """A message in words.

    Attributes:
        subject: of it.
        lines: what it tells.
        more: how many it leaves out, in words; empty: none.
        language: of the words.

    """

    subject: str
    lines: tuple[Line, ...]
    more: str
    language: str


@cache
def words_in(language: str) -> Wording:
    """The words of notices in a language.

    Raises:
        QuestionError: there are none.

    """
    file = files("mellantid.notices").joinpath("texts", f"{check_language(language)}.toml")
    return Wording(language, flattened(file.read_text(encoding="utf-8")))


def line_of(event: Event, language: str, address: str) -> Line:
    """An event in words.

    Args:
        event: it.
        language: the reader's.
        address: where Mellantid is reached; empty: not known.

    """
    t, values, name = words_in(language), _values(event, language), event.kind.name.lower()
    link = f"{address}{event.path}" if address and event.path else ""
    head = t(f"head.{name}", **values)
    if event.text:
        return Line(head, event.text, link)
    text = t(f"told.{name}", **values)
    if "pace" in event.figures:
        text += t("told.pace", **values)
    return Line(head, text, link)


def say(events: Sequence[Event], language: str, address: str) -> Said:
    """A message that tells of some events, the oldest first."""
    t = words_in(language)
    lines = tuple(line_of(each, language, address) for each in events[:LINES])
    left = len(events) - len(lines)
    n = numbers.count(len(events), language)
    return Said(
        lines[0].head if len(events) == 1 else t("many", n=n),
        lines,
        t("more", n=numbers.count(left, language)) if left else "",
        language,
    )


def _values(event: Event, language: str) -> dict[str, Any]:
    """What the words of an event may name, written out."""
    figures, t = event.figures, words_in(language)
    w = LetterWriter(language, figures.get("unit", ""))
    values: dict[str, Any] = {"leg": w.leg(event.about), "deal": event.about}
    if "movements" in figures:
        values |= {
            "movements": numbers.signed(numbers.movements(figures["movements"], language)),
            "days": numbers.signed(numbers.days(figures["days"], language)),
            "money": w.worth(figures["money"], sign=True),
            "pace": numbers.percent(figures.get("pace"), language),
        }
    if "age" in figures:
        values |= {
            "age": numbers.count(figures["age"], language),
            "stage": figures["stage"],
            "amount": w.money(figures["amount"]),
            "owner": figures["called"] or numbers.NONE,
        }
    if "line" in figures:
        values |= {
            "line": numbers.percent(figures["line"], language),
            "p": numbers.percent(figures["p_target"], language),
            "target": numbers.round_money(figures["target"], figures["unit"], language),
            "until": numbers.date(dt.date.fromisoformat(figures["until"]), language),
            "whose": t("theirs", called=figures["called"]) if figures["called"] else t("ours"),
        }
    return values


def document_of(event: Event, line: Line, organisation: str) -> dict[str, Any]:
    """An event as a program gets it.

    Args:
        event: it.
        line: in words.
        organisation: whose race it is.

    """
    about = ABOUT.get(event.kind)
    at = dt.datetime.fromtimestamp(event.at / 1000, dt.UTC)
    return {
        "id": event.id,
        "event": str(event.kind),
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "organisation": organisation,
        "process": event.process or None,
        **({} if about is None else {about: event.about}),
        "figures": dict(event.figures),
        "link": line.link or None,
        "text": line.text,
    }
