"""A race that needs no computing, and an organisation of four accounts and two teams."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from mellantid.core.process import Process
from mellantid.notices.addresses import Way, add_address, addresses_of
from mellantid.notices.choices import Choices, keep_choices
from mellantid.notices.events import Choice, Event, Kind
from mellantid.notices.finding import Seen
from mellantid.notices.outbox import put
from mellantid.notices.quiet import Quiet
from mellantid.notices.state import CaughtNow, LegNow, RaceNow, Side
from mellantid.report.data import DealLine, LegLine, WatchLine
from mellantid.workspace import Person, Settings

ZONE = ZoneInfo("Europe/Stockholm")
NEVER = Quiet(dt.time(0), dt.time(0), free_days=False)
PROCESS = Process("Sales", ("Need", "Offer"))
ACCOUNTS = {
    "admin": ("admin", None),
    "boss": ("manager", "boss"),
    "anna": ("seller", "anna"),
    "olle": ("seller", "olle"),
}


def at(text, zone=ZONE):
    """A moment (ms) of a local time."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


NOON = at("2026-03-11 12:00")  # a Wednesday


def email(name):
    return f"{name}@example.com"


def fill(workspace):
    """Make the organisation: Anna is in the boss's team, Olle is not."""
    workspace.change_settings(Settings(name="Fjällräv", holidays="SE", currency="SEK"))
    workspace.keep_process(PROCESS, NOON)
    workspace.add_people(
        [
            Person("boss", "Bo Ek", "N"),
            Person("anna", "Anna Lind", "N"),
            Person("olle", "Olle", "S"),
        ],
        {"N": None, "S": None},
    )
    with workspace.ledger.writing() as connection:
        for name, (role, person) in ACCOUNTS.items():
            connection.execute(
                "INSERT INTO account (email, name, role, person, language, password, created_at) "
                "VALUES (?, ?, ?, ?, NULL, '', 0)",
                (email(name), name.title(), role, person),
            )


def choose(workspace, name, places=(0,), *wanted, **manner):
    """Have somebody choose events, all where none is named."""
    events = wanted or (Choice.LEG, Choice.CAUGHT, Choice.CHANCE)
    chosen = {each: frozenset(places) for each in events}
    keep_choices(workspace.ledger, email(name), Choices(chosen, **{"quiet": NEVER} | manner))


def give(workspace, name, url, way=Way.WEBHOOK):
    """Give somebody an address; gives its number and its secret."""
    secret = add_address(workspace.ledger, email(name), way, "There", url, NOON)
    return addresses_of(workspace.ledger, email(name))[-1].number, secret


def leg(side=None, place=1, **changed):
    values = {"movements": -9.0, "days": -4.0, "money": -310e3, "verdict": "behind and losing"}
    return LegNow(place, side, **values | changed)


def stay(stage="Offer", entered=100, age=61, owner="anna", called="Anna Lind", amount=250e3):
    return CaughtNow(stage, entered, age, owner, called, amount)


def race(legs=None, caught=None, **changed):
    values = {
        "process": "Sales",
        "as_of": dt.date(2026, 3, 11),
        "day": 200,
        "position": 10,
        "plan": 1,
        "unit": "SEK",
        "legs": {"Need": leg(Side.ON_PACE)} if legs is None else legs,
        "caught": caught or {},
    }
    return RaceNow(**values | changed)


def seen(verdict="on pace", caught=(), p=0.6, position=10, finding="no change", target=10e6):
    """What a page shows, as far as notices read it; `caught` are (deal, owner) pairs."""
    lines = [
        LegLine(name, 40, 31, -9, -4, -3e5, said)
        for name, said in (("creation", "on pace"), ("Need", verdict), ("Offer", "on pace"))
    ]
    deals = [
        DealLine(deal, "Offer", 61, 250e3, owner=owner and owner.title(), owner_id=owner)
        for deal, owner in caught
    ]
    data = SimpleNamespace(
        meta=SimpleNamespace(
            process="Sales", as_of=dt.date(2026, 3, 11), plan_version=1, currency="SEK"
        ),
        legs=lines,
        watch=[WatchLine("Need", finding, 20, 10, 0.5, None, 0.5, 30.0, None)],
        caught=deals,
    )
    known = SimpleNamespace(position=position, history=SimpleNamespace(until_day=14_600))
    whole = SimpleNamespace(
        parts=SimpleNamespace(owners=("anna", "olle")),
        of_owners=lambda members: SimpleNamespace(exceeds=lambda _: p / 2 if members else 0),
    )
    outcome = SimpleNamespace(
        as_of=dt.date(2026, 3, 11),
        first=dt.date(2026, 1, 1),
        until=dt.date(2026, 12, 31),
        target=target,
        p_target=None if target is None else p,
        whole=whole,
    )
    return lambda *_: Seen(known, data, outcome)


def event(kind=Kind.SLIPS, about="Need", moment=NOON, **changed):
    """An event that could be."""
    figures = {
        Kind.SLIPS: {
            "movements": -9.0,
            "days": -4.0,
            "money": -3e5,
            "unit": "SEK",
            "verdict": "behind and losing",
        },
        Kind.CAUGHT: {
            "stage": "Offer",
            "age": 61,
            "amount": 250e3,
            "unit": "SEK",
            "owner": "anna",
            "called": "Anna Lind",
        },
    }
    values = {"process": "Sales", "figures": figures.get(kind, {}), "path": "/legs/1"}
    return Event(kind, moment, about=about, **values | changed)


def puts(workspace, name, *events, place=0, moment=NOON):
    """Put events into the outbox."""
    with workspace.ledger.writing() as connection:
        return [put(connection, each, email(name), place, moment) for each in events]


def rows(workspace, columns="account, place, state"):
    return workspace.ledger.rows(f"SELECT {columns} FROM notice ORDER BY id")
