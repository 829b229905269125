"""Taking over an old register: looked at first, then whole or not at all; in force only by a signed decision."""

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors, sheets
from documents.dates import months_after
from documents.models import Document, RegisterImport, Revision
from documents.services.authoring import import_word
from documents.services.drafting import create_document
from documents.services.indexing import index
from documents.services.register import classify
from documents.states import ACTIVATE, ADOPT, DocumentStatus
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from jobs import services as jobs
from jobs.models import Job
from people.models import Site, User
from records import services as records
from records.signing import Signing

TOLD_EVERY = 20


@transaction.atomic
def upload_register(
    *, by: User, site: Site, sheet: IO[bytes], archive: IO[bytes] | None = None, folder: Sequence[IO[bytes]] = ()
) -> RegisterImport:
    """Keep an old register to be looked at, with its files: a zip of them, or those of a folder.

    Raises Refused for what cannot be read within its limits.
    """
    sheet.seek(0)
    found = sheets.read(sheet)
    if folder:
        archive = sheets.packed(folder)
    if archive is not None:
        sheets.check_archive(archive)
    kept = RegisterImport(
        site=site,
        made_by=by,
        made_at=clock(),
        name=str(getattr(sheet, "name", "") or "register.xlsx")[-200:],
        mapping=sheets.guess_mapping(found.headings),
    )
    sheet.seek(0)
    kept.sheet.save("register.xlsx", ContentFile(sheet.read()), save=False)
    if archive is not None:
        archive.seek(0)
        kept.archive.save("files.zip", ContentFile(archive.read()), save=False)
    kept.save()
    evidence.record_event("register uploaded", kept, by=by, note=kept.name, data={"sha256": _digest(sheet)})
    return kept


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.sha256(file.read()).hexdigest()


@transaction.atomic
def map_columns(kept: RegisterImport, *, by: User, mapping: dict[str, int]) -> RegisterImport:
    """Say which column holds which fact. Raises Refused("import-done")."""
    row = _open_import(kept)
    row.mapping = mapping
    row.save()
    return row


def _open_import(kept: RegisterImport) -> RegisterImport:
    row = RegisterImport.objects.select_for_update().select_related("site", "made_by").get(pk=kept.pk)
    if row.done_at:
        raise Refused(_("This register has been taken over already."), code="import-done")
    return row


@transaction.atomic
def confirm_import(kept: RegisterImport, *, by: User) -> Job:
    """Have the register taken over by a job: all rows or none. Raises Refused: "import-done", "rows-at-fault"."""
    row = _open_import(kept)
    found = selectors.preview(row, on=clock().date())
    _check(found)
    title = _("Import of %(name)s") % {"name": row.name}
    return jobs.start_job(title, by=by, task="documents.import_register", total=len(found.rows), import_id=row.pk)


def _check(found: selectors.Preview) -> None:
    if not found.is_sound:
        raise Refused(
            _("%(count)d rows are at fault. Correct them in the workbook and upload it again; nothing was imported.")
            % {"count": len(found.faulty)},
            code="rows-at-fault",
        )


@transaction.atomic
def take_over(kept: RegisterImport, job: Job, *, by: User) -> int:
    """Make a document with a draft of every row, or nothing; the job tells which. Returns how many.

    Raises Refused: "rows-at-fault", "import-done".
    """
    try:
        with transaction.atomic():
            made = _make_all(_open_import(kept), job, by)
    except Refused as refused:
        jobs.conclude(job, message=refused.message, failed=True)
        return 0
    message = _("%(count)d documents were made as drafts.") % {"count": made}
    jobs.conclude(job, result_url=f"/documents/import/{kept.uuid}/", message=message)
    return made


def _make_all(kept: RegisterImport, job: Job, by: User) -> int:
    found = selectors.preview(kept, on=clock().date())
    _check(found)
    archive = selectors.archive_of(kept)
    for done, row in enumerate(found.rows):
        if done % TOLD_EVERY == 0:
            jobs.advance(job, done=done, total=len(found.rows))
        try:
            _make(kept, row, archive, by)
        except Refused as refused:
            told = {"row": row.number, "why": refused.message}
            raise Refused(_("Row %(row)d: %(why)s") % told, code=refused.code) from refused
    kept.done_at = clock()
    kept.save()
    evidence.record_event("register imported", kept, by=by, note=f"{kept.name}: {len(found.rows)}")
    return len(found.rows)


def _make(kept: RegisterImport, row: selectors.Row, archive: sheets.Archive | None, by: User) -> None:
    facts: dict[str, Any] = row.facts
    document = create_document(
        by=by,
        site=kept.site,
        type=facts["type"],
        title=facts["title"],
        process=facts["process"],
        owner=facts["owner"],
        reason=_("Taken over from %(name)s, row %(row)d") % {"name": kept.name, "row": row.number},
    )
    records.amend(document, by=by, imported_by=kept, review_due=facts["review_due"])
    classify(
        document,
        by=by,
        clauses=facts["clauses"],
        old_number=facts["old_number"],
        publisher=facts["publisher"],
        edition=facts["edition"],
    )
    draft = selectors.revision_on_its_way(document)
    assert draft is not None, "create_document has just made it"
    records.amend(draft, by=by, in_force_since=facts["in_force_since"])
    if facts["file"] and archive is not None:
        _take_file(draft, archive.read(facts["file"]), sheets.base_name(facts["file"]), by)


def _take_file(draft: Revision, content: bytes, name: str, by: User) -> None:
    """The file as it is; of a Word file the text too. One that cannot be read as text stays a file, and says so."""
    records.attach(draft, file=io.BytesIO(content), name=name, by=by)
    if not name.lower().endswith(".docx"):
        return
    try:
        with transaction.atomic():
            import_word(draft, by=by, file=io.BytesIO(content))
    except Refused as refusal:
        told = _("%(name)s could not be taken over as text, and is attached: %(why)s")
        records.comment(draft, text=told % {"name": name, "why": refusal.message}, by=by)


@transaction.atomic
def adopt(revision: Revision, *, by: User, signing: Signing) -> Revision:
    """A quality manager signs that an imported revision is in force already, since the day its register says.

    Nobody is assigned: people work by it today. Whoever is required to know it later is assigned then.

    Raises Refused("not-imported").
    """
    document = Document.objects.select_for_update().select_related("type").get(pk=revision.document_id)
    if document.imported_by_id is None or revision.no > 1:
        raise Refused(_("Only what came with an old register can be in force already."), code="not-imported")
    now = clock()
    since = revision.in_force_since or now.date()
    signature = records.sign(revision, by=by, transition=ADOPT, signing=signing)
    facts: dict[str, Any] = {"approved_at": now, "issued_at": now, "effective_on": since}
    moment = datetime.combine(since, time(), UTC)
    records.move(revision, ADOPT, by=by, signature=signature, effective_at=min(moment, now), **facts)
    due = document.review_due or months_after(now.date(), document.type.review_months)
    records.amend(document, by=by, reason=revision.number, review_due=due)
    if document.status == DocumentStatus.DRAFT:
        records.move(document, ACTIVATE, by=by)
    index(document, by=by)
    return revision
