"""The training week in a real browser: a seller answers on a telephone, the manager answers."""

from __future__ import annotations

from playwright.sync_api import expect
from web_sample import PASSWORD

from mellantid.access import Account, Role, add_account
from mellantid.workspace import Workspace

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}


def test_a_seller_answers_on_a_telephone_and_the_manager_says_something(app_copy, window):
    copy, now = app_copy
    with Workspace.open(copy) as workspace:
        # Of the seller's own team.
        chief = Account("chief@example.com", "Peter Wallin", Role.MANAGER, "peter.wallin")
        add_account(workspace.ledger, chief, PASSWORD, now)
    manager = window("chief")
    telephone = window("seller", **TELEPHONE)
    telephone.goto("/training")
    expect(telephone.get_by_role("heading", level=1)).to_have_text(
        "Which ability have you sharpened this week?"
    )
    telephone.get_by_label("Which ability, on which leg").select_option(
        label="Asking for the order"
    )
    telephone.get_by_label("With a colleague").check()
    telephone.get_by_label("What did you notice?").fill("I asked, and they said yes.")
    telephone.get_by_label("Share with my team").check()
    telephone.get_by_role("button", name="Save").click()
    telephone.wait_for_url("**/training#answered")
    expect(telephone.get_by_role("heading", level=1)).to_contain_text("Asking for the order")
    wide = telephone.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    manager.goto("/training")
    expect(manager.locator(".noticed").first).to_have_text("I asked, and they said yes.")
    first = manager.locator(".answers li").first
    first.locator("summary").click()
    first.get_by_label("What you want to say").fill("Let us listen to that call.")
    first.get_by_role("button", name="Send").click()
    said = manager.locator(".comment").first
    expect(said).to_contain_text("Let us listen to that call.")
    telephone.reload()
    expect(telephone.locator(".comment").first).to_contain_text("Peter Wallin")
