"""Names of all that a user may come to install: every dependency's dependencies, extras included.

`make licences` checks these. Exit 1 where one is not installed here and so could not be checked.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def stated(pyproject: Path) -> list[Requirement]:
    """What the project asks for, with all of its extras."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    return [Requirement(text) for group in (project["dependencies"], *extras) for text in group]


def wanted_by(requirement: Requirement) -> list[Requirement]:
    """What a requirement needs in turn, on this system, with the extras that it is asked for."""
    found = [Requirement(text) for text in requires(requirement.name) or ()]
    extras = requirement.extras or {""}
    return [
        needed
        for needed in found
        if needed.marker is None or any(needed.marker.evaluate({"extra": one}) for one in extras)
    ]


def shipped(pyproject: Path) -> tuple[list[str], list[str]]:
    """The names of all that is installed with the project, and of what is missing."""
    waiting, names, missing = stated(pyproject), set[tuple[str, frozenset[str]]](), set[str]()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in names or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        names.add(key)
        try:
            waiting += wanted_by(requirement)
        except PackageNotFoundError:
            missing.add(key[0])
    return sorted({name for name, _ in names}), sorted(missing)


def main() -> int:
    """Print the names, one a line."""
    names, missing = shipped(Path(__file__).parents[1] / "pyproject.toml")
    sys.stdout.write("\n".join(names) + "\n")
    if missing:
        sys.stderr.write(f"not installed, so not checked: {', '.join(missing)}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
