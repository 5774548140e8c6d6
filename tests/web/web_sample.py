from __future__ import annotations

import datetime as dt
import html
import re

from starlette.testclient import TestClient

from mellantid.access import Account, Role, add_account, begin_session, find_account
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.web.guard import COOKIE
from mellantid.workspace import Workspace

UNTIL = dt.date(2025, 10, 31)
PASSWORD = "nio mil till Mora"  # noqa: S105 (a test's own)
PEOPLE = {
    "admin": None,
    "manager": "lars.bergqvist",
    "seller": "anna.lindqvist",
    "viewer": None,
}


def log_in(client, role, password=PASSWORD):
    form = {"email": f"{role}@example.com", "password": password}
    return client.post("/login", data=form)


def logged_in(app, role):
    """Somebody of this role, without the time that a password takes."""
    client = TestClient(app, follow_redirects=False)
    asking = app.state.asking
    client.cookies.set(COOKIE, session_of(asking.database, role, asking.now()))
    return client


def session_of(database, role, now):
    """A new session of this role's account; gives its secret."""
    with Workspace.open(database) as workspace:
        account = find_account(workspace.ledger, f"{role}@example.com")
        return begin_session(workspace.ledger, account, now)


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.text)[1]


def words_of(page):
    """What a page says, without its tags."""
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def plain(text):
    """Words with any space plain."""
    return re.sub(r"\s+", " ", text)


def made_demo(file):
    """Make a demo with a plan and one account of each role; give it and the moment it stands at."""
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
