from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import datetime as dt
import shutil

import pytest
from starlette.testclient import TestClient
from web_sample import PASSWORD, PEOPLE, logged_in

from mellantid.access import Account, Role, add_account
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.web.app import application
from mellantid.workspace import Workspace

UNTIL = dt.date(2025, 10, 31)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory):
    """A demo with a plan and one account of each role, made once."""
    file = tmp_path_factory.mktemp("web") / "demo.db"
    company = demo_organisation(3, UNTIL)
    # Not the last millisecond of the day: what is entered now is known now, and not tomorrow.
    now = company.history.until - 2
    with Workspace.open(file, create=True) as workspace:
        set_up(workspace, company, now)
        workspace.make_plan(None, company.targets[0].first, now)
        for role, person in PEOPLE.items():
            account = Account(f"{role}@example.com", role.title(), Role(role), person)
            add_account(workspace.ledger, account, PASSWORD, now)
        workspace.ledger.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return file, now


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
