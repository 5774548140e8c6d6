"""Workspaces told as entries, as a connector or a person would enter them."""

import datetime as dt

import pytest

from mellantid.core.planning.target import Target
from mellantid.core.process import Process
from mellantid.ledger import Entries
from mellantid.workspace import Settings, Workspace

COURSE = Process("Deals", ("Lead", "Talk", "Bid"))
COLUMNS = (
    "key",
    "deal",
    "kind",
    "stage",
    "occurred_at",
    "known_at",
    "amount",
    "owner",
    "refers_to",
)


class Teller:
    """A workspace, and words to tell it what happened."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.told = 0

    def tell(self, *entries, now="2025-07-01"):
        """Append (deal, when, kind, stage, rest) entries, recorded on a date."""
        rows = []
        for deal, when, kind, stage, *rest in entries:
            self.told += 1
            more = rest[0] if rest else {}
            at = moment(when)
            rows.append(
                {
                    "key": f"entry {self.told}",
                    "deal": deal,
                    "kind": kind,
                    "stage": stage,
                    "occurred_at": at,
                    "known_at": moment(more.pop("known")) if "known" in more else at,
                    **more,
                }
            )
        columns = {name: [row.get(name) for row in rows] for name in COLUMNS}
        self.workspace.ledger.append(
            Entries(process="Deals", source="test", **columns), moment(now)
        )
        return [row["key"] for row in rows]

    def tell_a_year(self, amount=100.0, deals=120):
        """A deal every other weekday from January 2024: two of three go on, half of these win."""
        day, told = dt.date(2024, 1, 1), []
        for number in range(deals):
            day += dt.timedelta(days=2 if (day + dt.timedelta(days=2)).weekday() < 5 else 4)
            on = [f"{day + dt.timedelta(days=k)} 09:00" for k in (0, 9 + number % 7, 21, 40)]
            name, worth = f"D{number}", {} if amount is None else {"amount": amount + number}
            told.append((name, on[0], "created", "Lead", {"owner": f"s{number % 3}", **worth}))
            if number % 3:
                end = ("won", "Won") if number % 2 else ("lost", "Lost")
                told += [(name, on[1], "moved", "Talk"), (name, on[2], "moved", "Bid")]
                told.append((name, on[3], *end))
        self.tell(*told)

    def plan(self, amount=9_000.0, first="2024-07-01", last="2024-12-31"):
        """Set a target and make a plan from its first day."""
        dates = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        self.workspace.set_target(Target("all", amount, *dates), moment("2025-07-01"))
        return self.workspace.make_plan(None, dates[0], moment("2025-07-01"))

    def race(self, when):
        """What was known at the end of a date."""
        return self.workspace.race(None, moment(when) + 86_400_000)

    def standing(self, when, by="leg"):
        """The splits at the end of a date."""
        return self.workspace.standing(self.race(when), by)


def moment(when):
    """Milliseconds of a date, or date and time, UTC."""
    return int(dt.datetime.fromisoformat(when).replace(tzinfo=dt.UTC).timestamp()) * 1000


@pytest.fixture
def teller(tmp_path):
    """An empty workspace on UTC, in SEK, with a course of three stages."""
    with Workspace.open(tmp_path / "deals.db", create=True) as workspace:
        workspace.change_settings(Settings(timezone="UTC", holidays="", currency="SEK"))
        workspace.keep_process(COURSE, 1)
        yield Teller(workspace)


@pytest.fixture
def at():
    """The function `moment`."""
    return moment
