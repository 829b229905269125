"""What tells people of reviews that are due, approvals that wait and copies that still hang."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from documents import selectors
from documents.services.routing import tell
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import services as records

EARLY = timedelta(days=30)  # so long before a review is due its owner hears of it
LATE = timedelta(days=30)  # so long after, the quality managers do
EVERY = 7  # days between two reminders of the same


def remind(*, on: date, by: User) -> int:
    """Remind of reviews that are due, revisions that wait for training, and printed copies that hang too long.

    Once for each stage, and weekly while nothing happens: keys carry what was due, so a missed night loses none and a
    second run adds none.
    """
    told = [*_reviews(on), *_waiting(on), *_recalls(on)]
    return sum(records.notify(person, text=text, url=url, key=key, by=by) for person, text, url, key in told)


Told = tuple[User, str, str, str]


def _reviews(on: date) -> Iterator[Told]:
    for document in selectors.due_for_review(on + EARLY):
        due = document.review_due
        if due is None:
            continue
        late = (on - due).days
        words = _("%(number)s is due for review") if late >= 0 else _("%(number)s will be due for review soon")
        text = f"{words % {'number': document.number}}: {document.title}"
        key = f"review-{document.number}-{due}-{max(late, -1) // EVERY}"
        yield document.owner, text, document.get_absolute_url(), key
        if late >= LATE.days:
            for person in people_with(document.site, Authority.QUALITY_MANAGER):
                yield person, text, document.get_absolute_url(), f"late-{key}"


def _waiting(on: date) -> Iterator[Told]:
    for revision in selectors.waiting_for_training(on):
        text = _("%(number)s waits for training: %(title)s") % {"number": revision.number, "title": revision.title}
        late = (on - revision.effective_on).days // EVERY if revision.effective_on else 0
        yield revision.owner, text, revision.get_absolute_url(), f"waits-{revision.number}-{late}"


def _recalls(on: date) -> Iterator[Told]:
    for copy in selectors.overdue_recalls(on):
        told = {"no": copy.no, "number": copy.revision.number, "place": copy.place}
        text = _("Copy %(no)d of %(number)s at %(place)s was to be collected") % told
        late = (on - copy.collect_by).days // EVERY if copy.collect_by else 0
        for person in {copy.holder, copy.revision.owner}:
            yield person, text, "/printed-copies/?overdue=1", f"copy-late-{copy.pk}-{late}"


def remind_of_approvals(*, on: date, by: User) -> int:
    """Remind everybody who is asked for a review or an approval: from the second day on, once a day."""
    waiting = [one for one in selectors.unanswered() if one.opened_at is None or one.opened_at.date() < on]
    return sum(tell(approval, by=by, day=f"-{on}") for approval in waiting)
