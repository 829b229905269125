"""Documents, revisions and training: their pages ask no more of thirty rows than of one."""

import pytest

from documents import services as documents
from documents.models import DocumentType
from tests.cast import client_for, queries
from training import services as training

PLURALS = ("documents", "revisions", "requirements")


@pytest.fixture
def add(munich, grinding, grinder, olga):
    kind = DocumentType.objects.get_or_create(code="XX", defaults={"name": "Test"})[0]

    def made(count):
        for number in range(count):
            document = documents.create_document(
                by=olga, site=munich, type=kind, title=f"D{number}", process=grinding, body="Do it."
            )
            training.require_now(by=olga, job_role=grinder, document=document)
        return document

    return made


def test_lists_and_pages_ask_the_same_of_one_and_thirty(add, olga):
    browser = client_for(olga)
    document = add(1)
    paths = [f"/{plural}/" for plural in PLURALS] + [f"/api/v1/{plural}/" for plural in PLURALS] + ["/training/matrix/"]
    pages = [document.get_absolute_url(), document.revisions.get().get_absolute_url()]
    one = {path: len(queries(browser, path)) for path in [*paths, *pages]}
    add(29)

    assert {path: len(queries(browser, path)) for path in [*paths, *pages]} == one
    assert all(one[path] <= 10 for path in paths if path != "/training/matrix/"), one
    assert one["/training/matrix/"] <= 24, one
    assert all(one[page] <= 12 for page in pages), one
