"""Switches: each departure from the model's assumptions, on or off, so that its effect shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Complications:
    """What makes an organisation harder to read than the model assumes; zero turns a thing off.

    Attributes:
        sellers_differ: sd between sellers of the log hazard of moving on, and half as much of the
            log pace of everything.
        big_deals_slower: log hazard of moving on lost by a deal above the median amount, and
            gained by one below.
        season: weight of the creation's season: 0 flat, 1 the full summer low and autumn high.
        quarter_end: log hazard gained on moving on in the last month of a quarter, half of it
            lost in the other two.
        common_factor: sd of a log hazard of moving on that a quarter's deals share.
        ghosts: share of the losses that nobody records: the deal just stands.
        reopened: share of the losses that come back to the stage they left.
        amount_changes: chance that a movement brings a new amount.
        hand_overs: chance by month that an open deal gets another owner in its team.
        slow_leg: log hazard of moving on lost on one leg over the last days before a given one.

    """

    sellers_differ: float = 0.0
    big_deals_slower: float = 0.0
    season: float = 0.0
    quarter_end: float = 0.0
    common_factor: float = 0.0
    ghosts: float = 0.0
    reopened: float = 0.0
    amount_changes: float = 0.0
    hand_overs: float = 0.0
    slow_leg: float = 0.0

    @property
    def by_calendar(self) -> bool:
        """Whether hazards or owners change as the calendar goes."""
        factors = (self.quarter_end, self.common_factor, self.hand_overs, self.slow_leg)
        return any(factor != 0.0 for factor in factors)


PLAIN = Complications()
EVERYTHING = Complications(
    sellers_differ=0.25,
    big_deals_slower=0.1,
    season=1.0,
    quarter_end=0.15,
    common_factor=0.1,
    ghosts=0.05,
    reopened=0.02,
    amount_changes=0.1,
    hand_overs=0.008,
    slow_leg=0.8,
)
