"""A quicker start: parts of NumPy that SciPy looks at in passing and no command asks for.

SciPy copies NumPy's whole namespace when it is imported, which makes NumPy load f2py and its test
tools: a sixth of a second. An empty module in their place is found instead; who imports one of
them by name still gets the real one.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

NEVER_ASKED_FOR = ("f2py", "testing")


def leave_out() -> None:
    """Put empty modules where SciPy would make NumPy load large ones."""
    for name in NEVER_ASKED_FOR:
        if name not in vars(np):
            setattr(np, name, ModuleType(f"numpy.{name}"))
