"""The step editor in a real browser: rows are added, removed, moved and saved, and what was typed is there."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from people import services as people
from people.models import Site, User
from people.states import Authority
from tests.cast import client_for, fresh, person

STEPS = [
    {"key": "load", "what": "Load the ring", "key_point": "Face down", "manual_seconds": 6},
    {"key": "grind", "what": "Grind to 74.00 mm", "is_quality": True},
    {"key": "measure", "what": "Measure every tenth ring"},
]


@pytest.fixture
def draft(committed_db: str) -> tuple[User, Revision]:
    """Olga's work instruction with three steps."""
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga = person("olga", munich, Authority.ENGINEER)
    with acting(olga):
        made = documents.create_document(
            by=olga, site=munich, type=DocumentType.objects.get(code="WI"), title="Grind rings", steps=STEPS
        )
    return olga, revision_on_its_way(made)


def test_steps_are_added_removed_and_moved_and_what_was_typed_is_there(draft, live_server_url, browser):
    olga, revision = draft
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    key = client_for(olga).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server_url}])
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    url = f"{live_server_url}{revision.get_absolute_url()}do/edit/"
    page.goto(url)
    rows = page.locator("[data-steps-list] > [data-step]")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Add a step").click()
    expect(rows).to_have_count(4)
    expect(rows.nth(3).locator("[name$='-what']")).to_be_focused()
    rows.nth(3).locator("[name$='-what']").fill("Put it into the tray")
    rows.nth(3).locator("[name$='-key_point']").fill("Without a knock")
    rows.nth(3).locator("[name$='-walk_seconds']").fill("3")
    rows.nth(1).get_by_role("button", name="Remove this step").click()
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_role("button", name="Move this step up").click()
    assert [row.locator("[name$='-what']").input_value() for row in rows.all()] == [
        "Load the ring", "Put it into the tray", "Measure every tenth ring",
    ]  # fmt: skip
    assert rows.locator("[data-step-no]").all_text_contents() == ["1", "2", "3"]
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(lambda there: not there.endswith("/edit/"))
    kept = [(one.what, one.key_point, one.manual_seconds, one.walk_seconds) for one in fresh(revision).steps.all()]
    assert [(what, point, int(manual or 0), int(walk or 0)) for what, point, manual, walk in kept] == [
        ("Load the ring", "Face down", 6, 0),
        ("Put it into the tray", "Without a knock", 0, 3),
        ("Measure every tenth ring", "", 0, 0),
    ]
    keys = [one.key for one in fresh(revision).steps.all()]
    assert (keys[0], keys[2]) == ("load", "measure"), "a step keeps its key when others move"
    page.goto(url)
    assert page.locator("[name$='-what']").evaluate_all("all => all.map(one => one.value)")[1] == "Put it into the tray"
    assert faults == []
    context.close()
