"""The glossary as a page: every word and every number, rendered from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.metrics.catalogue import metrics, words

if TYPE_CHECKING:
    from mellantid.metrics.metric import Metric

HEAD = """\
# Glossary

Rendered from the catalogue in `mellantid.metrics`, which `mellantid explain NAME`, the report's
definitions and the API read too. A test keeps this page equal to it.

## Words

| word | Swedish | meaning | in the race |
|---|---|---|---|
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _metric(metric: Metric) -> str:
    smallest = f"\n- smallest n: {metric.smallest_n}" if metric.smallest_n else ""
    shown = ", ".join(f"`{path}`" for path in metric.shown)
    place = f"\n- shown: {shown}" if shown else ""
    return (
        f"### {metric.name}\n\n"
        f"**{metric.title('en')}.** {metric.definition('en')}\n\n"
        f"*{metric.title('sv')}.* {metric.definition('sv')}\n\n"
        f"- unit: {metric.unit('en')}\n"
        f"- time: {metric.time('en')}\n"
        f"- estimator: {metric.estimator('en')}{smallest}\n"
        f"- reference: {metric.reference}{place}\n"
    )


def glossary() -> str:
    """Render the glossary as Markdown."""
    table = "".join(
        f"| {word.title('en')} | {word.title('sv')} | {_cell(word.definition('en'))} "
        f"| {word.race('en')} |\n"
        for word in words().values()
    )
    numbers = "\n".join(_metric(metric) for metric in metrics().values())
    return f"{HEAD}{table}\n## Numbers\n\n{numbers}"
