"""What the labels in the ledger mean on the newest course, also those that it no longer lists.

The ledger keeps every label as it was said. When the stages of a process change, what was said
before still counts: a label that stands between the same two stages as a new one is taken to be
that stage renamed; a stage that is gone counts as the one before it, so that no deal's time or
movement is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.core.history import UNCHANGED
from mellantid.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.core.process import Process


@dataclass(frozen=True)
class Meaning:
    """What labels mean.

    Attributes:
        states: the state of each label; `UNCHANGED` for one that is no stage.
        notes: what was taken for granted, a sentence each.

    """

    states: dict[str, int]
    notes: tuple[str, ...]


def meaning_of(labels: Iterable[str], versions: Sequence[Process]) -> Meaning:
    """Say what labels mean on the newest course.

    Args:
        labels: as the ledger has them.
        versions: of the process, the oldest first.

    Raises:
        DataError: a label that no version lists, or that stands between no stages of the newest.

    """
    newest = versions[-1]
    states: dict[str, int] = {}
    notes, unknown = [], []
    for label in labels:
        state = _listed(newest, label)
        if state is None:
            state, note = _formerly(label, versions)
            notes += [note] if note else []
        if state is None:
            unknown.append(label)
        else:
            states[label] = state
    if unknown:
        raise DataError(
            f"The ledger has deals in {', '.join(map(repr, unknown))}, which the process "
            f"{newest.name!r} does not list: import with a map that has them among its stages, "
            "won, lost or ignore."
        )
    return Meaning(states, tuple(notes))


def _listed(process: Process, label: str) -> int | None:
    """The state of a label that a course lists; `UNCHANGED` where it is to be ignored."""
    return UNCHANGED if label in process.ignore else process.state(label)


def _formerly(label: str, versions: Sequence[Process]) -> tuple[int | None, str]:
    """The state of a label that only an older course lists, and what to tell of it."""
    newest = versions[-1]
    for place in reversed(range(len(versions) - 1)):
        old = versions[place]
        state = _listed(old, label)
        if state is None:
            continue
        if state == UNCHANGED:
            return UNCHANGED, ""
        if state >= old.size:
            return state - old.size + newest.size, ""
        name, renamed = _followed(old.stages[state], versions[place:])
        if name is None:
            return None, ""
        how = "taken to be its new name" if renamed else "the stage that it was next to"
        return newest.state(name), (
            f"{newest.name} no longer lists {label!r}: it counts as {name!r}, {how} "
            f"(version {old.version} against {newest.version}); list both in the map to tell "
            "them apart."
        )
    return None, ""


def _followed(label: str, versions: Sequence[Process]) -> tuple[str | None, bool]:
    """The stage of the newest course that a stage of the oldest one is now, and if only renamed.

    Followed from version to version, so that a source which knows whose each new name is can say
    it by a version of its own before stages come and go.
    """
    name, last = label, versions[0]
    for course in versions[1:]:
        if name in course.stages:
            last = course
            continue
        found, renamed = _successor(last.stages, last.stages.index(name), course.stages)
        if found is not None and renamed:
            name, last = found, course
    if last is versions[-1]:
        return name, True
    return _successor(last.stages, last.stages.index(name), versions[-1].stages)


def _successor(old: Sequence[str], place: int, new: Sequence[str]) -> tuple[str | None, bool]:
    """The new stage that takes an old one's place, and whether it is the same one renamed."""
    before = [each for each in old[:place] if each in new][-1:]
    after = [each for each in old[place + 1 :] if each in new][:1]
    first = old.index(before[0]) + 1 if before else 0
    last = old.index(after[0]) if after else len(old)
    gone = old[first:last]
    begin = new.index(before[0]) + 1 if before else 0
    end = new.index(after[0]) if after else len(new)
    come = new[begin:end]
    if len(gone) == len(come) and not set(come) & set(old):
        return come[place - first], True
    beside = before or after
    return (beside[0] if beside else None), False
