"""Watch: whether a leg has truly changed pace, since when, how sure that is and how large.

All of it runs in planned-events time: against what the model expects of a leg on each day, given
the deals that stood before it (`compensators`).
"""

from mellantid.core.watch.change import Change, change
from mellantid.core.watch.compensators import compensators, last_whole_day
from mellantid.core.watch.counted import counted_run_length
from mellantid.core.watch.cusum import alarm_times, cusum
from mellantid.core.watch.daily import daily_run_length, daily_thresholds
from mellantid.core.watch.detector import detector, late_e_process
from mellantid.core.watch.doubt import doubt, swing
from mellantid.core.watch.e_values import Side, e_process, log_e_value
from mellantid.core.watch.finding import Finding, findings
from mellantid.core.watch.ratio import ratio_of_two, ratio_to_plan
from mellantid.core.watch.run_length import run_length, threshold
from mellantid.core.watch.stream import Stream
from mellantid.core.watch.together import e_bh, short_list
from mellantid.core.watch.watching import Watching, watch

__all__ = [
    "Change",
    "Finding",
    "Side",
    "Stream",
    "Watching",
    "alarm_times",
    "change",
    "compensators",
    "counted_run_length",
    "cusum",
    "daily_run_length",
    "daily_thresholds",
    "detector",
    "doubt",
    "e_bh",
    "e_process",
    "findings",
    "last_whole_day",
    "late_e_process",
    "log_e_value",
    "ratio_of_two",
    "ratio_to_plan",
    "run_length",
    "short_list",
    "swing",
    "threshold",
    "watch",
]
