"""What people put beside a record: files and remarks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from records.models.record import Line, Record


def content_path(attachment: "Attachment", filename: str) -> str:
    """Files lie under their digest: the same bytes are kept once, and no name of a user is a path."""
    return f"files/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(Line):
    """A file kept with a record, by its digest."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(upload_to=content_path)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    content_type = models.CharField(_("type"), max_length=100)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    history = History()

    class Meta:
        ordering = ("added_at", "id")
        indexes = [models.Index(fields=["sha256"], name="attachment_by_digest")]

    def __str__(self) -> str:
        return self.name


class Comment(Line):
    """A remark on a record. Append-only."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), max_length=5000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"))

    append_only = True

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:60]
