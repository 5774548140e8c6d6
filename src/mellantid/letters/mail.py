"""A letter as an e-mail: HTML with its style in the tags, and plain text beside it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mellantid.letters.plain_text import as_text
from mellantid.letters.post import Mail
from mellantid.letters.words import words_in

if TYPE_CHECKING:
    from jinja2 import Template

    from mellantid.letters.telling import Told


@cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 (only who sends)

    def read(name: str) -> str:
        folder = files("mellantid.letters").joinpath("templates")
        return folder.joinpath(name).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.jinja")


def as_html(told: Told, link: str = "") -> str:
    """A letter as HTML that mail programs show as it is meant: no files, no style sheet.

    Args:
        told: the letter in words.
        link: where it can be read on; empty: nowhere is known.

    """
    return _template().render(told=told, t=words_in(told.language), link=link)


def mail_of(told: Told, to: str, link: str = "") -> Mail:
    """A letter as an e-mail to an address."""
    return Mail(to, told.subject, as_text(told, link), as_html(told, link))
