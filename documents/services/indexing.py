"""The words by which a document is found: written with each change of its text, and by a job for its files."""

import html
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.html import strip_tags

from documents import selectors
from documents.models import AttachedText, Document, DocumentText, Revision, SearchWord
from documents.texts import LONGEST, text_of
from jobs import services as jobs
from people.models import User
from records.models import Attachment, Record

KINDS = (Document.kind_code, Revision.kind_code)
NO_WORDS = frozenset({"key", "photo"})  # of a step: by what it is known, not what it says
EDITION = 1  # of the rules below: raise it with what is indexed, and each document is drawn anew at night
A_TIME = 1000

# A number is never put right: MUC-WI-0012 is not meant by whoever types MUC-WI-0013.
LEARN = """
INSERT INTO documents_searchword (word)
SELECT said.word
FROM documents_documenttext text, unnest(tsvector_to_array(text.words || text.draft_words)) AS said (word)
WHERE text.document_id = %s AND said.word ~ '^[^0-9]{4,40}$'
    AND NOT EXISTS (SELECT FROM documents_searchword known WHERE known.word = said.word)
"""


@transaction.atomic
def index(document: Document, *, by: User) -> None:
    """Draw the words of a document anew: the text in force for everybody, a draft for those who work on it."""
    live = Revision.objects.filter(document=document, superseded_at=None, withdrawn_at=None)
    in_force: list[Revision] = []
    draft: list[Revision] = []
    for revision in live.prefetch_related("steps", "translations"):
        (in_force if revision.status in selectors.IN_FORCE else draft).append(revision)
    facts = {
        "heading": _heading(document),
        "in_force": _together(map(_text_of, in_force)),
        "files": _files_of(document, *in_force),
        "draft": _together([*map(_text_of, draft), _files_of(*draft)]),
        "edition": EDITION,
    }
    if not DocumentText.objects.filter(document=document).update(**facts):
        DocumentText.objects.bulk_create([DocumentText(document=document, **facts)], ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [document.pk])


def _together(texts: Iterable[str]) -> str:
    return " ".join(texts)[:LONGEST]


def _heading(document: Document) -> str:
    facts = (document.number, document.title, document.old_number, document.publisher)
    return " ".join(fact for fact in facts if fact)


def _text_of(revision: Revision) -> str:
    """What it says, in all its languages."""
    steps = [_words_of(step.content()) for step in revision.steps.all()]
    said = [revision.edition, _plain(revision.body), *steps, revision.reaction_plan, revision.change_summary]
    for translation in revision.translations.all():
        steps = [_words_of(step) for step in translation.steps.values()]
        said += [translation.title, _plain(translation.body), *steps, translation.reaction_plan]
    return " ".join(" ".join(said).split())


def _plain(body: str) -> str:
    return html.unescape(strip_tags(body.replace("<", " <")))


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
        index(document, by=by)
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


def _files_of(*records: Record) -> str:
    """The words of their files, as far as they were read."""
    if not records:
        return ""
    texts = AttachedText.objects.filter(attachment__record__in=[record.pk for record in records])
    return _together(texts.order_by("attachment").values_list("text", flat=True))


def index_forgotten(*, on: date, by: User) -> int:
    """Draw what nobody has drawn by that day, or older rules drew: a thousand a time. Returns how many.

    Those are documents and files of an older installation, and all of them after a change of what is indexed.
    """
    undrawn = Q(text=None) | Q(text__edition__lt=EDITION)
    forgotten = list(Document.objects.filter(undrawn, opened_at__date__lte=on).order_by("id")[:A_TIME])
    for document in forgotten:
        index(document, by=by)
    records = Record.objects.filter(pk__in=selectors.unread_files(KINDS).values("record")[:A_TIME])
    if len(forgotten) == A_TIME:
        jobs.enqueue("documents.index_forgotten", key="documents.index_forgotten")  # and so on, until all are
    return len(forgotten) + sum(read_files(record, by=by) for record in records)


@transaction.atomic
def forget_index(*, by: User) -> None:
    """Have all of it drawn anew, the files read again: until then documents are found by their words as they were."""
    DocumentText.objects.update(edition=0)
    AttachedText.objects.all().delete()
    SearchWord.objects.all().delete()
