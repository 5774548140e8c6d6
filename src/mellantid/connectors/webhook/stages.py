"""The pipelines as a person writes them down, in TOML: there is no interface to ask for them."""

from __future__ import annotations

import tomllib
from typing import Any, Final

from mellantid.connectors.connector import SourceError
from mellantid.connectors.told import Means, PersonTold, PipelineTold, StageTold

TOP: Final = {"pipeline", "person"}
OF_PIPELINE: Final = {"id", "name", "stages", "won", "lost"}
OF_STAGE: Final = {"id", "name", "gone"}
OF_PERSON: Final = {"id", "name", "email", "team", "active"}


def pipelines_in(text: str) -> tuple[PipelineTold, ...]:
    """The pipelines.

    Raises:
        SourceError: they are not written as they should be; it says where.

    """
    given = _listed(_read(text), "pipeline")
    if not given:
        raise SourceError("stages names no pipeline: begin with [[pipeline]], id and stages.")
    found = tuple(_pipeline(each, number) for number, each in enumerate(given, 1))
    _each_once((each.id for each in found), "stages names the pipeline {} twice: give each its id.")
    return found


def people_in(text: str) -> tuple[PersonTold, ...]:
    """The people whose names are given, if any.

    Raises:
        SourceError: they are not written as they should be.

    """
    found = []
    for number, each in enumerate(_listed(_read(text), "person"), 1):
        where = f"stages, person {number}"
        _only(each, OF_PERSON, where)
        key = _text(each, "id", where)
        active = each.get("active", True)
        if not isinstance(active, bool):
            raise SourceError(f"{where}: active is true or false.")
        name, email, team = (
            _text(each, field, where) if field in each else ""
            for field in ("name", "email", "team")
        )
        found.append(PersonTold(key, name or key, email, team, active))
    return tuple(found)


def _read(text: str) -> dict[str, Any]:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"stages is no TOML: {error}.") from None
    _only(given, TOP, "stages")
    return given


def _listed(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = given.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise SourceError(f"stages: write each {name} below a line [[{name}]].")
    return found


def _pipeline(given: dict[str, Any], number: int) -> PipelineTold:
    where = f"stages, pipeline {number}"
    _only(given, OF_PIPELINE, where)
    key = _text(given, "id", where)
    name = _text(given, "name", where) if "name" in given else key
    stages = [
        *_stages(given.get("stages", []), Means.OPEN, where),
        *_stages(given.get("won", "Won"), Means.WON, where),
        *_stages(given.get("lost", "Lost"), Means.LOST, where),
    ]
    if stages[0].means != Means.OPEN:
        raise SourceError(f"{where} has no stages: list them from the first to the last.")
    _each_once((each.id for each in stages), where + " has the stage {} twice: give each its id.")
    return PipelineTold(key, name, tuple(stages))


def _stages(given: Any, means: Means, where: str) -> list[StageTold]:  # noqa: ANN401 (TOML)
    """Stages by name, or by id and name."""
    found = []
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, str) and each.strip():
            found.append(StageTold(each, each, means))
            continue
        if not isinstance(each, dict):
            raise SourceError(f"{where}: a stage is a name, or a table with id and name.")
        _only(each, OF_STAGE, where)
        gone = each.get("gone", False)
        if not isinstance(gone, bool):
            raise SourceError(f"{where}: gone is true or false.")
        key = _text(each, "id", where)
        name = _text(each, "name", where) if "name" in each else key
        found.append(StageTold(key, name, means, gone))
    return found


def _text(given: dict[str, Any], name: str, where: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found.strip():
        raise SourceError(f"{where}: {name} is a text that is not empty.")
    return found


def _only(given: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise SourceError(
            f"{where}: {', '.join(unknown)} is not known here; use {', '.join(sorted(known))}."
        )


def _each_once(names: Any, sentence: str) -> None:  # noqa: ANN401 (texts)
    seen = set()
    for name in names:
        if name in seen:
            raise SourceError(sentence.format(repr(name)))
        seen.add(name)
