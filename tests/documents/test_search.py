"""Documents are found by their words: ranked, with the passage, within what one sees, and in spite of a slip."""

import io
import zipfile

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from documents import selectors
from documents import services as documents
from documents.models import AttachedText, Document, DocumentText, Revision, SearchWord
from documents.selectors.search import marked
from documents.texts import slips, text_of
from evidence.context import acting
from jobs.delivery import deliver
from jobs.models import OutboxMessage
from records import services as records
from tests.cast import api_for, client_for, fresh, today
from tests.documents.publishing import drafted, published, revised
from tests.documents.test_pictures import png
from ui import pdf


def numbers(user, words) -> list[str]:
    return [hit.document.number for hit in selectors.search(user, words).hits]


@pytest.fixture
def rings(munich, olga, axel) -> Document:
    made = drafted(munich, olga, title="Deburring of rings", body="<p>Hold the ring at the <b>chamfer</b>.</p>")
    published(made, olga, axel)
    return fresh(made)


def test_a_title_counts_more_than_a_text(rings, munich, olga, axel):
    other = drafted(munich, olga, title="Cleaning", body="<p>After deburring of rings.</p>")
    published(other, olga, axel)
    assert numbers(axel, "deburring rings") == [rings.number, other.number]


def test_the_passage_is_marked_and_nothing_in_it_is_markup(munich, olga, axel):
    made = drafted(munich, olga, body="Torque <script>x</script> &lt;img&gt; of 7 Nm at the spindle")
    published(made, olga, axel)
    (hit,) = selectors.search(axel, "spindle").hits
    assert "<mark>spindle</mark>" in hit.passage
    assert "<img" not in hit.passage
    assert "<script" not in hit.passage


@given(st.text(max_size=200))
def test_no_passage_holds_other_markup_than_marks(text):
    shown = marked(f"\x02{text}\x03").replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown


def test_words_of_a_title_are_marked_and_a_title_is_no_markup(rings, olga, axel):
    documents.edit_document(rings, by=olga, title="Deburring of <i>rings</i>")
    (hit,) = selectors.search(axel, "deburr ring").hits
    assert hit.title == "<mark>Deburring</mark> of &lt;i&gt;<mark>rings</mark>&lt;/i&gt;"


def test_steps_and_old_numbers_are_found(munich, olga, axel):
    made = drafted(
        munich,
        olga,
        type="WI",
        reaction_plan="Pull the cord",
        steps=[{"what": "Clamp", "key_point": "Feel the detent"}],
    )
    draft = Revision.objects.get(document=made)
    photo = documents.add_picture(draft, file=io.BytesIO(png()), name="clamp.png", by=olga).sha256
    documents.edit_revision(draft, by=olga, steps=[{**draft.steps.get().content(), "photo": photo}])
    published(made, olga, axel)
    documents.classify(fresh(made), by=olga, reason="Sorted", old_number="QP-07-12")
    assert numbers(axel, "detent") == numbers(axel, "qp-07") == numbers(axel, "cord") == [made.number]
    assert numbers(axel, photo[:12]) == [], "the digest of a photo is no word"


def test_drafts_are_found_by_those_who_work_on_them(munich, olga, pedro, aud):
    made = drafted(munich, olga, body="A word like quincunx")
    assert numbers(olga, "quincunx") == [made.number]
    assert numbers(pedro, "quincunx") == numbers(aud, "quincunx") == []
    assert client_for(pedro).get("/documents/?q=quincunx").context["window"].total == 0


def test_a_draft_becomes_everybodys_when_it_is_issued_and_nobodys_when_it_is_gone(rings, olga, axel, pedro):
    assert numbers(pedro, "chamfer") == [rings.number]
    documents.retire(rings, by=axel, reason="No rings any more.")
    assert numbers(pedro, "chamfer") == []
    assert numbers(pedro, "deburring") == [rings.number]


def test_another_site_finds_nothing(rings, sam):
    assert numbers(sam, "deburring") == []
    assert selectors.search(sam, "debbuuring").hits == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("debruring", "deburring"), ("ring chmafer", "ring chamfer"), ("widdershnis", "widdershins"), ("RIGN", "ring")],
)
def test_a_slip_of_the_finger_still_finds_it(rings, olga, axel, typed, meant):
    records.attach(rings, file=io.BytesIO(b"The widdershins turn"), name="notes.txt", by=olga)
    work(olga)
    found = selectors.search(axel, typed)
    assert ([hit.document.number for hit in found.hits], found.is_near, found.instead) == ([rings.number], True, meant)
    assert (
        f"Shown for: <strong>{meant}</strong>" in client_for(axel).get(f"/documents/search/?q={typed}").content.decode()
    )
    assert api_for(axel).get(f"documents/search/?q={typed}").json()["instead"] == meant


def test_what_is_no_slip_is_not_put_right(rings, axel):
    for words in ("xylophone", "ring xylophone", "MUC-PR-0099", "rin"):
        assert selectors.search(axel, words).instead == ""
    assert selectors.search(axel, "xylophone").hits == []


def test_a_title_is_found_where_its_words_are_run_together(rings, axel):
    found = selectors.search(axel, "deburringofrings")
    assert ([hit.document.number for hit in found.hits], found.instead) == ([rings.number], "")
    assert "Did you mean" in client_for(axel).get("/documents/search/?q=deburringofrings").content.decode()


def test_no_word_is_said_to_whoever_sees_no_document_that_has_it(rings, munich, olga, pedro, sam):
    drafted(munich, olga, title="Gauges", body="A word like quincunx")
    assert selectors.search(olga, "quincunks").instead == "quincunx"
    assert selectors.search(pedro, "quincunks").instead == ""
    assert selectors.search(sam, "chmafer").instead == ""


@pytest.mark.parametrize(
    ("typed", "count"), [("gauge", 0), ("guage", 1), ("gage", 1), ("gauges", 1), ("cause", 2), ("", 5), ("egaug", 2)]
)
def test_slips_are_counted(typed, count):
    assert slips(typed, "gauge") == count


def test_renaming_is_found_at_once(rings, olga, axel):
    documents.edit_document(rings, by=olga, title="Smoothing of rings", reason="Says it better")
    assert numbers(axel, "smoothing") == [rings.number]
    assert selectors.search(axel, "deburring").total == 0


@pytest.mark.parametrize("words", ["'", "a:*&|!", "\\", "((", "%%", "x" * 5000, "&", "the <b>", "₂", "\x01"])
def test_nothing_that_is_typed_is_a_fault(rings, axel, words):
    assert client_for(axel).get("/documents/search/", {"q": words}).status_code == 200
    assert client_for(axel).get("/documents/", {"q": words}).status_code == 200
    assert api_for(axel).get(f"documents/search/?q={words.encode().hex()}").status_code == 200


def test_pages_of_hits_do_not_overlap(munich, olga, axel):
    for number in range(23):
        drafted(munich, olga, title=f"Gauge {number}")
    first, second = selectors.search(axel, "gauge"), selectors.search(axel, "gauge", page=2)
    shown = [hit.document.number for hit in (*first.hits, *second.hits)]
    assert (len(first.hits), len(set(shown)), first.total) == (20, 23, 23)
    assert selectors.search(axel, "gauge", page=3).hits == []


def test_the_api_gives_what_the_page_gives(rings, axel, sam):
    found = api_for(axel).get("documents/search/?q=chamfer").json()
    assert [(one["number"], one["current_revision"]) for one in found["results"]] == [(rings.number, 1)]
    assert "<mark>chamfer</mark>" in found["results"][0]["passage"]
    assert api_for(axel).get("documents/search/").status_code == 400
    assert api_for(sam).get("documents/search/?q=chamfer").json()["results"] == []


def docx(text: str) -> bytes:
    """The least that is a Word file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/'
            'document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main'
            '+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
        )
    return file.getvalue()


FILES = (
    ("notes.txt", lambda: b"The widdershins turn"),
    ("sheet.pdf", lambda: pdf.from_html("<p>The widdershins turn</p>")),
    ("letter.docx", lambda: docx("The widdershins turn")),
)


@pytest.mark.parametrize(("name", "made"), FILES)
def test_the_text_of_a_file_is_read(name, made):
    assert "widdershins" in text_of(made(), name)


def work(user) -> None:
    with acting(user):
        for key in OutboxMessage.objects.filter(done_at=None, task="documents.read_files").values_list("id", flat=True):
            deliver(key)


def test_a_file_of_a_draft_is_found_once_the_job_has_read_it(munich, olga, axel):
    made = drafted(munich, olga)
    draft = Revision.objects.get(document=made)
    records.attach(draft, file=io.BytesIO(b"The widdershins turn"), name="notes.txt", by=olga)
    assert numbers(axel, "widdershins") == []
    work(olga)
    assert numbers(axel, "widdershins") == [made.number]
    work(olga)
    assert AttachedText.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.7 nothing else"),
        ("a.docx", b"PK\x03\x04 no zip"),
        ("a.docx", docx("x")[:200]),
        ("a.txt", b"\xff\xfe\x00\x00"),
        ("a.exe", b"MZ" + bytes(100)),
        ("a.pdf", b""),
        ("a.txt", b"a\x00b"),
    ],
)
def test_a_file_that_cannot_be_read_does_no_harm(munich, olga, name, data):
    assert "\x00" not in text_of(data, name)
    made = drafted(munich, olga)
    if data:
        records.attach(Revision.objects.get(document=made), file=io.BytesIO(data), name=name, by=olga)
        work(olga)
        assert OutboxMessage.objects.filter(task="documents.read_files", done_at=None).count() == 0
        assert AttachedText.objects.count() == 1


def test_a_word_file_that_would_fill_memory_is_not_opened():
    file = io.BytesIO(docx("x"))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/large", bytes(70 * 1024 * 1024))
    assert text_of(file.getvalue(), "a.docx") == ""


def test_very_long_texts_are_cut_and_still_saved(munich, olga, axel):
    words = " ".join(f"w{number}" for number in range(25_000))
    made = drafted(munich, olga, body=words[:190_000])
    assert len(DocumentText.objects.get(document=made).draft) <= 100_000
    assert numbers(axel, "w7") == [made.number]


def test_a_translation_is_found_by_its_words(rings, olga, pedro):
    documents.translate(
        Revision.objects.get(document=rings),
        by=olga,
        language="de",
        title="Ringe entgraten",
        body="<p>An der Fase.</p>",
    )
    assert numbers(pedro, "entgraten fase") == [rings.number]


def test_the_file_of_a_draft_is_found_by_those_who_work_on_it_and_not_when_it_is_gone(rings, olga, axel, pedro):
    documents.start_revision(rings, by=olga, reason="It goes better.", change_summary="Notes")
    draft = selectors.revision_on_its_way(rings)
    records.attach(draft, file=io.BytesIO(b"The widdershins turn"), name="notes.txt", by=olga)
    work(olga)
    assert (numbers(olga, "widdershins"), numbers(pedro, "widdershins")) == ([rings.number], [])
    published(rings, olga, axel)
    assert numbers(pedro, "widdershins") == [rings.number]
    revised(rings, olga, axel)
    assert numbers(olga, "widdershins") == numbers(pedro, "widdershins") == []


def test_what_older_rules_have_drawn_is_drawn_anew_at_night(rings, axel, system):
    DocumentText.objects.update(in_force="", edition=0)
    with acting(system):
        assert documents.index_forgotten(on=today(), by=system) == 1
        assert documents.index_forgotten(on=today(), by=system) == 0
    assert numbers(axel, "chamfer") == [rings.number]


def test_the_index_is_drawn_anew_by_a_command(rings, olga, axel, capsys):
    records.attach(rings, file=io.BytesIO(b"The widdershins turn"), name="notes.txt", by=olga)
    DocumentText.objects.update(heading="", in_force="")
    SearchWord.objects.create(word="nobodysword")
    call_command("index_documents")
    assert numbers(axel, "chamfer widdershins") == [rings.number]
    assert not SearchWord.objects.filter(word="nobodysword").exists()
    assert SearchWord.objects.filter(word="widdershins").exists()


def test_what_an_older_installation_has_is_read_at_night(rings, axel, system):
    DocumentText.objects.all().delete()
    assert numbers(axel, "chamfer") == []
    with acting(system):
        documents.index_forgotten(on=today(), by=system)
    assert numbers(axel, "chamfer") == [rings.number]
