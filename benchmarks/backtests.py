"""Backtests on a simulated organisation and on whatever data sets a folder has: kept as evidence.

    python benchmarks/backtests.py ../shared/data --keep [--only NAME] [--horizons]

For each set: mean CRPS of the forecast and of every baseline, the skill with its interval, and how
often the 80 % interval held; with --horizons the same at 30, 60, 90 days and the quarter's end for
the simulated organisation. A set that is asked alone replaces its own part of what is kept.
Without a folder only the simulated organisation is asked.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mellantid.backtesting import Question, at_horizons, backtest
from mellantid.backtesting.protocol import HORIZON
from mellantid.backtesting.summary import ENOUGH
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.errors import MellantidError
from mellantid.importing.map_file import read_map
from mellantid.workspace import Workspace
from mellantid.workspace.intake import take_in

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parent.parent
EVIDENCE: Final = ROOT / "docs" / "evidence"
UNTIL: Final = dt.date(2025, 10, 31)
SEED: Final = 3
SETS: Final = {
    "maven_crm": "maven_crm/sales_pipeline.csv",
    "hospital_billing": "hospital_billing/hospital_billing.csv.gz",
    "traffic_fines": "traffic_fines/traffic_fines.csv.gz",
}
"""A map of `examples/maps`, and the file below the data folder."""
HEAD: Final = f"""# Backtests

`python benchmarks/backtests.py DATA --keep --horizons`: each origin {HORIZON.days} days ahead,
as known then. CRPS in the set's own amounts (deals where it has none), smaller is better; each mean
is over the origins at which the way could say something. Skill is over the origins that both have,
where these are {ENOUGH} or more, with its 90 % interval (block bootstrap on quarters); in brackets
behind the coverage its 95 % interval. The simulated organisation is the demo's, seed {SEED}, to
{UNTIL}.

| set | origins | 80 % held | bias | | CRPS | skill | Brier, deals |
|---|---|---|---:|---|---:|---|---:|
"""
HORIZONS_HEAD: Final = """
## How far ahead

| set | ahead | origins | 80 % held | bias | CRPS | hardest to beat: skill |
|---|---|---:|---:|---:|---:|---|
"""


def simulated(workspace: Workspace) -> int:
    """The demo's company; gives the present moment."""
    company = demo_organisation(SEED, UNTIL)
    now = company.history.until - 1
    set_up(workspace, company, now)
    return now


def imported(file: Path, name: str) -> Callable[[Workspace], int]:
    """A file and the map of its name."""

    def take(workspace: Workspace) -> int:
        now = time.time_ns() // 1_000_000
        take_in(workspace, file, read_map(ROOT / "examples" / "maps" / f"{name}.toml"), now)
        return now

    return take


def asked(
    fill: Callable[[Workspace], int], question: Question, *, horizons: bool
) -> dict[str, object]:
    """Backtest a workspace of its own: what is kept of it, and its lines of the table."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "backtest.db", create=True) as workspace,
    ):
        now = fill(workspace)
        try:
            found = backtest(workspace, now, question=question, keep=False)
        except MellantidError as error:
            return {"why": str(error)}
        by_horizon = at_horizons(workspace, now, question.every, keep=False) if horizons else ()
    short = {key: value for key, value in dataclasses.asdict(found).items() if key != "origins"}
    return short | {
        "n": len(found.origins),
        "seconds": round(time.perf_counter() - began),
        "horizons": [dataclasses.asdict(each) for each in by_horizon],
    }


def rows(found: dict[str, Any]) -> list[str]:
    """A set's lines of the table, without its name."""
    if "why" in found:
        return [f"| {found['why']} | | | | | | |"]
    held = next(each for each in found["coverage"] if each["level"] == 0.8)
    head = (
        f"| {found['n']}, {found['every_days']} d apart "
        f"| {held['share']:.0%} ({held['low']:.0%} to {held['high']:.0%}) "
        f"| {found['bias']:+.0%} | this forecast | {_score(found['crps'])} | "
        f"| {_brier(found['brier'])} |"
    )
    return [head] + [
        f"| | | | {name} | {_score(score)} | {_skill(found['skill'].get(name))} "
        f"| {_brier(found['brier_baselines'].get(name))} |"
        for name, score in found["crps_baselines"].items()
    ]


def _score(score: float) -> str:
    return f"{score:,.0f}" if score >= 100 else f"{score:.3g}"


def _skill(skill: dict[str, float] | None) -> str:
    if skill is None:
        return ""
    return f"{skill['skill']:+.0%} ({skill['low']:+.0%} to {skill['high']:+.0%})"


def _brier(score: float | None) -> str:
    return "" if score is None else f"{score:.4f}"


def page(kept: dict[str, dict[str, Any]]) -> str:
    """The table of all sets, and of horizons where they were asked for."""
    lines, ahead = [], []
    for name, found in kept.items():
        lines += [f"| {'' if place else name} {row}" for place, row in enumerate(rows(found))]
        ahead += [_horizon_row(name, each) for each in found.get("horizons", ())]
    text = HEAD + "\n".join(lines) + "\n"
    return text + HORIZONS_HEAD + "\n".join(ahead) + "\n" if ahead else text


def _horizon_row(name: str, row: dict[str, Any]) -> str:
    if row["why"]:
        return f"| {name} | {row['horizon']} | {row['why']} | | | | |"
    hardest = "" if row["skill"] is None else f"{row['hardest']}: {_skill(row['skill'])}"
    return (
        f"| {name} | {row['horizon']} | {row['origins']} | {row['coverage_80']:.0%} "
        f"| {row['bias']:+.0%} | {_score(row['crps'])} | {hardest} |"
    )


def fills_of(data: Path | None) -> dict[str, Callable[[Workspace], int]]:
    """The simulated organisation, and the sets that a folder has."""
    fills: dict[str, Callable[[Workspace], int]] = {"simulated": simulated}
    for name, part in SETS.items():
        if data is not None and (data / part).exists():
            fills[name] = imported(data / part, name)
        else:
            print(f"{name}: no {part} in {data}; left out")
    return fills


def main() -> None:
    """Run them all, print the table and keep it as evidence."""
    parser = argparse.ArgumentParser(description="Backtests on several sets.")
    parser.add_argument("data", nargs="?", type=Path, help="folder of the data sets")
    parser.add_argument("--only", help="one set")
    parser.add_argument("--horizons", action="store_true", help="other horizons, simulated set")
    parser.add_argument("--keep", action="store_true", help="write docs/evidence")
    options = parser.parse_args()
    file = EVIDENCE / "backtests.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if options.only and file.exists() else {}
    for name, fill in fills_of(options.data).items():
        if options.only not in {None, name}:
            continue
        question = Question()
        horizons = options.horizons and name == "simulated"
        # As it is read back, so that one set beside kept ones makes the same page.
        kept[name] = json.loads(json.dumps(asked(fill, question, horizons=horizons), default=str))
        print(name, kept[name].get("seconds"), "s", flush=True)
        print(*rows(kept[name]), sep="\n", flush=True)
        if options.keep:
            file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            (EVIDENCE / "backtests.md").write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
