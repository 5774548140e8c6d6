"""Activities as they are kept: said, checked, logged once for each key, taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.clock import EPOCH
from mellantid.workspace.abilities import leg_of
from mellantid.workspace.activity_kinds import kind_of, kinds
from mellantid.workspace.cannot import CannotDo

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.process import Process
    from mellantid.ledger import Ledger
    from mellantid.workspace.workspace import Workspace

COLUMNS: Final = (
    "key, process, seller, kind, deal, leg, occurred_at, occurred_after, source, recorded_at"
)
HOLDING: Final = (
    "takes_back IS NULL AND key NOT IN "
    "(SELECT takes_back FROM activity WHERE takes_back IS NOT NULL)"
)


@dataclass(frozen=True)
class Doing:
    """An activity as it is said.

    Attributes:
        key: by which the same one, said again, is known.
        kind: what was done, in any case or language.
        seller: who did it, by identity or name; None: whose the deal is.
        deal: which deal it was about; None: about none yet.
        leg: on which leg, where it was about no deal.
        at: when: a date, or a moment (ms); None: now.

    """

    key: str
    kind: str
    seller: str | None = None
    deal: str | None = None
    leg: str | None = None
    at: dt.date | int | None = None


@dataclass(frozen=True)
class Activity:
    """An activity as it is kept.

    Attributes:
        key: its own.
        seller: identity of who did it.
        kind: what was done.
        deal: about which deal; None: about none.
        leg: on which leg, where about no deal; of a deal it is where the deal stood.
        at: the moment (ms), the latest possible one.
        after: the moment after which it was; `at` - 1 where it is exact.
        source: through what, or by whom.
        recorded_at: when it was entered (ms).

    """

    key: str
    seller: str
    kind: str
    deal: str | None
    leg: str | None
    at: int
    after: int
    source: str
    recorded_at: int

    @property
    def said(self) -> tuple[object, ...]:
        """What must be the same for two of one key to be the same one."""
        return self.seller, self.kind, self.deal, self.leg


@dataclass(frozen=True)
class Kept:
    """What became of activities that were said.

    Attributes:
        added: how many were new.
        unchanged: how many were there already.
        conflicts: keys under which something else was there, which stands.

    """

    added: int
    unchanged: int
    conflicts: tuple[str, ...]


def checked(
    workspace: Workspace, process: Process, said: Sequence[Doing], source: str, now: int
) -> tuple[list[Activity], dict[str, str | None]]:
    """Activities as they are to be kept, and whose each deal is that they are about.

    Raises:
        CannotDo: one of them cannot be.

    """
    owner_of = _owners(workspace.ledger, process, {each.deal.strip() for each in said if each.deal})
    known, clock = kinds(workspace.ledger), workspace.clock
    sellers = _sellers(workspace, process)
    found = []
    for each in said:
        if not each.key.strip():
            raise CannotDo("no_key")
        deal = (each.deal or "").strip() or None
        if deal is not None and deal not in owner_of:
            raise CannotDo("no_deal", deal=deal)
        leg = None
        if deal is None:
            if not (each.leg or "").strip():
                raise CannotDo("no_deal_or_leg")
            leg = leg_of(process, str(each.leg))
        called = (each.seller or "").strip() or (owner_of[deal] if deal else None)
        seller = _seller(called, sellers)
        at, after = _when(clock, each.at, now)
        kind = kind_of(each.kind, known)
        found.append(Activity(each.key.strip(), seller, kind, deal, leg, at, after, source, now))
    return found, owner_of


def log(ledger: Ledger, process: str, activities: Sequence[Activity]) -> Kept:
    """Keep activities; the same key again adds nothing."""
    added, unchanged, conflicts = 0, 0, []
    with ledger.writing() as connection:
        wanted = json.dumps([each.key for each in activities])
        rows = connection.execute(
            "SELECT key, seller, kind, deal, leg FROM activity "
            "WHERE key IN (SELECT value FROM json_each(?))",
            (wanted,),
        ).fetchall()
        there: dict[str, tuple[object, ...]] = {key: tuple(said) for key, *said in rows}
        for each in activities:
            if each.key in there:
                same = there[each.key] == each.said
                unchanged += same
                conflicts += [] if same else [each.key]
                continue
            there[each.key] = each.said
            added += 1
            connection.execute(
                f"INSERT INTO activity ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (ours)
                _row(process, each),
            )
    return Kept(added, unchanged, tuple(conflicts))


def _row(process: str, each: Activity) -> tuple[object, ...]:
    after = None if each.after == each.at - 1 else each.after
    return (
        *(each.key, process, each.seller, each.kind, each.deal, each.leg, each.at, after),
        *(each.source, each.recorded_at),
    )


def take_back(ledger: Ledger, process: str, key: str, source: str, now: int) -> None:
    """Take an activity back with a new row; the old one stays on record.

    Raises:
        CannotDo: there is no such activity that still counts.

    """
    found = holding(ledger, process, key=key)
    if not found:
        raise CannotDo("no_activity")
    taken = found[0]
    with ledger.writing() as connection:
        connection.execute(
            f"INSERT INTO activity ({COLUMNS}, takes_back) "  # noqa: S608 (ours)
            "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM activity WHERE takes_back = ?)",
            (
                f"back:{key}",
                *_row(process, taken)[1:-2],
                *(source, now, key, key),
            ),
        )


def holding(
    ledger: Ledger,
    process: str,
    *,
    until: int | None = None,
    key: str | None = None,
    deal: str | None = None,
) -> tuple[Activity, ...]:
    """The activities that hold, the oldest first.

    Args:
        ledger: where they are kept.
        process: whose.
        until: only those before this moment (ms).
        key: only that one.
        deal: only those about this deal.

    """
    where, values = ["process = ?", HOLDING], [process]
    asked: Mapping[str, object] = {"occurred_at < ?": until, "key = ?": key, "deal = ?": deal}
    given: list[object] = [*values]
    for condition, value in asked.items():
        if value is not None:
            where.append(condition)
            given.append(value)
    rows = ledger.rows(
        "SELECT key, seller, kind, deal, leg, occurred_at, coalesce(occurred_after, "  # noqa: S608 (ours)
        "occurred_at - 1), source, recorded_at FROM activity WHERE "
        f"{' AND '.join(where)} ORDER BY occurred_at, id",
        tuple(given),
    )
    return tuple(Activity(*row) for row in rows)


def told_of_deal(ledger: Ledger, process: str, deal: str) -> tuple[tuple[Activity, bool], ...]:
    """All activities about a deal, the oldest first, and whether each still counts."""
    held = {each.key for each in holding(ledger, process, deal=deal)}
    rows = ledger.rows(
        "SELECT key, seller, kind, deal, leg, occurred_at, coalesce(occurred_after, "
        "occurred_at - 1), source, recorded_at FROM activity "
        "WHERE process = ? AND deal = ? AND takes_back IS NULL ORDER BY occurred_at, id",
        (process, deal),
    )
    return tuple((each, each.key in held) for each in (Activity(*row) for row in rows))


def newest(ledger: Ledger) -> int:
    """The last row: what is made from activities holds as long as it does."""
    return int(ledger.rows("SELECT coalesce(max(id), 0) FROM activity")[0][0])


def _owners(ledger: Ledger, process: Process, deals: set[str]) -> dict[str, str | None]:
    """Whose each deal is by now; only deals that there are."""
    rows = ledger.rows(
        "SELECT deal, owner FROM entry WHERE process = ? "
        "AND deal IN (SELECT value FROM json_each(?)) ORDER BY occurred_at, id",
        (process.name, json.dumps(sorted(deals))),
    )
    found: dict[str, str | None] = {}
    for deal, owner in rows:
        found[deal] = owner or found.get(deal)
    return found


def _sellers(workspace: Workspace, process: Process) -> dict[str, set[str]]:
    """Identities by what somebody may be called, in lower case."""
    owners = workspace.ledger.rows(
        "SELECT DISTINCT owner FROM entry WHERE process = ? AND owner IS NOT NULL", (process.name,)
    )
    found: dict[str, set[str]] = {}
    for each in workspace.people.persons.values():
        found.setdefault(each.name.casefold(), set()).add(each.id)
    for identity in {*workspace.people.persons, *(owner for (owner,) in owners)}:
        found[identity.casefold()] = {identity}
    return found


def _seller(called: str | None, sellers: Mapping[str, set[str]]) -> str:
    if called is None:
        raise CannotDo("whose_activity")
    found = sellers.get(called.casefold(), set())
    if len(found) != 1:
        raise CannotDo("several_owners" if found else "no_owner", owner=called)
    return next(iter(found))


def _when(clock: WorkingClock, said: dt.date | int | None, now: int) -> tuple[int, int]:
    """The moment and the one after which it was; a date is some time on that day."""
    if said is None or isinstance(said, int):
        at = now if said is None else said
        date, after = clock.date(max(at, 0)), at - 1
    else:
        # Of today what was done lies before now, and before what the deal has moved since.
        date, at, after = said, min(clock.end_of(said) - 1, now), clock.start_of(said) - 1
    if at > now or date > clock.date(now):
        raise CannotDo("future", date=date)
    if date <= EPOCH:
        raise CannotDo("bad_date", date=date)
    return at, after
