"""What a revision on paper says about itself: a mark where it is not in force, and a code to ask about it."""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Distribution, Revision
from documents.states import CopyStatus


def control(record: Revision, copy: Distribution | None = None) -> dict[str, Any]:
    """Mark, code and foot of every sheet."""
    url = scan_url(copy.scan_key if copy else record.scan_key)
    return {
        "standing": selectors.standing(record),
        "scan_url": url,
        "scan_code": code_of(url),
        "control_words": _controlled(record, copy) if copy else _("Uncontrolled when printed; scan to check."),
    }


def _controlled(record: Revision, copy: Distribution) -> str:
    """Controlled is what hangs there and is in force; printed again afterwards it says what it was."""
    told = {"no": copy.no, "place": copy.place, "holder": copy.holder}
    if copy.status != CopyStatus.OUT or record.status not in selectors.IN_FORCE:
        return _("No longer controlled: was copy no. %(no)d, %(place)s (%(holder)s). Do not use it.") % told
    return _("Controlled copy no. %(no)d: %(place)s (%(holder)s). Scan to check.") % told


def scan_url(key: UUID) -> str:
    """The public address that says whether a sheet is current."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('documents:scanned', args=[key])}"


def code_of(url: str) -> str:
    """A QR code as an image in itself."""
    return str(segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2, xmldecl=False))
