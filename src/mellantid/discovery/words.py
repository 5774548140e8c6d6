"""What columns and labels are called in CRM exports and event logs, in English and Swedish."""

from __future__ import annotations

import re
from typing import Final

# For each role, words by how plainly they tell it: 1 is certain, below that a hint.
ROLES: Final[dict[str, dict[str, float]]] = {
    "deal": {
        "opportunity id": 1.0, "opportunityid": 1.0, "deal id": 1.0, "dealid": 1.0,
        "case concept name": 1.0, "case id": 1.0, "caseid": 1.0, "affärs id": 1.0, "affär": 0.9,
        "affärsnummer": 1.0, "ärende": 0.9, "ärendenummer": 1.0, "opportunity": 0.9, "deal": 0.9,
        "case": 0.9, "incident id": 0.9, "ticket id": 0.9, "id": 0.9,
    },
    "at": {
        "time timestamp": 1.0, "complete timestamp": 1.0, "timestamp": 1.0, "changed on": 1.0,
        "changed at": 1.0, "date entered": 1.0, "ändrad": 0.9, "tidpunkt": 1.0, "occurred at": 1.0,
        "moved at": 1.0, "event time": 1.0, "ts": 0.9, "created date": 0.7, "createddate": 0.7,
        "datum": 0.8, "date": 0.7, "time": 0.7, "fivetran start": 0.6, "start timestamp": 0.8,
    },
    "stage": {
        "stage": 1.0, "stagename": 1.0, "stage name": 1.0, "deal stage": 1.0, "sales stage": 1.0,
        "pipeline stage": 1.0, "fas": 1.0, "steg": 1.0, "säljsteg": 1.0, "to stage": 1.0,
        "new stage": 1.0, "activity": 0.95, "act": 0.9, "aktivitet": 0.95, "concept name": 0.9,
        "status": 0.85, "state": 0.8, "lifecycle transition": 0.6, "phase": 0.9,
    },
    "amount": {
        "amount": 1.0, "belopp": 1.0, "deal value": 1.0, "close value": 1.0, "ordervärde": 1.0,
        "total amount": 0.95, "value": 0.7, "värde": 0.9, "property amount": 1.0, "acv": 0.9,
        "tcv": 0.8, "arr": 0.8,
    },
    "owner": {
        "owner": 1.0, "owner id": 1.0, "ownerid": 1.0, "ägare": 1.0, "säljare": 1.0,
        "ansvarig": 1.0, "sales agent": 1.0, "seller": 1.0, "sales rep": 1.0, "account owner": 0.8,
        "org resource": 0.8, "resource": 0.8, "res": 0.6, "assigned to": 0.9,
    },
    "currency": {"currency": 1.0, "valuta": 1.0, "currencyisocode": 1.0, "currency iso code": 1.0},
    "order": {"order": 0.9, "sequence": 0.9, "ordning": 0.9},
    "created": {
        "created": 1.0, "created date": 1.0, "createddate": 1.0, "create date": 1.0,
        "skapad": 1.0, "engage date": 0.9, "property createdate": 1.0, "opened": 0.9,
        "open date": 0.9, "start date": 0.7,
    },
    "closed": {
        "close date": 1.0, "closedate": 1.0, "closed": 1.0, "closed date": 1.0, "closed on": 1.0,
        "stängd": 1.0, "avslutad": 1.0, "stängningsdatum": 1.0, "property closedate": 1.0,
        "actual close date": 1.0, "end date": 0.7,
    },
}  # fmt: skip

WON: Final[dict[str, float]] = {
    "won": 1.0, "closed won": 1.0, "vunnen": 1.0, "vunnet": 1.0, "vunna": 1.0, "vann": 1.0,
    "closedwon": 1.0, "order": 0.8, "signed": 0.8, "signerad": 0.8, "payment": 0.7, "paid": 0.8,
    "betald": 0.8, "betalning": 0.7, "billed": 0.8, "fakturerad": 0.8, "completed": 0.7,
    "closed": 0.6, "klar": 0.6, "avslutad": 0.6, "stängd": 0.6,
}  # fmt: skip
LOST: Final[dict[str, float]] = {
    "lost": 1.0, "closed lost": 1.0, "closedlost": 1.0, "förlorad": 1.0, "förlorat": 1.0,
    "förlorade": 1.0, "tappad": 1.0, "cancelled": 0.9, "canceled": 0.9, "avbruten": 0.9,
    "abandoned": 0.9, "disqualified": 0.9, "diskvalificerad": 0.9, "rejected": 0.7, "declined": 0.9,
    "avböjd": 0.9, "invalid": 0.8, "ogiltig": 0.8, "duplicate": 0.8, "dublett": 0.8, "delete": 0.8,
    "deleted": 0.8, "borttagen": 0.8, "no decision": 0.9, "collection": 0.7, "inkasso": 0.8,
    "withdrawn": 0.9, "dead": 0.9, "churned": 0.8,
}  # fmt: skip
IGNORE: Final = (
    "note",
    "comment",
    "email",
    "call",
    "anteckning",
    "kommentar",
    "samtal",
    "unmatched",
)
# How far along a course a label stands, where nothing else tells it. A blank is a word's edge: some
# of these stand within other words (assigned, company).
COURSE: Final[tuple[tuple[str, ...], ...]] = (
    ("lead", "suspect", "inquiry", "förfrågan", " new", " ny ", "idea"),
    ("prospect", "appointment", "kontakt", "contact"),
    ("qualif", "kvalific", "engag", "discovery", "meeting", "möte", "accepted"),
    ("need", "behov", "analys", "presentation"),
    ("demo", "value", "evaluation", "utvärdering", "pilot", " poc ", "solution"),
    ("decision maker", "beslutsfattare", "champion"),
    ("perception",),
    ("proposal", "offer", "quote", "offert", "pris", "price"),
    ("negotiat", "förhandl", "review", "shortlist"),
    ("contract", "avtal", "legal", "commit", "verbal", "muntlig", " sign"),
)


def plain(name: str) -> str:
    """A name without case, marks and doubled blanks; words run together are parted."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name.strip())
    return re.sub(r"[^0-9a-zåäöé]+", " ", parted.casefold()).strip()


def named(name: str, words: dict[str, float]) -> float:
    """How plainly a name says one of the words: whole, or as whole words within it."""
    text = plain(name)
    if text in words:
        return words[text]
    if text.replace(" ", "") in words:
        return words[text.replace(" ", "")]
    within = [score * 0.8 for word, score in words.items() if f" {word} " in f" {text} "]
    return max(within, default=0.0)


def place_on_course(label: str) -> int | None:
    """How far along a course a label's words put it; None where they say nothing."""
    text = f" {plain(label)} "
    places = [k for k, words in enumerate(COURSE) if any(word in text for word in words)]
    return max(places, default=None)
