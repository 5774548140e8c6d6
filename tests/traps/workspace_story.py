"""A small organisation told to a workspace in entries, as a connector would."""

import datetime as dt

from mellantid.core.process import Process
from mellantid.ledger import Entries

NAME = "New business"
COURSE = Process(NAME, ("Qualified", "Demo", "Offer"))


def ms(when):
    """The moment of `2025-03-03` or `2025-03-03 09:30`, UTC."""
    return int(dt.datetime.fromisoformat(when).replace(tzinfo=dt.UTC).timestamp()) * 1000


def entry(deal, when, kind, stage=None, **more):
    """One entry; `known` is when it was entered, its own moment where left out."""
    at = ms(when)
    known = more.pop("known", None)
    key = more.pop("key", f"{deal}/{when}/{kind}/{stage}/{sorted(more.items())}")
    return {
        "key": key,
        "deal": deal,
        "kind": kind,
        "stage": stage,
        "occurred_at": at,
        "known_at": at if known is None else ms(known),
        **more,
    }


def tell(workspace, *told, now="2025-07-01"):
    """Append entries."""
    names = ("key", "deal", "kind", "stage", "occurred_at", "known_at", "amount", "currency")
    names = (*names, "owner", "refers_to")
    workspace.ledger.append(
        Entries(
            process=NAME,
            source="test",
            **{name: [row.get(name) for row in told] for name in names},
        ),
        ms(now),
    )


def deals(count, begin="2025-01-06", **more):
    """Deals that come one a working day; three of five go on, one is won, one stays."""
    first = dt.date.fromisoformat(begin)
    told = []
    for number in range(count):
        day = first + dt.timedelta(days=number // 5 * 7 + number % 5)

        def on(days, hour=9, day=day):
            return f"{day + dt.timedelta(days=days)} {hour:02d}:00"

        name, extra = f"deal {number}", {"amount": 100.0 + number, "owner": f"s{number % 2}"}
        told.append(entry(name, on(0), "created", "Qualified", **(extra | more)))
        if number % 5:
            told.append(entry(name, on(7), "moved", "Demo"))
        if number % 5 > 1:
            told.append(entry(name, on(14), "moved", "Offer"))
        if number % 5 > 2:
            told.append(entry(name, on(21), *(("won", "Won"), ("lost", "Lost"))[number % 2]))
    return told
