"""Reviewing the trail: what was read is frozen by number and by the ledger's head, and signed."""

from dataclasses import replace
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from audits import selectors
from audits.models import TrailReview
from audits.states import CONCLUDE, WITHDRAW
from evidence.context import clock
from evidence.ledger import anchors
from evidence.refusals import Refused
from people.models import Site, User
from records import services as records
from records.signing import Signing


@transaction.atomic
def begin_review(*, by: User, site: Site, since: date, until: date) -> TrailReview:
    """Take the trail of a site and a time in hand.

    Raises Refused: "dates-out-of-order", "in-the-future", "no-entries".
    """
    if until < since:
        raise Refused(_("The time must end after it begins."), code="dates-out-of-order")
    if until > clock().date():
        raise Refused(_("What has not happened yet cannot be reviewed."), code="in-the-future")
    covered = selectors.site_query(site, since=since, until=until)
    count, last = selectors.entry_count(covered)
    if not count:
        raise Refused(_("Nothing was written there in that time."), code="no-entries")
    return records.open_record(
        TrailReview,
        by=by,
        site=site,
        title=_("Trail from %(since)s to %(until)s") % {"since": since, "until": until},
        since=since,
        until=until,
        entries=count,
        last_entry=last,
        head=str(anchors.head(connection) or ""),
    )


@transaction.atomic
def conclude_review(review: TrailReview, *, by: User, signing: Signing, conclusion: str) -> TrailReview:
    """Sign that the entries were read, and what was seen in them."""
    records.lock(review)
    signature = records.sign(review, by=by, meaning=CONCLUDE.meaning, signing=replace(signing, note=conclusion))
    return records.move(review, CONCLUDE, by=by, signature=signature, note=conclusion, conclusion=conclusion)


@transaction.atomic
def withdraw_review(review: TrailReview, *, by: User, reason: str) -> TrailReview:
    """Give a review up; what it covered stays unreviewed."""
    return records.move(review, WITHDRAW, by=by, note=reason)
