"""While a revision is issued to hundreds of holders, others go on working: nobody waits for a lock of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections, transaction

from documents import services as documents
from documents.models import Document, DocumentType, Revision
from documents.selectors import revision_on_its_way
from evidence.context import acting
from people.models import Holding, JobRole, Site, User
from people.services import ensure_system_user
from people.states import Authority
from tests.cast import fresh, person, signing, today
from training import services as training
from training.models import Assignment

HOLDERS = 500
PATIENCE = "500ms"  # longer than that nobody of the others waits for a lock

People = tuple[User, User, User]


@pytest.fixture
def plant(committed_db: str) -> tuple[People, Revision, Assignment, Document]:
    """An approved revision that 500 people must learn, somebody's open training, and another document."""
    with acting(ensure_system_user()), transaction.atomic():
        munich = Site.objects.create(code="MUC", name="Munich")
        olga, axel = person("olga", munich, Authority.ENGINEER), person("axel", munich, Authority.QUALITY_MANAGER)
        role = JobRole.objects.create(site=munich, code="GRINDER", name="Ring grinder")
        crew = User.objects.bulk_create(
            User(username=f"p{no}", full_name=f"P{no}", site=munich) for no in range(HOLDERS)
        )
        Holding.objects.bulk_create(Holding(person=one, job_role=role, since=today()) for one in crew)
        known, wanted, other = (_document(munich, olga, title) for title in ("Known", "Wanted", "Other"))
        for document in (known, wanted):
            training.require_now(by=axel, job_role=role, document=document)
        _approve(known, olga, axel)
        documents.issue(revision_on_its_way(known), by=axel, effective_on=today())
        mine = Assignment.objects.get(person=crew[0])
        return (olga, axel, crew[0]), _approve(wanted, olga, axel), mine, other


def _document(site: Site, olga: User, title: str) -> Document:
    kind = DocumentType.objects.get(code="WI")
    return documents.create_document(by=olga, site=site, type=kind, title=title, body="<p>So.</p>")


def _approve(document: Document, olga: User, axel: User) -> Revision:
    revision = documents.submit(revision_on_its_way(document), by=olga)
    return documents.approve(revision, by=axel, signing=signing(revision, axel, "approved"))


def beside(by: User, work: Callable[[], Any]) -> Any:
    """Do it on a connection of its own, which waits for no lock longer than PATIENCE."""

    def do() -> Any:
        close_old_connections()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
            with acting(by):
                return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result(timeout=60)


def test_others_write_while_a_revision_goes_out_to_five_hundred(plant):
    (olga, axel, pedro), revision, mine, other = plant
    with acting(axel), transaction.atomic():
        documents.issue(fresh(revision), by=axel, effective_on=today())
        assert Assignment.objects.filter(revision=revision).count() == HOLDERS
        # all of it is written and nothing committed: whoever would be blocked is blocked now
        opened = beside(pedro, lambda: training.open_assignment(fresh(mine), by=pedro))
        draft = revision_on_its_way(other)
        beside(olga, lambda: documents.edit_revision(fresh(draft), by=olga, body="<p>Otherwise.</p>"))
        made = beside(olga, lambda: _document(olga.site, olga, "Meanwhile"))
        assert beside(olga, lambda: Assignment.objects.filter(revision=revision).count()) == 0
    assert (opened.status, fresh(draft).body, fresh(made).title) == ("opened", "<p>Otherwise.</p>", "Meanwhile")
    assert Assignment.objects.filter(revision=revision).count() == HOLDERS
    assert fresh(mine).status == "opened"
