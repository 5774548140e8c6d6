"""What is remembered of a connection: what was given, what was told, and how far reading has come.

Secrets are sealed before they come here, and nothing here opens them but `values_of`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.course import Course
from mellantid.connectors.rows import Mapped
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.access.sealing import Seal
    from mellantid.connectors.connector import Kind
    from mellantid.connectors.told import Cursor
    from mellantid.ledger import Ledger

NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?")
JSON: Final = ("given", "secrets", "people", "cursors", "results", "spent")
PLAIN: Final = ("kind", "account", "owners", "message", "next_try", "heard_at", "created_at")
COLUMNS: Final = ("name", "courses", "status", *PLAIN, *JSON)
SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM connection"  # noqa: S608 (fixed names)


class Status(StrEnum):
    """How a connection is."""

    NEW = "new"
    """Its pipelines have not been chosen, or nothing has been read."""
    FILLING = "filling"
    """The history is being read for the first time."""
    FOLLOWING = "following"
    """All has been read, and changes are."""
    WAITING = "waiting"
    """The source cannot be read now; it is tried again by itself."""
    SHUT_OUT = "shut out"
    """A person must do something: the token is not taken."""


@dataclass(frozen=True)
class Connection:
    """A source that is read.

    Attributes:
        name: by which people know it; in the key of every entry, so it never changes.
        kind: the kind of source.
        created_at: when it was made (ms).
        given: what was given that is not secret.
        secrets: what was given that is, each sealed.
        account: whose data it is, as the source says.
        owners: what stands before its owners' ids here.
        courses: the pipelines that are read, by the source's id.
        people: what the source told last of its owners, by our identity.
        cursors: how far reading has come: `filling` and `following`.
        results: what was done last, by what it was: see `syncing.Result`.
        spent: what has been spent of the source's limits, as `Http.saved` gives it.
        status: how it is.
        message: what a person is told of it.
        next_try: when it is tried again (ms), where it waits.
        heard_at: up to when (ms) all that has happened there is known; None: not yet.

    """

    name: str
    kind: str
    created_at: int
    given: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    account: str = ""
    owners: str = ""
    courses: Mapping[str, Course] = field(default_factory=dict)
    people: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spent: Sequence[dict[str, Any]] = field(default_factory=list)
    status: Status = Status.NEW
    message: str = ""
    next_try: int | None = None
    heard_at: int | None = None

    @property
    def source(self) -> str:
        """Its mark, in each entry's source and at the beginning of its key."""
        return f"connection {self.name}"

    @property
    def mapped(self) -> Mapped:
        """What the source's ids are called here."""
        return Mapped(self.source, self.courses, self.owners)


def new_connection(
    kind: Kind, name: str, values: Mapping[str, str], seal: Seal, created_at: int
) -> Connection:
    """A connection of what a person has given; secrets are sealed.

    Raises:
        QuestionError: a value is missing, unknown or none of its choices; the name cannot be one.

    """
    if not NAME.fullmatch(name):
        raise QuestionError(
            f"{name!r} cannot be a connection's name: use up to 64 letters, digits, spaces, dots "
            "and dashes."
        )
    return with_values(Connection(name, kind.name, created_at), kind, values, seal)


def with_values(
    connection: Connection, kind: Kind, values: Mapping[str, str], seal: Seal
) -> Connection:
    """The connection with values given anew; a secret that is left out stays as it is.

    Raises:
        QuestionError: as of `new_connection`.

    """
    unknown = sorted(set(values) - {each.name for each in kind.fields})
    if unknown:
        raise QuestionError(
            f"{kind.title} has no {', '.join(unknown)}: give "
            f"{', '.join(each.name for each in kind.fields)}."
        )
    given, secrets = dict(connection.given), dict(connection.secrets)
    for each in kind.fields:
        before = given.get(each.name, each.default)
        value = values.get(each.name, "" if each.secret else before).strip() or each.default
        if each.required and not value and each.name not in secrets:
            raise QuestionError(f"{kind.title} needs {each.name}: give it.")
        if each.choices and value not in each.choices:
            raise QuestionError(f"{each.name} is {value!r}: use {' or '.join(each.choices)}.")
        if not each.secret:
            given[each.name] = value
        elif value:
            secrets[each.name] = seal.seal(value)
    return replace(connection, given=given, secrets=secrets)


def values_of(connection: Connection, seal: Seal) -> dict[str, str]:
    """All that was given, secrets opened: only for the connector that asks with them.

    Raises:
        QuestionError: the key that sealed them is missing.

    """
    opened = {name: seal.open(sealed) for name, sealed in connection.secrets.items()}
    return {**connection.given, **opened}


def connections(ledger: Ledger) -> tuple[Connection, ...]:
    """All connections, by name."""
    return tuple(_read(row) for row in ledger.rows(f"{SELECT} ORDER BY name"))


def is_connection(ledger: Ledger, name: str) -> bool:
    """Whether there is a connection of a name."""
    return bool(ledger.rows("SELECT 1 FROM connection WHERE name = ?", (name,)))


def find_connection(ledger: Ledger, name: str) -> Connection:
    """One connection.

    Raises:
        QuestionError: there is none of that name.

    """
    rows = ledger.rows(f"{SELECT} WHERE name = ?", (name,))
    if not rows:
        known = ", ".join(each.name for each in connections(ledger)) or "none yet"
        raise QuestionError(
            f"There is no connection {name!r}: there is {known} (mellantid connect list)."
        )
    return _read(rows[0])


def add_connection(ledger: Ledger, connection: Connection) -> None:
    """Keep a new connection; where there is another, its owners' ids get its name before them.

    Raises:
        DataError: there is one of that name.

    """
    with ledger.writing() as written:
        taken = written.execute("SELECT 1 FROM connection WHERE name = ?", (connection.name,))
        if taken.fetchone() is not None:
            raise DataError(f"There is a connection {connection.name!r} already: use another name.")
        others = written.execute("SELECT 1 FROM connection LIMIT 1").fetchone() is not None
        row = _row(replace(connection, owners=f"{connection.name}:") if others else connection)
        written.execute(
            f"INSERT INTO connection ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 (fixed names)
            tuple(row.values()),
        )


def change_connection(ledger: Ledger, name: str, **changed: Any) -> None:  # noqa: ANN401 (fields of a connection)
    """Keep other values of some of a connection's fields; the rest stays as others have left it."""
    row = _row(replace(Connection(name, "", 0), **changed))
    columns = [each for each in COLUMNS if each in changed]
    with ledger.writing() as written:
        written.execute(
            f"UPDATE connection SET {', '.join(f'{each} = ?' for each in columns)} WHERE name = ?",  # noqa: S608 (fixed names)
            (*(row[each] for each in columns), name),
        )


def keep_reading(ledger: Ledger, connection: Connection, **changed: Any) -> None:  # noqa: ANN401 (fields of a connection)
    """Keep what a reading of a connection has come to.

    Raises:
        QuestionError: it has been removed meanwhile, or made anew under the same name.

    """
    row = _row(replace(connection, **changed))
    columns = [each for each in COLUMNS if each in changed]
    with ledger.writing() as written:
        done = written.execute(
            f"UPDATE connection SET {', '.join(f'{each} = ?' for each in columns)} "  # noqa: S608 (fixed names)
            "WHERE name = ? AND created_at = ?",
            (*(row[each] for each in columns), connection.name, connection.created_at),
        )
        if done.rowcount != 1:
            raise QuestionError(
                f"{connection.name} was removed while it was read: the reading has ended."
            )


def move_cursor(
    ledger: Ledger, connection: Connection, what: str, cursor: Cursor | None
) -> dict[str, Cursor] | None:
    """Move one of a connection's cursors on from where its reader has it, and leave the others.

    Args:
        ledger: the database.
        connection: as its reader knows it.
        what: which cursor.
        cursor: where to; None: there is nothing more to read.

    Returns:
        All cursors as they are now; None: another reader has moved it, and who comes later goes on
        from there; or the connection has gone.

    """
    with ledger.writing() as written:
        rows = written.execute(
            "SELECT cursors FROM connection WHERE name = ? AND created_at = ?",
            (connection.name, connection.created_at),
        ).fetchall()
        kept: dict[str, Cursor] = json.loads(rows[0][0]) if rows else {}
        known = json.loads(json.dumps(connection.cursors.get(what)))
        if not rows or kept.get(what) != known:
            return None
        others = {name: each for name, each in kept.items() if name != what}
        moved = others if cursor is None else {**others, what: cursor}
        written.execute(
            "UPDATE connection SET cursors = ? WHERE name = ?",
            (json.dumps(moved, ensure_ascii=False), connection.name),
        )
        return moved


def remove_connection(ledger: Ledger, name: str) -> None:
    """Forget a connection and its secrets; what it has told stays in the ledger.

    Raises:
        QuestionError: there is none of that name.

    """
    find_connection(ledger, name)
    with ledger.writing() as written:
        written.execute("DELETE FROM connection WHERE name = ?", (name,))
        written.execute("DELETE FROM delivery WHERE connection = ?", (name,))


def new_keys(ledger: Ledger, name: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of some deliveries' keys that have not been taken in."""
    wanted = list(dict.fromkeys(keys))
    rows = ledger.rows(
        "SELECT key FROM delivery WHERE connection = ? AND key IN (SELECT value FROM json_each(?))",
        (name, json.dumps(wanted)),
    )
    seen = {row[0] for row in rows}
    return tuple(key for key in wanted if key not in seen)


def note_keys(ledger: Ledger, name: str, keys: Iterable[str], at: int, since: int) -> None:
    """Note deliveries as taken in, and forget those from before a moment (ms)."""
    with ledger.writing() as written:
        written.executemany(
            "INSERT OR IGNORE INTO delivery (connection, key, at) VALUES (?, ?, ?)",
            [(name, key, at) for key in keys],
        )
        written.execute("DELETE FROM delivery WHERE at < ?", (since,))


def _row(connection: Connection) -> dict[str, Any]:
    courses = {key: course.as_dict() for key, course in connection.courses.items()}
    return {
        "name": connection.name,
        "courses": json.dumps(courses, ensure_ascii=False),
        "status": str(connection.status),
        **{name: getattr(connection, name) for name in PLAIN},
        **{name: json.dumps(getattr(connection, name), ensure_ascii=False) for name in JSON},
    }


def _read(row: tuple[Any, ...]) -> Connection:
    kept = dict(zip(COLUMNS, row, strict=True))
    courses = json.loads(kept.pop("courses"))
    return Connection(
        courses={key: Course.from_dict(key, each) for key, each in courses.items()},
        status=Status(kept.pop("status")),
        **{name: json.loads(kept[name]) if name in JSON else kept[name] for name in kept},
    )
