from __future__ import annotations

import html
import re

from starlette.testclient import TestClient

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
    client = TestClient(app, follow_redirects=False)
    assert log_in(client, role).status_code == 303
    return client


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.text)[1]


def words_of(page):
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))
