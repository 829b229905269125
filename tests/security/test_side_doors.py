"""Nothing of another site comes out by a side door, and nothing is written by one.

Everything of the other site carries one word. Its records stand in the chains of ours, are linked with them, and use
our metric; still the word is on no page, in no export, suggestion, chart, PDF or answer of the API.
"""

import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from evidence.context import acting, clock
from metrics.models import Measurement
from people.models import Process, Site, User
from records import services as records
from records.models import Record
from tests.cast import PASSWORD, api_for, client_for, fresh
from tests.records.plant import Plant
from tests.security import doors
from tests.security.access import knock, send
from tests.security.plant import SECRET_TITLE, Place, World, build
from ui.registry import marks_of, pages, panels_on

KINDS = [page.plural for page in pages()]
READERS = ("operator", "quality manager")  # the narrow view and the wide one; the table tells who has which
TRAIL = re.compile(r"/timeline/$|\.pdf$")  # the trail says what was linked, and nothing in a trail is ever hidden
APART = {"evidence_event": "verb <> 'copy taken'"}  # who takes a copy away is noted
BOOKKEEPING = {"django_session", "records_challenge", "usersessions_usersession", "qms_cache", "people_apitoken"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    patch.setattr("ui.pdf.from_html", lambda text: text.encode())  # what would be printed
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        _entangle(made)
        yield made
        transaction.set_rollback(True)
    patch.undo()


def _entangle(world: World) -> None:
    """The other site's records came from ours and ours from theirs, in turn; all are linked both ways."""
    here, there = world.here, world.there
    with acting(here.owner):
        for number, plural in enumerate(KINDS):
            ours, theirs = here.records[plural].record_ptr, there.records[plural].record_ptr
            child, origin = (theirs, ours) if number % 2 else (ours, theirs)
            Record.objects.filter(pk=child.pk).update(origin=origin)
            records.link(ours, theirs, kind="see-also", by=here.owner)
            records.link(theirs, ours, kind="see-also", by=here.owner)
        there.records["gains"].metric = here.records["metrics"]
        there.records["gains"].save()
        signal = here.records["signals"].record_ptr
        Record.objects.filter(pk=there.records["capas"].pk).update(origin=signal)
        _corporate(here, there)
        Record.objects.filter(pk=there.records["kaizen-events"].pk).update(origin=here.records["metrics"].record_ptr)


def _corporate(here: Place, there: Place) -> None:
    """A standard of the parent site holds at both: what the other site makes of it is its own."""
    parent = Site.objects.create(code="HQ", name="Headquarters")
    Site.objects.filter(pk__in=[here.site.pk, there.site.pk]).update(parent=parent)
    process = Process.objects.create(site=parent, code="ALL", name="Everything", owner=here.owner)
    made = Plant(parent, process, here.owner)
    standard, revision = made.one("Document"), made.one("Revision")
    for place in (here, there):
        requirement = place.records["requirements"]
        type(requirement)._base_manager.filter(pk=requirement.pk).update(document=standard)
        assignment = place.lines["assignment"]
        type(assignment)._base_manager.filter(pk=assignment.pk).update(revision=revision, person=place.worker)
        place.lines["question"].document = standard
        place.lines["question"].save()
        audit = place.records["audits"]
        facts = {"question_text": "Is it so?", "answered_by": place.owner, "answered_at": clock()}
        text = f"{SECRET_TITLE if place is there else 'Plain'} answer"
        audit.answers.create(question=place.lines["question"], result="conform", note=text, **facts)
    User.objects.filter(pk=there.worker.pk).update(full_name=f"{SECRET_TITLE} worker")
    here.records["documents (of the parent)"], here.records["revisions (of the parent)"] = standard, revision


def text_of(answer: Any) -> str:
    """Everything that an answer says, a workbook unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(packed.read(name) for name in packed.namelist())
    return html.unescape(body.decode("utf-8", "replace"))


def digests() -> dict[str, str]:
    """A digest of every table's rows, bookkeeping of sessions apart."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(
            {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - BOOKKEEPING
        ):
            rows = "string_agg(t::text, chr(10) ORDER BY t::text)"
            cursor.execute(f"SELECT md5(coalesce({rows}, '')) FROM \"{table}\" t WHERE {APART.get(table, 'true')}")
            found[table] = cursor.fetchone()[0]
    return found


def reading(world: World, plural: str) -> Iterator[str]:
    """The addresses that are read, of one kind or of none."""
    page = next((page for page in pages() if page.plural == plural), None)
    every = doors.of_kind(page, world) if page else doors.others(world)
    for door in every:
        if door.method == "GET":
            yield from (here for here, _ in door.turns) if door.turns else (door.here,)
        shared = world.here.records.get(f"{plural} (of the parent)")
        if shared:
            yield from (f"/{plural}/{shared.number}/{rest}" for rest in ("", "record.pdf", "timeline/", "history/"))
            yield from (f"/{plural}/{shared.number}/panel/{panel.slug}/" for panel in panels_on(page.model))
            yield f"/api/v1/{plural}/{shared.number}/"
    if page:
        yield from (f"/{plural}/?site=LYS", f"/{plural}/?q={SECRET_TITLE}", f"/api/v1/{plural}/?q={SECRET_TITLE}")
        yield from (f"/lookup/{plural}/?q={SECRET_TITLE}", f"/lookup/people/?q={SECRET_TITLE}")


@pytest.mark.parametrize("persona", READERS)
@pytest.mark.parametrize("plural", [*KINDS, ""])
def test_no_page_export_chart_pdf_or_answer_tells_of_another_site(world, plural, persona):
    """Reading changes nothing either."""
    before = digests()
    told = {}
    for url in reading(world, plural):
        answer = send("GET", url, persona, world)
        assert answer.status_code < 500, url
        text = text_of(answer).replace(f"q={SECRET_TITLE}", "").replace(f'value="{SECRET_TITLE}"', "")
        text = text.replace("q=zanzibar", "").replace('value="zanzibar"', "").replace("“zanzibar”", "")
        places = [text[max(0, found.start() - 60) : found.end() + 20] for found in re.finditer(SECRET_TITLE, text)]
        numbers = [] if TRAIL.search(url) else re.findall(r"LYS-[A-Z]+-[\d-]+", text)
        if places or numbers:
            told[url] = (places + numbers)[:3]
    assert told == {}
    assert {table for table, digest in digests().items() if digest != before[table]} == set()


def neutral(answer: Any, number: str) -> tuple[int, str]:
    """Status and text of an answer, without the number that was asked for and what is new each time."""
    text = text_of(answer).replace(number, "N")
    text = re.sub(r'"request_id":\s*"[0-9a-f]+"', "", text)
    return answer.status_code, hashlib.sha256(
        re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', "", text).encode()
    ).hexdigest()


@pytest.mark.parametrize("plural", KINDS)
@pytest.mark.parametrize("base", ["/", "/api/v1/"])
def test_what_one_may_not_see_is_answered_like_what_never_was(world, plural, base):
    theirs = world.there.records[plural].number
    never = re.sub(r"\d+(?!.*\d)", "9999", theirs)
    for rest in ("", "chain/", "files/"):
        answers = [
            send("GET", f"{base}{plural}/{number}/{rest}", "quality manager", world) for number in (theirs, never)
        ]
        assert neutral(answers[0], theirs) == neutral(answers[1], never), (plural, rest)
        assert answers[0].status_code == 404


@pytest.mark.parametrize("plural", KINDS)
def test_parts_are_reached_through_their_own_record_only(world, plural):
    """A uuid of the other site below a number of ours finds nothing, for reading and for writing."""
    ours = world.here.records[plural].number
    action, file = world.there.actions[plural].uuid, world.there.files[plural].uuid
    for method, rest in (
        ("GET", f"files/{file}/"),
        ("GET", f"actions/{action}/finish/"),
        ("POST", f"actions/{action}/finish/"),
    ):
        assert knock(method, f"/{plural}/{ours}/{rest}", "quality manager", world) == "·", rest
    assert knock("POST", f"/api/v1/{plural}/{ours}/actions/{action}/finish/", "quality manager", world) == "·"


def test_batch_writes_nothing_at_another_site(world):
    """Rows for a metric of another site are refused one by one, the rest is stored."""
    ours, theirs = world.here.records["metrics"], world.there.records["metrics"]
    for metric in (ours, theirs):
        type(metric)._base_manager.filter(pk=metric.pk).update(status="active")
    rows = [{"metric": metric.number, "observed_at": "2026-03-01", "value": "1"} for metric in (ours, theirs)]
    with transaction.atomic():
        answer = world.clients["engineer"].post(
            "/api/v1/measurements/", json.dumps({"rows": rows}), content_type="application/json"
        )
        assert [row["outcome"] for row in answer.json()["rows"]] == ["stored", "refused"], answer.content
        assert not Measurement.objects.filter(metric=theirs).exists()
        transaction.set_rollback(True)


GREEDY = {
    "status": "closed", "version": 99, "approved_by": "olga", "signed_at": "2020-01-01", "created_by": "olga", "id": 1,
    "number": "MUC-X-1", "is_staff": True, "is_superuser": True, "groups": [1], "user_permissions": [1], "opened_at":
    "2020-01-01", "closed_at": "2020-01-01", "origin": None, "kind": "X", "record_ptr": 1,
}  # fmt: skip


@pytest.mark.parametrize("plural", KINDS)
def test_fields_that_no_form_has_are_never_applied(world, plural):
    """Refused over the API, ignored by a page; what the database holds is what it held."""
    page = next(page for page in pages() if page.plural == plural)
    record = world.here.records[plural]
    for verb in page.verbs:
        if verb.is_signed(page.model):
            continue
        before = _facts(record)
        for name, value in GREEDY.items():
            if name in verb.form.base_fields:
                continue
            with transaction.atomic():
                answer = world.clients["quality manager"].post(
                    f"/api/v1/{plural}/{record.number}/{verb.name}/", json.dumps({name: value}),
                    content_type="application/json", headers={"If-Match": "*"},
                )  # fmt: skip
                assert answer.status_code in (400, 403, 409), (verb.name, name, answer.status_code)
                transaction.set_rollback(True)
        with transaction.atomic():
            world.clients["quality manager"].post(
                f"/{plural}/{record.number}/do/{verb.name}/", {**GREEDY, "origin": "", "version": record.version}
            )
            after = _facts(record)
            transaction.set_rollback(True)
        stolen = {
            name
            for name in ("number", "id", "opened_at", "origin_id", "kind", "site_id")
            if after[name] != before[name]
        }
        assert stolen == set(), verb.name


def _facts(record: Any) -> dict[str, Any]:
    return Record.objects.filter(pk=record.pk).values().get()


def test_people_are_not_promoted_by_the_way(world):
    """Nobody becomes staff, superuser or somebody of another site by a field."""
    sent = {"site": "MUC", "username": "greedy", "full_name": "Greedy", **GREEDY}
    sent["origin"] = ""
    with transaction.atomic():
        refused = world.clients["administrator"].post(
            "/api/v1/people/", json.dumps(sent), content_type="application/json"
        )
        assert refused.status_code == 400
        made = world.clients["administrator"].post("/people/new/", sent)
        assert made.status_code == 302, text_of(made)
        greedy = User.objects.get(username="greedy")
        assert (greedy.is_staff, greedy.is_superuser, greedy.is_system, greedy.pk > 1) == (False, False, False, True)
        transaction.set_rollback(True)


def states_of(model: Any) -> list[str]:
    return [str(state) for state in model.machine.states.values]


@pytest.mark.parametrize("page", [page for page in pages() if page.verb("edit")], ids=lambda page: page.plural)
def test_what_is_settled_is_edited_by_no_door(world, page):
    """Where the button is not offered, neither the page nor the API edits."""
    record, verb = world.here.records[page.plural], page.verb("edit")
    for state in states_of(page.model):
        with transaction.atomic(), acting(world.here.owner):
            world.here.made.put(record, state)
            settled = fresh(record)
            if not verb.is_possible(settled):
                before = _facts(record)
                answer = world.clients["quality manager"].patch(
                    f"/api/v1/{page.plural}/{record.number}/", json.dumps({"title": "Changed by the back door"}),
                    content_type="application/json", headers={"If-Match": "*"},
                )  # fmt: skip
                assert answer.status_code in (400, 403, 409), (state, answer.status_code, answer.content)
                posted = {"title": "Changed by the back door", "version": record.version}
                world.clients["quality manager"].post(f"/{page.plural}/{record.number}/do/edit/", posted)
                assert _facts(record) == before, state
            transaction.set_rollback(True)


def test_there_is_no_administration_of_django(client, settings):
    """It is not installed, so nobody reaches history, rights or signatures by it, staff or not."""
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    for path in ("/admin/", "/admin/login/", "/django-admin/", "/api/v1/admin/"):
        assert client.get(path).status_code in (401, 404), path


def test_being_staff_or_superuser_opens_nothing(olga, sam, welding):
    """Authority comes from appointments alone."""
    User.objects.filter(pk=olga.pk).update(is_staff=True, is_superuser=True)
    browser = client_for(fresh(olga))
    assert browser.get("/people/").status_code == 403
    assert "Welding" not in browser.get("/lookup/records/").content.decode()
    assert api_for(fresh(olga)).get("people/sam/").status_code == 404


def test_api_answers_no_browser_with_a_page(olga):
    """The browsable renderer is off."""
    for path in ("/api/v1/documents/", "/api/v1/measurements/"):
        answer = client_for(olga).get(path, headers={"accept": "text/html"})
        assert "text/html" not in answer["Content-Type"]


def test_password_is_nowhere(world):
    """b9: no representation of a person holds a password, its hash, or what opens the account."""
    hashed = world.people["administrator"].password
    for url in ("/api/v1/people/", f"/api/v1/people/{world.here.worker.username}/", "/people/", "/accounts/"):
        text = text_of(send("GET", url, "administrator", world))
        assert hashed not in text
        assert PASSWORD not in text


def test_marks_of_what_one_does_not_see_are_not_drawn(world):
    """b9: a chart of our metric has no mark of a CAPA or gain of another site, and has those of ours."""
    metric, here, there = world.here.records["metrics"], world.here.records, world.there.records
    user, stranger = world.people["quality manager"], world.there.owner
    drawn = {mark.url for mark in marks_of(metric, fresh(user))}
    assert there["gains"].get_absolute_url() not in drawn
    assert here["gains"].get_absolute_url() in drawn
    assert there["gains"].get_absolute_url() in {mark.url for mark in marks_of(metric, fresh(stranger))}
