"""An empty workspace with a course, and the tests' way of telling it things."""

import pytest
import workspace_story

from mellantid.workspace import Settings, Workspace


@pytest.fixture
def workspace(tmp_path):
    """A workspace in Swedish crowns on UTC, with three stages."""
    with Workspace.open(tmp_path / "race.db", create=True) as opened:
        opened.change_settings(Settings(name="Test", timezone="UTC", currency="SEK"))
        opened.keep_process(workspace_story.COURSE, 1)
        yield opened
