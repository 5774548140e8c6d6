"""The commands: thin, one file a group; they read arguments, ask the workspace, and print."""

from mellantid.cli.app import main

__all__ = ["main"]
