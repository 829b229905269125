"""The records of a page that a user sees: every door begins here, so a stranger finds nothing anywhere."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from records.selectors import scope
from ui.registry import RecordPage


def records_of(page: RecordPage, user: Any) -> QuerySet[Any]:
    """What the user sees of a kind, with the relations that its list shows."""
    return page.queryset().filter(scope(user, page.model), kind=page.kind)


def record_for(page: RecordPage, user: Any, number: str) -> Any:
    """The record with that number. Raises Http404 when there is none or the user does not see it."""
    related = records_of(page, user).select_related("site", "owner", "process", "origin")
    record = related.filter(number=number).order_by("pk").first()  # the order of its list would be worked out for one
    if record is None:
        raise Http404(_("There is no such record among those that you see."))
    return record
