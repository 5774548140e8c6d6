from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import shutil

import pytest
from starlette.testclient import TestClient
from web_sample import logged_in, made_demo

from mellantid.web.app import application
from mellantid.workspace import Workspace


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory):
    """A demo with a plan and one account of each role, made once."""
    return made_demo(tmp_path_factory.mktemp("web") / "demo.db")


@pytest.fixture(scope="session")
def standing(demo_file, tmp_path_factory):
    """The app on a copy of the demo that nobody changes: what is worked out once is there."""
    file, now = demo_file
    copy = tmp_path_factory.mktemp("standing") / "demo.db"
    shutil.copy(file, copy)
    return application(str(copy), lambda: now)


@pytest.fixture
def served(demo_file, tmp_path):
    """The app on a copy of the demo, and the moment that its clock shows."""
    file, now = demo_file
    copy = tmp_path / "demo.db"
    shutil.copy(file, copy)
    return application(str(copy), lambda: now)


@pytest.fixture
def visitor(served):
    return TestClient(served, follow_redirects=False)


@pytest.fixture
def admin(served):
    return logged_in(served, "admin")


@pytest.fixture
def known(served):
    """The workspace, and the race as the pages have it."""
    asking = served.state.asking
    with Workspace.open(asking.database) as workspace:
        yield workspace, workspace.race(None, workspace.moment(None, asking.now() + 1).until)
