"""Pictures of a text and of its steps: files of the revision, shown to those who see it and to nobody else."""

import io
import struct
import zlib

import pytest
from PIL import Image

from documents import rich_text
from documents import services as documents
from documents.models import DocumentType
from evidence.context import acting
from tests.cast import fresh, refusal, signing


def png(colour: str = "red", size: tuple[int, int] = (8, 6)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()


def huge_png() -> bytes:
    """A few bytes that say they are 30,000 × 30,000 pixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    body = struct.pack(">I", len(head)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + body + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def kept(draft, by, data, name="photo.png"):
    with acting(by):
        return documents.add_picture(draft, file=io.BytesIO(data), name=name, by=by)


def test_the_same_picture_twice_is_kept_once(draft, olga):
    assert kept(draft, olga, png()).pk == kept(draft, olga, png()).pk
    assert draft.attachments.count() == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
        (b"MZ this is a program", "not-a-picture"),
        (png()[:20], "not-a-picture"),
        (huge_png(), "picture-too-large"),
        (png() + b"0" * documents.LARGEST_PICTURE, "picture-too-large"),
    ],
)
def test_what_is_no_decent_picture_is_refused(draft, olga, data, code):
    with refusal(code):
        kept(draft, olga, data)
    assert not draft.attachments.exists()


def test_a_text_shows_no_picture_from_elsewhere():
    own = f'<p><img src="/pictures/{"a" * 64}/" alt="Jig"></p>'
    assert rich_text.clean(own) == own
    for source in ("https://evil.example/x.png", "data:image/png;base64,AAAA", "/revisions/X/", "//evil.example/x"):
        assert "img" not in rich_text.clean(f'<p>Look<img src="{source}"></p>')


def test_a_picture_that_nobody_added_is_refused(draft, olga):
    with acting(olga), refusal("picture-unknown"):
        documents.edit_revision(draft, by=olga, body=f'<p><img src="/pictures/{"0" * 64}/"></p>')
    with acting(olga), refusal("picture-unknown"):
        documents.edit_revision(fresh(draft), by=olga, steps=[{"what": "Clamp", "photo": "0" * 64}])


def test_the_picture_of_another_site_is_as_unknown_as_none(draft, olga, sam, lyon):
    with acting(sam):
        theirs = documents.create_document(
            by=sam, site=lyon, type=DocumentType.objects.get(code="SW"), title="Weld", steps=[{"what": "Weld"}]
        )
    digest = kept(theirs.revisions.get(), sam, png("blue")).sha256
    with acting(olga), refusal("picture-unknown"):
        documents.edit_revision(draft, by=olga, steps=[{"what": "Clamp", "photo": digest}])


def test_pictures_go_along_to_the_next_revision_and_stay_with_the_old_one(draft, olga, axel):
    digest = kept(draft, olga, png()).sha256
    body = f'<figure><img src="/pictures/{digest}/" alt="Jig"><figcaption>The jig</figcaption></figure>'
    with acting(olga):
        steps = [{**step.content(), "photo": digest} for step in draft.steps.all()]
        documents.edit_revision(draft, by=olga, body=body, steps=steps, takt_seconds=60, standard_wip=2)
        documents.submit(draft, by=olga)
    with acting(axel):
        documents.approve(draft, by=axel, signing=signing(draft, axel, "approved"))
        documents.issue(draft, by=axel, effective_on=draft.opened_at.date())
        documents.make_effective(draft, by=axel)
    with acting(olga):
        after = documents.start_revision(fresh(draft.document), by=olga, reason="Better")
    assert [file.sha256 for file in after.attachments.all()] == [digest]
    assert [file.sha256 for file in draft.attachments.all()] == [digest]
    assert after.body == body
    assert [step.photo for step in after.steps.all()] == [digest]
    assert (after.takt_seconds, after.standard_wip) == (60, 2)
