"""The operator's path in a real browser at the size of the tablet and of a phone: few presses, and nothing is lost."""

import pytest

from evidence.context import acting
from people import services as people
from people.models import JobRole, Process, Site, Station
from people.selectors import system_user
from people.states import Authority
from records.models import Signature
from tests.cast import fresh, person, today
from tests.training import station as at
from tests.ui.test_browser import PHONE, check
from training import services as training
from training.models import Acknowledgement, Assignment
from training.views.standing import tablet_cookie

TABLET = {"width": 1024, "height": 768}
MOST_PRESSES = 8  # for one changed step with one question, the PIN counted as one


@pytest.fixture
def plant(committed_db: str) -> tuple[Assignment, str]:
    """Pedro has a changed step with a question to read, and the tablet's secret."""
    people.ensure_system_user()
    munich = Site.objects.create(code="MUC", name="Munich")
    olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
    pedro, sven = person("pedro", munich, Authority.OPERATOR), person("sven", munich, Authority.SUPERVISOR)
    process = Process.objects.create(site=munich, code="GRIND", name="Grinding", owner=olga)
    role = JobRole.objects.create(site=munich, code="GRINDER", name="Ring grinder", process=process)
    station = Station.objects.create(site=munich, process=process, code="G-1", name="Ring grinder 1")
    with acting(olga):
        at.give(pedro)
        document = at.standard(munich, process, olga)
        people.take_role(pedro, job_role=role, since=today(), by=axel)
        training.require_now(by=axel, job_role=role, document=document)
        at.in_effect(document, olga, axel, system_user())
        at.pass_now(Assignment.objects.get(person=pedro), pedro)
        training.add_question(
            document, by=olga, kind="single", text="How is it loaded?", step_key="load",
            options=[{"text": "With both hands", "is_right": True}, {"text": "With one hand"}],
        )  # fmt: skip
        at.next_revision(document, olga, verdict="quiz")
        mine = Assignment.objects.get(revision=at.issue(document, olga, axel))
        _kiosk, secret = people.enrol_kiosk(station, by=sven, name="Tablet 1")
    return mine, secret


OPEN = []


@pytest.fixture(autouse=True)
def put_away(browser, live_server_url):
    """The browser outlives the test: a tablet left open would go on asking a server whose database is gone."""
    yield
    while OPEN:
        OPEN.pop().close()


def tablet_page(browser, base: str, secret: str, **options):
    context = browser.new_context(**options)
    OPEN.append(context)
    context.add_cookies([{"name": tablet_cookie(), "value": secret, "url": base}])
    page = context.new_page()
    page.goto(f"{base}/kiosk/")
    return page


class Hand:
    """Presses, and counts how often."""

    def __init__(self, page) -> None:
        self.page, self.presses = page, 0

    def press(self, name: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.presses += 1

    def scan(self) -> None:
        """A badge reader types and ends with Enter."""
        self.page.keyboard.type(at.BADGE)
        self.page.keyboard.press("Enter")
        self.presses += 1

    def pin(self) -> None:
        for digit in at.PIN:
            self.page.locator(f"[data-key='{digit}']").click()
        self.presses += 1


def walk(page) -> Hand:
    """From the badge to the signature."""
    hand = Hand(page)
    hand.scan()
    hand.press("Grind rings")
    page.wait_for_selector("ins:has-text('with both hands')")
    hand.press("Understood")
    hand.press("With both hands", "radio")
    hand.press("Answer")
    page.wait_for_selector("[data-key]")
    hand.scan()
    hand.pin()
    hand.press("Sign")
    page.wait_for_selector("h1:has-text('Signed')")
    return hand


def test_the_path_takes_few_presses(plant, live_server_url, browser):
    mine, secret = plant
    page = tablet_page(browser, live_server_url, secret, viewport=TABLET)
    assert walk(page).presses <= MOST_PRESSES
    assert fresh(mine).status == "passed"
    assert Acknowledgement.objects.get(assignment=mine).signature.method == Signature.Method.PIN


@pytest.mark.parametrize(("scheme", "size"), [("light", TABLET), ("dark", TABLET), ("light", PHONE)])
def test_every_screen_is_accessible_and_fits(plant, live_server_url, browser, scheme, size):
    _mine, secret = plant
    page = tablet_page(browser, live_server_url, secret, viewport=size, color_scheme=scheme)
    name, hand, found = f"kiosk-{scheme}-{size['width']}", Hand(page), []
    found += check(page, f"{name}-home")
    hand.press("No badge: my name and PIN", "link")
    page.wait_for_selector("h1:has-text('Who are you?')")
    found += check(page, f"{name}-names")
    hand.press("Pedro Press", "radio")
    hand.pin()
    hand.press("Go on")
    page.wait_for_selector("h1:has-text('this is for you')")
    found += check(page, f"{name}-mine")
    hand.press("Grind rings")
    page.wait_for_selector("ins")
    found += check(page, f"{name}-read")
    small = page.evaluate(
        "[...document.querySelectorAll('.hk-main .btn, .hk-main input:not([type=hidden])')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 56).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    hand.press("Understood")
    page.wait_for_selector("legend:has-text('How is it loaded?')")
    found += check(page, f"{name}-quiz")
    hand.press("With one hand", "radio")
    hand.press("Answer")
    page.wait_for_selector("h1:has-text('Not yet')")
    found += check(page, f"{name}-answered")
    hand.press("Try again")
    hand.press("With both hands", "radio")
    hand.press("Answer")
    page.wait_for_selector("[data-key]")
    found += check(page, f"{name}-sign")
    assert found == [], "\n".join(found)


def test_a_lost_network_loses_nothing(plant, live_server_url, browser):
    mine, secret = plant
    page = tablet_page(browser, live_server_url, secret, viewport=TABLET)
    hand = Hand(page)
    hand.scan()
    hand.press("Grind rings")
    page.wait_for_selector("ins")
    page.context.set_offline(True)
    hand.press("Understood")
    page.wait_for_selector("text=Waiting for the network. Nothing is lost.")
    page.context.set_offline(False)
    page.wait_for_selector("legend:has-text('How is it loaded?')")
    assert page.locator("#hk-waiting").count() == 0
    page.reload()
    page.wait_for_selector("legend:has-text('How is it loaded?')")
    assert mine.readings.get().place == 1


def test_after_the_lock_the_way_back_leads_nowhere(plant, live_server_url, browser):
    _mine, secret = plant
    page = tablet_page(browser, live_server_url, secret, viewport=TABLET)
    hand = Hand(page)
    hand.scan()
    hand.press("Grind rings")
    page.wait_for_selector("ins")
    hand.press("Lock")
    page.wait_for_selector("h1:has-text('Scan your badge')")
    page.go_back()
    assert "both hands" not in page.content()
    assert "Pedro" not in page.content()


def test_the_tablet_locks_itself(plant, live_server_url, browser, settings):
    _mine, secret = plant
    settings.KIOSK_IDLE_SECONDS = 3
    page = tablet_page(browser, live_server_url, secret, viewport=TABLET)
    Hand(page).scan()
    page.wait_for_selector("h1:has-text('this is for you')")
    page.wait_for_selector("h1:has-text('Scan your badge')", timeout=15_000)
