"""The form of a map: what the columns and labels of a file mean, from TOML and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mellantid.discovery.toml import write_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Final = ("deal", "at", "stage", "amount", "owner", "currency", "recorded", "order", "reason")
OF_CHANGES: Final = ("at", "stage")
OF_SNAPSHOT: Final = ("created", "stage", "closed", "changed")
LABELS: Final = ("stages", "won", "lost", "ignore")
WORDS: Final = ("name", "timezone", "holidays", "date_format", "decimal")
Content = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Choice:
    """A column to choose: the field's name in the form, the role, and what is chosen."""

    field: str
    section: str
    role: str
    column: str


@dataclass(frozen=True)
class MapForm:
    """A map as its form shows it.

    Attributes:
        choices: which column plays which role.
        entered: where each label has a column of dates: label and column.
        labels: of the process, one a line, by key.
        words: of the process, by key.
        rest: what the form does not show and keeps as it is, as TOML.

    """

    choices: tuple[Choice, ...]
    entered: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]
    words: Mapping[str, str]
    rest: Content


def map_form(content: Content) -> MapForm:
    """The form of a map's content."""
    columns, process = content.get("columns", {}), content.get("process", {})
    snapshot, entered = content.get("snapshot", {}), content.get("entered", {})
    long = not snapshot and not entered
    roles = [role for role in ROLES if long or role not in OF_CHANGES]
    choices = [Choice(f"columns.{role}", "columns", role, columns.get(role, "")) for role in roles]
    if snapshot:
        choices[1:1] = [
            Choice(f"snapshot.{role}", "snapshot", role, snapshot.get(role, ""))
            for role in OF_SNAPSHOT
        ]
    shown = {"process": {*LABELS, *WORDS}, "snapshot": {*OF_SNAPSHOT}, "columns": {*ROLES}}
    rest: Content = {
        section: {key: value for key, value in keys.items() if key not in shown.get(section, set())}
        for section, keys in content.items()
        if section != "entered"
    }
    return MapForm(
        tuple(choices),
        tuple(entered.items()),
        {key: "\n".join(process.get(key, ())) for key in LABELS},
        {key: str(process.get(key, "")) for key in WORDS},
        {section: keys for section, keys in rest.items() if keys},
    )


def content_of(form: Mapping[str, str], before: Content) -> Content:
    """The map's content that a form asks for.

    Args:
        form: what was sent.
        before: the content that the form was made from; what the form does not show is kept.

    """
    shape = map_form(before)
    content: Content = {"columns": {}, **{name: dict(keys) for name, keys in shape.rest.items()}}
    for choice in shape.choices:
        column = form.get(choice.field, "").strip()
        if column:
            content.setdefault(choice.section, {})[choice.role] = column
    for place, (label, _) in enumerate(shape.entered):
        column = form.get(f"entered.{place}", "").strip()
        if column:
            content.setdefault("entered", {})[label] = column
    process = content.setdefault("process", {})
    for key in LABELS:
        lines = [line.strip() for line in form.get(key, "").splitlines()]
        process[key] = [line for line in lines if line]
    for key in WORDS:
        word = form.get(key, "").strip()
        if word:
            process[key] = word
    order = ("columns", "entered", "snapshot", "process")
    return {name: content[name] for name in (*order, *content) if content.get(name)}


def toml_of(content: Content) -> str:
    """The map's file."""
    return write_toml(content)
