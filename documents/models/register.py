"""What the register knows of a document besides its own facts: clauses, the words by which it is found, its import."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.revisions import Document
from evidence.history import History
from people.models import Site
from records.models import Attachment, Line


class Apart(models.Func):
    """A text with its words apart: the parser would take QP-07-12 for QP and two negative numbers."""

    template = "translate(%(expressions)s, '-./_:;,()', '         ')"
    output_field = models.TextField()


class Clause(models.Model):
    """A clause of a standard, by number and a few words of our own: the standard itself must be bought."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    standard = models.CharField(_("standard"), max_length=40)
    edition = models.CharField(_("edition"), max_length=20)
    number = models.CharField(_("clause"), max_length=20)
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveSmallIntegerField(_("no."))

    history = History()

    class Meta:
        ordering = ("standard", "edition", "position")
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [
            models.UniqueConstraint(fields=["standard", "edition", "number"], name="one_clause_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title} ({self.standard}:{self.edition})"


class DocumentClause(Line):
    """A document answers a clause."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="clauses")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="documents")

    history = History()

    class Meta:
        ordering = ("clause__position",)
        constraints = [models.UniqueConstraint(fields=["document", "clause"], name="one_clause_a_document")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.clause_id}"


class DocumentText(models.Model):
    """The words by which a document is found, drawn from the document, its revisions and its files.

    `words` covers what everybody who sees the document may read, `draft_words` what is on its way, with its files.
    `edition` says which rules drew it (`services.indexing.EDITION`): what older ones drew is drawn anew at night.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="text")
    heading = models.TextField(blank=True)
    in_force = models.TextField(blank=True)
    files = models.TextField(blank=True)
    draft = models.TextField(blank=True)
    edition = models.PositiveSmallIntegerField(default=0, db_default=0)
    words = models.GeneratedField(
        expression=SearchVector(Apart("heading"), weight="A", config="simple")
        + SearchVector(Apart("in_force"), weight="B", config="simple")
        + SearchVector(Apart("files"), weight="D", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    draft_words = models.GeneratedField(
        expression=SearchVector(Apart("draft"), weight="C", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    bookkeeping = "drawn from documents, revisions and files; it can be drawn again"

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="document_words"),
            GinIndex(fields=["draft_words"], name="document_draft_words"),
            GinIndex(fields=["heading"], opclasses=["gin_trgm_ops"], name="document_heading_likeness"),
        ]

    def __str__(self) -> str:
        return self.heading


class SearchWord(models.Model):
    """A word that documents have or had, by which a slip of the finger is put right.

    No word is locked for anybody: where two people bring the same new one at once it is there twice. Whose document has
    it is not kept here, so it is said only to people who see one that has it.
    """

    word = models.CharField(max_length=40)

    bookkeeping = "drawn from the words of documents; it can be drawn again"

    class Meta:
        indexes = [
            models.Index(fields=["word"], name="search_word"),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_likeness"),
        ]

    def __str__(self) -> str:
        return self.word


class AttachedText(models.Model):
    """The text of a file, read once by a job. Empty where nothing could be read."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField(blank=True)

    bookkeeping = "read from the file, which is kept under its digest"

    def __str__(self) -> str:
        return self.text[:60]


def import_path(kept: "RegisterImport", filename: str) -> str:
    """Under a name of ours: no name of a user is a path."""
    return f"imports/{kept.uuid}/{'archive' if filename.endswith('.zip') else 'register'}"


class RegisterImport(Line):
    """An old register that somebody brings along: looked at first, then taken over whole or not at all."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("uploaded"))
    name = models.CharField(_("file"), max_length=200)
    sheet = models.FileField(upload_to=import_path)
    archive = models.FileField(upload_to=import_path, null=True, blank=True)
    mapping: Any = models.JSONField(default=dict)
    done_at = models.DateTimeField(_("taken over"), null=True, editable=False)

    history = History()

    class Meta:
        ordering = ("-made_at", "-id")
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")

    def __str__(self) -> str:
        return self.name
