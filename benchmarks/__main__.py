"""Every benchmark, one after another: `python -m benchmarks`; exit 1 where a limit is passed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
BENCHMARKS: Final = (
    "counts",
    "model",
    "forecast",
    "whatif",
    "import_floor",
    "importing",
    "live",
    "first_page",
    "startup",
)


def main() -> int:
    """Run them all, also when one has missed its limit."""
    missed = []
    # One thread of BLAS, as the commands have.
    surroundings = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    for name in BENCHMARKS:
        print(f"\n== {name} ==", flush=True)
        command = [sys.executable, str(HERE / f"{name}.py")]
        done = subprocess.run(command, check=False, env=surroundings)
        if done.returncode:
            missed.append(name)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery limit is kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
