"""A playbook beside what the organisation has itself seen; and its own process as a playbook."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.core.learning.stay_times import StayTimes, stay_times
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.trust import kept_shares
from mellantid.core.steering.changes import goes_on
from mellantid.metrics.metric import Text
from mellantid.playbooks import MOST_DEALS, Given, Grade, PlaybookFile, PlaybookStage, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.playbooks import Match
    from mellantid.workspace.race import Race

FEW: Final = "too-few"
USUAL_DAYS: Final = 15.0
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class BesideRow:
    """A stage of the organisation's, and what a playbook says of it.

    Attributes:
        stage: its label.
        covers: the playbook's stages that it covers, from 0; none where the playbook is silent.
        conversion: the share that goes on, as the playbook has it; None where it is silent.
        median_days: likewise, the working days after which half have left.
        stated: deals that the playbook would count for, had nothing been seen.
        kept: deals that it counts for, as own deals have left it.
        share: of what the stage's numbers stand on, the playbook's: kept/(kept + n).
        seen: what the organisation has seen itself.

    """

    stage: str
    covers: tuple[int, ...]
    conversion: float | None
    median_days: float | None
    stated: float
    kept: float
    share: float
    seen: StayTimes


@dataclass(frozen=True)
class Beside:
    """A playbook beside what was seen.

    Attributes:
        playbook: its name.
        kept: the share of its stated weight, over all stages, that it keeps, 0 to 1.
        stages: by stage of the organisation's process.

    """

    playbook: str
    kept: float
    stages: tuple[BesideRow, ...]


def beside(race: Race, matched: Match) -> Beside:
    """Hold a matched playbook beside what a race has seen."""
    process, prior = race.history.process, matched.prior
    cells = race.counts.table(race.ages)
    kept = kept_shares(prior, cells) * prior.weight_in_deals(process)
    rows = []
    for place, seen in enumerate(stay_times(cells)):
        covers = matched.covers[place]
        counts = float(kept[place])
        rows.append(
            BesideRow(
                process.stages[place],
                covers,
                prior.conversion[place] if covers else None,
                prior.median_days[place] if covers else None,
                prior.deals[place],
                counts,
                counts / (counts + seen.n) if counts else 0.0,
                seen,
            )
        )
    stated = sum(prior.deals)
    return Beside(prior.name, float(kept.sum()) / stated if stated else 1.0, tuple(rows))


def own_playbook(race: Race, organisation: str, criteria: Mapping[str, str]) -> PlaybookFile:
    """The organisation's own process as a playbook, of what it has measured.

    A stage of which it has seen too little to say has the model's number, without the playbook that
    the organisation may lean on itself, at the grade of a judgement.

    Args:
        race: what is known.
        organisation: its name.
        criteria: the exit criteria, by stage.

    """
    process = race.history.process
    cells = race.counts.table(race.ages)
    hazard = fit(cells).hazard[0]
    date = race.history.clock.date(race.history.until - 1)
    few = Source(
        FEW,
        Grade.C,
        "Too few stays have ended: a guess",
        note=Text.of({"en": "Not measured.", "sv": "Inte uppmätt."}),
    )
    sources, stages = {}, []
    for place, (stage, seen) in enumerate(zip(process.stages, stay_times(cells), strict=True)):
        key = f"own-{place + 1}"
        sure = seen.conversion is not None and seen.median_days is not None
        share = seen.conversion.value if seen.conversion else goes_on(hazard, place)
        edge = 0.5 / (seen.n + 1)
        days = max(seen.median_days.value, 1.0) if seen.median_days else USUAL_DAYS
        source = Source(
            key, Grade.A, f"Own data: {organisation}, {process.name}, {stage}, to {date}", n=seen.n
        )
        used = source if sure else few
        sources[used.key] = used
        stages.append(
            PlaybookStage(
                name=Text.of(stage),
                exit=Text.of(criteria[stage]) if stage in criteria else None,
                conversion=Given(round(min(max(share, edge), 1 - edge), 4), used.key),
                median_days=Given(days, used.key),
                deals=min(float(seen.n), MOST_DEALS[used.grade]) if sure else 0.0,
            )
        )
    return PlaybookFile(
        name=name_for(f"{organisation} {process.name}"),
        title=Text.of(f"{organisation}, {process.name}"),
        about=Text.of(
            {
                "en": f"What {organisation} has measured of its own process to {date}.",
                "sv": f"Vad {organisation} har uppmätt i sin egen process till och med {date}.",
            }
        ),
        sources=sources,
        stages=tuple(stages),
    )


def name_for(title: str) -> str:
    """A playbook's name made of a title: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "own"
