"""Every page in a real browser: accessible, fitting a telephone, without errors, without script."""

from __future__ import annotations

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from running import running_app

PAGES = (
    "/race",
    "/wall",
    "/race?owner=Stockholm",
    "/me?owner=anna.lindqvist",
    "/me",
    "/legs/0",
    "/legs/3",
    "/focus",
    "/focus?seller=anna.lindqvist",
    "/trust",
    "/deals",
    "/deals?view=list",
    "/deals?view=list&state=lost",
    "/deals/new",
    "/training",
    "/training?seller=anna.lindqvist",
    "/plan",
    "/evaluation",
    "/letter",
    "/letter?owner=anna.lindqvist",
    "/band",
    "/settings",
    "/settings/import",
    "/settings/connections",
    "/settings/connections/new/sql",
    "/settings/notices",
    "/playbooks",
    "/playbooks?show=wholesale-framework-agreements&leaders=1",
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# In another look a page has the same content: only what colour and width decide can differ.
IN_THE_DARK = ["color-contrast"]
ON_A_TELEPHONE = [
    "target-size", "scrollable-region-focusable", "meta-viewport", "color-contrast",
]  # fmt: skip
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def app_copy(demo_file, tmp_path_factory):
    """One copy for all: nothing here writes what the next test would see."""
    file, now = demo_file
    copy = tmp_path_factory.mktemp("pages") / "demo.db"
    shutil.copy(file, copy)
    return copy, now


@pytest.fixture(scope="module")
def address(app_copy):
    """One app for all."""
    copy, now = app_copy
    with running_app(str(copy), lambda: now) as where:
        yield where


def findings(page, rules=WCAG):
    # To tell all that is in order takes twice as long as to look for what is not.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_fits_in_light_in_the_dark_and_on_a_telephone(window, path):
    page = window()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("response", lambda told: faults.append(told.url) if told.status >= 400 else None)
    page.goto(path)
    assert findings(page) == []
    assert fits(page)
    page.emulate_media(color_scheme="dark")
    assert findings(page, IN_THE_DARK) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TELEPHONE)
    assert fits(page)
    assert findings(page, ON_A_TELEPHONE) == []
    assert faults == []


def test_the_entrance_is_accessible(window):
    page = window(None)
    page.goto("/login")
    assert findings(page) == []


# What somebody without script could not send: a form whose fields show and no button does.
HELPLESS = """() => [...document.forms]
  .filter((form) => !form.querySelector("button:not([type=button]):not([hidden])"))
  .map((form) => form.outerHTML.slice(0, 200))"""


def test_every_page_reads_and_every_form_can_be_sent_without_script(window):
    page = window(java_script_enabled=False)
    for path in PAGES:
        page.goto(path)
        assert page.inner_text("h1"), path
        if path != "/wall":
            assert page.locator("nav a[aria-current=page]").count() == 1, path
        assert page.evaluate(HELPLESS) == [], path


def test_forms_are_sent_and_answered_without_script(window):
    page = window(java_script_enabled=False)
    page.goto("/plan")
    before = page.locator("[data-answer=mean]").inner_text()
    page.locator("#levers input[name=amount]").fill("2")
    page.locator("#levers button").click()
    assert page.locator("[data-answer=mean]").inner_text() != before
    page.goto("/deals?view=list")
    page.select_option("#state", "won")
    page.locator("form.filters button").click()
    assert "state=won" in page.url
    page.goto("/race")
    page.select_option("#owner", label="Anna Lindqvist")
    page.locator("form.choose button").click()
    assert page.locator(".where").inner_text().count("Anna Lindqvist") == 1


def test_everything_can_be_reached_by_the_keyboard(window):
    page = window()
    page.goto("/trust")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_the_language_is_the_browsers_until_one_is_chosen(window):
    page = window(locale="sv-SE")
    page.goto("/trust")
    assert page.get_attribute("html", "lang") == "sv"
    page.get_by_role("button", name="In English").click()
    page.wait_for_load_state()
    assert page.get_attribute("html", "lang") == "en"
    page.goto("/race")
    assert page.get_attribute("html", "lang") == "en"
