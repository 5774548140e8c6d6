"""Takes pictures of every page of the demo: light, dark and on a telephone, in both languages.

    make screenshots

Look at them before a change of how pages look is done.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from running import running_app
from web_sample import PASSWORD, made_demo

PAGES = (
    "race",
    "race?owner=Stockholm",
    "wall",
    "me?owner=anna.lindqvist",
    "legs/3",
    "focus",
    "deals",
    "deals?view=list",
    "training",
    "plan",
    "evaluation",
    "playbooks",
    "letter",
    "band",
    "trust",
    "settings",
    "settings/import",
    "settings/notices",
)
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "telephone": {"viewport": {"width": 390, "height": 844}},
}


def main():
    """Make the demo, serve it, and take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or sys.exit("Install Chromium: apt-get install chromium.")
    with tempfile.TemporaryDirectory() as kept, sync_playwright() as playwright:
        file, now = made_demo(Path(kept, "demo.db"))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with running_app(str(file), lambda: now) as address:
            for language in ("en-GB", "sv-SE"):
                for look, options in LOOKS.items():
                    context = browser.new_context(locale=language, base_url=address, **options)
                    take(context.new_page(), folder, f"{language[:2]}-{look}")
                    context.close()
        browser.close()


def take(page, folder, name):
    """All pages in one look."""
    page.goto("/login")
    page.fill("#email", "admin@example.com")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/race**")
    for path in PAGES:
        page.goto(f"/{path}")
        page.wait_for_timeout(300)
        plain = path.replace("/", "-").replace("?", "-").replace("=", "-")
        page.screenshot(path=folder / f"{plain}-{name}.png", full_page=True)


if __name__ == "__main__":
    main()
