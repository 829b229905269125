"""The signing dialogs in a real browser: legible on a phone and in the dark, and what is typed there signs."""

import pytest
from django.conf import settings

from documents import services as documents
from documents.models import DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from people import services as people
from people.models import JobRole, Site, User
from people.states import Authority
from records.models import Signature
from tests.cast import PASSWORD, client_for, in_days, person, signing, today
from tests.ui.test_browser import PHONE, WIDE, check
from training import services as training
from training.models import Assignment


@pytest.fixture
def plant(committed_db: str) -> tuple[User, User, Revision]:
    """Axel, Pedro with two standards that he has opened, and a revision in review."""
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    pedro = person("pedro", munich, Authority.OPERATOR)
    role = JobRole.objects.create(site=munich, code="GRINDER", name="Ring grinder")
    with acting(olga):
        people.take_role(pedro, job_role=role, since=today(), by=axel)
        for title in ("Load the ring", "Measure the ring"):
            revision = submitted(munich, olga, title)
            documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))
            training.require_now(by=axel, job_role=role, document=revision.document)
            documents.issue(revision, by=axel, effective_on=in_days(10))
        for line in Assignment.objects.all():
            training.open_assignment(line, by=pedro)
        return axel, pedro, submitted(munich, olga, "Wash the ring")


def submitted(site: Site, author: User, title: str) -> Revision:
    kind, steps = (
        DocumentType.objects.get(code="WI"),
        [{"what": "Take it by the edge", "key_point": "Never by the bore"}],
    )
    made = documents.create_document(by=author, site=site, type=kind, title=title, body="<p>So.</p>", steps=steps)
    return documents.submit(revision_on_its_way(made), by=author)


def page_of(browser, user: User, base: str, **options):
    """A page of that person, already logged in."""
    key = client_for(user).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(**options)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": base}])
    return context.new_page()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE), ("light", PHONE)])
def test_the_dialogs_are_accessible(plant, live_server_url, browser, scheme, size):
    axel, pedro, revision = plant
    found = []
    for user, address in ((axel, f"{revision.get_absolute_url()}do/approve/"), (pedro, "/training/sign/")):
        page = page_of(browser, user, live_server_url, viewport=size, color_scheme=scheme)
        page.goto(f"{live_server_url}{address}")
        found += check(page, f"sign-{scheme}-{size['width']}-{user.username}")
        page.get_by_label("Your password").fill("guess")
        page.get_by_label("Your user name").fill(user.username)
        page.locator("form .btn-primary", has_text="Sign").click()
        page.wait_for_selector("text=User name or password is not right")
        found += check(page, f"sign-{scheme}-{size['width']}-{user.username}-wrong")
        page.context.close()
    assert found == [], "\n".join(found)


def test_what_is_typed_there_signs(plant, live_server_url, browser):
    _axel, pedro, _revision = plant
    page = page_of(browser, pedro, live_server_url)
    page.goto(f"{live_server_url}/training/mine/")
    page.get_by_role("link", name="Sign 2 standards that you have read").click()
    page.get_by_label("Your user name").fill("pedro")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign all that are ticked").click()
    page.wait_for_selector("text=2 signed.")
    page.context.close()
    assert Signature.objects.filter(signer=pedro, meaning="acknowledged").count() == 2
