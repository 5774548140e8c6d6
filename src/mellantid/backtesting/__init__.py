"""The backtest: what would have been said, origin by origin, against what came."""

from mellantid.backtesting.horizons import AtHorizon, at_horizons
from mellantid.backtesting.protocol import Question, read_horizon, read_span
from mellantid.backtesting.running import backtest
from mellantid.backtesting.summary import Backtest

__all__ = [
    "AtHorizon",
    "Backtest",
    "Question",
    "at_horizons",
    "backtest",
    "read_horizon",
    "read_span",
]
