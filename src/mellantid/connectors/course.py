"""A pipeline as a process: one label for each stage, that no other stage has ever had.

The ledger knows a stage by its label. A source knows it by an id that stays when the name changes,
and lets two stages have one name. So each label belongs to one id for ever: a stage that takes a
name which another one has, or has had, gets its id behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mellantid.connectors.told import Means, StageTold
from mellantid.core.process import Process

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mellantid.connectors.told import DealTold, PipelineTold


@dataclass(frozen=True)
class Course:
    """What a pipeline is called here.

    Attributes:
        pipeline: the source's id.
        process: the name of the process.
        version: of the process.
        labels: each stage's label, by the source's id.
        means: what each stage means, by the source's id.
        ever: whose each label is, or has been: the stage's id by label.

    """

    pipeline: str
    process: str
    version: int
    labels: Mapping[str, str]
    means: Mapping[str, Means]
    ever: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """What is to be kept of it, as JSON."""
        return {
            "process": self.process,
            "version": self.version,
            "labels": dict(self.labels),
            "means": {stage: str(means) for stage, means in self.means.items()},
            "ever": dict(self.ever),
        }

    @classmethod
    def from_dict(cls, pipeline: str, kept: Mapping[str, Any]) -> Course:
        """Read what was kept."""
        means = {stage: Means(text) for stage, text in kept["means"].items()}
        return cls(pipeline, kept["process"], kept["version"], kept["labels"], means, kept["ever"])


def course_of(told: PipelineTold, process: str, before: Course | None = None) -> Course:
    """The labels of a pipeline's stages.

    What the source no longer lists at all keeps its label, for the deals that have passed it.

    Args:
        told: the pipeline.
        process: what the process is called.
        before: its labels at an earlier look.

    """
    kept = Course(told.id, process, 1, {}, {}) if before is None else before
    ever, labels = dict(kept.ever), dict(kept.labels)
    # Who lives comes first to the plain name.
    for stage in sorted(told.stages, key=lambda each: each.gone):
        labels[stage.id] = _label(stage, ever)
        ever[labels[stage.id]] = stage.id
    means = {**kept.means, **{stage.id: stage.means for stage in told.stages}}
    return replace(kept, labels=labels, means=means, ever=ever)


def versions_of(told: PipelineTold, course: Course, kept: Sequence[Process]) -> tuple[Process, ...]:
    """The versions of the process to keep, one after another; the last is how it stands now.

    Whose a label is follows from the versions (see `workspace.labels`), so what the source's ids
    tell is told by them, one thing at a time: first new names, and nothing else; then all that come
    beside all that are there; last those that have gone, also those that deals have passed and
    nobody here has seen.

    Args:
        told: the pipeline.
        course: its labels.
        kept: the versions that there are, the oldest first.

    """
    stages = [each for each in told.stages if each.means == Means.OPEN]
    whole = [course.labels[each.id] for each in stages]
    now = [course.labels[each.id] for each in stages if not each.gone] or whole
    renamed = _renamed(course, kept[-1]) if kept else None
    together = whole if renamed is None else _together(renamed.stages, whole)
    listed = {label for each in kept for label in each.stages}
    come_and_gone = renamed is not None and not set(renamed.stages) <= set(now)
    unseen = set(together) - listed
    found = [] if renamed is None else [renamed]
    if unseen - set(now) or (come_and_gone and unseen):
        found.append(_process(course, together))
    return (*found, _process(course, now))


def _together(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """All labels of two courses, each that has gone behind the one that it stood behind."""
    found = list(now)
    for place, label in enumerate(before):
        if label not in found:
            behind = [found.index(each) for each in before[:place] if each in found]
            found.insert(behind[-1] + 1 if behind else 0, label)
    return found


def unknown_stages(deals: Iterable[DealTold], courses: Mapping[str, Course]) -> dict[str, set[str]]:
    """Stages that deals have stood in but no pipeline lists, by the pipeline they were met in."""
    known = {stage for course in courses.values() for stage in course.labels}
    found: dict[str, set[str]] = {}
    for deal in deals:
        pipeline = ""
        for change in deal.changes:
            pipeline = change.pipeline or pipeline
            if change.stage and change.stage not in known and pipeline in courses:
                found.setdefault(pipeline, set()).add(change.stage)
    return found


def with_unknown(told: PipelineTold, stages: Iterable[str]) -> PipelineTold:
    """The pipeline with stages of which nothing is known but that deals have stood in them."""
    known = {each.id for each in told.stages}
    gone = [StageTold(each, f"Stage {each}", gone=True) for each in sorted({*stages} - known)]
    return replace(told, stages=(*told.stages, *gone))


def _label(stage: StageTold, ever: Mapping[str, str]) -> str:
    """A stage's name, with its id where the name is, or has been, another stage's."""
    name = stage.name.strip() or f"Stage {stage.id}"
    label = name
    while ever.get(label, stage.id) != stage.id:
        label = f"{label} ({stage.id})"
    return label


def _process(course: Course, stages: Sequence[str]) -> Process:
    """The process with these open stages; all labels of won and lost, also former ones."""
    won, lost = (
        tuple(label for label, stage in course.ever.items() if course.means[stage] == means)
        for means in (Means.WON, Means.LOST)
    )
    return Process(course.process, tuple(stages), won, lost)


def _renamed(course: Course, before: Process) -> Process:
    """The newest version with the stages' new names, and nothing else changed."""
    stages = []
    for label in before.stages:
        stage = course.ever.get(label, "")
        is_open = course.means.get(stage) == Means.OPEN
        stages.append(course.labels[stage] if is_open else label)
    closed = _process(course, stages)
    return replace(closed, won=_others(closed.won, stages), lost=_others(closed.lost, stages))


def _others(labels: Iterable[str], stages: Sequence[str]) -> tuple[str, ...]:
    return tuple(label for label in labels if label not in stages)
