"""The commands: thin, one file a group; they read arguments, ask the workspace, and print."""

from mellantid.cli.quick_start import leave_out

leave_out()

from mellantid.cli.app import main  # noqa: E402 (after what makes its imports quick)

__all__ = ["main"]
