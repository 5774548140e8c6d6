"""The playbooks that come with Mellantid."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from mellantid.playbooks.reading import parse_playbook

if TYPE_CHECKING:
    from mellantid.playbooks.content import PlaybookFile


@cache
def shipped() -> dict[str, PlaybookFile]:
    """All of them by name, in the order of their names."""
    folder = files("mellantid.playbooks").joinpath("shipped")
    found = (
        parse_playbook(file.read_text(encoding="utf-8"), file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    )
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}
