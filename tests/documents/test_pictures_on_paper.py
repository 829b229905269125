"""Pictures on paper: those kept under their digest, and nothing else that an address could reach."""

import io

import pytest

from documents import services as documents
from documents.models import DocumentType, Revision
from evidence.context import acting
from records import services as records
from tests.cast import client_for
from tests.documents.test_pictures import png
from ui import pdf_engine
from ui.static_files import ForbiddenAddress


@pytest.fixture
def draft(munich, olga):
    with acting(olga):
        document = documents.create_document(
            by=olga, site=munich, type=DocumentType.objects.get(code="SW"), title="Ring", steps=[{"what": "Clamp"}]
        )
    return Revision.objects.get(document=document)


def test_the_pdf_of_a_revision_shows_its_photos_and_figures(draft, olga):
    client = client_for(olga)
    url = f"/revisions/{draft.number}/record.pdf"
    bare = client.get(url).content
    with acting(olga):
        digest = documents.add_picture(draft, file=io.BytesIO(png(size=(200, 100))), name="x.png", by=olga).sha256
        figure = f'<figure><img src="/pictures/{digest}/" alt="x"><figcaption>One</figcaption></figure>'
        documents.edit_revision(draft, by=olga, body=figure, steps=[{"what": "Clamp", "photo": digest}])
    shown = client.get(url).content
    assert b"/Subtype /Image" not in bare
    assert b"/Subtype /Image" in shown or b"/Subtype/Image" in shown


def test_the_engine_reads_pictures_and_no_other_file(draft, olga):
    with acting(olga):
        digest = documents.add_picture(draft, file=io.BytesIO(png()), name="x.png", by=olga).sha256
    fetcher = pdf_engine.OwnFiles(allowed_protocols=["data"])
    assert fetcher.fetch(f"static:/pictures/{digest}/").read() == png()
    for url in (f"static:/pictures/{'0' * 64}/", "file:///etc/passwd", "static:/../files/x", "http://x/pictures/y/"):
        with pytest.raises((ForbiddenAddress, ValueError)):
            fetcher.fetch(url)


def test_a_kept_file_that_is_no_picture_is_not_read(draft, olga):
    with acting(olga):
        digest = records.attach(draft, file=io.BytesIO(b"just text"), name="x.png", by=olga).sha256
    with pytest.raises(ForbiddenAddress):
        pdf_engine.OwnFiles(allowed_protocols=["data"]).fetch(f"static:/pictures/{digest}/")
    assert client_for(olga).get(f"/pictures/{digest}/").status_code == 404
