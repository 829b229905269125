from datetime import date

from django.utils.translation import gettext as _

from documents import selectors
from documents.services.routing import tell
from people.models import User
from records import services as records


def remind(*, on: date, by: User) -> int:
    """Remind owners of documents whose periodic review is due, and of revisions that wait for training."""
    due = [(document, _("%(number)s is due for review")) for document in selectors.due_for_review(on)]
    waiting = [(revision, _("%(number)s waits for training")) for revision in selectors.waiting_for_training(on)]
    return sum(
        records.notify(
            record.owner,
            text=f"{words % {'number': record.number}}: {record.title}",
            url=record.get_absolute_url(),
            key=f"document-{record.number}-{on}",
            by=by,
        )
        for record, words in [*due, *waiting]
    )


def remind_of_approvals(*, on: date, by: User) -> int:
    """Remind everybody who is asked for a review or an approval: from the second day on, once a day."""
    waiting = [one for one in selectors.unanswered() if one.opened_at is None or one.opened_at.date() < on]
    return sum(tell(approval, by=by, day=f"-{on}") for approval in waiting)
