"""What we compute against what others do, in one run: `make peers`.

The peers live in an environment of their own (`benchmarks/peers/.venv`), which this makes from the
hashed list beside it; some are under the GPL or the AGPL and never touch the product's. The results
go to `docs/evidence/peers.md`; exit 1 where a stated limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PEERS: Final = ROOT / "benchmarks" / "peers"
PYTHON: Final = PEERS / ".venv" / "bin" / "python"
PAGE: Final = ROOT / "docs" / "evidence" / "peers.md"
ESTIMATION_FASTER, ESTIMATION_EQUAL = 50.0, 1e-9
GRAPH_FASTER: Final = 5.0
FORECAST_SECONDS: Final = 1.5

HEAD: Final = """# Against peers

Made by `make peers`, which sets up the peers in an environment of their own, measures them and us
in one run on the same data, and writes this page. Times are seconds of the processor, the least of
several rounds, since the machine may have other work; ratios carry over to other machines, seconds
do not. All that is compared here runs on one core, ours too.

"""


@dataclass
class Page:
    """The page that is written, and the limits that were missed."""

    lines: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        """Add lines."""
        self.lines += lines

    def judge(self, what: str, kept: bool) -> str:
        """Say whether a limit is kept, and remember it where not."""
        if not kept:
            self.missed.append(what)
        return "kept" if kept else "**missed**"


def environment() -> None:
    """Make the peers' environment from its hashed list, where it is not there or out of date."""
    wanted, stamp = PEERS / "requirements.txt", PEERS / ".venv" / ".made"
    if stamp.exists() and stamp.stat().st_mtime >= wanted.stat().st_mtime:
        return
    print("making the peers' environment ...", file=sys.stderr, flush=True)
    here = [sys.executable, "-m"]
    venv = str(PEERS / ".venv")
    # Without pip of its own: a Python without ensurepip can make it too.
    subprocess.run([*here, "venv", "--clear", "--without-pip", venv], check=True)
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    into = [*here, "pip", "--python", str(PYTHON), "install", *quiet, "-r", str(wanted)]
    subprocess.run(into, check=True)
    stamp.touch()


def measured(python: Path, script: Path, *arguments: str) -> dict[str, Any]:
    """The JSON document that a script ends its output with."""
    print(f"{script.name} ...", file=sys.stderr, flush=True)
    paths = {"PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(python), str(script), *arguments],
        env=os.environ | paths,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    document: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return document


def seconds(value: float) -> str:
    """A time in its own unit."""
    return f"{value * 1e3:.1f} ms" if value < 1 else f"{value:.1f} s"


def estimation(page: Page) -> None:
    """Aalen-Johansen estimates of sojourns."""
    found = measured(PYTHON, PEERS / "estimation.py")
    ours, rows = found["ours"], found["rows"]
    page.say(
        "## Estimation",
        "",
        f"Aalen-Johansen estimates of {rows:,} sojourns in 8 stages, each with its ways out "
        "competing, ages in whole days, one in ten still there. *Time* is from columns of stage, "
        "destination and age to all curves; *parted beforehand* leaves out what it takes to lay "
        "out each stage's rows as a peer wants them. *Apart* is the largest difference of any "
        "curve at any age.",
        "",
        "| | time | times ours | parted beforehand | times ours | apart |",
        "|---|---|---|---|---|---|",
        f"| floor: one bare bincount | {seconds(found['floor'])} | {found['floor'] / ours:.2f} "
        "| | | |",
        f"| mellantid | {seconds(ours)} | 1 | | | |",
    )
    peers = [line for line in found["lines"] if not line["name"].startswith("late")]
    for line in peers:
        fit = line.get("fitting")
        beforehand = "" if fit is None else f"{seconds(fit)} | {fit / ours:,.0f}"
        page.say(
            f"| {line['name']} | {seconds(line['seconds'])} | {line['seconds'] / ours:,.0f} | "
            f"{beforehand or ' | '} | {line['apart']:.0e} |"
        )
    fastest = min(line["seconds"] for line in peers) / ours
    parted = min(line["fitting"] for line in peers if "fitting" in line) / ours
    exact = [line for line in peers if not line["name"].startswith("lifelines")]
    worst = max(line["apart"] for line in exact)
    faster = page.judge("estimation: speed", fastest >= ESTIMATION_FASTER)
    equal = page.judge("estimation: equality", worst <= ESTIMATION_EQUAL)
    page.say(
        "",
        f"- From the same columns the fastest takes {fastest:.0f} times as long as ours; at least "
        f"{ESTIMATION_FASTER:.0f}: {faster}.",
        f"- With its rows parted and coded beforehand it takes {parted:.0f} times as long; on that "
        f"reading the limit is {'kept' if parted >= ESTIMATION_FASTER else '**not kept**'}.",
        f"- Equal to within {worst:.0e}; at most {ESTIMATION_EQUAL:.0e}: {equal}. lifelines moves "
        "ties apart at random, so it cannot be equal and is no oracle.",
        *late_entry(found["lines"]),
        "",
    )


def late_entry(lines: list[dict[str, Any]]) -> list[str]:
    """What R says where some came under observation late, or that it is not here."""
    late = {line["name"]: line for line in lines if line["name"].startswith("late")}
    if "late entry, R" not in late:
        return ["- R with its survival package is not installed here, and is left out."]
    ours, theirs = late["late entry, ours"], late["late entry, R"]
    ratio = theirs["seconds"] / ours["seconds"]
    return [
        (
            f"- With one in ten under observation late: ours {seconds(ours['seconds'])}, R "
            f"{seconds(theirs['seconds'])} ({ratio:,.0f} times), {theirs['apart']:.0e} apart. The "
            "others have no late entry."
        )
    ]


def distribution(page: Page) -> None:
    """The total's distribution, and the whole forecast."""
    found = measured(Path(sys.executable), ROOT / "benchmarks" / "large_forecast.py", "--json")
    page.say("## Distribution of the total", "", "| | measured | limit |", "|---|---|---|")
    for name, value, limit in found["total"]:
        page.say(f"| {name} | {value} | {limit} |")
        if name == "times faster" and float(value) < float(limit.removeprefix("at least ")):
            page.judge("distribution: speed", kept=False)
        if name == "error, exact" and float(value) > float(limit.removeprefix("below ")):
            page.judge("distribution: error", kept=False)
    # Two cores at most halve the processor's seconds.
    taken = min(found["wall"], found["cpu"])
    kept = page.judge("whole forecast", taken <= FORECAST_SECONDS)
    page.say(
        "",
        f"The whole forecast of {found['open']:,} open deals over {found['draws']} posterior draws "
        f"and the period factor, with P(target) and quantiles: {found['cpu']:.2f} s of the "
        f"processor, {found['wall']:.2f} s of wall; at most {FORECAST_SECONDS} s: {kept}.",
        "",
    )


def graph(page: Page) -> None:
    """The directly-follows graph."""
    found = measured(PYTHON, PEERS / "graph.py")
    page.say(
        "## Directly-follows graph",
        "",
        f"{found['events']:,} events of 12 labels in the order of time, 8 a case: counts, mean, "
        "median, shortest and longest duration of every arc, starts and ends.",
        "",
        f"| | mellantid | pm4py {found['pm4py']} | times |",
        "|---|---|---|---|",
    )
    ratios = []
    for key, name in (("texts", "from a pandas frame of texts"), ("codes", "from codes")):
        mine, theirs = found[key]["ours"], found[key]["theirs"]
        ratios.append(theirs / mine)
        page.say(f"| {name} | {seconds(mine)} | {seconds(theirs)} | {ratios[-1]:.1f} |")
    kept = page.judge("graph: speed", min(ratios) >= GRAPH_FASTER)
    equal = page.judge("graph: equality", found["apart"] <= 1e-6)
    page.say(
        "",
        f"- At least {GRAPH_FASTER:.0f} times: {kept}. From codes is pm4py's inner function on "
        "codes, which its public ones do not take.",
        f"- Floor: one lexsort of the rows, {seconds(found['floor'])}; ours from codes is "
        f"{found['codes']['ours'] / found['floor']:.2f} times that.",
        f"- The same counts, durations {found['apart']:.0e} s apart at most: {equal}.",
        "",
    )


def golden(page: Page) -> None:
    """Whether the tables of counts that the tests hold are still what the packages carry."""
    script = [str(PYTHON), str(PEERS / "golden_tables.py"), str(ROOT / "tests/golden/counts")]
    same = subprocess.run([*script, "--check"], check=False).returncode == 0
    kept = page.judge("golden tables", same)
    page.say(
        "## Golden tables",
        "",
        "The counts by time in `tests/golden/counts`, made anew from the packages that carry the "
        f"data, are the same: {kept}.",
    )


def main() -> int:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description="measures the product against its peers")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the results go")
    given = parser.parse_args()
    environment()
    page = Page()
    for part in (estimation, distribution, graph, golden):
        part(page)
    cores, system = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    about = f"Python {platform.python_version()}, {system}, {cores} cores, seeds in the scripts.\n"
    given.page.write_text(HEAD + about + "\n" + "\n".join(page.lines) + "\n", encoding="utf-8")
    print(given.page.read_text(encoding="utf-8"))
    print(f"missed: {', '.join(page.missed)}" if page.missed else "every limit is kept")
    return 1 if page.missed else 0


if __name__ == "__main__":
    sys.exit(main())
