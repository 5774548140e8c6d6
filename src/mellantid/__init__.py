"""Split times for B2B sales: measure every movement between stages, and know where you stand."""

from mellantid._version import __version__

__all__ = ["__version__"]
