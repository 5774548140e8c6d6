"""The training week in a real browser: a seller answers on a telephone, the manager answers."""

from __future__ import annotations

from playwright.sync_api import expect

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}


def test_a_seller_answers_on_a_telephone_and_the_manager_says_something(window):
    # The manager of the demo's accounts leads Göteborg; the answer is of one who is in it.
    manager = window("manager")
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
    first = manager.locator(".answers li").first
    first.get_by_text("Answer", exact=False).click()
    first.get_by_label("What you want to say").fill("Let us listen to that call.")
    first.get_by_role("button", name="Send").click()
    expect(manager.locator(".comment").first).to_contain_text("Let us listen to that call.")
