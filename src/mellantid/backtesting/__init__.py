"""The backtest: what would have been said, origin by origin, against what came."""

from mellantid.backtesting.protocol import Question, read_span
from mellantid.backtesting.running import backtest
from mellantid.backtesting.summary import Backtest

__all__ = ["Backtest", "Question", "backtest", "read_span"]
