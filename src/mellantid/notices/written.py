"""A message written out: as an e-mail, and for a chat."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from mellantid.letters.post import Mail
from mellantid.metrics.numbers import NARROW
from mellantid.notices.telling import words_in

if TYPE_CHECKING:
    from jinja2 import Template

    from mellantid.notices.telling import Said

SPACE: Final = "\N{NO-BREAK SPACE}"
CALLS: Final = re.compile(r"@(?=everyone|here|channel|all\b)", re.IGNORECASE)


@cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 (only who sends)

    def read(name: str) -> str:
        folder = files("mellantid.notices").joinpath("templates")
        return folder.joinpath(name).read_text(encoding="utf-8")

    environment = Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("notice.jinja")


def as_mail(said: Said, to: str) -> Mail:
    """A message as an e-mail to an address."""
    t = words_in(said.language)
    parts = ["\n".join(filter(None, (line.text, line.link))) for line in said.lines]
    text = "\n\n".join([*parts, *filter(None, [said.more]), t("closing")])
    # A name of a deal may have line breaks, which a subject may not.
    subject = " ".join(said.subject.replace(NARROW, SPACE).split())
    html = _template().render(said=said, t=t)
    return Mail(to, subject, text.replace(NARROW, SPACE) + "\n", html)


def as_chat(said: Said) -> str:
    """A message for a chat: a paragraph for each event."""
    parts = ["\n".join(filter(None, (harmless(line.text), line.link))) for line in said.lines]
    return "\n\n".join([*parts, *filter(None, [said.more])]).replace(NARROW, SPACE)


def harmless(text: str) -> str:
    """A text in which no name of a deal calls everybody, or leads elsewhere.

    Chats read `<!channel>`, `@everyone` and `[words](address)` as commands.
    """
    plain = text.replace("<", "‹").replace(">", "›").replace("](", "] (")
    return CALLS.sub("@\N{WORD JOINER}", plain)
