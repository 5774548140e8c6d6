"""The backtest: what would have been said, origin by origin, against what came."""

from mellantid.backtesting.horizons import AtHorizon, at_horizons
from mellantid.backtesting.protocol import Question, read_horizon, read_span
from mellantid.backtesting.running import backtest, newest_kept
from mellantid.backtesting.summary import Backtest

__all__ = [
    "AtHorizon",
    "Backtest",
    "Question",
    "at_horizons",
    "backtest",
    "newest_kept",
    "read_horizon",
    "read_span",
]
