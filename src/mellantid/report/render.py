"""Results into a page: the template, the style and the words put together."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mellantid.core.names import EVERYONE
from mellantid.core.standing.verdict import Verdict
from mellantid.errors import DataError
from mellantid.metrics import metrics, numbers
from mellantid.report import view
from mellantid.report.sentence import headline
from mellantid.report.watched import watch_table
from mellantid.report.wording import wording
from mellantid.report.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinja2 import Template

    from mellantid.report.data import ReportData
    from mellantid.report.wording import Wording


def write_report(data: ReportData, path: Path, language: str = "en") -> None:
    """Write the report to a file.

    Raises:
        DataError: the data names a verdict that there is none of, or the file cannot be written.
        QuestionError: there are no texts in the language.

    """
    write_page(render(data, language), path)


def write_page(page: str, path: Path) -> None:
    """Write a page to a file.

    Raises:
        DataError: it cannot be written.

    """
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"The report cannot be written to {path} ({error.strerror}): name another file."
        ) from error


def render(data: ReportData, language: str = "en") -> str:
    """Give the report as one HTML page that needs no other file.

    Raises:
        DataError: the data names a verdict that there is none of.
        QuestionError: there are no texts in the language.

    """
    unknown = sorted({str(leg.verdict) for leg in data.legs} - set(Verdict))
    if unknown:
        raise DataError(f"There is no verdict {unknown[0]!r}: give one of {', '.join(Verdict)}.")
    return template("report.html.jinja").render(
        language=language, style=file_of_page("style.css"), **shown(data, language)
    )


def shown(
    data: ReportData, language: str, writer: Callable[[ReportData, Wording], Writer] = Writer
) -> dict[str, object]:
    """What the templates put on the page, by name; nothing in it is left to compute.

    Args:
        data: what is known.
        language: the page's.
        writer: makes the writer of the tables; one of the web's leads on to other pages.

    """
    words = wording(language)
    meta = data.meta
    return {
        "t": words,
        "meta": meta,
        "sentence": headline(data, words),
        "as_of": words("as_of", date=numbers.weekday_date(meta.as_of, language)),
        "period": words(
            "period",
            first=numbers.date(meta.first, language),
            last=numbers.date(meta.last, language),
        ),
        "scoped": meta.owner != EVERYONE,
        "owner": words("everyone") if meta.owner == EVERYONE else meta.owner,
        "charts": view.charts(data, words),
        "dot_note": view.dot_note(data, words),
        "notes": data.notes,
        "definitions": [metrics()[name].as_dict(language) for name in view.DEFINED],
        **_tables(data, writer(data, words)),
    }


def _tables(data: ReportData, w: Writer) -> dict[str, object]:
    caught_n = sum(stage.caught for stage in data.stages) or len(data.caught)
    caught_amount = w.money(
        sum(deal.amount or 0.0 for deal in data.caught)
        if data.caught_money is None
        else data.caught_money
    )
    rope = (
        w.words("plain.rope_lead", n=numbers.count(caught_n, w.language), amount=caught_amount)
        if caught_n
        else w.words("plain.rope_none")
    )
    return {
        "splits": view.splits_table(w),
        "watch": watch_table(w, w.data.watch),
        "outcome": view.outcome_table(w),
        "chances": view.chances_table(w),
        "arrival": view.arrival_table(w),
        "fan": view.fan_table(w),
        "field": view.field_table(w),
        "rope": rope,
        "caught": view.deals_table(w, data.caught, "headings.caught"),
        "caught_rest": view.the_rest(w, data.caught),
        "deals": view.deals_table(w, data.deals, "headings.deals"),
        "pace_now": view.pace_table(w, view.weeks_at_sight(data)),
        "pace": view.pace_table(w, data.pace),
    }


def file_of_page(name: str) -> str:
    """Read one of the files that pages are made of."""
    return files("mellantid.report").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def template(name: str) -> Template:
    """Give a page's template; Jinja takes a moment to import, which only a page pays for."""
    from jinja2 import Environment, FunctionLoader, PrefixLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PrefixLoader({"report": FunctionLoader(file_of_page)}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"report/{name}")
