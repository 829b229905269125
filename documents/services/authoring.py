"""Writing a draft: what is typed is not lost, who else writes is told, and a Word file becomes its text."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from documents import rich_text, selectors, word
from documents.models import Autosave, Document, Presence, Revision
from documents.services.drafting import create_document, edit_revision
from documents.services.picturing import add_picture
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records

LONGEST_AUTOSAVE = 2_000_000
FORGOTTEN = timedelta(days=1)  # who was here yesterday tells nobody anything


@dataclass(frozen=True)
class Imported:
    """What became of a Word file: the text as it will be kept, and in words what could not be taken over."""

    revision: Revision
    body: str
    left_out: tuple[str, ...]

    @property
    def words(self) -> str:
        """One sentence about what the file had that the text has not."""
        told = _("Taken from a Word file. These were not taken over: %(what)s.")
        return told % {"what": "; ".join(self.left_out)} if self.left_out else _("Taken from a Word file.")


def _refuse_unless_draft(revision: Revision) -> None:
    if not Revision.machine.may_edit(revision.status):
        raise Refused(
            _("%(number)s is %(state)s; start a new revision to change the text.")
            % {"number": revision.number, "state": revision.status_label},
            code="not-a-draft",
        )


@transaction.atomic
def autosave(revision: Revision, *, by: User, version: int, fields: str) -> Autosave:
    """Keep what somebody has typed and not saved, beside the record: it is offered again, and nothing is signed of it.

    `version` is that of the draft which the writer has before him; an older one is kept as well, so that nothing typed
    is lost to somebody who was faster.

    Raises Refused: "not-a-draft", "autosave-too-long".
    """
    _refuse_unless_draft(revision)
    if len(fields) > LONGEST_AUTOSAVE:
        raise Refused(_("This is too long to be kept."), code="autosave-too-long")
    made, _new = Autosave.objects.update_or_create(
        revision=revision, person=by, defaults={"version": version, "fields": fields, "saved_at": clock()}
    )
    return made


@transaction.atomic
def discard_autosave(revision: Revision, *, by: User) -> None:
    """Forget what the person had typed and does not want any more."""
    Autosave.objects.filter(revision=revision, person=by).delete()


@transaction.atomic
def keep_presence(revision: Revision, *, by: User) -> list[Presence]:
    """Tell that `by` has the draft open for writing; returns who else has. Nobody is locked out by it."""
    now = clock()
    Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    mine = Presence.objects.filter(revision=revision, person=by).first()
    if mine is None:
        Presence.objects.bulk_create(
            [Presence(revision=revision, person=by, since=now, seen_at=now)], ignore_conflicts=True
        )
    else:
        mine.since = mine.since if mine.seen_at >= now - selectors.PATIENCE else now
        mine.seen_at = now
        mine.save()
    return selectors.editing(revision, but=by, at=now)


@transaction.atomic
def leave(revision: Revision, *, by: User) -> None:
    """The person has closed the editor."""
    Presence.objects.filter(revision=revision, person=by).delete()


@transaction.atomic
def import_word(revision: Revision, *, by: User, file: BinaryIO) -> Imported:
    """Put the text of a Word file in the place of the text of a draft, its pictures among the files.

    What could not be taken over stands in a remark. Raises Refused as `word.read` does: "not-a-word-file",
    "word-file-too-large", "word-file-broken".
    """
    found = converted(revision, by=by, file=file)
    edit_revision(revision, by=by, body=found.body)
    if found.left_out:
        records.comment(revision, text=found.words[:5000], by=by)
    return found


@transaction.atomic
def offer_word(revision: Revision, *, by: User, file: BinaryIO, begun: str) -> Imported:
    """Put the text of a Word file into what its writer has not saved yet; the draft itself stays as it is.

    `begun` is the form as it is sent, whose text is replaced.
    """
    found = converted(revision, by=by, file=file)
    fields = QueryDict(begun, mutable=True)
    fields["body"] = found.body
    autosave(revision, by=by, version=revision.version, fields=fields.urlencode())
    return found


@transaction.atomic
def converted(revision: Revision, *, by: User, file: BinaryIO) -> Imported:
    """The text of a Word file, its pictures among the files of the draft; the draft's own text stays.

    Raises Refused("not-a-draft").
    """
    _refuse_unless_draft(revision)
    found = word.read(file)
    body, left_out = found.html, list(found.left_out)
    for key, picture in found.pictures.items():
        try:
            kept = add_picture(revision, file=io.BytesIO(picture.data), name=picture.name, by=by)
        except Refused as refused:
            left_out.append(f"{picture.name}: {refused.message}")
            body = body.replace(key, "")
        else:
            body = body.replace(key, rich_text.picture_url(kept.sha256))
    return Imported(revision, rich_text.clean(body), tuple(dict.fromkeys(left_out)))


@transaction.atomic
def open_from_word(*, by: User, file: BinaryIO, **facts: Any) -> Imported:
    """Open a document whose first draft says what a Word file says; `facts` as `create_document` takes them."""
    document = create_document(by=by, **facts)
    return import_word(document.revisions.get(), by=by, file=file)


@transaction.atomic
def create_from_word(*, by: User, file: BinaryIO, **facts: Any) -> Document:
    """The same; returns the document."""
    return open_from_word(by=by, file=file, **facts).revision.document
