"""All definitions, read once from the catalogue, and how one is found by its name."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mellantid.errors import QuestionError
from mellantid.metrics.metric import LANGUAGES, Metric, Text, Word

GROUPS: Final = (
    "splits", "watch", "forecast", "focus", "plan", "cutoffs", "legs", "model", "segments",
    "doubts", "backtest", "importing", "playbooks", "me", "activities", "training", "letter",
    "evaluation", "conformance",
)  # fmt: skip
NEAREST: Final = 3


def _read(group: str) -> dict[str, Any]:
    file = files("mellantid.metrics").joinpath("catalogue", f"{group}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by name, in the catalogue's order."""
    return {
        name: Metric(
            name=name,
            title=Text.of(entry["title"]),
            definition=Text.of(entry["definition"]),
            unit=Text.of(entry["unit"]),
            time=Text.of(entry["time"]),
            estimator=Text.of(entry["estimator"]),
            smallest_n=entry.get("smallest_n", 0),
            reference=entry["reference"],
            shown=tuple(entry["shown"]),
        )
        for group in GROUPS
        for name, entry in _read(group).items()
    }


@cache
def words() -> dict[str, Word]:
    """The vocabulary by name."""
    return {
        name: Word(
            name=name,
            title=Text.of(entry["title"]),
            definition=Text.of(entry["definition"]),
            race=Text.of(entry["race"]),
        )
        for name, entry in _read("words").items()
    }


def metric_names() -> tuple[str, ...]:
    """The names of all metrics."""
    return tuple(metrics())


def metric_of(path: str) -> Metric | None:
    """The metric behind a place in a command's JSON, such as `splits.legs.days`."""
    return next((metric for metric in metrics().values() if path in metric.shown), None)


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ").replace("-", " ").strip()


@cache
def _names() -> dict[str, str]:
    """What people may type, to the name it means; a metric goes before a word."""
    found: dict[str, str] = {}
    entries: tuple[Metric | Word, ...] = (*metrics().values(), *words().values())
    for entry in entries:
        found.setdefault(_plain(entry.name), entry.name)
    for entry in entries:
        for language in LANGUAGES:
            found.setdefault(_plain(entry.title(language)), entry.name)
    for name, metric in metrics().items():
        for path in metric.shown:
            found.setdefault(_plain(path), name)
            found.setdefault(_plain(path.rpartition(".")[2]), name)
    return found


def explain(name: str) -> Metric | Word:
    """Find a definition by name, title in any language, or place in a command's JSON.

    A name that is nearly right and near to only one is taken.

    Raises:
        QuestionError: nothing has that name; the message names the nearest.

    """
    typed, known = _plain(name), _names()
    if typed not in known:
        typed = _only_near(name, typed, known)
    found = known[typed]
    return metrics().get(found) or words()[found]


def _only_near(name: str, typed: str, known: dict[str, str]) -> str:
    close = difflib.get_close_matches(typed, known, n=8, cutoff=0.6)
    # What is one letter off is meant, even where something else is not far either.
    nearly = difflib.get_close_matches(typed, known, n=8, cutoff=0.85) or close
    if len({known[match] for match in nearly}) == 1:
        return nearly[0]
    holds = [match for match in known if typed and typed in match]
    nearest = list(dict.fromkeys(known[match] for match in (*close, *holds)))[:NEAREST]
    advice = (
        f"did you mean {', '.join(nearest)}?" if nearest else "docs/glossary.md lists them all."
    )
    raise QuestionError(f"There is no number or word called {name!r}: {advice}")
