"""A move in the real CRM is on the page that somebody has open, with nothing done here."""

import shutil
import time

import pytest
from connected import now
from playwright.sync_api import expect, sync_playwright
from running import running_app
from web_sample import session_of

from mellantid.access import Account, Role, add_account
from mellantid.web.guard import COOKIE

SOON = 5_000
"""Within so many ms."""


@pytest.fixture
def page(connected):
    """The deals of a workspace that has just read the CRM, open in a browser, connected."""
    connected.fill()
    account = Account("admin@example.com", "Admin", Role.ADMIN, None)
    add_account(connected.workspace.ledger, account, "nio mil till Mora", now())
    file = str(connected.path)
    found = shutil.which("chromium")
    assert found, "There is no Chromium here: install it (apt-get install chromium)."
    with running_app(file, now) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = browser.new_context(base_url=address, locale="en-GB")
        secret = session_of(file, "admin", now())
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        yield context.new_page()
        browser.close()


def test_a_move_there_is_on_the_open_page_within_five_seconds(crm, connected, page):
    deal = crm.company.opportunity(1000)
    connected.fill()
    page.goto(f"/deals/{deal}")
    expect(page.locator("[data-live]")).to_have_text("Live", timeout=60_000)
    expect(page.locator("main")).not_to_contain_text("Opportunity")
    begun = time.monotonic()
    crm.company.click("opportunity", deal)
    expect(page.locator("main")).to_contain_text("Lead", timeout=SOON)
    assert time.monotonic() - begun < SOON
