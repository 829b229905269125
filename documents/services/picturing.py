"""Pictures of a text and of its steps: files of the revision, known by the digest of their bytes."""

import hashlib
import io
import warnings
from typing import BinaryIO

import filetype
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from documents import rich_text, selectors
from documents.models import Revision
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.models import Attachment

LARGEST_PICTURE = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000


@transaction.atomic
def add_picture(revision: Revision, *, file: BinaryIO, name: str, by: User) -> Attachment:
    """Keep a picture with a draft; the same bytes once. Its place in the text is given by whoever writes the text.

    Raises Refused: "not-a-draft", "not-a-picture", "picture-too-large".
    """
    if not Revision.machine.may_edit(revision.status):
        raise Refused(_("%(number)s is no draft any more.") % {"number": revision.number}, code="not-a-draft")
    file.seek(0)
    data = file.read(LARGEST_PICTURE + 1)
    check_picture(data)
    before = revision.attachments.filter(sha256=hashlib.sha256(data).hexdigest()).first()
    return before or records.attach(revision, file=io.BytesIO(data), name=name, by=by)


def check_picture(data: bytes) -> None:
    """Raises Refused("not-a-picture" or "picture-too-large"). Its size in pixels is read, not decoded."""
    kind = filetype.guess(data)
    if kind is None or kind.mime not in selectors.PICTURE_TYPES:
        raise Refused(_("This is no picture. Give a PNG, JPEG, WebP or GIF file."), code="not-a-picture")
    if len(data) > LARGEST_PICTURE:
        raise Refused(_("The picture is larger than 8 MB."), code="picture-too-large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as bomb:
        raise Refused(_("The picture has more than 40 million pixels."), code="picture-too-large") from bomb
    except (OSError, ValueError, SyntaxError) as broken:
        raise Refused(_("The picture cannot be read. Save it again and try once more."), "not-a-picture") from broken
    if width * height > MOST_PIXELS:
        raise Refused(_("The picture has more than 40 million pixels."), code="picture-too-large")


def adopt_pictures(revision: Revision, *, by: User) -> None:
    """Every picture that the text or a step shows is a file of this revision: it stays readable as long as that.

    What stands with another record that `by` sees is kept here too. Raises Refused("picture-unknown") for the rest.
    """
    shown = rich_text.pictures_in(revision.body) | set(revision.steps.exclude(photo="").values_list("photo", flat=True))
    missing = shown - set(revision.attachments.values_list("sha256", flat=True)) if shown else shown
    for digest in sorted(missing):
        found = selectors.picture(digest, by)
        if found is None:
            raise Refused(
                _("The text shows a picture that is not among your files. Add the picture again."),
                code="picture-unknown",
            )
        with found.file.open("rb") as file:
            records.attach(revision, file=io.BytesIO(file.read()), name=found.name, by=by)
