"""After the close-out: the state of gains, their sustainment checks, and the end of an event whose gains held."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import services as audits
from audits.models import Checklist
from audits.permissions import is_independent
from audits.selectors import adherence_to
from audits.states import AuditType
from evidence.context import clock
from evidence.refusals import Refused
from kaizen import selectors
from kaizen.models import Gain, KaizenEvent, SustainmentCheck
from kaizen.selectors.locks import states_of_all
from kaizen.states import ANSWER, BECOME, CLOSE, MISS, CheckResult, CheckStatus, LockState
from metrics.models import Signal, Watch
from metrics.states import Alarm
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import services as records
from records.models import Link, Record


@transaction.atomic
def refresh_gain(gain: Gain, *, by: User) -> Gain:
    """Bring the stored status of a gain up to what its locks and its watch say."""
    state = states_of_all([gain], on=clock().date())[gain.pk]
    return gain if gain.status == state else records.move(gain, BECOME[state], by=by)


def refresh_gains(*, on: date, by: User) -> int:
    """Bring all gains up to date; returns how many changed. Harmless when run again."""
    found = list(selectors.gains())
    states = states_of_all(found, on=on)
    changed = [gain for gain in found if gain.status != states[gain.pk]]
    return sum(_try_refresh(gain, by) for gain in changed)


def _try_refresh(gain: Gain, by: User) -> bool:
    try:
        refresh_gain(gain, by=by)
    except Refused:  # another worker was first
        return False
    return True


@transaction.atomic
def mark_reviewed(gain: Gain, *, review: Record, on: date, by: User) -> Gain:
    """An approved management review has seen this gain (9.3)."""
    records.link(gain, review, kind=Link.Kind.REVIEWED_IN, by=by)
    gain = Gain.objects.select_for_update().get(pk=gain.pk)
    records.amend(
        gain,
        by=by,
        reason=_("Reviewed in %(review)s") % {"review": review.number},
        reviewed_on=on,
        review_due=on + timedelta(days=365),
    )
    return refresh_gain(gain, by=by)


def plan_due_checks(*, on: date, by: User) -> int:
    """Plan the audit of each sustainment check two weeks ahead. Harmless when run again."""
    coming = selectors.checks_due(on, ahead=selectors.AHEAD).filter(audit__isnull=True)
    return sum(_plan_audit(check, on, by) for check in coming)


@transaction.atomic
def _plan_audit(check: SustainmentCheck, on: date, by: User) -> bool:
    check = SustainmentCheck.objects.select_for_update().get(pk=check.pk)
    checklist = Checklist.objects.filter(
        type=AuditType.SUSTAINMENT, questions__protects=check.gain_id, is_active=True
    ).first()
    auditor = _auditor(check.gain)
    if check.audit_id or checklist is None or auditor is None:
        return False
    check.audit = audits.plan_audit(
        by=by,
        site=check.gain.site,
        title=_("Day %(day)d: is %(gain)s still followed?") % {"day": check.day, "gain": check.gain.number},
        checklist=checklist,
        auditor=auditor,
        planned_on=max(check.due, on),
        process=check.gain.process,
        scope=check.gain.title,
        origin=check.gain,
    )
    check.save()
    return True


def _auditor(gain: Gain) -> User | None:
    """An internal auditor who is independent of the process; the one with the fewest audits before them."""
    candidates = people_with(gain.site, Authority.INTERNAL_AUDITOR, Authority.QUALITY_MANAGER).order_by("pk")
    return next((person for person in candidates if is_independent(person, gain.process)), None)


@transaction.atomic
def answer_check(check: SustainmentCheck, *, by: User, result: str, note: str) -> SustainmentCheck:
    """Answer a sustainment check with what was seen; the facts of that day are kept beside it.

    Raises Refused: "too-soon" more than two weeks before its day, for nobody knows then what that day will show;
    "contradicts-the-data" for "held" while the watch says otherwise.
    """
    _check_day_near(check)
    watch = Watch.objects.filter(protects=check.gain_id).select_related("metric").first()
    if result == CheckResult.HELD:
        _check_not_slipping(watch)
    facts = _facts(check.gain, watch)
    records.move(check, ANSWER, by=by, note=note, result=result, facts=facts, answered_by=by, answered_at=clock())
    check_gain = Gain.objects.get(pk=check.gain_id)
    refresh_gain(check_gain, by=by)
    return check


def _check_day_near(check: SustainmentCheck) -> None:
    opens = selectors.opens_on(check, clock().date())
    if opens:
        raise Refused(
            _("The check of day %(day)d can be answered from %(opens)s on.") % {"day": check.day, "opens": opens},
            code="too-soon",
        )


def _check_not_slipping(watch: Watch | None) -> None:
    if watch is None:
        return
    if watch.silent_since:
        raise Refused(
            _("No values have come since %(day)s: nobody can know that it held.") % {"day": watch.silent_since},
            code="contradicts-the-data",
        )
    red = Signal.objects.filter(watch=watch, alarm=Alarm.RED, concluded_at__isnull=True).first()
    if red:
        raise Refused(
            _("%(number)s says that the gain is slipping.") % {"number": red.number}, code="contradicts-the-data"
        )


def _facts(gain: Gain, watch: Watch | None) -> dict[str, Any]:
    today = clock().date()
    followed = adherence_to(gain)
    return {
        "watch": watch.status_label if watch else "",
        "silent_since": watch.silent_since.isoformat() if watch and watch.silent_since else "",
        "locks": {lock.name: [lock.state, lock.words] for lock in selectors.locks_of(gain, on=today)},
        "followed": [followed.followed, followed.asked],
    }


def miss_unanswered_checks(*, on: date, by: User) -> int:
    """Mark checks that nobody answered within a week: unknown counts as failed. Harmless when run again."""
    late = selectors.unanswered_checks(on)
    return records.move_all(SustainmentCheck.objects.filter(pk__in=late.values("pk")), MISS, by=by)


@transaction.atomic
def close(event: KaizenEvent, *, by: User) -> KaizenEvent:
    """Close an event whose gains have held for a year: day 365 passed, all locks closed.

    Raises Refused: "not-sustained", "lock-broken".
    """
    today = clock().date()
    for gain in Gain.objects.filter(event=event):
        _check_sustained(gain, today)
    return records.move(event, CLOSE, by=by)


def _check_sustained(gain: Gain, today: date) -> None:
    last = gain.checks.order_by("-day").first()
    if last is None or last.status != CheckStatus.ANSWERED or last.result != CheckResult.HELD:
        raise Refused(_("%(gain)s has not passed its check of day 365.") % {"gain": gain.number}, code="not-sustained")
    broken = [lock for lock in selectors.locks_of(gain, on=today) if lock.state == LockState.BROKEN]
    if broken:
        raise Refused(f"{gain.number}: {broken[0].label}. {broken[0].words}", code="lock-broken")


def remind(*, on: date, by: User) -> int:
    """Remind owners of gains of checks that are due or missed, once a day each."""
    due = selectors.checks_due(on)
    return sum(
        records.notify(
            check.gain.owner,
            text=_("The day-%(day)d check of %(gain)s is due") % {"day": check.day, "gain": check.gain.number},
            url=check.get_absolute_url(),
            key=f"check-{check.pk}-{on}",
            by=by,
        )
        for check in due
    )
