"""A process as known at a moment: everything that its questions share, computed at most once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.counts import Counts
from mellantid.core.counting.open_deals import open_deals
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals
from mellantid.core.creation.kinds import kinds_to_come
from mellantid.core.forecasting.banded_deals import BandedDeals
from mellantid.core.forecasting.period_factor import (
    PeriodFactors,
    by_quarter,
    period_factor,
    quarters_of,
    share_of_level,
)
from mellantid.core.modelling.bands import banded
from mellantid.core.modelling.half_life import chosen_fading
from mellantid.core.modelling.model import fit
from mellantid.core.modelling.pooling import likeliest_pool, sum_groups
from mellantid.core.modelling.trust import believed
from mellantid.core.modelling.won_ratio import won_ratio
from mellantid.core.names import PER_DEAL
from mellantid.core.planning.worth import Basis
from mellantid.core.watch.compensators import compensators
from mellantid.errors import NotEnoughDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.core.counting.fading import Fading
    from mellantid.core.counting.open_deals import OpenDeals
    from mellantid.core.counting.silence import Silence
    from mellantid.core.counting.sojourns import Sojourns
    from mellantid.core.creation.arrivals import Arrivals
    from mellantid.core.history import History
    from mellantid.core.modelling.bands import Banded
    from mellantid.core.modelling.model import DailyChances, Model
    from mellantid.core.modelling.playbook import Playbook
    from mellantid.core.modelling.pooling import PooledModel
    from mellantid.core.modelling.won_ratio import WonRatio

MOST_AGES: Final = 500
"""Ages told apart: two years of working days; whatever is older shares the last one."""


@dataclass(frozen=True)
class Race:
    """A process at a moment.

    Attributes:
        history: what is known.
        observed_from: the moment (ms) before which nothing was recorded; None: from the start.
        unit: the currency of the amounts, empty where it is not known; or `PER_DEAL`.
        notes: what was taken for granted of the data, a sentence each.
        silence: what counts as lost by silence, where that was declared.
        set_aside: working days of clean-ups whose losses the model does not count.
        position: the ledger's last entry when it was read; it may know of some after that.
        playbook: what others have seen of each stage, which counts as deals of one's own as far as
            those bear it out; None: nobody's.

    """

    history: History
    observed_from: int | None = None
    unit: str = PER_DEAL
    notes: tuple[str, ...] = ()
    silence: Silence | None = None
    set_aside: tuple[int, ...] = ()
    position: int = 0
    playbook: Playbook | None = None

    @cached_property
    def counts(self) -> Counts:
        """The histogram of sojourns."""
        return Counts.of(self.sojourns)

    @cached_property
    def sojourns(self) -> Sojourns:
        """Every stay, cut at changes of owner."""
        aside = np.array(self.set_aside, dtype=np.int64) if self.set_aside else None
        return sojourns(self.history, self.observed_from, aside)

    @cached_property
    def ages(self) -> int:
        """How many ages the model tells apart."""
        ages = int(self.counts.age.max(initial=0)) + 2
        if self.silence is not None:
            # The last age stands for all later ones, and nobody stands for longer.
            ages = min(ages, self.silence.days + 1)
        return min(ages, MOST_AGES)

    @cached_property
    def remembering(self) -> Model:
        """The organisation's model, were nothing forgotten."""
        return fit(self.counts.table(self.ages), others=self.believed)

    @cached_property
    def believed(self) -> Playbook | None:
        """The playbook, with as many deals as the organisation's own make likely."""
        if self.playbook is None:
            return None
        return believed(self.playbook, self.counts.table(self.ages))

    @cached_property
    def fading(self) -> Fading:
        """How fast each stage's past is forgotten."""
        now = int(self.history.clock.months(np.array([self.history.until - 1]))[0])
        return chosen_fading(self.counts, self.remembering.hazard[0], now)

    @cached_property
    def model(self) -> Model:
        """The organisation's model, which forgets what it had better forget."""
        if np.isinf(self.fading.half_life).all():
            return self.remembering
        return fit(self.counts.table(self.ages, fading=self.fading), others=self.believed)

    def owner_model(self, team_of: Mapping[str, str] | None = None) -> PooledModel:
        """The daily chances of every owner, a group each in the history's order, nobody's last.

        An owner leans on the team, a team on the organisation, as far as the data warrant it.

        Args:
            team_of: the team of each owner; owners left out are a team together. None: owners lean
                on the organisation.

        """
        owners = self.history.owners
        nobody = len(owners)
        cells = self.counts.table(
            self.ages, np.arange(nobody + 1)[:nobody], unknown_owner=nobody, fading=self.fading
        )
        if team_of is None:
            return likeliest_pool(self.model, cells)
        names = [*(team_of.get(owner, "") for owner in owners), ""]
        teams, of = np.unique(np.array(names), return_inverse=True)
        by_team = likeliest_pool(self.model, sum_groups(cells, of, teams.size))
        return likeliest_pool(by_team, cells, of)

    @cached_property
    def banded(self) -> Banded | None:
        """The model by amount band; None where bands do not differ."""
        return banded(self.model, self.sojourns, self.fading)

    @cached_property
    def won_ratio(self) -> WonRatio:
        """What deals are won for, over the amount that they stood for in each stage."""
        return won_ratio(self.history)

    @property
    def deal_model(self) -> DailyChances:
        """What the chances of single deals come from: the bands' model, else the organisation's."""
        return self.model if self.banded is None else self.banded.model

    @cached_property
    def banded_deals(self) -> BandedDeals | None:
        """Which deal, open or to come, is of which band; None without bands."""
        if self.banded is None:
            return None
        bands, entered = self.banded.bands, self.open_deals.entry_amount
        amounts = self.open_deals.amount if entered is None else entered
        return BandedDeals(bands.of(amounts), kinds_to_come(self.history, bands.of, bands.size))

    @cached_property
    def arrivals(self) -> Arrivals:
        """The pace and kind of creations.

        Raises:
            NotEnoughDataError: none has been made for long; the message says since when.

        """
        try:
            return arrivals(self.history, observed_from=self.observed_from)
        except NotEnoughDataError as error:
            created = self.history.first & self.history.known
            if not created.any():
                raise
            date = self.history.clock.date(int(self.history.at[created].max()))
            raise NotEnoughDataError(
                f"No deal of {self.history.process.name!r} has been created since {date}, so there "
                "is no pace to go by: import newer deals, or ask about an earlier day with --as-of."
            ) from error

    @cached_property
    def factors(self) -> PeriodFactors:
        """How much whole quarters have differed from what the model foretells of them."""
        history, created = self.history, self.arrivals
        first = created.first + 1
        days = np.arange(first, history.until_day + 1)
        if not days.size:
            unknown = period_factor(np.zeros(0), np.zeros(0))
            return PeriodFactors(unknown, unknown)
        months = history.clock.months_of_dates(history.clock.date_of_day(days))
        passes = compensators(
            history, self.model.hazard[0], first, history.until_day, created.pace(months)
        )
        quarter = quarters_of(history.clock, days)
        planned, actual = (
            np.stack([by_quarter(quarter, leg) for leg in legs[0]])
            for legs in (passes.planned, passes.actual)
        )
        level = share_of_level(planned[1:], self.fading.half_life)
        return PeriodFactors(
            period_factor(planned[1:].sum(axis=0), actual[1:].sum(axis=0), level),
            period_factor(planned[0], actual[0]),
        )

    @cached_property
    def open_deals(self) -> OpenDeals:
        """How every deal that is not closed stands."""
        return open_deals(self.history)

    @cached_property
    def assumed_amount(self) -> float:
        """What a deal of unknown amount is taken to be worth: what won deals were on average.

        Raises:
            NotEnoughDataError: no deal has an amount yet.

        """
        mean = self.arrivals.mean_amount
        if np.isnan(mean):
            known = self.history.amount[self.history.last]
            mean = float(np.nanmean(known)) if not np.isnan(known).all() else mean
        if np.isnan(mean):
            raise NotEnoughDataError(
                "No deal has an amount yet: import amounts, or leave the amount out of the map "
                "to count deals instead."
            )
        return mean

    @cached_property
    def basis(self) -> Basis:
        """What a plan made now stands on."""
        coming = self.arrivals
        return Basis(self.model.hazard[0], coming.entry, self.assumed_amount, coming.direct_rate)

    def histogram(self) -> list[dict[str, str | int | None]]:
        """The histogram as plain rows, sorted as the counts are."""
        history, found = self.history, self.counts
        process = history.process
        columns = (column.tolist() for column in (*found.columns(), found.count))
        return [
            {
                "process": process.name,
                "stage": process.stages[stage],
                "to": process.state_name(to),
                "owner": history.owners[owner] if owner >= 0 else None,
                "entry_month": f"{month // 100}-{month % 100:02d}",
                "entry_age": entry_age,
                "age": age,
                "count": count,
            }
            for stage, to, owner, month, entry_age, age, count in zip(*columns, strict=True)
        ]
