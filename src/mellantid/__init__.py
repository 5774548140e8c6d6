"""Split times for B2B sales: measure every movement between stages, and know where you stand."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from mellantid._version import __version__

if TYPE_CHECKING:
    from mellantid import plots as plot
    from mellantid.core.planning.target import Target
    from mellantid.core.process import Process
    from mellantid.library import (
        arrivals,
        as_of,
        caught,
        counts,
        cutoffs,
        fit,
        focus,
        forecast,
        frame,
        incidence,
        levers,
        money,
        plan,
        read_movements,
        splits,
        watch,
        what_if,
        win_table,
    )
    from mellantid.metrics import explain

_HOMES: Final = {
    "Process": "mellantid.core.process",
    "Target": "mellantid.core.planning.target",
    "arrivals": "mellantid.library",
    "as_of": "mellantid.library",
    "caught": "mellantid.library",
    "counts": "mellantid.library",
    "cutoffs": "mellantid.library",
    "explain": "mellantid.metrics",
    "fit": "mellantid.library",
    "focus": "mellantid.library",
    "forecast": "mellantid.library",
    "frame": "mellantid.library",
    "incidence": "mellantid.library",
    "levers": "mellantid.library",
    "money": "mellantid.library",
    "plan": "mellantid.library",
    "plot": "mellantid.plots",
    "read_movements": "mellantid.library",
    "splits": "mellantid.library",
    "watch": "mellantid.library",
    "what_if": "mellantid.library",
    "win_table": "mellantid.library",
}

__all__ = [
    "Process",
    "Target",
    "__version__",
    "arrivals",
    "as_of",
    "caught",
    "counts",
    "cutoffs",
    "explain",
    "fit",
    "focus",
    "forecast",
    "frame",
    "incidence",
    "levers",
    "money",
    "plan",
    "plot",
    "read_movements",
    "splits",
    "watch",
    "what_if",
    "win_table",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever lives there
    """Find a public name in its home when it is first asked for: importing stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mellantid' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    found = home if name == "plot" else getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
