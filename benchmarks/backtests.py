"""Backtests on a simulated organisation and on whatever data sets a folder has: kept as evidence.

    python benchmarks/backtests.py ../shared/data --keep

For each set: mean CRPS of the forecast and of every baseline, the skill with its interval, and how
often the 80 % interval held. Without a folder only the simulated organisation is asked.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.backtesting import Backtest, Question, backtest
from mellantid.backtesting.protocol import HORIZON
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
    "traffic_fines": "traffic_fines/traffic_fines.csv.gz",
    "hospital_billing": "hospital_billing/hospital_billing.csv.gz",
}
"""A map of `examples/maps`, and the file below the data folder."""


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


def asked(fill: Callable[[Workspace], int], question: Question) -> Backtest:
    """Backtest a workspace of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "backtest.db", create=True) as workspace,
    ):
        now = fill(workspace)
        return backtest(workspace, now, question=question, keep=False)


def rows(name: str, found: Backtest) -> list[str]:
    """A set's lines of the table."""
    held = next(each for each in found.coverage if each.level == 0.8)
    head = (
        f"| {name} | {len(found.origins)} | {held.share:.0%} ({held.low:.0%} to {held.high:.0%}) "
        f"| {found.bias:+.0%} | this forecast | {found.crps:,.0f} | | {_brier(found.brier)} |"
    )
    lines = [head]
    for each, score in found.crps_baselines.items():
        skill = found.skill.get(each)
        told = (
            "" if skill is None else f"{skill.skill:+.0%} ({skill.low:+.0%} to {skill.high:+.0%})"
        )
        deals = _brier(found.brier_baselines.get(each))
        lines.append(f"| | | | | {each} | {score:,.0f} | {told} | {deals} |")
    return lines


def _brier(score: float | None) -> str:
    return "" if score is None else f"{score:.4f}"


def main() -> None:
    """Run them all, print the table and keep it as evidence."""
    parser = argparse.ArgumentParser(description="Backtests on several sets.")
    parser.add_argument("data", nargs="?", type=Path, help="folder of the data sets")
    parser.add_argument("--keep", action="store_true", help="write docs/evidence")
    options = parser.parse_args()
    fills: dict[str, Callable[[Workspace], int]] = {"simulated": simulated}
    for name, part in SETS.items():
        if options.data is not None and (options.data / part).exists():
            fills[name] = imported(options.data / part, name)
        else:
            print(f"{name}: no {part} in {options.data}; left out")
    question = Question()
    head = f"""# Backtests

`python benchmarks/backtests.py DATA --keep`: origins {question.every.days} days apart, each
{HORIZON.days} days ahead, as known then. CRPS in the set's own amounts (deals where it has
none), smaller is better; skill over the origins that both have, with its 90 % interval (block
bootstrap on quarters); in brackets behind the coverage its 95 % interval. The simulated
organisation is the demo's, seed {SEED}, to {UNTIL}.

| set | origins | 80 % held | bias | | CRPS | skill | Brier, deals |
|---|---:|---|---:|---|---:|---|---:|
"""
    lines, kept = [], {}
    for name, fill in fills.items():
        began = time.perf_counter()
        try:
            found = asked(fill, question)
        except MellantidError as error:
            lines.append(f"| {name} | {error} |")
            continue
        lines += rows(name, found)
        kept[name] = {
            key: value for key, value in dataclasses.asdict(found).items() if key != "origins"
        } | {"n": len(found.origins)}
        print(*rows(name, found), f"{time.perf_counter() - began:.0f} s", sep="\n", flush=True)
    page = head + "\n".join(lines) + "\n"
    if options.keep:
        (EVIDENCE / "backtests.md").write_text(page, encoding="utf-8")
        text = json.dumps(kept, indent=1, default=str)
        (EVIDENCE / "backtests.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
