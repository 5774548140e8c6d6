"""A letter in words: sentences and tables in the reader's language, the same for every format."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.names import EVERYONE, PER_DEAL
from mellantid.letters.things_told import ThingTold, thing_told
from mellantid.letters.words import LetterWriter
from mellantid.metrics import numbers
from mellantid.report.sentence import sentence
from mellantid.report.wording import wording
from mellantid.workspace.abilities import in_language
from mellantid.workspace.week_change import RE_ESTIMATION
from mellantid.workspace.weekly import AMOUNT_CHANGES, OWNER_CHANGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.letters.letter import Letter, Sharpened
    from mellantid.report.writer import Table
    from mellantid.workspace.week_change import WeekLine

MOST_CAUGHT: Final = 8
SLIGHT: Final = 0.1
"""What is less than this share of the largest is not named in a sentence."""
ROWS: Final = {
    AMOUNT_CHANGES: "rows.amount_changes",
    OWNER_CHANGES: "rows.owner_changes",
    RE_ESTIMATION: "rows.re_estimation",
}


@dataclass(frozen=True)
class Told:
    """A letter in words.

    Attributes:
        language: of the words.
        subject: of an e-mail.
        title: over the letter.
        where: whose race, of which days.
        sentence: the race's own: where we finish, and where we lag.
        chance: what the week did to the chance of the target; empty: not known.
        changed: sentences on the gap.
        lead: what the table of the week says.
        lines: the table; its foot sums it up.
        things: what to do.
        rope: who is caught, in sentences.
        caught: the table of those; None: nobody.
        caught_more: how many are not in the table; empty: none.
        abilities: a sentence each; empty: nothing is known of them.
        hidden: that single deals are left out; empty: none are.
        closing: who gets the letter, and in what the amounts are.

    """

    language: str
    subject: str
    title: str
    where: str
    sentence: str
    chance: str
    changed: tuple[str, ...]
    lead: str
    lines: Table
    things: tuple[ThingTold, ...]
    rope: tuple[str, ...]
    caught: Table | None
    caught_more: str
    abilities: tuple[str, ...]
    hidden: str
    closing: str


def tell(letter: Letter, language: str, writer: LetterWriter | None = None) -> Told:
    """Put a letter into words.

    Args:
        letter: it.
        language: the reader's.
        writer: writes the tables; one of the web's leads on to other pages.

    Raises:
        QuestionError: there are no texts in the language.

    """
    w = writer or LetterWriter(language, letter.unit)
    week = letter.week.rpartition("W")[2].lstrip("0")
    whose = letter.called or letter.organisation
    closing = "made_by_deals" if letter.unit == PER_DEAL else "made_by"
    left = len(letter.caught) - MOST_CAUGHT
    return Told(
        language=language,
        subject=w.words("subject", week=week, whose=whose),
        title=w.words("title", week=week),
        where=_where(w, letter),
        sentence=sentence(letter.finish, letter.splits, letter.change.after, wording(language)),
        chance=_chance(w, letter),
        changed=tuple(_changed(w, letter)),
        lead=w.words("changed.lead"),
        lines=_lines(w, letter),
        things=tuple(thing_told(w, each, letter.of_several) for each in letter.things),
        rope=tuple(_rope(w, letter)),
        caught=_caught(w, letter) if letter.caught else None,
        caught_more=w.words("caught.more", n=numbers.count(left, language)) if left > 0 else "",
        abilities=tuple(_ability(w, each) for each in letter.abilities),
        hidden=w.words("caught.hidden") if letter.hidden else "",
        closing=w.words(closing, currency=letter.unit),
    )


def _where(w: LetterWriter, letter: Letter) -> str:
    last = letter.first + dt.timedelta(days=6)
    days = w.words(
        "period",
        first=numbers.date(letter.first, w.language),
        last=numbers.date(min(last, letter.as_of), w.language),
    )
    whose = letter.called or w.words("everyone")
    plan = w.words("plan", n=letter.change.plan_version)
    return f"{letter.organisation} · {whose} · {days} · {plan}"


def _chance(w: LetterWriter, letter: Letter) -> str:
    now, before = letter.finish.p_target, letter.p_before
    if now is None or before is None:
        return ""
    told = [numbers.percent(p, w.language) for p in (before, now)]
    key = "where.chance_same" if told[0] == told[1] else "where.chance_moved"
    return w.words(key, before=told[0], now=told[1])


def _changed(w: LetterWriter, letter: Letter) -> list[str]:
    """What the week did to the gap, where most of it was, and what of it is no news of deals."""
    found = letter.change
    unit, (before, after) = w.worths([found.before, found.after], sign=True)
    unit = f"{numbers.NARROW}{unit or letter.unit}"
    key = "changed.gap" if found.begun else "changed.begun"
    if found.begun and before == after:
        key = "changed.gap_same"
    change = w.worth(found.change, sign=True)
    said = [w.words(key, before=before, after=after + unit, change=change)]
    said += _most(w, found.legs)
    better = next(each.money for each in found.lines if each.line == RE_ESTIMATION)
    if abs(better) > abs(found.change) / 4 and better:
        said.append(w.words("changed.re_estimation", money=w.worth(better, sign=True)))
    return said


def _most(w: LetterWriter, legs: Sequence[WeekLine]) -> list[str]:
    """The leg on which most was gained and the one on which most was lost."""
    won, lost = max(legs, key=lambda leg: leg.money), min(legs, key=lambda leg: leg.money)
    gained, fell = (w.worth(each.money, sign=True) for each in (won, lost))
    slight = SLIGHT * max(won.money, -lost.money)
    if won.money > slight and lost.money < -slight:
        told = w.words(
            "changed.won_and_lost",
            won=w.leg(won.line),
            won_money=gained,
            lost=w.leg(lost.line),
            lost_money=fell,
        )
        return [told]
    if won.money > max(slight, 0.0):
        return [w.words("changed.most_won", line=w.leg(won.line), money=gained)]
    if lost.money < 0:
        return [w.words("changed.most_lost", line=w.leg(lost.line), money=fell)]
    return []


def _lines(w: LetterWriter, letter: Letter) -> Table:
    """The week by leg, then what else the change is made of, then the change."""
    found = letter.change
    shown = [
        each
        for each in found.lines
        if each.planned is not None or each.line != OWNER_CHANGES or letter.owner != EVERYONE
    ]
    unit, money = w.worths([*(each.money for each in shown), found.change], sign=True)
    columns = [
        w.column("leg", "name"),
        w.column("money", metric="week_money", unit=unit),
        w.column("made", metric="week_actual"),
        w.column("planned", metric="week_planned"),
    ]
    told = [
        [
            w.linked_leg(each.line) if each.planned is not None else w.words(ROWS[each.line]),
            written,
            "" if each.actual is None else numbers.count(each.actual, w.language),
            "" if each.planned is None else numbers.movements(each.planned, w.language),
        ]
        for each, written in zip(shown, money[:-1], strict=True)
    ]
    legs = len(found.legs)
    foot = [*told[legs:], [w.words("rows.change"), money[-1], "", ""]]
    return w.table(columns, told[:legs], foot, w.words("headings.changed"), "week")


def _rope(w: LetterWriter, letter: Letter) -> list[str]:
    n, new = len(letter.caught), letter.caught_new
    if not n:
        return [w.words("caught.none")]
    amount = w.money(letter.caught_amount)
    said = [
        w.words("caught.one", amount=amount)
        if n == 1
        else w.words("caught.many", n=numbers.count(n, w.language), amount=amount)
    ]
    if new and n > 1:
        told = numbers.count(new, w.language)
        said.append(w.words("caught.new_one") if new == 1 else w.words("caught.new_many", n=told))
    return said


def _caught(w: LetterWriter, letter: Letter) -> Table:
    shown = letter.caught[:MOST_CAUGHT]
    unit, amounts = w.amounts([each.amount for each in shown])
    owners = letter.of_several
    columns = [
        w.column("deal", "name"),
        *([w.column("owner", "words")] if owners else []),
        w.column("stage", "words"),
        w.column("age", metric="age"),
        w.column("amount", metric="amount", unit=unit),
        w.column("new", "words"),
    ]
    rows = [
        [
            w.deal(each.deal),
            *([each.called] if owners else []),
            each.stage,
            numbers.count(each.age, w.language),
            amount,
            w.words("caught.new" if each.new else "caught.before"),
        ]
        for each, amount in zip(shown, amounts, strict=True)
    ]
    return w.table(columns, rows, (), w.words("headings.caught"), "cards")


def _ability(w: LetterWriter, each: Sharpened) -> str:
    ability = in_language(each.ability, w.language)
    told = w.words("abilities.one", who=each.called, ability=ability)
    if each.leg is not None:
        told += w.words("abilities.leg", leg=w.leg(each.leg))
    return told + (w.words("abilities.noticed", noticed=each.noticed) if each.noticed else "")
