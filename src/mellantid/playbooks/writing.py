"""A playbook written back as the file that it is read from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mellantid.playbooks.content import FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mellantid.metrics.metric import Text
    from mellantid.playbooks.content import Given, PlaybookFile, PlaybookStage, Source


def playbook_text(playbook: PlaybookFile) -> str:
    """The file's text; read again it gives the same playbook."""
    head = [
        "# The format is explained in docs/playbooks.md.",
        f"format = {FORMAT}",
        f"name = {_text(playbook.name)}",
        *_said("title", playbook.title),
        *_said("about", playbook.about),
    ]
    sources = (_source(each) for each in playbook.sources.values())
    stages = (_stage(each) for each in playbook.stages)
    return "\n\n".join("\n".join(part) for part in (head, *sources, *stages)) + "\n"


def _source(source: Source) -> Iterator[str]:
    yield f"[sources.{_text(source.key)}]"
    yield f"grade = {_text(source.grade)}"
    if source.n is not None:
        yield f"n = {source.n}"
    yield f"title = {_text(source.title)}"
    if source.url:
        yield f"url = {_text(source.url)}"
    yield from _said("note", source.note)


def _stage(stage: PlaybookStage) -> Iterator[str]:
    yield "[[stages]]"
    yield from _said("name", stage.name)
    yield from _said("exit", stage.exit)
    yield f"conversion = {_given(stage.conversion)}"
    yield f"median_days = {_given(stage.median_days)}"
    yield f"deals = {stage.deals:.12g}"
    yield from _list("abilities", stage.abilities)
    yield from _list("activities", stage.activities)


def _given(given: Given) -> str:
    return f"{{ value = {given.value:.12g}, source = {_text(given.source)} }}"


def _said(key: str, text: Text | None) -> Iterator[str]:
    if text is not None:
        yield f"{key} = {_words(text)}"


def _list(key: str, texts: Sequence[Text]) -> Iterator[str]:
    if texts:
        yield f"{key} = ["
        yield from (f"  {_words(each)}," for each in texts)
        yield "]"


def _words(text: Text) -> str:
    """One text where all languages have the same, else one for each."""
    said = dict(text.by_language)
    if len(set(said.values())) == 1:
        return _text(next(iter(said.values())))
    return "{ " + ", ".join(f"{key} = {_text(each)}" for key, each in said.items()) + " }"


def _text(text: str) -> str:
    # A JSON string is a TOML basic string, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
