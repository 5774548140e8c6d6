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


def teams_of(stage: Row, field: str) -> tuple[str, ...]:
    """The teams that a stage is kept to; none: it is everybody's. Version 19 has several."""
    value = stage.get(field) or []
    if field == "team_ids":
        return tuple(str(each) for each in sorted(value))
    return (linked(value),) if value else ()


def pipeline_of(team: str, stage: str, kept: Mapping[str, tuple[str, ...]] | None) -> str:
    """The pipeline that a deal is in.

    Args:
        team: of the deal.
        stage: in which it stands.
        kept: the teams that stages are kept to, by stage; None: there is one pipeline.

    Returns:
        Where each team has its own: the team's; but a deal that has been handed over is in the
        pipeline whose stage it stands in until it takes one of its new team's.

    """
    if kept is None:
        return PIPELINE
    teams = kept.get(stage, ())
    return team or NO_TEAM if not teams or team in teams else teams[0]


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
        gone_teams: names by id of teams that have been deleted, and of none where deals have none.

    """
    if lines == ONE:
        return (PipelineTold(PIPELINE, "CRM", _stages(stages, gone)),)
    sold = dict(gone_teams)
    owned = {each for stage in stages for each in teams_of(stage, field)}
    for row in teams:
        if row.get("use_opportunities", True) or str(row["id"]) in owned:
            sold[str(row["id"])] = str(row["name"])
    return tuple(
        PipelineTold(
            team,
            name,
            _stages(
                [row for row in stages if not (own := teams_of(row, field)) or team in own], gone
            ),
        )
        for team, name in sold.items()
    )
