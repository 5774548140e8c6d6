"""A map's content written as TOML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 96


def write_toml(content: Mapping[str, Mapping[str, object]]) -> str:
    """Write sections of texts and lists of texts."""
    return "\n".join(
        "\n".join([f"[{section}]", *(_line(key, value) for key, value in entries.items()), ""])
        for section, entries in content.items()
        if entries
    )


def _line(key: str, value: object) -> str:
    bare = key.replace("_", "").replace("-", "")
    name = key if bare.isascii() and bare.isalnum() else _text(key)
    if not isinstance(value, list):
        return f"{name} = {_text(str(value))}"
    line = f"{name} = [{', '.join(map(_text, value))}]"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name} = [", *(f"    {_text(text)}," for text in value), "]"])


def _text(text: str) -> str:
    # A JSON string is a TOML basic string, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
