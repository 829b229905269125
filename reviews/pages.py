from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from reviews import permissions, selectors, verbs
from reviews.models import Review
from reviews.states import ReviewStatus
from ui.registry import Column, RecordPage, WorkItem, register_page, register_work

register_page(
    RecordPage(
        model=Review,
        icon="presentation-analytics",
        section="review",
        order=10,
        noun=_("management review"),
        nouns=_("management reviews"),
        queryset=selectors.reviews,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("planned_for", label=_("Planned for")),
            Column("owner", label=_("Chair")),
            Column("site"),
        ),
        filters=("status", "site", "owner"),
        overview="reviews/_review.html",
        context=selectors.review_overview,
        create=verbs.PLAN,
        verbs=verbs.REVIEW,
        pdf="reviews/pdf.html",
        about=_("What management looked at, concluded and decided (ISO 9001, 9.3)."),
    )
)


def minutes_waiting(user: Any, on: date) -> Iterable[WorkItem]:
    """Minutes that wait for the chair's signature."""
    for review in selectors.reviews().filter(status=ReviewStatus.HELD, owner=user):
        if permissions.may_approve(user, review):
            yield WorkItem(
                title=_("Approve the minutes of %(number)s") % {"number": review.number},
                url=review.get_absolute_url(),
                kind=_("Signature"),
            )


register_work(minutes_waiting)
