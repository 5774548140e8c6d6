"""The counts by time of published studies, as sojourns of a process of ours.

A published time is a rank among its table's times here, since days are whole numbers; the estimate
does not know of the distances between them.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mellantid.core.chances.incidence import incidence
from mellantid.core.counting.direct import cells_of
from mellantid.core.counting.sojourns import Sojourns
from mellantid.core.process import Process

COUNTS = Path(__file__).parent / "counts"


@dataclass(frozen=True)
class Published:
    times: np.ndarray
    sojourns: Sojourns

    @classmethod
    def read(cls, name, stages, ends):
        """Stages of the table in order; its two ends, or its one, stand in for won and lost."""
        process = Process(name, stages, ends[:1], ends[1:])
        codes = {label: process.state(label) for label in (*stages, *ends)}
        codes |= {"recovery": 1, "censored": process.still}
        with (COUNTS / f"{name}.csv").open(encoding="utf-8") as file:
            rows = [(r["stage"], float(r["time"]), r["what"], int(r["count"])) for r in
                    csv.DictReader(file)]  # fmt: skip
        times = np.unique([row[1] for row in rows])
        pieces = [cls._of_stage(rows, stage, codes, times) for stage in stages]
        stage, to, entry, age = (np.concatenate(column) for column in zip(*pieces, strict=True))
        order = np.random.default_rng(1).permutation(stage.size)
        nothing = np.zeros_like(stage)
        columns = (stage, to, nothing, nothing + 202401, entry, age)
        return cls(
            times,
            Sojourns(process, *(c[order] for c in columns), deal=np.arange(stage.size)),
        )

    @staticmethod
    def _of_stage(rows, stage, codes, times):
        """Entries and ends are paired in order of time: who it was changes no count at risk."""
        entered, ended, to = [], [], []
        for of, time, what, count in rows:
            rank = int(np.searchsorted(times, time))
            if of == stage and what == "entered":
                entered += [rank] * count
            elif of == stage:
                ended += [rank] * count
                to += [codes[what]] * count
        # Who comes later is at risk from the rank after that of the entry on, as in a counting
        # process (start, stop]; who is there from the beginning also at time 0.
        begin = np.sort(entered) + (max(entered) > 0)
        return np.full(len(to), codes[stage]), np.array(to), begin, np.array(ended)

    @property
    def cells(self):
        return cells_of(self.sojourns, self.times.size)

    def at(self, time):
        """The rank of the last time that is not after a moment."""
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def ended(self, to, times):
        """The cumulative incidence of a way out of the first stage."""
        state = self.sojourns.process.state(to)
        found = incidence(self.cells).ended[0, 0, state]
        return [found[self.at(time)] for time in times]
