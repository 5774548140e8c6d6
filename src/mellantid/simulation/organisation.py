"""Who sells, on which course, how much: an organisation before anything has happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.process import Process, onward_ways
from mellantid.simulation.bending import rates, ways_out, with_ghosts
from mellantid.simulation.complications import PLAIN, Complications
from mellantid.simulation.course import hazards, standard_course, varied

if TYPE_CHECKING:
    from numpy.random import Generator

    from mellantid.core.types import Floats, Ints
    from mellantid.simulation.course import Stage

AMOUNT_BANDS: Final = 2


@dataclass(frozen=True)
class Seller:
    """Who owns deals.

    Attributes:
        identity: what the source calls them.
        name: what people call them.
        team: the team they belong to.

    """

    identity: str
    name: str
    team: str


@dataclass(frozen=True)
class Lift:
    """A seller who moves deals on from one stage at another rate, from a day on.

    Attributes:
        seller: which of the sellers.
        stage: the leg's stage.
        first: the first working day.
        factor: on the rates of moving on.

    """

    seller: int
    stage: int
    first: int
    factor: float


@dataclass(frozen=True)
class Organisation:
    """A sales organisation and the truth about it.

    Attributes:
        course: the true course.
        sellers: who owns deals.
        creation: expected deals created by working day, the year's mean.
        entry: chance to be created in each stage, shape (S,).
        amount_median: median amount of a deal at creation.
        amount_sd: sd of the log amount.
        complications: the switches.
        seller_share: share of the creation, shape (sellers,).
        seller_moving: log factor of each seller on the hazard of moving on.
        seller_pace: log factor of each seller on every hazard.
        slow: the leg's stage, and the first and last working day on which it is slow.
        name: of the process.
        lifts: sellers who have learned something.

    """

    course: tuple[Stage, ...]
    sellers: tuple[Seller, ...]
    creation: float
    entry: Floats
    amount_median: float
    amount_sd: float
    complications: Complications
    seller_share: Floats
    seller_moving: Floats
    seller_pace: Floats
    slow: tuple[int, int, int] = (0, 0, -1)
    name: str = "New business"
    lifts: tuple[Lift, ...] = ()
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        stages = tuple(stage.name for stage in self.course)
        object.__setattr__(self, "process", Process(self.name, stages))

    @classmethod
    def draw(
        cls,
        rng: Generator,
        course: tuple[Stage, ...] | None = None,
        complications: Complications = PLAIN,
        sellers: tuple[Seller, ...] | None = None,
        creation: float = 6.0,
        amount_median: float = 400_000.0,
        amount_sd: float = 0.8,
        slow: tuple[int, int, int] = (0, 0, -1),
    ) -> Organisation:
        """Draw an organisation: its course, unless given, and how its sellers differ."""
        course = varied(standard_course(), rng) if course is None else course
        sellers = numbered_sellers() if sellers is None else sellers
        count, differ = len(sellers), complications.sellers_differ
        share = rng.gamma(20.0, size=count)
        entry = np.zeros(len(course))
        entry[:2] = (0.9, 0.1)
        return cls(
            course,
            sellers,
            creation,
            entry,
            amount_median,
            amount_sd,
            complications,
            share / share.sum(),
            rng.normal(0, 1, count) * differ,
            rng.normal(0, 1, count) * differ / 2,
            slow,
        )

    @property
    def base_hazard(self) -> Floats:
        """True q[s, j, a] of an average seller with nothing bent but the ghosts."""
        q = hazards(self.course)
        return with_ghosts(q, self.process.lost_state, self.complications.ghosts)

    @property
    def ways(self) -> Ints:
        """The destinations that the stages have, shape (S, W)."""
        return ways_out(hazards(self.course))

    def rate_rows(self) -> Floats:
        """Rates by seller and amount band, or one for all: shape (rows, S, A, W).

        Ghosts are not in it: the losses are drawn, then some are not recorded.
        """
        bent, size = self.complications, len(self.course)
        stage = np.arange(size)[:, None]
        rate = rates(hazards(self.course))[stage, self.ways].transpose(0, 2, 1)
        alike = bent.sellers_differ == 0.0 and bent.big_deals_slower == 0.0
        if alike and not self.lifts:
            return rate[None]
        on = onward_ways(size)[stage, self.ways][:, None, :]
        band = np.array([bent.big_deals_slower, -bent.big_deals_slower])
        log_on = (self.seller_moving[:, None] + band).reshape(-1, 1, 1, 1) * on
        pace = np.repeat(self.seller_pace, AMOUNT_BANDS).reshape(-1, 1, 1, 1)
        rows: Floats = rate * np.exp(log_on + pace)
        return rows


def numbered_sellers(count: int = 25, teams: int = 4) -> tuple[Seller, ...]:
    """Sellers with numbers for names, spread over teams."""
    return tuple(
        Seller(f"seller-{n:02d}", f"Seller {n}", f"Team {n % teams + 1}")
        for n in range(1, count + 1)
    )
