"""The words by which a document is found: written with each change of its text, and by a job for its files."""

import html
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags

from documents import selectors
from documents.models import AttachedText, Document, DocumentText, Revision
from documents.texts import LONGEST, text_of
from people.models import User
from records.models import Attachment, Record

KINDS = (Document.kind_code, Revision.kind_code)
NO_WORDS = frozenset({"key", "photo"})  # of a step: by what it is known, not what it says


@transaction.atomic
def index(document: Document, *, by: User) -> None:
    """Draw the words of a document anew: the text in force for everybody, a draft for those who work on it."""
    in_force: list[str] = []
    draft: list[str] = []
    for revision in Revision.objects.filter(document=document, superseded_at=None, withdrawn_at=None):
        (in_force if revision.status in selectors.IN_FORCE else draft).append(_text_of(revision))
    facts = {
        "heading": _heading(document),
        "in_force": " ".join(in_force)[:LONGEST],
        "draft": " ".join(draft)[:LONGEST],
    }
    if not DocumentText.objects.filter(document=document).update(**facts):
        DocumentText.objects.bulk_create([DocumentText(document=document, **facts)], ignore_conflicts=True)


def _heading(document: Document) -> str:
    facts = (document.number, document.title, document.old_number, document.publisher)
    return " ".join(fact for fact in facts if fact)


def _text_of(revision: Revision) -> str:
    steps = [_words_of(step.content()) for step in revision.steps.all()]
    body = html.unescape(strip_tags(revision.body.replace("<", " <")))
    said = [revision.edition, body, *steps, revision.reaction_plan, revision.change_summary]
    return " ".join(" ".join(said).split())


def _words_of(step: dict[str, Any]) -> str:
    return " ".join(value for name, value in step.items() if isinstance(value, str) and name not in NO_WORDS)


@transaction.atomic
def read_files(record: Record, *, by: User) -> int:
    """Read the text of the files of a document or revision that nobody has read; returns how many.

    A file of which nothing can be read is kept with an empty text, so that it is not tried for ever.
    """
    read = [AttachedText(attachment=one, text=text_of(_bytes(one), one.name)) for one in _unread(record)]
    AttachedText.objects.bulk_create(read, ignore_conflicts=True)
    document = _document_of(record)
    if read and document:
        _index_files(document)
    return len(read)


def _unread(record: Record) -> list[Attachment]:
    return list(selectors.unread_files(KINDS, record_id=record.pk)[:100])


def _bytes(attachment: Attachment) -> bytes:
    try:
        with attachment.file.open("rb") as file:
            return bytes(file.read())
    except OSError:  # what became of the file, verifying the ledger tells
        return b""


def _document_of(record: Record) -> Document | None:
    if record.kind == Document.kind_code:
        return Document.objects.filter(pk=record.pk).first()
    return Document.objects.filter(revisions=record.pk).first()


def _index_files(document: Document) -> None:
    """The files of the document, and of what is in force or on its way."""
    live = Revision.objects.filter(document=document, superseded_at=None, withdrawn_at=None).values("pk")
    texts = AttachedText.objects.filter(attachment__record__in=[document.pk, *live.values_list("pk", flat=True)])
    words = " ".join(texts.order_by("attachment").values_list("text", flat=True))[:LONGEST]
    DocumentText.objects.filter(document=document).update(files=words)


def index_forgotten(*, on: date, by: User) -> int:
    """Documents and files that nobody has read by that day: those of an older installation. Returns how many."""
    forgotten = list(Document.objects.filter(text=None, opened_at__date__lte=on)[:1000])
    for document in forgotten:
        index(document, by=by)
    records = Record.objects.filter(pk__in=selectors.unread_files(KINDS).values("record")[:1000])
    return len(forgotten) + sum(read_files(record, by=by) for record in records)
