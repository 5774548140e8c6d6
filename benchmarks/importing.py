"""How long a CSV of stage changes takes into the ledger, against SQLite's own fastest load.

    python benchmarks/importing.py [rows] [rounds]

A file in the shape of a CRM's stage history is made and imported into an empty ledger: detection,
parsing, validation, ordering, keys and writing. The floor (`import_floor.py`) loads the same
columns from tuples that lie ready, without an index. The two take turns, each import in a process
of its own so that its peak memory shows, and the best round of each counts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from import_floor import columns, floor
from mellantid.importing import import_file, parse_map
from mellantid.ledger import Ledger

ROWS = 1_000_000
ROUNDS = 3
LIMIT = 3.0
MEMORY_LIMIT = 1 << 30
STAGES = ("Qualified", "Demo", "Proposal", "Negotiation", "Closed Won")
FIRST, LAST = 1_577_836_800, 1_700_000_000  # 2020 and 2023, seconds
NOW = 1_800_000_000_000
MAP = {
    "columns": {
        "deal": "Opportunity ID",
        "at": "Changed On",
        "stage": "Stage",
        "amount": "Amount",
        "owner": "Owner",
    },
    "process": {
        "name": "New business",
        "stages": [*STAGES[:-1]],
        "won": [STAGES[-1]],
        "lost": ["Closed Lost"],
        "timezone": "Europe/Stockholm",
    },
}


def write_history(path: Path, rows: int) -> None:
    """Deals of five steps each, with an amount and an owner on every row."""
    rng = np.random.default_rng(1)
    steps = len(STAGES)
    deals = rows // steps
    gaps = rng.integers(3_600, 40 * 86_400, (deals, steps)).cumsum(axis=1)
    at = (rng.integers(FIRST, LAST, deals)[:, None] + gaps).ravel()
    texts = np.datetime_as_string(at.astype("datetime64[s]"))
    amounts = np.round(rng.lognormal(9, 1, deals), 2)
    owners = rng.integers(0, 25, deals)
    with path.open("w", encoding="utf-8") as file:
        file.write("Opportunity ID,Changed On,Stage,Amount,Owner\n")
        for row, text in enumerate(texts):
            deal = row // steps
            when = text.replace("T", " ")
            file.write(
                f"D{deal:07d},{when},{STAGES[row % steps]},{amounts[deal]},Seller {owners[deal]}\n"
            )


def measure(file: Path, database: Path) -> None:
    """Import in this process; print what came of it as JSON."""
    with Ledger.open(database, create=True) as ledger:
        began = perf_counter()
        report = import_file(file, ledger, parse_map(MAP), NOW)
        seconds = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "added": report.added}))


def main() -> None:
    """Print the table; exit 1 where a limit is not kept."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "history.csv"
        write_history(file, rows)
        data = columns(rows)
        floors, imports, peaks = [], [], []
        for turn in range(rounds):
            floors.append(floor(folder / f"floor{turn}.db", data))
            database = str(folder / f"ledger{turn}.db")
            command = [sys.executable, __file__, "--measure", str(file), database]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(done.stdout)
            imports.append(found["seconds"])
            peaks.append(found["peak"])
    ratio = min(imports) / min(floors)
    print(f"{rows:,} rows of CSV, best of {rounds}")
    print(f"plain SQLite load of the same columns   {min(floors):8.2f} s")
    print(f"import, from file to ledger             {min(imports):8.2f} s")
    print(f"ratio                                   {ratio:8.2f}   at most {LIMIT}")
    print(f"peak memory of the import               {max(peaks) / 2**20:8.0f} MiB at most 1024")
    if ratio > LIMIT or max(peaks) > MEMORY_LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
