"""Discovery on the event logs of a folder: against pm4py, and against maps made by hand.

    python benchmarks/discovery.py ../shared/data [--keep]

For each log: the directly-follows graph and the fitness to a course are computed by pm4py too, in
the peers' environment (`benchmarks/peers`; pm4py is under the AGPL), from the same file; they must
be equal, or this exits 1. Beside that, what discovery proposes for each log and what its map in
`examples/maps` says. With --keep the tables go to `docs/evidence/discovery.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from against_peers import PEERS, PYTHON, environment
from discovery_table import Compared, Fit, Log, page
from mellantid.core.conformance.course_fit import course_fit
from mellantid.core.conformance.fitness import fitness
from mellantid.core.counting.follows import directly_follows
from mellantid.discovery import discover
from mellantid.discovery.profile import profiles
from mellantid.discovery.reading import rows_of
from mellantid.discovery.shape import Found
from mellantid.errors import DataError
from mellantid.importing import open_table
from mellantid.importing.map_file import parse_map, read_map

if TYPE_CHECKING:
    from mellantid.discovery.rows import Rows
    from mellantid.importing.mapping import Map

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "evidence" / "discovery.md"
XES: Final = ("case:concept:name", "concept:name", "time:timestamp")
LOGS: Final = {
    "helpdesk": ("helpdesk/helpdesk.csv.gz", "helpdesk"),
    "helpdesk, XES": ("helpdesk/helpdesk.xes.gz", "helpdesk_xes"),
    "helpdesk, dates mangled": ("helpdesk/helpdesk_dayfirst_misparsed.csv.gz", None),
    "traffic fines": ("traffic_fines/traffic_fines.csv.gz", "traffic_fines"),
    "hospital billing": ("hospital_billing/hospital_billing.csv.gz", "hospital_billing"),
    "receipt": ("receipt/receipt.csv.gz", "receipt"),
    "receipt, XES": ("receipt/08_receipt.xes.gz", "receipt"),
    "problems (2013)": ("bpic2013/BPI2013_closed.csv.gz", "bpic2013"),
    "problems (2013), XES": ("bpic2013/06_bpic2013_closed.xes.gz", "bpic2013"),
    "Salesforce history": ("salesforce_devorg/OpportunityHistory.csv", "salesforce_devorg"),
    "HubSpot stages, hashed": ("fivetran_hubspot/deal_stage_data.csv", "fivetran_hubspot"),
    "Salesforce versions, hashed": (
        "fivetran_salesforce/sf_opportunity_history_data.csv",
        "fivetran_salesforce",
    ),
    "Maven, a snapshot": ("maven_crm/sales_pipeline.csv", "maven_crm"),
}
"""A file below the folder, and its map in `examples/maps`."""


@dataclass(frozen=True)
class Read:
    """A log as we read it by some columns."""

    columns: dict[str, str]
    rows: Rows

    def fit(self, mapping: Map) -> Fit:
        """How a map's course fits it."""
        process = mapping.process
        course = (process.stages, process.won, process.lost)
        # pm4py takes rows of one moment as they stand in the file; an import along the course.
        as_told = fitness(replace(self.rows, ordered=True).paths(*course))
        return Fit(
            course_fit(self.rows.paths(*course), process.stages),
            covered=float((self.rows.states(*course) >= 0).mean()),
            as_told=[as_told.deals, as_told.in_order, as_told.step_by_step],
        )


def read(file: Path, columns: dict[str, str]) -> Read:
    """Read a log by the columns of a map, where an event log may name none."""
    named = dict(zip(("deal", "stage", "at"), XES, strict=True)) | columns
    with open_table(file) as table:
        table.load()
        known = {each.name: each for each in profiles(table)}
        roles = ("deal", "stage", "at", "order")
        found = {role: known[named[role]] for role in roles if role in named}
        rows = rows_of(table, Found("changes", found))
    if rows is None:
        raise DataError(f"{file.name} is not read as changes.")
    return Read({role: column.name for role, column in found.items()}, rows)


def theirs(file: Path, log: Read, courses: list[Map]) -> dict[str, Any]:
    """What pm4py says of the same file."""
    asked = {
        "file": str(file),
        "case": log.columns["deal"],
        "label": log.columns["stage"],
        "at": log.columns["at"],
        "courses": [
            {part: [*getattr(each.process, part)] for part in ("stages", "won", "lost")}
            for each in courses
        ],
    }
    done = subprocess.run(
        [str(PYTHON), str(PEERS / "logs.py")],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    document: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return document


def against_pm4py(log: Read, said: dict[str, Any]) -> Compared:
    """Our graph against theirs."""
    rows, names = log.rows, log.rows.names
    # Rows without a moment are in no graph; these logs have none.
    graph = directly_follows(rows.deal, rows.at, rows.label, len(names))
    pairs = zip(graph.source.tolist(), graph.target.tolist(), strict=True)
    ours = {
        (names[a], names[b]): (int(n), float(mean) / 1000)
        for (a, b), n, mean in zip(pairs, graph.count, graph.mean, strict=True)
    }
    other = {(a, b): (n, mean) for a, b, n, mean in said["arcs"]}
    counts = {arc: n for arc, (n, _) in ours.items()} == {arc: n for arc, (n, _) in other.items()}
    apart = [
        abs(mean - other[arc][1]) / max(abs(other[arc][1]), 1e-3)
        for arc, (_, mean) in ours.items()
        if arc in other
    ]
    ends = [
        {name: int(n) for name, n in zip(names, found, strict=True) if n} == said[key]
        for key, found in (("starts", graph.starts), ("ends", graph.ends))
    ]
    return Compared(
        events=rows.label.size,
        cases=int(rows.deal.max()) + 1,
        arcs=len(ours),
        same=(counts, *ends),
        apart=max(apart, default=0.0),
    )


def proposed(file: Path) -> tuple[Map | None, str]:
    """The map that is proposed; or why none is."""
    try:
        proposal = discover(file)
    except DataError as error:
        return None, f"no proposal: {str(error).partition(' (')[0]}"
    return parse_map(proposal.content), ""


def by_columns(file: Path, mapping: Map | None) -> Read | None:
    """The log read as a map says; None where that is no log."""
    if mapping is None or mapping.shape != "changes":
        return None
    return read(file, dict(mapping.columns))


def studied(name: str, file: Path, map_name: str | None) -> Log:
    """One log: our graph and theirs, our proposal and the map made by hand."""
    hand = None if map_name is None else read_map(ROOT / "examples" / "maps" / f"{map_name}.toml")
    ours, why = proposed(file)
    by_us, by_hand = by_columns(file, ours), by_columns(file, hand)
    log = by_hand or by_us
    if log is None:
        return Log(name, None, ours, hand, why=why)
    if by_us is not None and by_hand is not None and by_us.columns["stage"] != log.columns["stage"]:
        raise DataError(f"{name}: the proposal reads another column than the map by hand does.")
    pairs = [(each, mapping) for each, mapping in ((by_us, ours), (by_hand, hand)) if each]
    courses = [mapping for _, mapping in pairs if mapping is not None]
    said = theirs(file, log, courses)
    fits = [log.fit(each) for each in courses]
    return Log(
        name,
        against_pm4py(log, said),
        ours,
        hand,
        our_fit=fits[0] if by_us else None,
        hand_fit=fits[-1] if by_hand else None,
        why=why,
        fits=tuple(fit.as_told == each for fit, each in zip(fits, said["fits"], strict=True)),
    )


def main() -> int:
    """Study every log; exit 1 where something differs from pm4py."""
    parser = argparse.ArgumentParser(description="discovery against pm4py and maps made by hand")
    parser.add_argument("folder", type=Path, help="the folder of data sets")
    parser.add_argument("--keep", action="store_true", help=f"write {PAGE.name}")
    given = parser.parse_args()
    environment()
    logs = []
    for name, (place, map_name) in LOGS.items():
        file = given.folder / place
        if not file.exists():
            print(f"{file} is not there: {name} is left out.", file=sys.stderr)
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        logs.append(studied(name, file, map_name))
    text = page(logs)
    print(text)
    if given.keep:
        PAGE.write_text(text, encoding="utf-8")
    differ = [each.name for each in logs if not each.agrees]
    print(f"differ from pm4py: {', '.join(differ)}" if differ else "nothing differs from pm4py")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
