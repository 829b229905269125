from datetime import date, timedelta

from django.utils.translation import gettext as _

from people.models import User
from records import services as records
from training import selectors
from training.states import (
    UNFINISHED,
)


def remind(*, on: date, by: User) -> int:
    """Remind everybody of what is due within a week or overdue: once a day each. Returns how many are new."""
    soon = selectors.assignments().filter(status__in=UNFINISHED, due__lte=on + timedelta(days=7))
    return sum(
        records.notify(
            row.person,
            text=_("%(title)s is due on %(due)s") % {"title": row.title, "due": row.due},
            url=row.get_absolute_url(),
            key=f"assignment-{row.pk}-{on}",
            by=by,
        )
        for row in soon
    )
