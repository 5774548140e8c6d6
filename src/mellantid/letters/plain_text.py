"""A letter as plain text: of an e-mail, and short for a chat."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from mellantid.letters.words import words_in
from mellantid.metrics.numbers import NARROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.letters.telling import Told
    from mellantid.report.writer import Cell, Table

WIDTH: Final = 72
SPACE: Final = "\N{NO-BREAK SPACE}"
"""In the place of the narrow one, which some mail programs and terminals draw as a box."""
GAP: Final = "  "
LEFT: Final = ("name", "words")


def as_text(told: Told, link: str = "") -> str:
    """A letter to read in any mail program.

    Args:
        told: it.
        link: where it can be read on; empty: nowhere is known.

    """
    t = words_in(told.language)
    parts = [
        _headed(told.title, "="),
        _filled(told.where),
        _filled(told.sentence, told.chance),
        _headed(t("headings.changed"), "-"),
        _filled(*told.changed),
        text_table(told.lines),
        _headed(t("headings.things"), "-"),
        "\n".join(_item(f"{n}.", each.text) for n, each in enumerate(told.things, 1)),
        _headed(t("headings.caught"), "-"),
        _filled(*told.rope),
    ]
    if told.caught is not None:
        parts.append("\n".join(filter(None, [text_table(told.caught), told.caught_more])))
    if told.hidden:
        parts.append(_filled(told.hidden))
    if told.abilities:
        parts += [
            _headed(t("headings.abilities"), "-"),
            "\n".join(_item("-", each) for each in told.abilities),
        ]
    if link:
        parts.append(f"{t('read_on')}: {link}")
    parts.append(_filled(told.closing))
    return "\n\n".join(parts).replace(NARROW, SPACE) + "\n"


def as_chat(told: Told, link: str = "") -> str:
    """A letter for a chat: short, in the Markdown that chats read."""
    t = words_in(told.language)
    parts = [
        f"**{told.title}** · {told.where}",
        " ".join(filter(None, [told.sentence, told.chance])),
        " ".join(told.changed[:2]),
        "\n".join(
            [f"**{t('headings.things')}**"]
            + [f"{n}. {each.text}" for n, each in enumerate(told.things, 1)]
        ),
        f"**{t('headings.caught')}** {' '.join(told.rope)}",
    ]
    if told.abilities:
        listed = [f"- {each}" for each in told.abilities]
        parts.append("\n".join([f"**{t('headings.abilities')}**", *listed]))
    if link:
        parts.append(link)
    return "\n\n".join(parts).replace(NARROW, SPACE) + "\n"


def text_table(table: Table) -> str:
    """A table in columns: words to the left, figures to the right."""
    rows = [[column.title for column in table.columns]]
    rows += [[_plain(cell) for cell in row] for row in table.rows]
    foot = [[_plain(cell) for cell in row] for row in table.foot]
    widths = [max(len(row[k]) for row in rows + foot) for k in range(len(table.columns))]
    kinds = [column.kind for column in table.columns]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [_line(rows[0], widths, kinds), rule]
    lines += [_line(row, widths, kinds) for row in rows[1:]]
    if foot:
        lines += [_line(row, widths, kinds) for row in foot[:-1]]
        lines += [rule, _line(foot[-1], widths, kinds)]
    return "\n".join(lines)


def _plain(cell: Cell) -> str:
    return str(cell.text)


def _line(row: Sequence[str], widths: Sequence[int], kinds: Sequence[str]) -> str:
    cells = (
        text.ljust(width) if kind in LEFT else text.rjust(width)
        for text, width, kind in zip(row, widths, kinds, strict=True)
    )
    return GAP.join(cells).rstrip()


def _filled(*sentences: str) -> str:
    return textwrap.fill(" ".join(filter(None, sentences)), WIDTH, break_on_hyphens=False)


def _item(mark: str, text: str) -> str:
    start = f"{mark} "
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_on_hyphens=False,
    )


def _headed(title: str, rule: str) -> str:
    return f"{title}\n{rule * len(title)}"
