"""The backtest as a page: plain words, pictures, every origin and what each number means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.metrics import metrics, numbers
from mellantid.report import backtest_charts as charts
from mellantid.report.render import file_of_page, template, write_page
from mellantid.report.wording import wording
from mellantid.report.writer import Cell, TableWriter

if TYPE_CHECKING:
    from pathlib import Path

    from markupsafe import Markup

    from mellantid.backtesting import Backtest
    from mellantid.report.wording import Wording
    from mellantid.report.writer import Table

DEFINED: Final = (
    *("crps", "skill", "coverage", "pit", "reliability", "brier", "log_score", "bias"),
)
ENOUGH: Final = 8
"""Origins below which nothing is concluded."""


def write_backtest(found: Backtest, organisation: str, path: Path, language: str = "en") -> None:
    """Write the page to a file.

    Raises:
        DataError: it cannot be written.
        QuestionError: there are no texts in the language.

    """
    write_page(render_backtest(found, organisation, language), path)


def render_backtest(found: Backtest, organisation: str, language: str = "en") -> str:
    """Give the page, which needs no other file.

    Raises:
        QuestionError: there are no texts in the language.

    """
    return template("backtest.html.jinja").render(
        language=language,
        style=file_of_page("style.css"),
        organisation=organisation,
        **backtest_shown(found, language),
    )


def backtest_shown(found: Backtest, language: str) -> dict[str, Any]:
    """What the templates put on the page, by name.

    Raises:
        QuestionError: there are no texts in the language.

    """
    words = wording(language)
    writer = TableWriter(words, found.unit)
    return {
        "t": words,
        "process": found.process,
        "sentence": verdict(found, words),
        "about": _about(found, words),
        "notes": _notes(found, words),
        "charts": _charts(found, words),
        "scores": _scores(found, writer),
        "origins": _origins(found, writer),
        "reliability": _reliability(found, writer),
        "definitions": [metrics()[name].as_dict(language) for name in DEFINED],
    }


def verdict(found: Backtest, words: Wording) -> str:
    """Whether the intervals can be trusted, whether it leans, and what it was better than."""
    n, language = len(found.origins), words.language
    if n < ENOUGH:
        return words("backtest.too_few", n=n, more=ENOUGH - n)
    held = next(each for each in found.coverage if each.level == 0.8)
    if held.low <= held.level <= held.high:
        fits = "backtest.as_said"
    else:
        fits = "backtest.too_narrow" if held.share < held.level else "backtest.too_wide"
    skills = found.skill.values()
    better, sure = sum(each.skill > 0 for each in skills), sum(each.low > 0 for each in skills)
    lean = "backtest.too_high" if found.bias > 0 else "backtest.too_low"
    parts = [
        words(fits, hits=round(held.share * n), n=n),
        words(lean, share=numbers.percent(abs(found.bias), language)),
        words("backtest.better", better=better, n=len(skills), sure=sure) if skills else "",
    ]
    return " ".join(filter(None, parts))


def _about(found: Backtest, words: Wording) -> str:
    first, last = (numbers.date(found.origins[place].origin, words.language) for place in (0, -1))
    ahead = (
        words("backtest.to_quarter")
        if found.horizon_days is None
        else words("backtest.days_ahead", days=found.horizon_days)
    )
    return words(
        "backtest.about",
        n=len(found.origins),
        first=first,
        last=last,
        every=found.every_days,
        ahead=ahead,
    )


def _notes(found: Backtest, words: Wording) -> list[str]:
    notes = []
    if found.skipped:
        notes.append(words("backtest.skipped", n=len(found.skipped)))
    if found.missing:
        names = ", ".join(words(f"baselines.{name}") for name in found.missing)
        notes.append(words("backtest.missing", names=names))
    return notes


def _charts(found: Backtest, words: Wording) -> dict[str, Markup]:
    drawn = {}
    for kind in charts.KINDS:
        drawn[f"origins_{kind}"] = charts.origins_chart(found, words, kind)
        drawn[f"scores_{kind}"] = charts.scores_chart(found, words, kind)
    drawn["ranks"] = charts.ranks_chart(found, words)
    drawn["coverage"] = charts.coverage_chart(found, words)
    if found.reliability:
        drawn["reliability"] = charts.reliability_chart(found, words)
    return drawn


def _scores(found: Backtest, w: TableWriter) -> Table:
    """This forecast and each comparison: scores, and how much better this one is."""
    money = w.amounts([found.crps, *found.crps_baselines.values()])
    columns = [
        w.column("way", "name"),
        w.column("crps", metric="crps", unit=money.unit),
        w.column("skill", metric="skill"),
        w.column("sure_90"),
        w.column("brier_deals", metric="brier"),
        w.column("brier_target", metric="brier"),
    ]
    names = list(found.crps_baselines)
    rows = [
        _score_row(found, w, name, text)
        for name, text in zip(names, money.written[1:], strict=True)
    ]
    ours = [
        w.words("baselines.ours"), money.written[0], "", "",
        _four(found.brier, w), _four(found.brier_target, w),
    ]  # fmt: skip
    return w.table(columns, [ours, *rows], (), w.words("backtest.scores"))


def _score_row(found: Backtest, w: TableWriter, name: str, crps: str) -> list[str | Markup | Cell]:
    skill, percent = found.skill.get(name), numbers.percent
    better, sure = w.words("backtest.no_skill"), ""
    if skill is not None:
        better = numbers.signed(percent(skill.skill, w.language))
        low, high = (percent(each, w.language) for each in (skill.low, skill.high))
        sure = w.words("backtest.range", low=low, high=high)
    return [
        w.words(f"baselines.{name}"),
        crps,
        better,
        sure,
        _four(found.brier_baselines.get(name), w),
        _four(found.brier_target_baselines.get(name), w),
    ]


def _four(score: float | None, w: TableWriter) -> str:
    return numbers.NONE if score is None else numbers.decimal(score, 4, w.language)


def _origins(found: Backtest, w: TableWriter) -> Table:
    """What was foretold from each origin, and what came."""
    levels = ("0.1", "0.5", "0.9")
    each_row = [[each.actual, *(each.quantiles[p] for p in levels)] for each in found.origins]
    money = w.amounts([amount for row in each_row for amount in row])
    written = iter(money.written)
    columns = [
        w.column("foretold_on", "name"),
        w.column("came", unit=money.unit),
        w.column("low"),
        w.column("middle"),
        w.column("high"),
        w.column("rank", metric="pit"),
        w.column("held", "words"),
    ]
    rows = [
        [
            numbers.date(each.origin, w.language),
            *(next(written) for _ in range(4)),
            numbers.percent(each.pit, w.language),
            w.words("backtest.held" if each.covers(0.8) else "backtest.outside"),
        ]
        for each in found.origins
    ]
    return w.table(columns, rows, (), w.words("backtest.origins"))


def _reliability(found: Backtest, w: TableWriter) -> Table:
    """Deals by the chance that they were given."""
    columns = [
        w.column("given", "name"),
        w.column("deals"),
        w.column("on_average", metric="reliability"),
        w.column("share_won", metric="reliability"),
        w.column("sure_95"),
    ]

    def between(low: float, high: float) -> str:
        low_, high_ = (numbers.percent(each, w.language) for each in (low, high))
        return w.words("backtest.range", low=low_, high=high_)

    rows = [
        [
            between(each.low, each.high),
            numbers.count(each.n, w.language),
            numbers.percent(each.foretold, w.language),
            numbers.percent(each.came, w.language),
            between(each.came_low, each.came_high),
        ]
        for each in found.reliability
    ]
    return w.table(columns, rows, (), w.words("backtest.reliability"))
