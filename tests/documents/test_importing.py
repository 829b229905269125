"""An old register: every row is looked at, all come in or none, and a quality manager says what is in force already."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from documents import selectors, sheets
from documents import services as documents
from documents.models import Document, RegisterImport, Revision
from evidence.context import acting
from evidence.refusals import Refused
from jobs.delivery import deliver
from jobs.models import Job, OutboxMessage
from people import services as people
from records.models import Attachment, Signature
from tests.cast import api_for, client_for, dialog, fresh, in_days, refusal, signing, today
from tests.documents.test_word import PROCEDURE, docx, png
from training import services as training
from training.models import Assignment

HEADINGS = ["Title", "Type", "Old number", "Process", "Owner", "In force since", "Review due", "Edition", "Clauses",
            "File"]  # fmt: skip
RINGS = ["Deburring of rings", "WI", "QP-07-12", "GRIND", "olga", date(2024, 3, 1), "", "D", "7.5.3; 8.5.1", ""]
CANS = ["Filling of cans", "Procedure", "QP-07-13", "", "", "", "2027-01-31", "", "", ""]


def workbook(*rows, headings=None) -> io.BytesIO:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate([headings or HEADINGS, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    file.seek(0)
    file.name = "old.xlsx"
    return file


def archive(**files: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "."), data)
    file.seek(0)
    return file


def uploaded(site, by, *rows, files=None, headings=None) -> RegisterImport:
    return documents.upload_register(by=by, site=site, sheet=workbook(*rows, headings=headings), archive=files)


def faults(kept) -> list[list[str]]:
    return [row.faults for row in selectors.preview(kept, on=today()).rows]


def taken_over(kept, by) -> Job:
    job = documents.confirm_import(kept, by=by)
    with acting(by):
        for _round in range(2):  # the job asks for others: to read the files
            for key in list(OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True)):
                deliver(key)
    return fresh(job)


@pytest.fixture
def here(munich, grinding, olga, axel, system):
    return munich


def test_every_row_becomes_a_draft_with_what_the_register_said(here, axel, olga, grinding):
    files = archive(**{"Folder/Deburring__TXT": b"The widdershins turn"})
    kept = uploaded(here, axel, [*RINGS[:9], "folder/deburring.txt"], CANS, files=files)
    assert Document.objects.count() == 0
    job = taken_over(kept, axel)
    assert (job.failed, job.message, job.done) == (False, "2 documents were made as drafts.", 0)
    rings = Document.objects.get(old_number="QP-07-12")
    assert (rings.number, rings.title, rings.process, rings.owner) == ("MUC-WI-0001", RINGS[0], grinding, olga)
    assert [row.clause.number for row in rings.clauses.all()] == ["7.5.3", "8.5.1"]
    draft = Revision.objects.get(document=rings)
    assert (draft.status, draft.edition, draft.in_force_since) == ("draft", "D", date(2024, 3, 1))
    assert Attachment.objects.get(record=draft.pk).name == "deburring.txt"
    assert [hit.document for hit in selectors.search(axel, "QP-07-12").hits] == [rings]
    assert [hit.document for hit in selectors.search(axel, "widdershins").hits] == [rings]
    assert Document.objects.get(title=CANS[0]).review_due == date(2027, 1, 31)


def test_a_word_file_becomes_the_text_and_stays_attached(here, axel, grinding):
    files = archive(deburring__docx=docx(PROCEDURE, picture=png()).getvalue(), broken__docx=b"PK\x03\x04 no more")
    rows = ([*RINGS[:9], "deburring.docx"], [*CANS[:9], "broken.docx"])
    job = taken_over(uploaded(here, axel, *rows, files=files), axel)
    assert not job.failed, job.message
    rings, cans = (Revision.objects.get(title=row[0]) for row in rows)
    assert "Look at it." in rings.body
    assert {file.name for file in rings.attachments.all()} >= {"deburring.docx"}
    assert (cans.body, [file.name for file in cans.attachments.all()]) == ("", ["broken.docx"])
    assert "broken.docx could not be taken over as text" in cans.comments.get().text


def test_what_is_wrong_is_said_row_by_row(here, axel, grinding):
    rows = (
        ["", "WI"],
        ["A", "XX"],
        ["B", "WI", "", "NOWHERE"],
        ["C", "WI", "", "", "nobody"],
        ["D", "WI", "", "", "", "last year"],
        ["E", "WI", "", "", "", in_days(3).isoformat()],
        ["F", "WI", "", "", "", "", "", "", "7.99"],
        ["G", "WI", "", "", "", "", "", "", "", "no.docx"],
        ["H", "WI", "Q-1"],
        ["h", "WI", "q-1"],
        ["L" * 201, "WI"],
        ["Sound", "WI"],
    )
    found = faults(uploaded(here, axel, *rows))
    assert found == [
        ["Title is missing."],
        ["There is no type “XX”."],
        ["There is no process “NOWHERE” here."],
        ["Nobody “nobody” may own documents here."],
        ["“last year” is no date. Write 2026-11-24."],
        ["“In force since” lies in the future."],
        ["There is no clause “7.99”."],
        ["“no.docx” is not among the files."],
        ["There is another document with this title.", "There is another document with this old number."],
        ["There is another document with this title.", "There is another document with this old number."],
        ["Title is longer than 200 letters."],
        [],
    ]


def test_what_the_register_has_already_is_refused(here, axel):
    taken_over(uploaded(here, axel, RINGS), axel)
    assert len(faults(uploaded(here, axel, RINGS))[0]) == 2


def test_one_wrong_row_and_nothing_is_imported(here, axel):
    kept = uploaded(here, axel, RINGS, ["", "WI"])
    with refusal("rows-at-fault"):
        documents.confirm_import(kept, by=axel)
    assert Document.objects.count() == 0


def test_what_goes_wrong_in_the_middle_leaves_nothing(here, axel, olga):
    """Between the look and the job somebody made a document with the title of the second row."""
    kept = uploaded(here, axel, RINGS, CANS)
    job = documents.confirm_import(kept, by=axel)
    documents.create_document(by=olga, site=here, type=Document.type.field.related_model.objects.first(), title=CANS[0])
    with acting(axel):
        for key in OutboxMessage.objects.filter(task="documents.import_register").values_list("id", flat=True):
            assert deliver(key)
    assert (fresh(job).failed, Document.objects.count(), fresh(kept).done_at) == (True, 1, None)


def test_a_file_that_is_refused_when_others_are_made_already_leaves_nothing(here, axel):
    rows = ([*RINGS[:-1], "rings.txt"], [*CANS[:-1], "empty.txt"])
    kept = uploaded(here, axel, *rows, files=archive(rings__txt=b"Hold it.", empty__txt=b""))
    job = taken_over(kept, axel)
    assert (job.failed, Document.objects.count(), fresh(kept).done_at) == (True, 0, None)
    assert job.message == "Row 3: The file is empty."


def test_a_register_comes_in_once(here, axel):
    kept = uploaded(here, axel, RINGS)
    taken_over(kept, axel)
    with refusal("import-done"):
        documents.confirm_import(kept, by=axel)


def test_columns_are_known_by_name_or_said(here, axel):
    kept = uploaded(here, axel, ["Turning", "WI"], headings=["Bezeichnung", "Document type"])
    assert kept.mapping == {"type": 1}
    assert faults(kept) == [["Title is missing."]]
    documents.map_columns(kept, by=axel, mapping={"title": 0, "type": 1})
    assert faults(fresh(kept)) == [[]]


def test_columns_without_a_heading_and_a_value_are_not_offered(here, axel):
    kept = uploaded(here, axel, ["Turning", "WI", "kept"], headings=["Title", "Type"])
    assert selectors.preview(kept, on=today()).headings == ["Title", "Type", ""]


def test_formulas_count_as_their_values_and_are_never_run(here, axel):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Title", "Type"])
    sheet.write_formula(1, 0, '=CONCATENATE("Tur","ning")', value="Turning")
    sheet.write_string(1, 1, "WI")
    book.close()
    kept = documents.upload_register(by=axel, site=here, sheet=file)
    assert [row.texts["title"] for row in selectors.preview(kept, on=today()).rows] == ["Turning"]


def bomb() -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", bytes(80 * 1024 * 1024))
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (lambda: io.BytesIO(b"Title;Type"), "not-a-workbook"),
        (lambda: io.BytesIO(b""), "not-a-workbook"),
        (lambda: io.BytesIO(b"PK\x03\x04" + bytes(200)), "not-a-workbook"),
        (lambda: archive(a__txt=b"x"), "not-a-workbook"),
        (lambda: io.BytesIO(bytes(6 * 1024 * 1024)), "sheet-too-large"),
        (bomb, "zip-bomb"),
        (lambda: workbook(headings=["", ""]), "sheet-empty"),
        (lambda: workbook(*[["T", "WI"]] * 2001), "too-many-rows"),
    ],
)
def test_hostile_workbooks_are_refused(here, axel, file, code):
    with refusal(code):
        documents.upload_register(by=axel, site=here, sheet=file())


def test_a_zip_that_would_fill_the_disk_is_refused(here, axel):
    with refusal("zip-bomb"):
        documents.upload_register(by=axel, site=here, sheet=workbook(RINGS), archive=archive(a__txt=bytes(90 * 2**20)))
    with refusal("not-an-archive"):
        documents.upload_register(by=axel, site=here, sheet=workbook(RINGS), archive=io.BytesIO(b"no zip"))


def test_names_in_a_zip_are_no_paths(here, axel):
    kept = uploaded(here, axel, [*RINGS[:9], "../../etc/passwd"], files=archive(**{"../../etc/passwd": b"root"}))
    taken_over(kept, axel)
    assert Attachment.objects.get().name == "passwd"
    assert "passwd" not in Attachment.objects.get().file.name


@given(st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=6))
def test_any_cells_are_read_or_refused(rows):
    printable = [[cell for cell in row if cell.isprintable()] for row in rows]
    try:
        found = sheets.read(workbook(*printable, headings=["Title", "Type"]))
    except Refused:
        return
    assert all(len(text) <= sheets.LONGEST_CELL for _number, row in found.rows for text in row)


def test_the_workbook_to_fill_in_fits_itself(axel, munich):
    answer = client_for(axel).get("/documents/import/template.xlsx")
    found = sheets.read(io.BytesIO(answer.content))
    assert set(sheets.guess_mapping(found.headings)) == {one.name for one in sheets.FIELDS}


def test_a_folder_is_taken_like_a_zip(here, axel):
    files = [sent(io.BytesIO(b"The widdershins turn"), "Deburring.txt"), sent(io.BytesIO(b"x"), ".DS_Store")]
    facts = {"site": "MUC", "sheet": sent(workbook([*RINGS[:9], "wi/deburring.txt"], CANS)), "folder": files}
    browser = client_for(axel)
    answer = browser.post("/documents/import/", facts)
    assert "2 documents would be made" in browser.get(answer.url).content.decode()
    kept = RegisterImport.objects.get()
    assert taken_over(kept, axel).message == "2 documents were made as drafts."
    assert [file.name for file in Attachment.objects.all()] == ["deburring.txt"]
    assert [hit.document.title for hit in selectors.search(axel, "widdershins").hits] == [RINGS[0]]


def test_of_a_folder_every_row_is_looked_at_and_all_come_in_or_none(here, axel):
    twice = [io.BytesIO(b"one"), io.BytesIO(b"two")]
    for file, name in zip(twice, ("a/rings.txt", "b/Rings.txt"), strict=True):
        file.name = name
    rows = ([*RINGS[:9], "rings.txt"], [*CANS[:9], "cans.txt"])
    kept = documents.upload_register(by=axel, site=here, sheet=workbook(*rows), folder=twice)
    assert faults(kept) == [
        ["“rings.txt” lies in two folders: nobody knows which is meant."],
        ["“cans.txt” is not among the files."],
    ]
    with refusal("rows-at-fault"):
        documents.confirm_import(kept, by=axel)
    assert Document.objects.count() == 0


def test_too_many_files_or_both_ways_are_told_in_words(here, axel, settings):
    facts = {"site": "MUC", "sheet": sent(workbook(CANS)), "archive": sent(archive(a__txt=b"a"), "a.zip")}
    browser = client_for(axel)
    both = browser.post("/documents/import/", {**facts, "folder": [sent(io.BytesIO(b"b"), "b.txt")]})
    assert (both.status_code, "Bring a zip or a folder, not both." in both.content.decode()) == (422, True)
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    many = [sent(io.BytesIO(b"x"), f"{no}.txt") for no in range(3)]
    answer = browser.post("/documents/import/", {"site": "MUC", "sheet": sent(workbook(CANS)), "folder": many})
    assert (answer.status_code, "more files than can come at once" in answer.content.decode()) == (400, True)
    assert RegisterImport.objects.count() == 0


@pytest.fixture
def imported(here, axel) -> Revision:
    taken_over(uploaded(here, axel, RINGS), axel)
    return Revision.objects.select_related("document").get()


def test_a_quality_manager_signs_that_it_is_in_force_already(imported, axel, olga):
    assert client_for(olga).get(f"{imported.get_absolute_url()}do/adopt/").status_code == 403
    assert "in force already?" in client_for(axel).get("/work/").content.decode()
    browser, url = client_for(axel), f"{imported.get_absolute_url()}do/adopt/"
    assert browser.post(url, dialog(browser, url)).status_code == 302
    one = fresh(imported)
    assert (one.status, one.effective_at.date(), one.approved_at.date()) == ("effective", date(2024, 3, 1), today())
    assert fresh(imported.document).status == "active"
    assert Signature.objects.get().meaning == "released"
    assert selectors.effective_on(imported.document, date(2025, 1, 1)) == one


def test_nobody_is_flooded_with_training(imported, axel, pedro, grinder):
    people.take_role(pedro, job_role=grinder, since=today(), by=axel)
    documents.adopt(imported, by=axel, signing=signing(imported, axel, "released"))
    assert Assignment.objects.count() == 0
    training.require_now(by=axel, job_role=grinder, document=fresh(imported.document))
    assert Assignment.objects.count() == 1


def test_what_did_not_come_with_a_register_takes_the_long_way(here, olga, axel):
    kind = Document.type.field.related_model.objects.get(code="PR")
    made = documents.create_document(by=olga, site=here, type=kind, title="New", body="x")
    draft = Revision.objects.get(document=made)
    assert client_for(axel).get(f"{draft.get_absolute_url()}do/adopt/").status_code == 403
    with refusal("not-imported"):
        documents.adopt(draft, by=axel, signing=signing(draft, axel, "released"))


def sent(file: io.BytesIO, name: str = "old.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, file.getvalue())


def test_in_the_browser_from_upload_to_job(here, axel, olga):
    browser = client_for(axel)
    assert client_for(olga).get("/documents/import/").status_code == 403
    answer = browser.post("/documents/import/", {"site": "MUC", "sheet": sent(workbook(RINGS, ["", "WI"]))})
    assert answer.status_code == 302
    assert "1 of 2 rows are at fault" in browser.get(answer.url).content.decode()
    refused = browser.post(f"{answer.url}confirm/")
    assert (refused.status_code, Document.objects.count()) == (409, 0)
    answer = browser.post("/documents/import/", {"site": "MUC", "sheet": sent(workbook(RINGS))})
    mapped = browser.post(answer.url, {"title": "0", "type": "1", "old_number": "-"})
    assert mapped.status_code == 302
    assert "1 document would be made" in browser.get(answer.url).content.decode()
    assert browser.post(f"{answer.url}confirm/").url.startswith("/jobs/")


def test_a_file_that_is_no_workbook_is_told_in_the_form(here, axel):
    answer = client_for(axel).post("/documents/import/", {"site": "MUC", "sheet": sent(io.BytesIO(b"x"), "x.xlsx")})
    assert answer.status_code == 422
    assert "This is no workbook" in answer.content.decode()


def test_the_same_over_the_api(here, axel, olga, sam):
    call = api_for(axel).client
    answer = call.post("/api/v1/register-imports/", {"site": "MUC", "sheet": sent(workbook(RINGS))})
    assert (answer.status_code, answer.json()["is_sound"]) == (201, True)
    url = f"register-imports/{answer.json()['uuid']}/"
    assert api_for(sam).get(url).status_code == 404
    assert api_for(olga).get(url).status_code == 403
    mapped = api_for(axel).post(f"{url}map/", {"title": "-", "type": "1"})
    assert mapped.json()["rows"][0]["faults"] == ["Title is missing."]
    assert api_for(axel).post(f"{url}confirm/").status_code == 409
    assert api_for(axel).post(f"{url}map/", {"title": "0", "type": "1"}).status_code == 200
    assert api_for(axel).post(f"{url}confirm/").status_code == 202
    assert api_for(axel).post(f"{url}map/", {"title": "99"}).status_code == 400
    bad = call.post("/api/v1/register-imports/", {"site": "MUC", "sheet": sent(io.BytesIO(b"x"))})
    many = {"folder": [sent(io.BytesIO(b"a"), "a.txt"), sent(io.BytesIO(b"b"), "b.txt")]}
    row = [*CANS[:9], "b.txt"]
    folder = call.post("/api/v1/register-imports/", {"site": "MUC", "sheet": sent(workbook(row)), **many})
    assert (folder.status_code, folder.json()["rows"][0]["faults"]) == (201, [])
    assert bad.status_code == 409
    assert call.post("/api/v1/register-imports/", {"site": "MUC"}).status_code == 400
