"""The directly-follows graph of 1,000,000 events with durations: ours against pm4py.

Run by `python -m benchmarks.peers`, in the peers' environment; prints its lines as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pm4py
from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

from mellantid.core.counting.follows import directly_follows

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.counting.follows import DirectlyFollows

CASE, LABEL, AT = "case:concept:name", "concept:name", "time:timestamp"
LABELS: Final = 12
EVENTS_PER_CASE: Final = 8
FASTER: Final = 5.0


def made(events: int, rng: np.random.Generator) -> pd.DataFrame:
    """Events in the order of time, as a log has them: cases go on side by side."""
    case = rng.integers(0, events // EVENTS_PER_CASE, events)
    milliseconds = np.sort(rng.integers(0, 730 * 86_400_000, events)) + 1_700_000_000_000
    label = np.minimum(rng.geometric(0.2, events) - 1, LABELS - 1)
    names = np.array([f"Stage {i + 1}" for i in range(LABELS)], dtype=object)
    moments = pd.to_datetime(milliseconds, unit="ms", utc=True)
    return pd.DataFrame({CASE: case.astype(str), LABEL: names[label], AT: moments})


def codes(log: pd.DataFrame) -> tuple[Any, Any, Any, Any]:
    """Case, moment (ms) and label as numbers, and the labels' names."""
    case, _ = pd.factorize(log[CASE])
    label, names = pd.factorize(log[LABEL])
    at = log[AT].dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype(np.int64)
    return case.astype(np.int64), at, label.astype(np.int64), names


def ours_of_frame(log: pd.DataFrame) -> DirectlyFollows:
    """The graph from the same data frame of texts that pm4py reads."""
    case, at, label, _ = codes(log)
    return directly_follows(case, at, label, LABELS)


def theirs_of_frame(log: pd.DataFrame) -> tuple[Any, Any]:
    """Counts, and all of its figures of the durations."""
    return pm4py.discover_dfg(log), pm4py.discover_performance_dfg(log)


def theirs_of_codes(log: pd.DataFrame) -> Any:  # noqa: ANN401 - a pair of dictionaries
    """Its inner function on codes instead of texts, counts and durations in one go."""
    return get_dfg_graph(log, measure="both", perf_aggregation_key="all", timestamp_key=AT)


def least(task: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The least processor seconds of a task over some rounds, and its last result."""
    best, found = float("inf"), None
    for _ in range(rounds):
        begin = time.process_time()
        found = task()
        best = min(best, time.process_time() - begin)
    return best, found


def furthest(found: DirectlyFollows, names: Any, theirs: tuple[Any, Any]) -> float:  # noqa: ANN401
    """The largest difference of counts, or of durations in seconds."""
    (counts, starts, ends), (durations, *_) = theirs
    worst = float(len(counts) != found.count.size)
    for k, pair in enumerate(zip(names[found.source], names[found.target], strict=True)):
        figures = durations[pair]
        ms = {"mean": found.mean, "median": found.median, "min": found.least, "max": found.most}
        apart = [abs(figures[name] - float(value[k]) / 1000) for name, value in ms.items()]
        worst = max(worst, abs(counts[pair] - int(found.count[k])), *apart)
    for told, mine in ((starts, found.starts), (ends, found.ends)):
        worst = max(worst, *(abs(told.get(name, 0) - mine[k]) for k, name in enumerate(names)))
    return float(worst)


def main() -> None:
    """Measure, and print one JSON document."""
    parser = argparse.ArgumentParser(description="the directly-follows graph against pm4py")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20260102)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    log = made(given.events, np.random.default_rng(given.seed))
    case, at, label, names = codes(log)
    by_codes = log.assign(**{CASE: case, LABEL: pd.Categorical(log[LABEL])})
    theirs, found = least(lambda: theirs_of_frame(log), 2)
    ours, graph = least(lambda: ours_of_frame(log), 5)
    theirs_coded, _ = least(lambda: theirs_of_codes(by_codes), 3)
    ours_coded, _ = least(lambda: directly_follows(case, at, label, LABELS), 7)
    floor, _ = least(lambda: np.lexsort((at, case)), 5)
    measured = {
        "pm4py": version("pm4py"),
        "events": given.events,
        "texts": {"ours": ours, "theirs": theirs},
        "codes": {"ours": ours_coded, "theirs": theirs_coded},
        "floor": floor,
        "apart": furthest(graph, names, found),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
