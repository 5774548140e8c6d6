"""The things to do in words, each with what a page can lead on to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.core.process import WON_NAME
from mellantid.letters.letter import Doing, Thing
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.letters.words import LetterWriter
    from mellantid.workspace.focus import LeverFocus


@dataclass(frozen=True)
class ThingTold:
    """One thing to do.

    Attributes:
        text: the sentence.
        head: the name that it begins with, which a page leads on from; empty: none.
        rest: the sentence without it.
        kind: what it is about.
        of: the deal or the leg.

    """

    text: str
    head: str
    rest: str
    kind: Doing
    of: str


def thing_told(w: LetterWriter, thing: Thing, owners: bool = False) -> ThingTold:
    """Put a thing to do into words.

    Args:
        w: writes in a language.
        thing: it.
        owners: whether to name whose deal it is.

    """
    if thing.kind is Doing.LEG and thing.leg is not None:
        short = numbers.movements(thing.shortfall, w.language)
        name = w.leg(thing.leg)
        text = w.words("things.leg", leg=name, n=short, worth=w.worth(thing.worth))
        return _headed(text, name, thing.kind, thing.leg)
    if thing.kind is Doing.DEAL and thing.deal is not None:
        wins = thing.next == WON_NAME
        name = thing.deal + (w.words("things.whose", owner=thing.called) if owners else "")
        text = w.words(
            "things.win" if wins else "things.deal",
            deal=name,
            stage=thing.stage,
            next=thing.next,
            worth=w.worth(thing.worth),
        )
        return _headed(text, thing.deal, thing.kind, thing.deal)
    if thing.lever is not None:
        return ThingTold(text := _lever(w, thing.lever), "", text, thing.kind, "")
    text = w.words("things.create", worth=w.worth(thing.worth))
    return ThingTold(text, "", text, thing.kind, "")


def _headed(text: str, head: str, kind: Doing, of: str) -> ThingTold:
    return ThingTold(text, head, text.removeprefix(head), kind, of)


def _lever(w: LetterWriter, lever: LeverFocus) -> str:
    """What would have to change, from what to what."""

    def written(x: float | None) -> str:
        if lever.lever == "pace":
            return numbers.movements(x, w.language)
        if lever.lever == "conversion":
            return numbers.percent(x, w.language)
        if lever.lever == "time":
            return numbers.days(x, w.language)
        return w.money(x)

    return w.words(
        f"things.{lever.lever}",
        leg="" if lever.leg is None else w.leg(lever.leg),
        now=written(lever.now),
        needed=written(lever.needed),
        p=numbers.percent(lever.p, w.language),
    )
