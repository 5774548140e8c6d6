"""Pipedrive's pipelines, users and teams, as they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mellantid.connectors.pipedrive import story
from mellantid.connectors.told import Means, PersonTold, PipelineTold, StageTold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Record = dict[str, Any]


def team_of(teams: Iterable[Record]) -> dict[str, str]:
    """The name of the first team that each user is in, by the user's id."""
    found: dict[str, str] = {}
    for team in teams:
        if team.get("active_flag", 1) and not team.get("deleted_flag"):
            for user in team.get("users") or ():
                found.setdefault(str(user), str(team.get("name") or ""))
    return found


def pipeline_told(record: Record, stages: Iterable[Record]) -> PipelineTold:
    """A pipeline with its stages in their order, then the two that stand for a status."""
    key = str(record["id"])
    own = [
        StageTold(
            str(each["id"]),
            str(each.get("name") or ""),
            gone=bool(each.get("is_deleted")) or bool(record.get("is_deleted")),
        )
        for each in stages
        if str(each.get("pipeline_id")) == key
    ]
    own.append(StageTold(story.closed_stage(key, story.WON), "Won", Means.WON))
    own.append(StageTold(story.closed_stage(key, story.LOST), "Lost", Means.LOST))
    return PipelineTold(key, str(record.get("name") or ""), tuple(own))


def person_told(record: Record, team_of: Mapping[str, str]) -> PersonTold:
    """A user; `team_of` names teams by user."""
    key = str(record["id"])
    name, email = str(record.get("name") or ""), str(record.get("email") or "")
    active = bool(record.get("active_flag", True)) and not record.get("is_deleted")
    return PersonTold(key, name or email or key, email, team_of.get(key, ""), active)
