"""Odoo's stages and teams as pipelines.

Stages are all teams' unless they are kept to some. Most companies have one course for everybody,
so by default there is one pipeline; where teams sell in different ways, each can be one of its own.
Lost is no stage of Odoo's, but an archived deal: each pipeline gets one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.told import Means, PipelineTold, StageTold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]

ONE, TEAMS = "one", "teams"
PIPELINE: Final = "crm"
"""The id of the pipeline where there is only one."""
NO_TEAM: Final = "0"
LOST: Final = "lost"
"""The id of the stage in which archived deals are."""


def linked(value: Any) -> str:  # noqa: ANN401 (a link of Odoo's: [id, name], or False)
    """The id of the record that a link names; empty: none."""
    return str(value[0]) if isinstance(value, (list, tuple)) and value else str(value or "")


def named(value: Any) -> str:  # noqa: ANN401 (a link of Odoo's: [id, name], or False)
    """The name of the record that a link names; empty: none."""
    return str(value[1]) if isinstance(value, (list, tuple)) and len(value) > 1 else ""


def pipeline_of(team: str, lines: str) -> str:
    """The pipeline of a team's deals."""
    return PIPELINE if lines == ONE else team or NO_TEAM


def _teams_of(stage: Row, field: str) -> set[str]:
    """The teams that a stage is kept to; empty: it is everybody's. Version 19 has several."""
    value = stage.get(field) or []
    if field == "team_ids":
        return {str(each) for each in value}
    return {linked(value)} if value else set()


def _stages(rows: Iterable[Row], gone: Mapping[str, str]) -> tuple[StageTold, ...]:
    told = [
        StageTold(str(row["id"]), str(row["name"]), Means.WON if row["is_won"] else Means.OPEN)
        for row in rows
    ]
    dropped = [StageTold(key, name, gone=True) for key, name in gone.items()]
    places = [place for place, stage in enumerate(told) if stage.means is Means.OPEN]
    # Deals have passed the dropped ones on their way: they come before those that end it.
    last = places[-1] + 1 if places else 0
    return (*told[:last], *dropped, *told[last:], StageTold(LOST, "Lost", Means.LOST))


def pipelines_of(
    stages: Sequence[Row],
    teams: Sequence[Row],
    field: str,
    lines: str,
    *,
    gone: Mapping[str, str],
    gone_teams: Mapping[str, str],
) -> tuple[PipelineTold, ...]:
    """The pipelines.

    Args:
        stages: rows of `crm.stage`, in their order.
        teams: rows of `crm.team`.
        field: which field of a stage names the teams that it is kept to.
        lines: one pipeline, or one for each team.
        gone: names by id of stages that deals have passed and that have been deleted.
        gone_teams: names by id of teams that have been deleted.

    """
    if lines == ONE:
        return (PipelineTold(PIPELINE, "CRM", _stages(stages, gone)),)
    sold = {_id: named for _id, named in gone_teams.items() if _id != NO_TEAM}
    owned = {each for stage in stages for each in _teams_of(stage, field)}
    for row in teams:
        if row.get("use_opportunities", True) or str(row["id"]) in owned:
            sold[str(row["id"])] = str(row["name"])
    if NO_TEAM in gone_teams:
        sold[NO_TEAM] = gone_teams[NO_TEAM]
    return tuple(
        PipelineTold(
            team,
            name,
            _stages(
                [row for row in stages if not (own := _teams_of(row, field)) or team in own], gone
            ),
        )
        for team, name in sold.items()
    )
