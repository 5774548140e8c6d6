"""A quicker start: SciPy without the parts of NumPy that it only looks at in passing.

SciPy copies NumPy's namespace when it is first imported, which makes NumPy load f2py and its test
tools: a sixth of a second of every command. While that import lasts, empty modules stand in their
place; afterwards NumPy is as it was.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import numpy as np

IN_PASSING = ("f2py", "testing")


def import_scipy() -> None:
    """Import SciPy's special functions, which every answer needs, the quick way."""
    names = [name for name in IN_PASSING if name not in vars(np)]
    for name in names:
        setattr(np, name, ModuleType(f"numpy.{name}"))
    try:
        import_module("scipy.special")
    finally:
        for name in names:
            delattr(np, name)
