"""What pm4py reads off an event log: its directly-follows graph, and which cases fit a course.

Run by `benchmarks/discovery.py`, in the peers' environment, with a JSON document on standard input:
`file`, the columns `case`, `label` and `at`, and `courses`, each with `stages`, `won`, `lost`.
Prints one JSON document.
"""

from __future__ import annotations

import json
import sys
import warnings
from itertools import pairwise
from typing import Any, Final

import pandas as pd
import pm4py
from pm4py.algo.conformance.alignments.dfg import algorithm as alignments

CASE, LABEL, AT = "case:concept:name", "concept:name", "time:timestamp"
WON: Final = "(won)"
LOST: Final = "(lost)"
Arcs = dict[tuple[str, str], int]


def read(asked: dict[str, Any]) -> pd.DataFrame:
    """The log as pm4py sorts it."""
    if ".xes" in asked["file"]:
        log = pm4py.convert_to_dataframe(pm4py.read_xes(asked["file"]))
        # A log may be read by another attribute than its names of activities.
        return log.assign(**{LABEL: log[asked["label"]]})
    rows = pd.read_csv(
        asked["file"], dtype=str, sep=None, engine="python", keep_default_na=False, na_values=[""]
    )
    log = pd.DataFrame({CASE: rows[asked["case"]], LABEL: rows[asked["label"]]})
    log[AT] = pd.to_datetime(rows[asked["at"]], utc=True, format="mixed")
    return pm4py.format_dataframe(log.dropna(), case_id=CASE, activity_key=LABEL, timestamp_key=AT)


def graph(log: pd.DataFrame) -> dict[str, Any]:
    """Counts and mean seconds by arc, starts and ends."""
    counts, starts, ends = pm4py.discover_dfg(log)
    durations, *_ = pm4py.discover_performance_dfg(log)
    return {
        "events": len(log),
        "cases": log[CASE].nunique(),
        "arcs": [[*arc, int(n), float(durations[arc]["mean"])] for arc, n in counts.items()],
        "starts": {name: int(n) for name, n in starts.items()},
        "ends": {name: int(n) for name, n in ends.items()},
    }


def fitting(log: pd.DataFrame, course: dict[str, list[str]]) -> list[int]:
    """Cases on a course, those that never go back, and those that also take it step by step."""
    meaning = {label: label for label in course["stages"]}
    meaning |= dict.fromkeys(course["won"], WON) | dict.fromkeys(course["lost"], LOST)
    some = log[log[LABEL].isin(meaning)].copy()
    some[LABEL] = some[LABEL].map(meaning)
    onward = [*course["stages"], WON]
    states = [*onward, LOST]
    # A row that repeats its state is no move, so every state may follow itself.
    same: Arcs = {(state, state): 1 for state in states}
    lost: Arcs = {(stage, LOST): 1 for stage in course["stages"]}
    later: Arcs = {(a, b): 1 for k, a in enumerate(onward) for b in onward[k + 1 :]}
    following: Arcs = dict.fromkeys(pairwise(onward), 1)
    anywhere = dict.fromkeys(states, 1)
    first = {course["stages"][0]: 1}
    # Alignments of a variant are those of each of its cases.
    found = pm4py.get_variants(some)
    log_of = pm4py.convert_to_event_log(some)
    fits = []
    for arcs, starts in ((same | lost | later, anywhere), (same | lost | following, first)):
        aligned = alignments.apply(log_of, arcs, starts, anywhere)
        fits.append(sum(each["cost"] == 0 for each in aligned))
    return [sum(map(int, found.values())), *fits]


def main() -> None:
    """Answer what is asked."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    log = read(asked)
    answer = graph(log) | {"fits": [fitting(log, course) for course in asked["courses"]]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
