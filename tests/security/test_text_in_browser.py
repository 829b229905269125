"""In Chromium: what an HTML parser of ours takes for text is text to a browser too."""

from tests.security.payloads import XSS
from tests.security.poison import poisoned


def test_a_browser_sees_nothing_but_text(committed_db, live_server_url, browser):
    """Chromium runs nothing of it and complains of nothing that it had to keep from running."""
    world, _poison = poisoned(XSS)
    heard: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: heard.append(request.url) if "evil.example" in request.url else None)
    session = world.clients["quality manager"].cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server_url}])
    for plural in ("metrics", "revisions", "capas"):
        number = world.here.records[plural].number
        for rest in ("", f"{number}/", f"{number}/timeline/", f"{number}/chain/", f"{number}/history/"):
            page.goto(f"{live_server_url}/{plural}/{rest}")
            page.wait_for_load_state("networkidle")
            assert page.locator("h1").count(), page.url
    context.close()
    assert heard == []
