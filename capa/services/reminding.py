"""What tells owners that a CAPA, or a customer, has waited too long."""

from datetime import date

from django.utils.translation import gettext as _

from capa import selectors
from people.models import User
from records import services as records
from records.models import Record


def remind(*, on: date, by: User) -> int:
    """Remind the owners of CAPAs and complaints that are overdue, once a day each."""
    overdue: list[Record] = [*selectors.overdue_capas(on), *selectors.reply_overdue(on)]
    return sum(
        records.notify(
            record.owner,
            text=_("%(number)s is overdue: %(title)s") % {"number": record.number, "title": record.title},
            url=record.get_absolute_url(),
            key=f"overdue-{record.number}-{on}",
            by=by,
        )
        for record in overdue
    )
