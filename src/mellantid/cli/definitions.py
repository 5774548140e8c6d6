"""`explain`: the definition of any number, as the page's tooltip has it."""

from __future__ import annotations

from typing import Annotated

import typer

from mellantid.cli.options import AsJson
from mellantid.cli.output import print_json, print_table, print_text
from mellantid.metrics import explain as definition_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    name: Annotated[str, typer.Argument(help="A number or a word, such as gap_money or sojourn.")],
    language: Annotated[str, typer.Option(help="en or sv.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Print the definition of any number."""
    found = definition_of(name).as_dict(language)
    if as_json:
        print_json(found)
        return
    print_text(str(found.pop("title")))
    print_text(str(found.pop("definition")))
    rows = [(key.replace("_", " "), str(value)) for key, value in found.items() if value]
    print_table("", ("", ""), rows, text_columns=2)
