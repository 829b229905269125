from documents.models import Revision
from people.models import User
from records.models import Attachment, Record
from records.selectors import visible

PICTURE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def picture(sha256: str, user: User) -> Attachment | None:
    """A picture with these bytes, kept with any record that the user sees."""
    kept = Attachment.objects.filter(sha256=sha256, content_type__in=PICTURE_TYPES)
    return kept.filter(record__in=visible(Record, user)).first()


def pictures_of(revision: Revision) -> list[Attachment]:
    """The pictures among the files of a revision."""
    return list(revision.attachments.filter(content_type__in=PICTURE_TYPES))
