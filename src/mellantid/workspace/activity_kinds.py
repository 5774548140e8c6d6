"""The kinds of activities: the organisation's own words, or a shipped list in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.metrics.metric import check_language
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.ledger import Ledger

LONGEST: Final = 60
MOST: Final = 30
SHIPPED: Final = {
    "call": {"en": "Call", "sv": "Samtal"},
    "meeting": {"en": "Meeting", "sv": "Möte"},
    "proposal": {"en": "Proposal sent", "sv": "Skickad offert"},
    "demo": {"en": "Demo", "sv": "Demo"},
    "email": {"en": "E-mail", "sv": "Mejl"},
    "other": {"en": "Other", "sv": "Annat"},
}
ALSO: Final = {
    "e-mail": "email",
    "mail": "email",
    "e-post": "email",
    "telefonsamtal": "call",
    "phone call": "call",
    "offert": "proposal",
    "proposal sent": "proposal",
}


def kinds(ledger: Ledger) -> tuple[str, ...]:
    """The kinds to choose from, in order; a shipped one by the name that it is kept under."""
    kept = ledger.rows("SELECT name FROM activity_kind ORDER BY place")
    return tuple(name for (name,) in kept) or tuple(SHIPPED)


def kind_word(kind: str, language: str) -> str:
    """What a kind is called: a shipped one in the reader's language, any other as it is."""
    words = SHIPPED.get(kind)
    return kind if words is None else words[check_language(language)]


def kind_of(called: str, known: Sequence[str]) -> str:
    """The kind that is meant, whatever its case and in either language.

    Raises:
        CannotDo: there is none.

    """
    wanted = _shipped(called) or called.strip()
    folded = {each.casefold(): each for each in known}
    found = folded.get(wanted.casefold())
    if found is None:
        raise CannotDo("no_kind", kind=called.strip() or "–", kinds=", ".join(known))
    return found


def keep_kinds(ledger: Ledger, names: Sequence[str]) -> tuple[str, ...]:
    """Keep the organisation's own list; an empty one brings back the shipped.

    Raises:
        CannotDo: there are too many, or one is too long.

    """
    told = dict.fromkeys(_shipped(each) or each.strip() for each in names if each.strip())
    if len(told) > MOST or any(len(each) > LONGEST for each in told):
        raise CannotDo("bad_kinds", most=MOST, longest=LONGEST)
    with ledger.writing() as connection:
        connection.execute("DELETE FROM activity_kind")
        connection.executemany(
            "INSERT INTO activity_kind (place, name) VALUES (?, ?)", list(enumerate(told))
        )
    return kinds(ledger)


def _shipped(called: str) -> str | None:
    """The shipped kind that a word means; None where it means none."""
    word = called.strip().casefold()
    for kind, words in SHIPPED.items():
        if word == kind or word in {each.casefold() for each in words.values()}:
            return kind
    return ALSO.get(word)
