"""Pipelines as the workspace's processes: chosen, named, and kept up to date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mellantid.connectors.course import course_of, versions_of, with_unknown
from mellantid.connectors.keeping import connections
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mellantid.connectors.course import Course
    from mellantid.connectors.keeping import Connection
    from mellantid.connectors.told import PipelineTold
    from mellantid.workspace import Workspace


def chosen_names(
    workspace: Workspace,
    connection: Connection,
    told: Sequence[PipelineTold],
    chosen: Collection[str] | None,
) -> dict[str, str]:
    """What the process of each chosen pipeline is called; one that had a name keeps it.

    Args:
        workspace: where the processes are.
        connection: whose pipelines they are.
        told: all pipelines.
        chosen: ids or names of those to read; None: those that are read already, else all.

    Raises:
        QuestionError: there is no such pipeline.

    """
    known = {each.id for each in told} | {each.name for each in told}
    wrong = sorted(set(chosen or ()) - known)
    if wrong:
        raise QuestionError(
            f"There is no pipeline {', '.join(map(repr, wrong))}: choose among "
            f"{', '.join(repr(each.name) for each in told)}."
        )
    if chosen is None and connection.courses:
        chosen = connection.courses.keys()
    wanted = [each for each in told if chosen is None or {each.id, each.name} & set(chosen)]
    taken = _taken(workspace, connection)
    names: dict[str, str] = {}
    for each in wanted:
        before = connection.courses.get(each.id)
        name = before.process if before else _free(each, connection.name, {*taken, *names.values()})
        names[each.id] = name
    return names


def keep_courses(
    workspace: Workspace,
    told: Iterable[PipelineTold],
    names: Mapping[str, str],
    before: Mapping[str, Course],
    unknown: Mapping[str, Iterable[str]],
    now: int,
) -> dict[str, Course]:
    """Keep the processes of some pipelines as they are now.

    Args:
        workspace: where.
        told: the pipelines.
        names: what the process of each is called, by id; others are left out.
        before: their labels as they were.
        unknown: stages that deals have stood in and no pipeline lists, by pipeline.
        now: the present moment (ms).

    Returns:
        Their labels now; of a pipeline that is no longer told, as they were.

    """
    courses = {key: course for key, course in before.items() if key in names}
    for pipeline in told:
        if pipeline.id not in names:
            continue
        whole = with_unknown(pipeline, unknown.get(pipeline.id, ()))
        course = course_of(whole, names[pipeline.id], before.get(pipeline.id))
        there = course.process in workspace.processes
        kept = workspace.process_versions(course.process) if there else ()
        for version in versions_of(whole, course, kept):
            now_kept = workspace.keep_process(version, now)
            course = replace(course, version=now_kept.version)
        courses[pipeline.id] = course
    return courses


def _taken(workspace: Workspace, connection: Connection) -> set[str]:
    """Names of processes that others fill: files, people, other connections."""
    others = {
        course.process
        for each in connections(workspace.ledger)
        if each.name != connection.name
        for course in each.courses.values()
    }
    rows = workspace.ledger.rows(
        "SELECT DISTINCT process FROM entry WHERE source <> ?", (connection.source,)
    )
    return others | {row[0] for row in rows}


def _free(pipeline: PipelineTold, connection: str, taken: Collection[str]) -> str:
    """A name for a pipeline's process that nothing has."""
    name = pipeline.name.strip() or f"Pipeline {pipeline.id}"
    for tried in (name, f"{name} ({connection})", f"{name} ({connection} {pipeline.id})"):
        if tried not in taken:
            return tried
    return f"{connection} {pipeline.id}"
