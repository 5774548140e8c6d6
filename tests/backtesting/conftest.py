from __future__ import annotations

import datetime as dt

import pytest

from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.workspace import Workspace

UNTIL = dt.date(2025, 10, 31)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("backtest") / "demo.db"
    company = demo_organisation(3, UNTIL)
    with Workspace.open(file, create=True) as workspace:
        set_up(workspace, company, company.history.until - 1)
    return file, company.history.until - 1
