"""In which language a page answers: the person's own choice, else the browser's."""

from __future__ import annotations

from typing import Final

from mellantid.metrics.metric import LANGUAGES

USUAL: Final = "en"


def language_for(chosen: str | None, accepted: str) -> str:
    """The language to answer in.

    Args:
        chosen: what the person has chosen; None: nothing.
        accepted: the browser's Accept-Language, such as `sv-SE,sv;q=0.9,en;q=0.8`.

    """
    if chosen in LANGUAGES:
        return chosen
    wanted = sorted(map(_weighted, accepted.split(",")), key=lambda each: -each[1])
    return next((name for name, weight in wanted if name in LANGUAGES and weight > 0), USUAL)


def _weighted(part: str) -> tuple[str, float]:
    name, _, quality = part.partition(";")
    _, _, weight = quality.partition("=")
    try:
        value = float(weight) if weight else 1.0
    except ValueError:
        value = 0.0
    return name.strip().partition("-")[0].lower(), value
