from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from playwright.sync_api import expect, sync_playwright
from running import running_app
from web_sample import session_of

from mellantid.web.guard import COOKIE

# Of ms: a machine that does much else is slow, and not wrong.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium():
    """A real browser; where none is installed, only a machine of one's own may go without.

    It goes with its module: while it is there its event loop runs in this thread, and other tests
    could not run theirs.
    """
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    if found is None:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("There is no Chromium here: install it (apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def app_copy(demo_file, tmp_path):
    """A copy of the demo for one test, and the moment that its clock shows."""
    file, now = demo_file
    copy = tmp_path / "demo.db"
    shutil.copy(file, copy)
    return copy, now


@pytest.fixture
def address(app_copy):
    """Where the app answers, on a copy of its own."""
    copy, now = app_copy
    with running_app(str(copy), lambda: now) as where:
        yield where


@pytest.fixture
def window(chromium, address, app_copy):
    """Opens windows: each with a log-in of its own, English unless another is asked for."""
    copy, now = app_copy
    contexts = []

    def open_window(role="admin", **options):
        context = chromium.new_context(
            **{"locale": "en-GB", "base_url": address, "viewport": {"width": 1280, "height": 900}}
            | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if role is not None:
            secret = session_of(str(copy), role, now)
            context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        return page

    yield open_window
    for context in contexts:
        context.close()
