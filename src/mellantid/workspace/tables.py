"""The workspace's small tables: read and written as the objects that the rest speaks of."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mellantid.calendars import CountryCalendar
from mellantid.core.planning.target import Target
from mellantid.core.process import Process
from mellantid.workspace.people import People, Person
from mellantid.workspace.rates import Rate
from mellantid.workspace.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mellantid.core.planning.plan import Plan
    from mellantid.ledger import Ledger

SETTINGS = "workspace"
CALENDAR = "calendar"
CUTOFF = "cutoff "
"""What the names of the cut-offs set by hand begin with; a row each, and none is ever changed."""
PLAYBOOK = "playbook of "
"""What the names of the choices of playbook begin with, each of a process."""
PLAYBOOK_FILE = "playbook file "
"""What the names of the playbooks that were imported begin with."""


def read_settings(ledger: Ledger) -> Settings | None:
    """The settings; None where none have been kept."""
    rows = ledger.rows("SELECT value FROM setting WHERE name = ?", (SETTINGS,))
    return Settings.from_dict(json.loads(rows[0][0])) if rows else None


def write_settings(ledger: Ledger, settings: Settings) -> None:
    """Keep the settings."""
    _write_setting(ledger, SETTINGS, json.dumps(settings.as_dict(), ensure_ascii=False))


def read_calendar(ledger: Ledger) -> CountryCalendar | None:
    """The country's calendar as it was when it was chosen; None where none is kept."""
    rows = ledger.rows("SELECT value FROM setting WHERE name = ?", (CALENDAR,))
    return CountryCalendar.from_json(rows[0][0]) if rows else None


def write_calendar(ledger: Ledger, calendar: CountryCalendar) -> None:
    """Keep a country's calendar in place of the one before."""
    _write_setting(ledger, CALENDAR, calendar.to_json())


def _write_setting(ledger: Ledger, name: str, value: str) -> None:
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def read_cutoffs(ledger: Ledger, process: str, known: int | None = None) -> dict[str, int]:
    """The cut-offs set by hand, by stage: what was said last before a moment (ms); None: now."""
    query = "SELECT value FROM setting WHERE name LIKE ? ORDER BY length(name), name"
    holding: dict[str, int] = {}
    for (text,) in ledger.rows(query, (f"{CUTOFF}%",)):
        said = json.loads(text)
        if said["process"] != process or (known is not None and said["recorded_at"] >= known):
            continue
        holding.pop(said["stage"], None)
        if said["age"] is not None:
            holding[said["stage"]] = said["age"]
    return holding


def write_cutoff(
    ledger: Ledger, process: str, stage: str, age: int | None, recorded_at: int
) -> None:
    """Say that a cut-off holds from now on; None: what history says."""
    said = {"process": process, "stage": stage, "age": age, "recorded_at": recorded_at}
    with ledger.writing() as connection:
        query = "SELECT count(*) FROM setting WHERE name LIKE ?"
        number = connection.execute(query, (f"{CUTOFF}%",)).fetchone()[0]
        connection.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)",
            (f"{CUTOFF}{number + 1}", json.dumps(said, ensure_ascii=False)),
        )


def read_chosen_playbook(ledger: Ledger, process: str) -> dict[str, Any] | None:
    """Which playbook a process leans on; None: none."""
    rows = ledger.rows("SELECT value FROM setting WHERE name = ?", (f"{PLAYBOOK}{process}",))
    said: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
    return said


def write_chosen_playbook(ledger: Ledger, process: str, said: Mapping[str, Any] | None) -> None:
    """Say which playbook a process leans on; None: none."""
    _write_setting(ledger, f"{PLAYBOOK}{process}", json.dumps(said, ensure_ascii=False))


def read_playbook_files(ledger: Ledger) -> dict[str, str]:
    """The texts of the playbooks that were imported, by name."""
    query = "SELECT name, value FROM setting WHERE name LIKE ? ORDER BY name"
    rows = ledger.rows(query, (f"{PLAYBOOK_FILE}%",))
    return {name.removeprefix(PLAYBOOK_FILE): text for name, text in rows}


def write_playbook_file(ledger: Ledger, name: str, text: str) -> None:
    """Keep the text of a playbook that was imported."""
    _write_setting(ledger, f"{PLAYBOOK_FILE}{name}", text)


def read_processes(ledger: Ledger) -> dict[str, tuple[Process, ...]]:
    """All versions of every process, by name, the oldest first."""
    rows = ledger.rows("SELECT name, version, definition FROM process ORDER BY name, version")
    found: dict[str, tuple[Process, ...]] = {}
    for name, version, text in rows:
        found[name] = (*found.get(name, ()), _process(name, version, json.loads(text)))
    return found


def _process(name: str, version: int, definition: Mapping[str, Any]) -> Process:
    labels = {part: tuple(definition[part]) for part in ("stages", "won", "lost", "ignore")}
    return Process(name, **labels, version=version)


def write_process(ledger: Ledger, process: Process, recorded_at: int) -> None:
    """Keep a version of a process."""
    labels = ("stages", "won", "lost", "ignore")
    definition = {part: list(getattr(process, part)) for part in labels}
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO process (name, version, definition, valid_from) VALUES (?, ?, ?, ?)",
            (
                process.name,
                process.version,
                json.dumps(definition, ensure_ascii=False),
                recorded_at,
            ),
        )


def read_people(ledger: Ledger) -> People:
    """Everyone and their teams."""
    persons = ledger.rows("SELECT id, name, team FROM person ORDER BY id")
    teams = ledger.rows("SELECT name, parent FROM team ORDER BY name")
    return People({row[0]: Person(*row) for row in persons}, dict(teams))


def write_people(
    ledger: Ledger, persons: Iterable[Person], parents: Mapping[str, str | None]
) -> None:
    """Keep people and teams; who is there already is changed."""
    with ledger.writing() as connection:
        connection.executemany(
            "INSERT INTO team (name, parent) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET parent = coalesce(excluded.parent, team.parent)",
            list(parents.items()),
        )
        connection.executemany(
            "INSERT INTO person (id, name, team) VALUES (:id, :name, :team) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, team = excluded.team",
            [asdict(person) for person in persons],
        )


def read_targets(ledger: Ledger) -> list[Target]:
    """The targets that hold: of an owner and a period, what was said last."""
    rows = ledger.rows("SELECT owner, amount, first, last, withdrawn FROM target ORDER BY id")
    holding: dict[tuple[str, str, str], Target] = {}
    for owner, amount, first, last, withdrawn in rows:
        holding.pop((owner, first, last), None)
        if not withdrawn:
            holding[owner, first, last] = Target(
                owner, amount, dt.date.fromisoformat(first), dt.date.fromisoformat(last)
            )
    return list(holding.values())


def write_target(
    ledger: Ledger, target: Target, recorded_at: int, *, withdrawn: bool = False
) -> None:
    """Say that a target holds from now on, or no longer."""
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO target (owner, amount, first, last, recorded_at, withdrawn) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                target.owner,
                float(target.amount),
                target.first.isoformat(),
                target.last.isoformat(),
                recorded_at,
                int(withdrawn),
            ),
        )


def read_rates(ledger: Ledger) -> list[Rate]:
    """All rates."""
    rows = ledger.rows("SELECT currency, date, rate FROM rate ORDER BY currency, date")
    return [Rate(currency, dt.date.fromisoformat(date), rate) for currency, date, rate in rows]


def write_rates(ledger: Ledger, rates: Iterable[Rate]) -> None:
    """Keep rates; one of the same currency and date takes the place of the old one."""
    with ledger.writing() as connection:
        connection.executemany(
            "INSERT INTO rate (currency, date, rate) VALUES (?, ?, ?) "
            "ON CONFLICT (currency, date) DO UPDATE SET rate = excluded.rate",
            [(rate.currency, rate.date.isoformat(), rate.rate) for rate in rates],
        )


def plan_versions(ledger: Ledger, process: str) -> list[tuple[int, dt.date]]:
    """Version and first date of every plan of a process, the oldest first."""
    rows = ledger.rows(
        "SELECT version, start FROM plan WHERE process = ? ORDER BY version", (process,)
    )
    return [(version, dt.date.fromisoformat(start)) for version, start in rows]


def read_plan(ledger: Ledger, process: str, version: int) -> Plan:
    """One version of the plan."""
    from mellantid.core.planning.plan import Plan  # noqa: PLC0415 (most questions need no plan)

    rows = ledger.rows(
        "SELECT document FROM plan WHERE process = ? AND version = ?", (process, version)
    )
    return Plan.from_dict(json.loads(rows[0][0]))


def write_plan(ledger: Ledger, process: str, plan: Plan, start: dt.date, recorded_at: int) -> None:
    """Keep a version of the plan."""
    document = json.dumps(plan.to_dict(), ensure_ascii=False).encode()
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO plan (process, version, made_at, start, document) VALUES (?, ?, ?, ?, ?)",
            (process, plan.version, recorded_at, start.isoformat(), document),
        )
