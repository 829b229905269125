"""Pages in a real browser: no accessibility violations in either theme, no security policy violations."""

import os
from pathlib import Path
from typing import Any

import pytest

from evidence.context import acting
from records import services as records
from tests.ui.plant import PASSWORD, Plant, build

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
SHOTS = os.environ.get("HOLDFAST_SCREENSHOTS", "")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def grown(committed_db: str) -> tuple[Plant, Any, Any]:
    """A plant with a dozen documents, an action and a comment."""
    plant = build()
    document = plant.documents(12)[-1]
    with acting(plant.olga):
        records.comment(document, text="The gauge study is missing.", by=plant.axel)
    return plant, document, plant.revision(document)


def addresses(document: Any, revision: Any) -> list[str]:
    base = document.get_absolute_url()
    tabs = [f"{base}{tab}" for tab in ("", "chain/", "actions/", "files/", "timeline/", "history/", "do/edit/")]
    return ["/", "/documents/", "/documents/new/", "/search/?q=grind", *tabs, f"{revision.get_absolute_url()}do/edit/"]


def log_in(page: Any, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{base}/**")


def check(page: Any, name: str) -> list[str]:
    """What is wrong with the page: axe's violations, and whether it is wider than the screen."""
    page.wait_for_load_state("networkidle")
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = [f"{name}: {one['id']} {one['nodes'][0]['html']}" for one in page.evaluate(RULES)["violations"]]
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found if fits else [*found, f"{name} is wider than the screen"]


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", WIDE), ("light", PHONE)])
def test_pages_are_accessible(grown, live_server_url, browser, scheme, size):
    _plant, document, revision = grown
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server_url}/accounts/login/")
    complaints += check(page, f"{scheme}-{size['width']}-login")
    log_in(page, live_server_url)
    for number, address in enumerate(addresses(document, revision)):
        page.goto(f"{live_server_url}{address}")
        complaints += check(page, f"{scheme}-{size['width']}-{number:02d}")
    context.close()
    assert complaints == [], "\n".join(complaints)


def test_theme_is_chosen_and_kept(grown, live_server_url, page):
    log_in(page, live_server_url)
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart_is_drawn_under_the_security_policy(settings, live_server_url, browser, scheme):
    settings.ROOT_URLCONF = "tests.ui.chart_urls"
    page = browser.new_context(viewport=WIDE, color_scheme=scheme).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server_url}/chart/")
    page.wait_for_selector("figure[data-drawn] svg")
    complaints += check(page, f"chart-{scheme}")
    page.context.close()
    assert complaints == [], "\n".join(complaints)
