"""What people come to do, in a real browser, from beginning to end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from running import running_app
from test_first_run import NOW, export
from web_sample import PASSWORD

from mellantid.workspace import Workspace


@pytest.fixture
def newcomer(chromium, tmp_path):
    """A window on an empty installation."""
    file = tmp_path / "new.db"
    with Workspace.open(file, create=True):
        pass
    with running_app(str(file), lambda: NOW) as where:
        context = chromium.new_context(locale="en-GB", base_url=where)
        context.set_default_timeout(60_000)
        yield context.new_page()
        context.close()


def first_account(page):
    page.goto("/")
    page.fill("#name", "Eva")
    page.fill("#email", "eva@example.com")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/start")


def company(page):
    page.fill("#name", "Fjäll AB")
    page.click("main button")


def test_first_run_to_first_splits(newcomer, tmp_path):
    page = newcomer
    first_account(page)
    company(page)
    page.get_by_role("link", name="Import a file").click()
    file = tmp_path / "export.csv"
    file.write_bytes(export())
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Try it").first.click()
    expect(page.get_by_role("heading", name="What an import would do")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="Go on").click()
    assert int(page.input_value("#amount")) > 0
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/race")
    expect(page.get_by_role("heading", name="Splits by leg")).to_be_visible()
    expect(page.locator("table.splits tbody tr")).to_have_count(4)


def test_a_bad_upload_is_refused_and_mended(newcomer, tmp_path):
    page = newcomer
    first_account(page)
    company(page)
    page.get_by_role("link", name="Import a file").click()
    bad = tmp_path / "numbers.csv"
    bad.write_text("a;b\n1;2\n3;4\n")
    page.set_input_files("#file", bad)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("no column with dates")
    good = tmp_path / "export.csv"
    good.write_bytes(export())
    page.set_input_files("#file", good)
    page.get_by_role("button", name="Look at it").click()
    page.fill("#stages", "")
    page.get_by_role("button", name="Try it").first.click()
    expect(page.get_by_role("alert")).to_contain_text("stages")
    page.fill("#stages", "Qualified\nDemo\nOffer")
    page.get_by_role("button", name="Try it").first.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="The file is in")).to_be_visible()


def test_a_seller_sees_neither_anothers_deal_nor_another_by_the_api(window):
    admin, seller = window("admin"), window("seller")
    deals = admin.request.get("/api/v1/forecast").json()["deals"]
    others = next(each["deal"] for each in deals if each["owner"] != "anna.lindqvist")
    assert admin.goto(f"/deals/{others}").status == 200
    assert seller.goto(f"/deals/{others}").status == 403
    expect(seller.locator("main")).to_contain_text("not for you to see")
    told = seller.request.get("/api/v1/forecast").json()["deals"]
    assert {each["owner"] for each in told} == {"anna.lindqvist"}
    assert seller.request.get("/api/v1/export/movements.csv").status == 403


def test_a_slider_tells_what_would_be_without_a_reload(window):
    page = window()
    page.goto("/plan")
    then = page.locator('[data-answer="mean"]')
    before = then.inner_text()
    page.locator("input[type=range][name=amount]").evaluate(
        "e => { e.value = 2; e.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    expect(then).not_to_have_text(before)
    assert re.search(r"[?&]amount=2\b", page.url)
    page.reload()
    expect(page.locator("input[type=range][name=amount]")).to_have_value("2")


def test_a_deal_is_moved_by_the_keyboard(window):
    page = window()
    page.goto("/deals")
    card = page.locator(".board .column").nth(0).locator(".card").first
    name = card.get_attribute("data-deal")
    target = page.locator(".board .column").nth(1).get_attribute("data-stage")
    card.locator(".grip").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text(target)
    page.goto(f"/deals/{name}")
    expect(page.locator("main")).to_contain_text(target)
