"""One's own account in a real browser: passkeys, what was typed, a phone and the dark."""

from urllib.parse import urlsplit

import pytest

from evidence.models import Event
from tests.ui.plant import PASSWORD, build
from tests.ui.test_browser import PHONE, WIDE, check, log_in

OWN = ("", "password/change/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/webauthn/")


@pytest.fixture
def plant(committed_db, live_server_url, settings):
    settings.BASE_URL = live_server_url.replace("127.0.0.1", "localhost")
    return build()


@pytest.fixture
def at(plant, settings):
    """The address by the name of the host: a passkey belongs to a name, not to a number."""
    return settings.BASE_URL


def confirm(page, base):
    """The password once more, when it is asked for."""
    page.goto(f"{base}/accounts/reauthenticate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_account_pages_are_accessible_and_fit(at, browser, scheme, size):
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{at}/accounts/password/reset/")
    complaints += check(page, f"own-{scheme}-reset")
    log_in(page, at)
    page.goto(f"{at}/accounts/reauthenticate/")
    complaints += check(page, f"own-{scheme}-confirm")
    confirm(page, at)
    for number, path in enumerate(OWN):
        page.goto(f"{at}/accounts/{path}")
        complaints += check(page, f"own-{scheme}-{number}")
    context.close()
    assert complaints == [], "\n".join(complaints)


def test_passkey_is_added_and_logs_in(at, browser):
    """Without a password: the browser's own key, made and used through the pages."""
    context = browser.new_context()
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    log_in(page, at)
    confirm(page, at)
    page.goto(f"{at}/accounts/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto(f"{at}/accounts/")
    assert page.get_by_text("Master key").is_visible()
    page.get_by_role("button", name="Olga Owner").click()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{at}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{at}/work/")
    assert urlsplit(page.url).path == "/work/"
    context.close()
    assert Event.objects.filter(verb="logged in").first().note == "mfa"


def test_what_was_typed_is_there_again_after_logging_in(at, browser):
    """The session ends while one types; sending leads to the log-in, and back to the text."""
    context = browser.new_context()
    page = context.new_page()
    log_in(page, at)
    page.goto(f"{at}/documents/new/")
    page.get_by_label("Title").fill("Typed for an hour")
    context.clear_cookies(name="sessionid")
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("Username").fill("olga")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/documents/new/")
    assert page.get_by_label("Title").input_value() == "Typed for an hour"
    assert page.get_by_text("What you had typed").first.is_visible()
    page.goto(f"{at}/documents/new/")
    assert page.get_by_label("Title").input_value() == ""
    context.close()
