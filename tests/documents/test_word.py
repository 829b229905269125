"""A Word file becomes the text of a draft; what is no decent Word file is refused in a sentence."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import services as documents
from documents import word
from documents.models import Document, DocumentType, Revision
from evidence.context import acting
from evidence.refusals import Refused
from tests.cast import api_for, client_for, fresh, refusal
from tests.documents.test_pictures import png

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
OF_DOCUMENT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="media/image1.png"/><Relationship Id="rId8" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
    'Target="javascript:alert(1)" TargetMode="External"/></Relationships>'
)
STYLES = (
    f'<?xml version="1.0"?><w:styles xmlns:w="{W}">'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Cap"><w:name w:val="caption"/></w:style></w:styles>'
)


def paragraph(text, style=""):
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows):
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="The jig"/><a:graphic><a:graphicData><pic:pic>'
    '<pic:blipFill><a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
    "</w:drawing></w:r></w:p>"
)


def docx(body, *, picture=None, more=(), doctype=""):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", RELATIONS)
        packed.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{doctype}<w:document {SPACES}><w:body>{body}</w:body></w:document>',
        )
        packed.writestr("word/styles.xml", STYLES)
        packed.writestr("word/_rels/document.xml.rels", OF_DOCUMENT)
        if picture is not None:
            packed.writestr("word/media/image1.png", picture)
        for name, data in more:
            packed.writestr(name, data)
    made.seek(0)
    made.name = "procedure.docx"
    return made


PROCEDURE = (
    paragraph("Purpose", "H1")
    + paragraph("Look at it.")
    + table(("Goods", "How many"), ("Seals", "3"))
    + PICTURE
    + paragraph("Figure 1", "Cap")
)


@pytest.fixture
def draft(munich, olga):
    with acting(olga):
        document = documents.create_document(
            by=olga, site=munich, type=DocumentType.objects.get(code="PR"), title="Receive", body="Old"
        )
    return Revision.objects.get(document=document)


def test_headings_tables_and_pictures_are_taken_over(draft, olga):
    with acting(olga):
        made = documents.import_word(draft, by=olga, file=docx(PROCEDURE, picture=png()))
    digest = draft.attachments.get().sha256
    assert fresh(draft).body == made.body
    assert made.body.startswith("<h2>Purpose</h2><p>Look at it.</p><table>")
    assert "<td><p>Seals</p></td>" in made.body
    assert (
        f'<figure><img alt="The jig" src="/pictures/{digest}/"><figcaption>Figure 1</figcaption></figure>' in made.body
    )
    assert made.left_out == ()


def test_what_is_not_taken_over_is_said(draft, olga):
    more = (("word/header1.xml", f'<w:hdr xmlns:w="{W}"/>'), ("word/vbaProject.bin", b"x"))
    with acting(olga):
        made = documents.import_word(draft, by=olga, file=docx(PROCEDURE, picture=b"WMF?", more=more))
    assert "headers of the pages" in made.left_out
    assert "macros" in made.left_out
    assert any("This is no picture" in one for one in made.left_out)
    assert "<img" not in made.body
    assert "headers of the pages" in draft.comments.get().text


def test_a_link_that_runs_something_is_no_link(draft, olga):
    link = '<w:p><w:hyperlink r:id="rId8"><w:r><w:t>Click</w:t></w:r></w:hyperlink></w:p>'
    with acting(olga):
        made = documents.import_word(draft, by=olga, file=docx(link))
    assert "javascript" not in made.body
    assert "Click" in made.body


def bomb():
    return docx(paragraph("x"), more=(("word/media/big.bin", b"\0" * (word.LARGEST_INSIDE + 1)),))


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (lambda: io.BytesIO(b"no file of Word"), "not-a-word-file"),
        (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "not-a-word-file"),
        (lambda: io.BytesIO(docx(paragraph("x")).getvalue()[:200]), "not-a-word-file"),
        (lambda: docx(paragraph("&x;"), doctype='<!DOCTYPE w [<!ENTITY x "y">]>'), "not-a-word-file"),
        (lambda: docx("<w:p>" * 400 + "</w:p>" * 400), "word-file-too-large"),
        (lambda: docx("<w:p/>" * (word.MOST_ELEMENTS + 1)), "word-file-too-large"),
        (lambda: docx(paragraph("<broken")), "not-a-word-file"),
        (lambda: docx(paragraph("x" * 250_000)), "word-file-too-large"),
        (bomb, "word-file-too-large"),
    ],
)
def test_what_is_no_decent_word_file_is_refused(draft, olga, file, code):
    with acting(olga), refusal(code):
        documents.import_word(draft, by=olga, file=file())
    assert fresh(draft).body == "<p>Old</p>"


@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fall_over(data):
    with pytest.raises(Refused):
        word.read(io.BytesIO(data))


def test_a_word_file_opens_a_document_in_the_browser(munich, olga):
    client = client_for(olga)
    sent = {"site": "MUC", "type": "PR", "title": "Receive", "file": docx(PROCEDURE, picture=png())}
    answer = client.post("/documents/from-word/", sent)
    assert answer.status_code == 302
    made = Document.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert "Purpose" in made.revisions.get().body
    wrong = client.post("/documents/from-word/", {**sent, "file": io.BytesIO(b"x")})
    assert wrong.status_code == 422


def test_in_the_browser_the_draft_is_replaced_when_its_writer_saves(draft, olga):
    client = client_for(olga)
    answer = client.post(f"/revisions/{draft.number}/word/", {"file": docx(PROCEDURE, picture=png())}, follow=True)
    page = answer.content.decode()
    assert "Look at it." in page
    assert "Taken from a Word file" in page
    assert fresh(draft).body == "<p>Old</p>"


def test_over_the_api_a_word_file_becomes_the_text(draft, olga):
    client = api_for(olga).client
    url = f"/api/v1/revisions/{draft.number}/word/"
    assert client.post(url, {"file": docx(PROCEDURE)}).status_code == 428
    answer = client.post(url, {"file": docx(PROCEDURE, picture=png())}, headers={"If-Match": f'"{draft.number}-1"'})
    assert answer.status_code == 200, answer.content
    assert "Purpose" in fresh(draft).body
    late = client.post(url, {"file": docx(PROCEDURE)}, headers={"If-Match": f'"{draft.number}-1"'})
    assert late.status_code == 412
    sent = {"site": "MUC", "type": "PR", "title": "Two", "file": docx(PROCEDURE, picture=png())}
    made = client.post("/api/v1/documents/from-word/", sent)
    assert made.status_code == 201, made.content
    assert made.json()["left_out"] == []
