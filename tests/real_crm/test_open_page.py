"""A move in the real CRM is on the page that somebody has open, with nothing done here."""

import shutil
import sys
import time

import pytest
from connected import now
from playwright.sync_api import expect, sync_playwright
from running import running_app
from web_sample import session_of

from mellantid.access import Account, Role, add_account
from mellantid.web.guard import COOKIE

HERE, PATIENCE = 200, 60


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


def test_a_move_there_is_on_the_open_page_by_itself(crm, page, capsys):
    deal = crm.company.opportunity(1000)
    deadline = time.monotonic() + PATIENCE
    while page.request.get(f"/deals/{deal}").status != HERE:
        assert time.monotonic() < deadline, "The new deal has not come."
        time.sleep(0.1)
    with page.expect_response("**/api/v1/events*"):
        page.goto(f"/deals/{deal}")
    told = page.locator("#passing")
    expect(told).to_be_empty()
    begun = time.monotonic()
    crm.company.click("opportunity", deal)
    expect(told).to_contain_text(f"Deal {deal} passed Lead", timeout=PATIENCE * 1_000)
    seconds = time.monotonic() - begun
    with capsys.disabled():
        sys.stdout.write(f"a move in Tryton was on the open page after {seconds:.1f} s\n")
