"""What happens in one window is seen in the others, and nothing is missed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from running import running_app

# From now on, what moves on the page but the ticker's own lines.
SHIFTS = """() => {
  window.shifted = [];
  const ticker = document.getElementById("passings");
  new PerformanceObserver((seen) => {
    const moved = seen.getEntries().flatMap((each) => each.sources.map(({ node }) => node));
    const others = moved.filter((node) => !ticker.contains(node));
    window.shifted.push(...others.map((node) => node?.outerHTML));
  }).observe({ type: "layout-shift" });
}"""
# As when another tab is looked at; a browser without a screen shows all of its pages.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MINE = "anna.lindqvist"


def following(window, role):
    """A window on the race, connected."""
    page = window(role)
    page.goto("/race")
    connected(page)
    return page


def connected(page):
    expect(page.locator("[data-live]")).to_have_text("Live")


def open_deal(page, owner=None):
    deals = page.request.get("/api/v1/forecast").json()["deals"]
    return next(
        each["deal"]
        for each in deals
        if (each["owner"] == MINE if owner else each["owner"] != MINE)
        and each["stage"] not in {"Contract", "Negotiation"}
    )


def moved(page, deal):
    """Move a deal onward by the form of its page; gives the stage that it left."""
    page.goto(f"/deals/{deal}")
    stages = page.locator("#stage option").all_inner_texts()
    entered = page.input_value("#stage")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_load_state()
    return stages[stages.index(entered) - 1]


def test_a_movement_made_in_one_window_is_seen_in_another_with_its_credit(window):
    watching, moving = following(window, "viewer"), window("admin")
    watching.evaluate(SHIFTS)
    deal = open_deal(moving)
    left = moved(moving, deal)
    line = watching.locator("#passings li").first
    expect(line).to_contain_text(f"Deal {deal} passed {left}")
    expect(line).to_contain_text("chance")
    assert watching.evaluate("window.shifted") == []


def test_who_may_not_see_a_deal_sees_that_one_has_passed_and_not_which(window):
    seller, moving = following(window, "seller"), window("admin")
    others = open_deal(moving)
    left = moved(moving, others)
    line = seller.locator("#passings li").first
    expect(line).to_contain_text(f"A deal passed {left}")
    assert others not in seller.content()


def test_a_movement_is_told_on_the_pages_that_it_concerns_and_no_others(window):
    watching, moving = window("viewer"), window("admin")
    deal = open_deal(moving)
    moving.goto(f"/deals/{deal}")
    stages = moving.locator("#stage option").all_inner_texts()
    left = stages.index(moving.input_value("#stage"))
    far = next(n for n in range(1, len(stages)) if abs(n - left) > 1)
    concerned = (f"/deals/{deal}", f"/legs/{left}", "/deals", "/focus")
    pages = {path: watching.context.new_page() for path in (*concerned, f"/legs/{far}")}
    watching.close()
    for path, page in pages.items():
        with page.expect_response("**/api/v1/events*"):
            page.goto(path)
    moved(moving, deal)
    for path in concerned:
        told = pages[path].locator("#passing")
        expect(told, path).to_contain_text(f"Deal {deal} passed {stages[left - 1]}")
    expect(pages[f"/legs/{far}"].locator("#passing")).to_be_empty()


def test_the_board_takes_in_what_others_have_moved(window):
    watching, moving = window("viewer"), window("admin")
    deal = open_deal(moving)
    with watching.expect_response("**/api/v1/events*"):
        watching.goto(f"/deals?q={deal}")
    card = watching.locator(f".card[data-deal='{deal}']")
    before = card.locator("xpath=ancestor::section").get_attribute("data-stage")
    moved(moving, deal)
    after = watching.locator(f".column:not([data-stage='{before}']) .card[data-deal='{deal}']")
    expect(after).to_be_visible()


@pytest.fixture
def restarted(app_copy):
    """An app that can be stopped and started again at the same address."""
    copy, now = app_copy

    class Installation:
        def __init__(self):
            self.port = None
            self.start()

        def start(self):
            self.running = running_app(str(copy), lambda: now, self.port)
            self.address = self.running.__enter__()
            self.port = int(self.address.rpartition(":")[2])

        def stop(self):
            self.running.__exit__(None, None, None)

    installation = Installation()
    yield installation
    installation.stop()


@pytest.fixture
def address(restarted):
    return restarted.address


def test_who_has_lost_the_connection_goes_on_from_the_last_movement_seen(window, restarted):
    watching, moving = following(window, "viewer"), window("admin")
    first, second = open_deal(moving), open_deal(moving, MINE)
    moved(moving, first)
    lines = watching.locator("#passings li")
    expect(lines.first).to_contain_text(first)
    restarted.stop()
    expect(watching.locator("[data-live]")).to_have_text("Not connected. Trying again.")
    restarted.start()
    moved(moving, second)
    expect(lines.first).to_contain_text(second)
    connected(watching)
    told = [each for each in lines.all_inner_texts() if first in each]
    assert len(told) == 1


def test_a_page_that_was_hidden_tells_what_happened_meanwhile(window):
    watching, moving = following(window, "viewer"), window("admin")
    watching.evaluate(HIDE, True)
    deal = open_deal(moving)
    before = watching.locator("#passings li").all_inner_texts()
    left = moved(moving, deal)
    watching.wait_for_timeout(500)
    assert watching.locator("#passings li").all_inner_texts() == before
    watching.evaluate(HIDE, False)
    expect(watching.locator("#passings li").first).to_contain_text(f"Deal {deal} passed {left}")


def test_a_sellers_own_page_lists_the_own_movements_with_their_credit_and_no_others(window):
    seller, moving = window("seller"), window("admin")
    seller.goto("/me")
    connected(seller)
    others, own = open_deal(moving), open_deal(moving, MINE)
    moved(moving, others)
    left = moved(moving, own)
    line = seller.locator("#passings li").first
    expect(line).to_contain_text(f"Deal {own} passed {left}")
    expect(line).to_contain_text("expected")
    assert "A deal" not in seller.locator("#passings").inner_text()
