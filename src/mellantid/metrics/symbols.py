"""The symbol of each verdict, so that level and trend are seen without colour.

Up is ahead, down is behind; filled is on its way from the plan, hollow on its way back to it.
"""

from typing import Final

from mellantid.core.standing.verdict import Verdict

SYMBOLS: Final[dict[str, str]] = {
    Verdict.AHEAD_GAINING: "▲",
    Verdict.AHEAD_LOSING: "△",
    Verdict.BEHIND_GAINING: "▽",
    Verdict.BEHIND_LOSING: "▼",
    Verdict.BEST: "★",
    Verdict.ON_PACE: "●",
    Verdict.TOO_EARLY: "○",
}
