"""Every door as everybody: own, others', of another site. The table is docs/access.md."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.security import access, doors
from tests.security.access import GONE, IN, LOGIN, OUT, TARGET
from tests.security.plant import World, build
from ui.registry import pages

WRITING = os.environ.get("HOLDFAST_WRITE_ACCESS")
KINDS = [page.plural for page in pages()]
SEEN: dict[tuple[str, str], dict[str, str]] = {}

PUBLIC = (
    "/healthz", "/readyz", "/accounts/login/", "/accounts/logout/", "/accounts/password/reset/",
    "/accounts/^password/reset/", "/c/", "/accounts/2fa/webauthn/login/", "/api/v1/schema/", "/api/v1/docs/",
    "/kiosk/",  # lets nobody in who has no tablet; whoever stands at one is no user
)  # fmt: skip
SIGNED_BY_WHO_MAY = ("/<page:page>/together/", "/training/sign/", "/api/v1/assignments/")  # lists what waits for one
# A login is no session of a shared tablet: whoever has none there is led to its first page.
OF_THEIR_OWN = ("/accounts/", "/reminders/", "/jobs/", "/kiosk/", *SIGNED_BY_WHO_MAY)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; each request is undone, so no test sees what another did."""
    with quiet(), pytest.MonkeyPatch.context() as patch:
        # Whether somebody is let in is known before anything is drawn; how pages look is tested elsewhere.
        patch.setattr("ui.pdf.from_html", lambda html: b"%PDF-")
        patch.setattr("django.template.backends.django.Template.render", lambda *_, **__: "")
        # What a request notes of its session is undone like the rest, and would be noted again by each.
        patch.setattr("ui.account.sessions.note_use", lambda request: None)
        with django_db_blocker.unblock(), transaction.atomic():
            yield build()
            transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """Without thirty thousand lines that somebody was not let in."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def compare(found: dict[tuple[str, str], dict[str, str]]) -> None:
    SEEN.update(found)
    if WRITING:
        return
    said = access.read(TARGET.read_text())
    wrong = {
        f"{name} {kind}": (said.get((name, kind), "is not on the page"), row) for (name, kind), row in found.items()
    }
    assert {name: pair for name, pair in wrong.items() if pair[0] != pair[1]} == {}


def test_every_address_is_on_the_list():
    """One that is new fails here with its name, and so does a method of the API."""
    assert doors.unlisted() == []


@pytest.mark.parametrize("plural", KINDS)
def test_records_answer_as_the_page_says(world, plural):
    """Detail, history, files, remarks, signatures, exports, PDFs and every verb, by number and uuid."""
    page = next(page for page in pages() if page.plural == plural)
    compare(access.observe(doors.of_kind(page, world), world))


def test_everything_else_answers_as_the_page_says(world):
    compare(access.observe(doors.others(world), world))


def rows():
    return access.read(access.page(SEEN) if WRITING else TARGET.read_text())


def test_the_page_is_written_or_whole():
    if WRITING:
        TARGET.write_text(access.page(SEEN))
    names = {name for name, _kind in rows()}
    assert len(names) > 100


def test_nobody_comes_in_without_logging_in():
    """The table itself is right: strangers reach what is meant for them and nothing else."""
    let_in = {name for (name, _), row in rows().items() if IN in row["anonymous"] or OUT in row["anonymous"]}
    assert {name for name in let_in if not name.partition(" ")[2].startswith(PUBLIC)} == set()


def test_nobody_finds_anything_of_another_site():
    """For each persona, what is of another site is not there, in reading and in writing."""
    found = {
        (name, kind, persona)
        for (name, kind), row in rows().items()
        for persona, signs in row.items()
        if len(signs) > 1 and signs[-1] not in (GONE, LOGIN) and not (persona == "token" and signs[-1] == OUT)
    }
    assert {found for found in found if not found[0].partition(" ")[2].startswith(OF_THEIR_OWN)} == set()


def test_who_only_reads_changes_nothing():
    """The auditor has no verb, besides what belongs to the own account, or to a record that was given to them."""
    changing = {key: row["auditor"] for key, row in rows().items() if not key[0].startswith("GET")}
    may = {name for (name, _), signs in changing.items() if IN in (signs[1:] if len(signs) == 3 else signs)}
    assert {name for name in may if not name.partition(" ")[2].startswith(OF_THEIR_OWN)} == set()


def test_a_token_sends_measurements_and_that_is_all():
    may = {name for (name, _), row in rows().items() if IN in row["token"]}
    assert {name for name in may if not name.partition(" ")[2].startswith(PUBLIC)} == {"POST /api/v1/measurements/"}


def test_pages_and_api_agree_on_every_verb():
    """One permission behind both doors: whoever may press the button may send the request, tokens apart.

    What owning changes is asked of the API only; the pages ask the same predicate.
    """
    said = rows()
    for (name, kind), row in said.items():
        if "/do/" not in name or name.startswith("GET") or not kind:
            continue
        verb = name.rpartition("/do/")[2]
        api = said["POST /api/v1/<records>/<number>/" + verb, kind]
        assert {who: row[who] for who in row if who != "token"} == {who: api[who][1:] for who in api if who != "token"}
