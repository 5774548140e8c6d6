"""`letter`: the Monday letter; `band`: the pace band; `mail`: how letters are sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, now, reading, writing
from mellantid.cli.options import AsJson, Database, ProcessName
from mellantid.cli.output import print_file, print_json, print_table, print_text, say, warn
from mellantid.core.names import EVERYONE
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from mellantid.letters.letter import Letter
    from mellantid.letters.telling import Told
    from mellantid.letters.weeks import Week
    from mellantid.workspace import Workspace

FORMATS = ("text", "chat", "html", "pdf", "json")
Owner = Annotated[
    str, typer.Option(metavar="ID", help="A seller's identity, a team, or all.", show_default=True)
]
Language = Annotated[str, typer.Option(help="en or sv.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(letter)
    app.command()(band)
    app.command()(mail)


def letter(
    owner: Owner = EVERYONE,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help="Such as 2026-W07.", show_default="the last whole one"),
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "text",
    output: Annotated[
        Path | None, typer.Option(help="Write it to this file.", show_default=False)
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send each who wants the letter theirs, once.")
    ] = False,
    to: Annotated[
        list[str] | None,
        typer.Option(help="With --send: send this letter to this account, now.", metavar="EMAIL"),
    ] = None,
    language: Language = "en",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
) -> None:
    """Tell the week: where we are, what changed and why, what to do, who is caught by the rope."""
    from mellantid.letters.weeks import week_of  # noqa: PLC0415 (--help does without NumPy)

    if form not in FORMATS:
        raise QuestionError(f"There is no format {form!r}: choose one of {', '.join(FORMATS)}.")
    if to and not send:
        raise QuestionError("--to says whom to send the letter to: give --send too.")
    if send and owner != EVERYONE and not to:
        raise QuestionError(
            "Each gets the letter of their own team or deals: leave out --owner, or say whom to "
            "send this one to with --to."
        )
    with writing(database) if send else reading(database) as workspace:
        of = week_of(week, workspace, now())
        if send:
            _send(workspace, of, owner, to, process)
            return
        found = _composed(workspace, of, owner, process)
        _give(found, form, output, language, _link(workspace, found))


def _composed(workspace: Workspace, week: Week, owner: str, process: str | None) -> Letter:
    from mellantid.letters.composing import compose_letter  # noqa: PLC0415 (as above)
    from mellantid.letters.source import source_of  # noqa: PLC0415 (as above)

    known = owner
    people = workspace.people
    teams = {*people.parents, *people.team_of(people.persons).values()}
    source = source_of(workspace, process, now())
    if owner != EVERYONE and owner not in teams:
        known = people.seller(owner, source.race(week.known).history.owners)
    return compose_letter(source, week, known)


def _link(workspace: Workspace, found: Letter) -> str:
    from mellantid.letters.post import read_post  # noqa: PLC0415 (as above)

    return read_post(workspace.ledger).link(f"/letter?week={found.week}")


def _give(found: Letter, form: str, output: Path | None, language: str, link: str) -> None:
    """Print or write the letter."""
    from mellantid.letters.telling import tell  # noqa: PLC0415 (as above)

    if form == "json" and output is None:
        print_json(found.as_dict())
        return
    content = _content(found, tell(found, language), form, link)
    if output is not None:
        _write(output, content)
        say(f"Written to {output}.")
    elif form == "pdf":
        raise QuestionError("A PDF needs a file: say which with --output letter.pdf.")
    else:
        print_file(content.decode("utf-8"))


def _content(found: Letter, told: Told, form: str, link: str) -> bytes:
    from mellantid.answers import json_text  # noqa: PLC0415 (as above)
    from mellantid.letters import mail as mails  # noqa: PLC0415 (as above)
    from mellantid.letters.letter_paper import letter_pdf  # noqa: PLC0415 (as above)
    from mellantid.letters.plain_text import as_chat, as_text  # noqa: PLC0415 (as above)

    if form == "pdf":
        return letter_pdf(told)
    texts = {
        "text": lambda: as_text(told, link),
        "chat": lambda: as_chat(told, link),
        "html": lambda: mails.as_html(told, link),
        "json": lambda: json_text(found.as_dict()),
    }
    return texts[form]().encode("utf-8")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}): name another file."
        ) from error


def _send(
    workspace: Workspace, week: Week, owner: str, to: list[str] | None, process: str | None
) -> None:
    """Send the letters of a week, or one letter to those named."""
    from mellantid.letters.sending import send_to, sender_of  # noqa: PLC0415 (as above)

    compose = sender_of(workspace, process, now())
    if to:
        for email in to:
            send_to(workspace, week, email, now(), compose, None if owner == EVERYONE else owner)
            print_text(f"The letter of {week.name} is on its way to {email}.")
        return
    from mellantid.letters.post import read_post  # noqa: PLC0415 (as above)
    from mellantid.letters.rounds import send_round  # noqa: PLC0415 (as above)

    read_post(workspace.ledger).need()
    done = send_round(workspace, week, now, compose)
    for why in done.left.values():
        say(why)
    sent = ", ".join(done.sent) or "nobody: all who want it have had it, or nobody wants it"
    print_text(f"The letter of {week.name} went to {sent}.")
    if done.left:
        sys.exit(1)


def band(
    owner: Owner = EVERYONE,
    output: Annotated[
        Path | None, typer.Option(help="Write the band to this PDF.", show_default=False)
    ] = None,
    language: Language = "en",
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_json: AsJson = False,
) -> None:
    """Cut the pace band: the movements that each leg needs by the end of each week."""
    from mellantid.letters.band_paper import band_pdf  # noqa: PLC0415 (as above)
    from mellantid.letters.band_told import tell_band  # noqa: PLC0415 (as above)
    from mellantid.letters.words import words_in  # noqa: PLC0415 (as above)
    from mellantid.workspace.band import pace_band  # noqa: PLC0415 (as above)

    with reading(database) as workspace:
        race = ask(workspace, process, None)
        plan = workspace.plan(race.history.process.name, race.history.until)
        found = pace_band(race, plan, workspace.people, owner)
        whose = words_in(language)("everyone")
        if owner != EVERYONE:
            whose = workspace.people.name(owner)
    if as_json:
        print_json(found)
        return
    told = tell_band(found, whose, language)
    if output is not None:
        _write(output, band_pdf(told))
        say(f"Written to {output}.")
        return
    print_table(
        f"{told.title}, {told.of}",
        (told.week, told.date, *told.legs),
        [(line.week, line.date, *line.cells) for strip in told.strips for line in strip],
        text_columns=2,
        spare=tuple(reversed(told.legs[1:])),
    )


def mail(
    host: Annotated[str | None, typer.Option(help="The mail server.")] = None,
    port: Annotated[int | None, typer.Option(help="Its port.")] = None,
    user: Annotated[str | None, typer.Option(help="By which to log in there.")] = None,
    sender: Annotated[
        str | None, typer.Option("--from", help="The address that letters come from.")
    ] = None,
    security: Annotated[str | None, typer.Option(help="starttls, tls or none.")] = None,
    address: Annotated[
        str | None, typer.Option(help="Where this Mellantid is reached, for links in letters.")
    ] = None,
    database: Database = "./mellantid.db",
    as_json: AsJson = False,
) -> None:
    """Say how letters are sent, or show it; the password is in MELLANTID_SMTP_PASSWORD."""
    from mellantid.letters.post import NOT_SET_UP, read_post, write_post  # noqa: PLC0415 (as above)

    given = {
        "host": host,
        "port": None if port is None else str(port),
        "user": user,
        "sender": sender,
        "security": security,
        "address": address,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    with writing(database) as workspace:
        post = read_post(workspace.ledger)
        if changed:
            post = post.with_texts(changed)
            write_post(workspace.ledger, post)
    if as_json:
        print_json(post)
        return
    if not post.ready:
        warn((NOT_SET_UP,))
    rows = [(name, str(value)) for name, value in vars(post).items()]
    print_table("How letters are sent", ("", ""), rows, text_columns=2)
