"""`playbook`: what others have seen of each leg, and which of it the model leans on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.answers import playbook_document, playbooks_document
from mellantid.cli.context import now, reading
from mellantid.cli.options import AsJson, Database, File, ProcessName
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.errors import DataError, QuestionError
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from mellantid.core.learning.stay_times import Measured
    from mellantid.playbooks import PlaybookFile
    from mellantid.workspace import Race, Workspace
    from mellantid.workspace.playbook_beside import Beside

NOBODY = "none"
playbook_app = typer.Typer(
    help="Learn from others: conversions and times of each leg as a prior that one's own deals "
    "outweigh.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="The playbook's name; see playbook list.")]
Language = Annotated[str, typer.Option(help="Of the words: en or sv.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(playbook_app, name="playbook")


@playbook_app.command("list")
def list_playbooks(
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """List the playbooks that there are, and which one the model leans on."""
    from mellantid.workspace.playbooks import (  # noqa: PLC0415 (--help does without NumPy)
        chosen_playbook,
        known_playbooks,
    )

    with reading(database) as workspace:
        known = known_playbooks(workspace.ledger)
        one = workspace.process(process).name if workspace.processes else ""
        chosen = chosen_playbook(workspace.ledger, one)
    used = None if chosen is None else chosen.name
    if as_json:
        print_json(playbooks_document(known, used))
        return
    rows = [
        (
            name,
            each.title("en"),
            "".join(sorted({source.grade for source in each.sources.values()})),
            "in use" if name == used else "",
            numbers.count(len(each.stages)),
        )
        for name, each in known.items()
    ]
    headings = ("name", "title", "grades", "", "stages")
    print_table("Playbooks", headings, rows, text_columns=4, spare=("title",))
    print_text(
        "Grades of the sources: A measured and published with n, B a vendor's survey, C judgement."
    )


@playbook_app.command("show")
def show_playbook(
    name: Name,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Show a playbook, each number with its source, beside what you have seen yourselves."""
    from mellantid.workspace.playbooks import find_playbook  # noqa: PLC0415 (as above)

    with reading(database) as workspace:
        playbook = find_playbook(workspace.ledger, name)
        found = _beside(workspace, playbook, process)
    if as_json:
        print_json(playbook_document(playbook, found))
        return
    _print_playbook(playbook)
    if found is not None:
        _print_beside(found, playbook)


@playbook_app.command("use")
def use_playbook(
    name: Annotated[str, typer.Argument(help="The playbook's name; none takes it away.")],
    weight: Annotated[
        float,
        typer.Option("--weight", help="Count it for so many times the deals that it states."),
    ] = 1.0,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="'STAGE=THEIRS'",
            help="Your stage and the playbook's, by number or name, or - for none; may be "
            "repeated. Other stages go by order.",
        ),
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Let the model lean on a playbook from now on, until your own deals outweigh it."""
    from mellantid.workspace.playbooks import Chosen, choose_playbook  # noqa: PLC0415 (as above)

    with reading(database) as workspace:
        one = workspace.process(process)
        if name == NOBODY:
            choose_playbook(workspace.ledger, one, None)
            print_text(f"The model of {one.name} leans on no playbook.")
            return
        choose_playbook(workspace.ledger, one, Chosen(name, weight, _mapping(mapped or [])))
    print_text(
        f"The model of {one.name} leans on {name} from now on: see mellantid playbook show {name}."
    )


@playbook_app.command("adopt")
def adopt_words(
    name: Name,
    language: Language = "en",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Take its exit criteria and abilities into your own, where you have none."""
    from mellantid.workspace.playbook_words import take_words  # noqa: PLC0415 (as above)
    from mellantid.workspace.playbooks import find_playbook  # noqa: PLC0415 (as above)

    with reading(database) as workspace:
        one = workspace.process(process)
        added = take_words(workspace.ledger, one, find_playbook(workspace.ledger, name), language)
    for stage, text in added.criteria.items():
        print_text(f"{stage}, done when: {text}")
    for stage, names in added.abilities.items():
        print_text(f"{stage}, worth training: {', '.join(names)}")
    if not added.some:
        print_text(f"{one.name} has words for everything that {name} says.")


@playbook_app.command("export")
def export_playbook(
    file: File,
    name: Annotated[
        str | None, typer.Option("--name", help="A playbook that there is; your own by default.")
    ] = None,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Write your own process, as you have measured it, as a playbook for others."""
    from mellantid.playbooks import playbook_text  # noqa: PLC0415 (as above)
    from mellantid.workspace.playbooks import find_playbook  # noqa: PLC0415 (as above)

    with reading(database) as workspace:
        if name is not None:
            playbook = find_playbook(workspace.ledger, name)
        else:
            playbook = _own(workspace, _race(workspace, process))
    if Path(file).exists():
        raise DataError(f"{file} is there already: choose another name.")
    Path(file).write_text(playbook_text(playbook), encoding="utf-8")
    print_text(f"{playbook.title('en')} is in {file}, as the playbook {playbook.name}.")


@playbook_app.command("import")
def import_playbook(file: File, database: Database = "./mellantid.db") -> None:
    """Take in a playbook from its file; it is used when you say so."""
    from mellantid.playbooks import read_playbook  # noqa: PLC0415 (as above)
    from mellantid.workspace.playbooks import keep_playbook  # noqa: PLC0415 (as above)

    playbook = read_playbook(file)
    with reading(database) as workspace:
        keep_playbook(workspace.ledger, playbook)
    print_text(
        f"{playbook.title('en')} is kept as {playbook.name}: "
        f"mellantid playbook use {playbook.name} lets the model lean on it."
    )


def _race(workspace: Workspace, process: str | None) -> Race:
    return workspace.race(process, workspace.moment(None, now()).until)


def _own(workspace: Workspace, race: Race) -> PlaybookFile:
    from mellantid.workspace.criteria import exit_criteria  # noqa: PLC0415 (as above)
    from mellantid.workspace.playbook_beside import own_playbook  # noqa: PLC0415 (as above)

    said = exit_criteria(workspace.ledger, race.history.process.name)
    return own_playbook(race, workspace.settings.name, said)


def _beside(workspace: Workspace, playbook: PlaybookFile, process: str | None) -> Beside | None:
    """The playbook beside what was seen; None where nothing has been yet."""
    from mellantid.workspace.playbook_beside import beside  # noqa: PLC0415 (as above)
    from mellantid.workspace.playbooks import matched_as_chosen  # noqa: PLC0415 (as above)

    if not workspace.processes:
        return None
    try:
        race = _race(workspace, process)
    except QuestionError:
        return None
    found = matched_as_chosen(workspace.ledger, race.history.process, playbook)
    return beside(race, found)


def _mapping(said: list[str]) -> dict[str, str]:
    found = {}
    for each in said:
        stage, equals, theirs = each.rpartition("=")
        if not (equals and stage.strip() and theirs.strip()):
            raise QuestionError(f"{each!r} maps nothing: write --map 'Your stage=2'.")
        found[stage.strip()] = theirs.strip()
    return found


def _print_playbook(playbook: PlaybookFile) -> None:
    if playbook.about is not None:
        print_text(playbook.about("en"))
    rows = [
        (
            f"{place}. {stage.name('en')}",
            f"{playbook.source(stage.conversion).grade}{playbook.source(stage.median_days).grade}",
            numbers.percent(stage.conversion.value),
            numbers.days(stage.median_days.value),
            numbers.movements(stage.deals),
        )
        for place, stage in enumerate(playbook.stages, 1)
    ]
    headings = ("stage", "grades", "goes on", "median days", "weight in deals")
    print_table(playbook.title("en"), headings, rows, text_columns=2)
    for source in playbook.sources.values():
        n = "" if source.n is None else f" (n = {numbers.count(source.n)})"
        note = "" if source.note is None else f" {source.note('en')}"
        address = f" {source.url}" if source.url else ""
        print_text(f"{source.grade}: {source.title}{n}.{address}{note}")


def _print_beside(found: Beside, playbook: PlaybookFile) -> None:
    rows = [
        (
            each.stage,
            ", ".join(playbook.stages[place].name("en") for place in each.covers) or numbers.NONE,
            numbers.percent(each.conversion),
            _share(each.seen.conversion),
            numbers.days(each.median_days),
            _days(each.seen.median_days),
            numbers.count(each.seen.n),
            numbers.percent(each.share),
        )
        for each in found.stages
    ]
    headings = (
        "your stage", "theirs", "goes on, theirs", "yours", "days, theirs", "yours", "n", "weight",
    )  # fmt: skip
    title = "Beside what you have seen (95 % intervals), and the weight that it has against it"
    print_table(title, headings, rows, text_columns=2, spare=("theirs",))
    print_text(
        f"It keeps {numbers.percent(found.kept)} of its stated weight: what your own deals have "
        "left of it."
    )


def _share(found: Measured | None) -> str:
    if found is None:
        return numbers.NONE
    low, high = (numbers.decimal(100 * (each or 0.0), 0) for each in (found.low, found.high))
    return f"{numbers.percent(found.value)} ({low}-{high})"


def _days(found: Measured | None) -> str:
    if found is None:
        return numbers.NONE
    return f"{numbers.days(found.value)} ({numbers.days(found.low)}-{numbers.days(found.high)})"
