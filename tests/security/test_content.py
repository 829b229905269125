"""What people type or upload stays what it is: text, an attachment. Nothing of it runs, fetches or is fetched."""

import io
import itertools
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from documents.rich_text import clean
from evidence.context import AuditContext, in_force
from people.models import User
from records import services as records
from records.models import Comment, Record
from tests.cast import Api, client_for, refusal
from tests.harness.databases import TESTS
from tests.security.access import send
from tests.security.outgoing import callers
from tests.security.payloads import STATEMENTS, TEMPLATES, XSS
from tests.security.plant import World
from tests.security.poison import KINDS, poisoned
from ui import pdf
from ui.pdf_engine import write
from ui.registry import page_of_plural, panels_on
from ui.views.records import TABS

BORING = {"script", "link", "base", "iframe", "object", "embed", "frame", "applet", "style"}


class Reader(HTMLParser):
    """What an HTML parser makes of a page: whatever in it a text of ours became."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        suspects = [name for name in named if name.startswith("on") or "hfx" in name or name == "srcdoc"]
        suspects += [f"{name}={value}" for name, value in named.items() if _is_active(name, value)]
        if "hfx" in tag or suspects or (tag in BORING and not _is_ours(tag, named)):
            self.alive.append(f"<{tag} {named}>")
        if tag == "meta" and named.get("http-equiv"):
            self.alive.append(f"<{tag} {named}>")

    handle_startendtag = handle_starttag


def _is_active(name: str, value: str) -> bool:
    if name not in ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "style"):
        return False
    plain = "".join(letter for letter in value.lower() if letter > " ")
    return plain.startswith(("javascript:", "vbscript:", "data:text", "//")) or (name == "style" and "hfx" in plain)


def _is_ours(tag: str, named: dict[str, str]) -> bool:
    """Scripts and styles of our own files, and data for them."""
    if tag == "script" and "src" not in named:
        return named.get("type") == "application/json"
    return named.get("src", named.get("href", "")).startswith(("/static/", "static:"))


def alive(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.alive


def _world(blocker: DjangoDbBlocker, payloads: list[str]) -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    patch.setattr("ui.pdf.from_html", lambda text: text.encode())  # what would be printed
    with blocker.unblock(), transaction.atomic():
        with in_force(AuditContext(TESTS, reason="a test")):
            world, poison = poisoned(payloads)
        assert poison.placed == set(payloads)
        yield world
        transaction.set_rollback(True)
    patch.undo()


@pytest.fixture(scope="module")
def infested(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from _world(django_db_blocker, XSS)


def shown(world: World, plural: str) -> Iterator[str]:
    """Where a record is shown."""
    number = world.here.records[plural].number
    base = f"/{plural}/{number}/"
    yield from (
        f"/{plural}/",
        f"/{plural}/?q=script",
        f"/lookup/{plural}/?q=script",
        base,
        f"/api/v1/{plural}/{number}/",
    )
    yield from (f"{base}{tab}/" for tab in TABS)
    yield from (f"{base}panel/{panel.slug}/" for panel in panels_on(page_of_plural(plural).model))
    yield from (f"{base}record.pdf", f"{base}chain.pdf", f"/api/v1{base}comments/", f"/api/v1{base}chain/")
    yield from (f"{base}do/{verb.name}/" for verb in page_of_plural(plural).verbs)
    yield from (f"{base}actions/{world.here.actions[plural].uuid}/finish/", f"/{plural}/new/")


ELSEWHERE = ("/", "/work/", "/search/?q=script", "/people/", "/sites/", "/processes/", "/job-roles/", "/checklists/",
             "/training/matrix/", "/training/mine/", "/improvements/", "/sources/", "/trail/", "/lookup/people/?q=s",
             "/search/?q=%22%3E%3Chfx+onhfx%3D1%3E", "/nonconformities/?q=%3Cscript%3Ehfx()%3C/script%3E",
             "/accounts/login/?next=javascript:hfx()", "/%3Cscript%3Ehfx()%3C/script%3E/")  # fmt: skip


def test_there_are_enough_payloads():
    """And the reader of pages knows all of them when they are alive."""
    assert len(set(XSS)) >= 200
    assert [payload for payload in XSS if not alive(payload) and "<noscript>" not in payload] == []


@pytest.mark.parametrize("plural", [*KINDS, ""])
def test_no_text_comes_alive_on_any_page_or_paper(infested, plural):
    found = {}
    for url in shown(infested, plural) if plural else ELSEWHERE:
        for persona in ("quality manager", "administrator") if not plural else ("quality manager",):
            answer = send("GET", url, persona, infested)
            assert answer.status_code < 500, url
            if "json" in answer["Content-Type"]:
                assert answer["X-Content-Type-Options"] == "nosniff"
                continue
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if living := alive(body.decode()):
                found[url] = living[:3]
    assert found == {}


PIECES = [*XSS, "<p>", "</p>", "<b>a", "<table><tr><td>", "&lt;", "<", ">", "&#x3c;", "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
@hypothesis_settings(max_examples=200, deadline=None)
def test_formatted_text_is_clean_at_once_and_stays_as_it_is(text):
    """Rich text: cleaned when written and when shown, which makes no difference."""
    once = clean(text)
    assert alive(once) == []
    assert " style=" not in once
    assert clean(once) == once


@given(st.text(max_size=300))
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_text_at_all_is_clean_at_once(text):
    assert clean(clean(text)) == clean(text)
    assert alive(clean(text)) == []


@pytest.mark.parametrize(
    "payload",
    [
        "<a href='javascript:hfx()'>x</a>", "<a href='data:text/html,x'>x</a>", "<p style='position:fixed'>x</p>",
        "<p onclick=hfx()>x</p>", "<p class=x id=main>x</p>", "<p>x<img src='data:image/svg+xml,x'></p>",
        "<p>x<img src=file:///etc/passwd></p>",
    ],
)  # fmt: skip
def test_what_is_active_is_gone_and_the_text_is_kept(payload):
    made = clean(payload)
    assert not any(word in made for word in ("javascript", "data:", "style", "onclick", "class", "id=", "file:"))
    assert re.sub(r"<[^>]*>", "", made) == "x"


def test_text_nested_without_end_is_refused(munich, olga):
    """30 levels are more than anybody writes."""
    for deep in ("<ul><li>" * 400, "<blockquote>" * 31 + "x" + "</blockquote>" * 31, "<table><tr><td>" * 50):
        sent = {"site": "MUC", "type": "WI", "title": "Deep", "body": deep}
        answer = Api(olga).post("documents/", sent)
        assert answer.status_code == 409, answer.content
        assert answer.json()["code"] == "too-deep"
    assert not Record.objects.exists()


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
UPLOADS = {
    "SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='hfx()'/>", "image/svg+xml"),
    "HTML": ("a.html", b"<script>hfx()</script>", "text/html"),
    "XHTML": ("a.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "application/xhtml+xml"),
    "XML with entities": ("a.xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
    "polyglot": ("a.jpg", JPEG + b"<script>hfx()</script>", "image/jpeg"),
    "two types": ("a.png", b"\x89PNG\r\n\x1a\n<html>", "text/html;image/png"),
    "two extensions": ("a.pdf.html", b"%PDF-1.4 <script>", "application/pdf"),
    "for the server": (".htaccess", b"AddType text/html .png", "text/plain"),
    "path": ("../../../etc/cron.d/x", b"x", "text/plain"),
    "windows path": ("..\\..\\x.exe", b"MZ", "image/png"),
    "line ends": ("a\r\nContent-Type: text/html\r\n\r\n.txt", b"x", "text/plain"),
    "quotes": ('a";filename="b.html', b"x", "text/plain"),
    "long": ("a" * 250 + ".html", b"x", "text/plain"),
    "PDF with a script": ("a.pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(hfx)>>>>", "application/pdf"),
    "zip of zips": ("a.zip", b"PK\x03\x04" + b"\x00" * 100, "application/zip"),
}  # fmt: skip


@pytest.fixture
def nonconformity(munich, olga) -> Record:
    made = Api(olga).post(
        "nonconformities/", {"site": "MUC", "title": "N", "description": "D", "detected_on": "2026-01-08"}
    )
    assert made.status_code == 201, made.content
    return Record.objects.get(number=made.json()["number"])


@pytest.mark.parametrize(("name", "body", "kind"), UPLOADS.values(), ids=UPLOADS)
def test_an_upload_comes_back_as_an_attachment_only(nonconformity, olga, name, body, kind):
    client, address = client_for(olga), f"/nonconformities/{nonconformity.number}/"
    sent = SimpleUploadedFile("x", body, content_type=kind)
    sent._name = name  # as a hostile client names it
    assert client.post(f"{address}files/add/", {"file": sent}).status_code == 302
    kept = nonconformity.attachments.get()
    answer = client.get(f"{address}files/{kept.uuid}/")
    assert body in b"".join(answer.streaming_content)  # behind it what a name with line ends made of the form
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "\r" not in answer["Content-Disposition"] + kept.name
    assert "/" not in kept.name
    assert kept.content_type not in ("text/html", kind) or kept.content_type in ("image/jpeg", "image/png", "application/pdf", "application/zip")  # fmt: skip  # noqa: E501
    assert kept.sha256 in kept.file.name
    assert ".." not in kept.file.name


def test_an_empty_file_is_refused(nonconformity, olga):
    address = f"/nonconformities/{nonconformity.number}/files/add/"
    assert client_for(olga).post(address, {"file": SimpleUploadedFile("a.txt", b"")}).status_code == 422
    with refusal("file-empty"):
        records.attach(nonconformity, file=io.BytesIO(b""), name="a", by=olga)
    assert not nonconformity.attachments.exists()


def bomb(count: int, size: int) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(count):
            packed.writestr(f"../../{number}", b"\x00" * size)
    return body.getvalue()


@pytest.mark.parametrize("body", [bomb(1, 50_000_000), bomb(10_000, 1), b"GIF89a" + b"\xff" * 8 + b"\x00" * 100])
def test_no_upload_is_ever_opened(nonconformity, olga, body, monkeypatch):
    """Nothing unpacks, draws or parses a file; it is hashed, and its first bytes are looked at."""
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_: pytest.fail("an upload was opened"))
    kept = records.attach(nonconformity, file=io.BytesIO(body), name="bomb.zip", by=olga)
    assert kept.size == len(body)


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "PK\x03\x04", "observed_at,value\n" + "=" * 500_000]
)
def test_a_table_that_is_none_is_refused(munich, olga, text):
    """The one file that is read is CSV, by the standard library, and XML in it is text."""
    made = Api(olga).post("metrics/", {"site": "MUC", "title": "M", "direction": "lower", "cadence": "week",
                                       "family": "normal", "chart": "individuals", "decimals": 2,
                                       "subgroup_size": 1, "currency": "EUR"})  # fmt: skip
    address = f"/metrics/{made.json()['number']}/do/import/"
    assert client_for(olga).post(address, {"text": text}).status_code in (400, 422)


class Canary(HTTPServer):
    """A server on this machine that counts who comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counting)
        self.hits: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Counting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.hits.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[Canary]:
    server = Canary()
    yield server
    server.shutdown()
    server.server_close()


FETCHING = [
    '<img src="{0}/img">', '<link rel="stylesheet" href="{0}/css">', '<link rel="attachment" href="{0}/att">',
    '<style>@import "{0}/import"; body {{ background: url({0}/bg) }}</style>', '<a rel="attachment" href="{0}/a">x</a>',
    '<style>@font-face {{ font-family: x; src: url({0}/font) }} p {{ font-family: x }}</style><p>x</p>',
    '<svg><image href="{0}/svg"/><use href="{0}/use#a"/></svg>', '<object data="{0}/object"></object>',
    '<embed src="{0}/embed">', '<body background="{0}/hint"><table background="{0}/table"><tr><td>x</td></tr></table>',
    '<ul style="list-style-image: url({0}/list)"><li>x</li></ul>', '<p style="content: url({0}/content)">x</p>',
    '<base href="{0}/"><img src="relative">', '<img srcset="{0}/srcset 1x">',
    '<link rel="icon" href="{0}/icon">',
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{0}/inner'/></svg>\">",
    '<input type="image" src="{0}/input">', '<video poster="{0}/poster"></video>',
    '<meta http-equiv="refresh" content="0;url={0}/m">',
]  # fmt: skip
PLACES = ["{canary}", "file:///etc/passwd#", "static:/../../qms/settings/base.py#", "/etc/passwd#", "ftp://127.0.0.1",
          "//127.0.0.1:{port}",
          "HTTP://127.0.0.1:{port}", "gopher://127.0.0.1:{port}", "http://[::ffff:127.0.0.1]:{port}"]  # fmt: skip


@pytest.mark.parametrize("fetching", FETCHING)
def test_the_engine_of_papers_fetches_nothing(canary, fetching):
    """Even handed to it directly, past all cleaning."""
    for place in PLACES:
        made = write(fetching.format(place.format(canary=canary.url, port=canary.server_port)))
        assert made.startswith(b"%PDF")
        assert b"root:" not in made
        assert b"/EmbeddedFile" not in made
    assert canary.hits == []


def test_no_field_of_a_record_makes_its_paper_fetch(db, canary, monkeypatch):
    """Through every field that reaches a PDF."""
    fetched: list[str] = []
    monkeypatch.setattr("ui.pdf.from_html", lambda text: (fetched.append(text), write(text))[1])
    world, _ = poisoned([tag.format(canary.url) for tag in FETCHING])
    for plural in KINDS:
        answer = send("GET", f"/{plural}/{world.here.records[plural].number}/record.pdf", "quality manager", world)
        assert answer.status_code == 200, plural
        assert answer.content.startswith(b"%PDF")
    assert len(fetched) == len(KINDS)
    assert canary.hits == []


def test_sign_on_elsewhere_is_the_only_thing_that_calls_out():
    """No code of ours opens a connection to an address that somebody typed."""
    assert callers() == []


def test_templates_in_texts_stay_what_they_are(db):
    patch = pytest.MonkeyPatch()
    patch.setattr("ui.pdf.from_html", lambda text: text.encode())
    world, _ = poisoned(TEMPLATES)
    for plural in KINDS:
        number = world.here.records[plural].number
        for url in (f"/{plural}/{number}/", f"/{plural}/{number}/timeline/", f"/{plural}/{number}/record.pdf"):
            text = send("GET", url, "quality manager", world).content.decode()
            assert "{{7*7}}" in text or "{% debug %}" in text or "${7*7}" in text or "{0.__class__}" in text, url
            assert "SECRET" not in text.replace("settings.SECRET_KEY", ""), url
            assert "md5$" not in text, url
    patch.undo()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements_are_words(cast, statement):
    """In sorting, searching, filters, cursors and names of fields; 400, or left out, never a fault."""
    axel = client_for(cast["axel"])
    names = ("sort", "q", "status", "owner", statement)
    for plural in ("nonconformities", "metrics"):
        for name, base in itertools.product(names, ("/api/v1/", "/")):
            answer = axel.get(f"{base}{plural}/", {name: statement})
            assert answer.status_code in (200, 400), (base, name, answer.status_code)
    for plural in KINDS:
        answer = axel.get(f"/{plural}/export.csv", dict.fromkeys(("sort", "q", statement), statement))
        assert answer.status_code in (200, 404), plural
        assert not answer.streaming or b"".join(answer.streaming_content)
    for path in ("/search/", "/lookup/people/", "/lookup/records/", "/trail/", "/api/v1/trail/", "/api/v1/people/"):
        assert axel.get(path, {"q": statement, "sort": statement, statement: "1"}).status_code < 500, path
    body = json.dumps({statement: 1, "title": statement, "site": statement})
    answer = axel.post("/api/v1/nonconformities/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content


def test_mails_have_the_headers_that_we_gave_them(munich, olga, mailoutbox):
    """A name or title with line ends makes no header, and no second recipient."""
    User.objects.filter(pk=olga.pk).update(email="olga@example.com")
    olga.refresh_from_db()
    text = "Late\r\nBcc: eve@example.com\r\n\r\n<script>hfx()</script>"
    records.notify(olga, text=text, url="/", key="k", by=olga)
    records.mail(olga.notifications.get(), by=olga)
    (mail,) = mailoutbox
    assert mail.recipients() == ["olga@example.com"]
    assert "Bcc" not in mail.message()
    assert "\n" not in mail.subject
    assert mail.message().get_content_type() == "text/plain"


def test_remarks_are_not_lost_on_the_way(db):
    """What was typed is what is kept; it is made harmless where it is shown."""
    world, _ = poisoned(XSS)
    kept = " ".join(Comment.objects.filter(record__site=world.here.site).values_list("text", flat=True))
    assert "<script>hfx()</script>" in kept
    assert pdf.TooLarge().code == "too-large"
