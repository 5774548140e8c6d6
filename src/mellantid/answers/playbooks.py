"""The documents of playbooks: those that there are, and one beside what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.metrics.metric import Text
    from mellantid.playbooks import Given, PlaybookFile, PlaybookStage, Source
    from mellantid.workspace.playbook_beside import Beside


def playbooks_document(known: Mapping[str, PlaybookFile], used: str | None) -> dict[str, Any]:
    """The playbooks there are, and which one is leaned on."""
    return {
        "playbooks": [
            {"name": name, "title": _said(each.title), "stages": len(each.stages)}
            for name, each in known.items()
        ],
        "used": used,
    }


def playbook_document(playbook: PlaybookFile, found: Beside | None) -> dict[str, Any]:
    """A playbook, and what the organisation has seen of the same legs; null without a history."""
    return {
        "name": playbook.name,
        "title": _said(playbook.title),
        "about": _said(playbook.about),
        "sources": [_source(each) for each in playbook.sources.values()],
        "stages": [_stage(each) for each in playbook.stages],
        "beside": found,
    }


def _said(text: Text | None) -> dict[str, str] | None:
    return None if text is None else dict(text.by_language)


def _source(source: Source) -> dict[str, Any]:
    return {**vars(source), "note": _said(source.note)}


def _stage(stage: PlaybookStage) -> dict[str, Any]:
    return {
        "name": _said(stage.name),
        "exit": _said(stage.exit),
        "conversion": _given(stage.conversion),
        "median_days": _given(stage.median_days),
        "deals": stage.deals,
        "abilities": [_said(each) for each in stage.abilities],
        "activities": [_said(each) for each in stage.activities],
    }


def _given(given: Given) -> dict[str, Any]:
    return dict(vars(given))
