"""`backtest`: what would have been said, origin by origin, against what came."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import now, reading
from mellantid.cli.options import AsJson, Database, ProcessName
from mellantid.cli.output import print_json, print_table, print_text, say, warn
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mellantid.backtesting import AtHorizon, Backtest


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backtest)


def backtest(
    every: Annotated[
        str, typer.Option(help="From one origin to the next: 4w for weeks, 30d for days.")
    ] = "4w",
    horizon: Annotated[
        str, typer.Option(help="How far ahead each looks: 13w, 90d, or quarter for its end.")
    ] = "13w",
    horizons: Annotated[
        bool, typer.Option("--horizons", help="And 30, 60, 90 days ahead and to the quarter's end.")
    ] = False,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page with pictures to this file.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the page: en or sv.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Foretell again from every past origin, as known then, and score it beside simple rules."""
    from mellantid.backtesting import Question, at_horizons, read_horizon, read_span  # noqa: PLC0415 (--help does without)
    from mellantid.backtesting import backtest as run  # noqa: PLC0415 (as above)

    question = Question(read_span(every), read_horizon(horizon))
    with reading(database) as workspace, _progress() as progress:
        found = run(workspace, now(), process, question, progress=progress)
        rows = (
            at_horizons(workspace, now(), question.every, process, progress=progress)
            if horizons
            else ()
        )
        organisation = workspace.settings.name
    warn(_notes(found))
    if report is not None:
        _write(found, organisation, report, language)
    if as_json:
        print_json({**vars(found), "horizons": rows} if horizons else found)
        return
    _print(found)
    if horizons:
        _print_horizons(rows, found.unit)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on the terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 (only for a terminal)
    from rich.progress import Progress  # noqa: PLC0415 (as above)

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Foretelling the past", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _ahead(found: Backtest) -> str:
    if found.horizon_days is None:
        return "to the end of the quarter each"
    return f"{found.horizon_days} days ahead each"


def _write(found: Backtest, organisation: str, file: Path, language: str) -> None:
    from mellantid.report.backtest_page import write_backtest  # noqa: PLC0415 (Jinja2)

    write_backtest(found, organisation, file, language)
    say(f"Page: {file}")


def _name(key: str) -> str:
    """What to call a way to foretell."""
    from mellantid.report.wording import wording  # noqa: PLC0415 (--json does without)

    return wording("en")(f"baselines.{key}")


def _notes(found: Backtest) -> list[str]:
    notes = []
    if found.skipped:
        dates = len(found.skipped)
        notes.append(f"{dates} dates had too little to foretell from: {found.skipped[0][1]}")
    if found.missing:
        names = ", ".join(_name(name) for name in found.missing)
        notes.append(f"Without {names}: pip install 'mellantid[baselines]' to compare with it.")
    return notes


def _print(found: Backtest) -> None:
    count = len(found.origins)
    held = next(each for each in found.coverage if each.level == 0.8)
    print_text(
        f"From {count} origins, {_ahead(found)}: the 80 % intervals held "
        f"{numbers.percent(held.share)} of the time (95 % sure: {numbers.percent(held.low)} to "
        f"{numbers.percent(held.high)}), and the forecast was "
        f"{numbers.percent(abs(found.bias))} too {'high' if found.bias > 0 else 'low'} on average."
    )
    _print_scores(found)
    _print_origins(found)
    if found.reliability:
        _print_reliability(found)


def _print_scores(found: Backtest) -> None:
    def row(name: str, title: str) -> tuple[str, ...]:
        skill = found.skill.get(name)
        better = "" if skill is None else numbers.signed(numbers.percent(skill.skill))
        sure = (
            ""
            if skill is None
            else f"{numbers.percent(skill.low)} to {numbers.percent(skill.high)}"
        )
        deals = found.brier_baselines.get(name)
        return (
            title,
            numbers.money(found.crps_baselines.get(name), found.unit),
            better,
            sure,
            "" if deals is None else f"{deals:.4f}",
        )

    ours = "" if found.brier is None else f"{found.brier:.4f}"
    rows: list[tuple[str, ...]] = [
        (_name("ours"), numbers.money(found.crps, found.unit), "", "", ours)
    ]
    rows += [row(name, _name(name)) for name in found.crps_baselines]
    print_table(
        "Scores (smaller is better), and how much better this forecast is",
        ("", "CRPS", "better", "90 % sure", "Brier, deals"),
        rows,
    )


def _print_origins(found: Backtest) -> None:
    rows = [
        (
            numbers.date(each.origin),
            numbers.money(each.actual, found.unit),
            numbers.money(each.quantiles["0.1"], found.unit),
            numbers.money(each.quantiles["0.5"], found.unit),
            numbers.money(each.quantiles["0.9"], found.unit),
            "" if each.covers(0.8) else "outside",
        )
        for each in found.origins
    ]
    headings = ("foretold on", "came", "10 %", "50 %", "90 %", "")
    print_table("Every origin", headings, rows, spare=("50 %",))


def _print_reliability(found: Backtest) -> None:
    rows = [
        (
            f"{numbers.percent(each.low)} to {numbers.percent(each.high)}",
            numbers.count(each.n),
            numbers.percent(each.foretold),
            numbers.percent(each.came),
            f"{numbers.percent(each.came_low)} to {numbers.percent(each.came_high)}",
        )
        for each in found.reliability
    ]
    headings = ("chance given", "deals", "on average", "won", "95 % sure")
    print_table("Deals by the chance they were given", headings, rows)


def _print_horizons(found: Sequence[AtHorizon], unit: str) -> None:
    def row(each: AtHorizon) -> tuple[str, ...]:
        bias = "" if each.bias is None else numbers.signed(numbers.percent(each.bias))
        skill = "" if each.skill is None else numbers.signed(numbers.percent(each.skill.skill))
        return (
            each.horizon,
            numbers.count(each.origins),
            numbers.money(each.crps, unit),
            numbers.percent(each.coverage_80),
            bias,
            "" if each.brier is None else f"{each.brier:.4f}",
            "" if each.hardest is None else _name(each.hardest),
            skill,
        )

    warn(f"{each.horizon}: {each.why}" for each in found if each.why)
    headings = ("ahead", "origins", "CRPS", "80 % held", "bias", "Brier", "hardest", "better")
    print_table("How far ahead", headings, [row(each) for each in found], spare=("Brier", "bias"))
