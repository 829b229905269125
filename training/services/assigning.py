"""Who must learn what: in a few statements, whatever the number of people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from documents import services as documents
from documents.models import Revision
from documents.selectors import newest_in_force
from documents.states import RevisionStatus, TrainingVerdict
from evidence import services as evidence
from evidence.context import clock
from evidence.history import append_history
from people.models import Holding, User
from people.selectors import holdings_on, last_days_worked
from records import services as records
from training import selectors
from training.models import Assignment, Requirement
from training.states import (
    RELEASE,
    RENEW,
    REPLACE,
    UNFINISHED,
    AssignmentStatus,
    Reason,
    RequirementStatus,
)

USUAL_DAYS = 14  # to learn a skill or take a course, where no document type says how long
CATCH_UP = timedelta(days=31)
LAST = 10_000  # what stands in no curriculum comes after all that does

# Everybody of whom it is required on that day, once each; of several requirements the one that asks most.
NEEDED = """
SELECT DISTINCT ON (person.id) person.id AS person_id, requirement.record_ptr_id AS requirement_id, person.site_id,
       person.shift
FROM training_requirement requirement
JOIN records_record record ON record.id = requirement.record_ptr_id
LEFT JOIN people_holding holding ON holding.job_role_id = requirement.job_role_id
  AND holding.since <= %(on)s AND (holding.until IS NULL OR holding.until > %(on)s)
JOIN people_user person ON person.id = COALESCE(requirement.person_id, holding.person_id)
WHERE person.is_active AND record.status = %(active)s AND {what}
  AND (%(people)s::bigint[] IS NULL OR person.id = ANY(%(people)s))
  AND (%(requirement)s::bigint IS NULL OR requirement.record_ptr_id = %(requirement)s)
  AND NOT EXISTS ({had})
ORDER BY person.id, array_position(ARRAY['practical', 'classroom', 'quiz', 'read'], requirement.method::text),
         requirement.record_ptr_id
"""
# Open, or passed and still good.
COUNTS = """
  (other.status IN ('assigned', 'opened', 'failed')
   OR other.status IN ('passed', 'waived') AND (other.valid_until IS NULL OR other.valid_until >= %(on)s))
"""
HAD_REVISION = f"""
SELECT 1 FROM training_assignment other
WHERE other.person_id = person.id AND other.revision_id = ANY(%(counting)s) AND {COUNTS}
"""
HAD_THE_SAME = f"""
SELECT 1 FROM training_assignment other JOIN training_requirement same ON same.record_ptr_id = other.requirement_id
WHERE other.person_id = person.id AND {COUNTS}
  AND (same.course_id = requirement.course_id
       OR same.skill_id = requirement.skill_id AND same.level >= requirement.level)
"""
# A level that holds for good, where nobody asks to see it again after a time.
HOLDS_THE_LEVEL = """
SELECT 1 FROM (
  SELECT level, valid_until FROM training_competence assessed
  WHERE assessed.person_id = person.id AND assessed.skill_id = requirement.skill_id AND assessed.assessed_on <= %(on)s
  ORDER BY assessed_on DESC, id DESC LIMIT 1) newest
WHERE newest.level >= requirement.level AND newest.valid_until IS NULL AND requirement.validity_months IS NULL
"""
# The last day on or before the due date on which the person's shift works; where no such shift is known, the office's.
CALENDAR = """
LEFT JOIN unnest(%(sites)s::bigint[], %(shifts)s::text[], %(days)s::date[]) AS own (site_id, shift, day)
  ON own.site_id = needed.site_id AND own.shift = needed.shift
LEFT JOIN unnest(%(sites)s::bigint[], %(shifts)s::text[], %(days)s::date[]) AS office (site_id, shift, day)
  ON office.site_id = needed.site_id AND office.shift = ''
"""
INSERT = f"""
INSERT INTO training_assignment (uuid, person_id, requirement_id, revision_id, reason, due, status, assigned_at)
SELECT gen_random_uuid(), needed.person_id, needed.requirement_id, %(revision)s, %(reason)s,
       GREATEST(COALESCE(own.day, office.day, %(due)s), %(today)s), %(status)s, %(at)s
FROM ({{needed}}) needed {CALENDAR}
ON CONFLICT DO NOTHING
RETURNING id
"""
ASSIGN = INSERT.format(needed=NEEDED.format(what="requirement.document_id = %(document)s", had=HAD_REVISION))
ASSIGN_WITHOUT = INSERT.format(
    needed=NEEDED.format(what="requirement.document_id IS NULL", had=f"({HAD_THE_SAME}) UNION ALL ({HOLDS_THE_LEVEL})")
)


@dataclass(frozen=True)
class Order:
    """What is to be assigned, why, by when, and to whom: `people` narrows, None means everybody concerned."""

    reason: str
    due: date
    revision: Revision | None = None
    requirement: Requirement | None = None
    people: Iterable[int] | None = None
    on: date = field(default_factory=lambda: clock().date())

    def values(self) -> dict[str, Any]:
        now = clock()
        days = last_days_worked(until=self.due)
        counting = selectors.counting_revisions(self.revision) if self.revision else []
        return {
            "revision": self.revision.pk if self.revision else None,
            "counting": counting,
            "document": self.revision.document_id if self.revision else None,
            "requirement": self.requirement.pk if self.requirement else None,
            "reason": str(self.reason),
            "due": self.due,
            "status": str(AssignmentStatus.ASSIGNED),
            "active": str(RequirementStatus.ACTIVE),
            "at": now,
            "today": now.date(),
            "on": self.on,
            "sites": [site for site, _shift in days],
            "shifts": [shift for _site, shift in days],
            "days": list(days.values()),
            "people": None if self.people is None else list(self.people),
        }


def _assign(order: Order, *, by: User, sql: str = "") -> list[int]:
    """Assign to everybody who needs it and has it not yet: two statements, whatever the number. Gives the keys."""
    with connection.cursor() as cursor:
        cursor.execute(sql or (ASSIGN if order.revision else ASSIGN_WITHOUT), order.values())
        keys = [row[0] for row in cursor.fetchall()]
    if keys:
        append_history(Assignment.objects.filter(pk__in=keys), "+")
        about = order.revision or order.requirement
        assert about, "something is assigned"
        evidence.record_event("assigned", about, by=by, note=f"{len(keys)}", data={"reason": str(order.reason)})
    return keys


def _due(revision: Revision | None, reason: str, today: date) -> date:
    """A new revision must be known by its effective date; a newcomer has the type's training window."""
    if revision is None:
        return today + timedelta(days=USUAL_DAYS)
    if reason == Reason.NEW_REVISION and revision.effective_on:
        return max(revision.effective_on, today)
    return today + timedelta(days=revision.document.type.training_days)


def _tell_readiness(revision: Revision | None, *, by: User) -> None:
    if revision and revision.status in (RevisionStatus.ISSUED, RevisionStatus.EFFECTIVE):
        ready = selectors.readiness(revision, on=clock().date())
        documents.confirm_ready(revision, share=ready.share, trained=ready.qualified, concerned=ready.concerned, by=by)


@transaction.atomic
def tell_readiness(revision_id: int, *, by: User) -> None:
    """Documents hear how many are trained now."""
    _tell_readiness(Revision.objects.select_related("document").get(pk=revision_id), by=by)


@transaction.atomic
def follow_revision(revision: Revision, *, transition: str, by: User) -> None:
    """Assign, tell, replace or release, as a revision is issued, becomes effective or is withdrawn."""
    if transition == "issue":
        _follow_issue(revision, by=by)
        _tell_readiness(revision, by=by)
    elif transition == "withdraw":
        records.move_all(Assignment.objects.filter(revision=revision), RELEASE, by=by, note=revision.number)
        _fall_back(revision, by=by)


def _fall_back(revision: Revision, *, by: User) -> None:
    """An issued revision was taken back: who had not learnt the one before it still has to, by the day it was due."""
    before = newest_in_force(revision.document)
    if before is None or not selectors.asked_no(before):
        return
    today = clock().date()
    replaced = Assignment.objects.filter(
        revision=before,
        status=AssignmentStatus.REPLACED,
        requirement__status=RequirementStatus.ACTIVE,
        person__in=selectors.untrained(before, on=today).order_by(),
    )
    newest = list(replaced.order_by("person_id", "-pk").distinct("person_id").values_list("pk", flat=True))
    records.move_all(Assignment.objects.filter(pk__in=newest), RENEW, by=by, note=revision.number)
    _assign(Order(Reason.NEW_REVISION, today + timedelta(days=revision.document.type.training_days), before), by=by)
    _tell_readiness(before, by=by)


def _follow_issue(revision: Revision, *, by: User) -> None:
    verdict = TrainingVerdict(revision.training)
    earlier = Assignment.objects.filter(revision__document=revision.document_id, revision__no__lt=revision.no)
    due = _due(revision, Reason.NEW_REVISION, clock().date())
    order = Order(Reason.NEW_REVISION, due, revision)
    if verdict.asks_training:
        records.move_all(earlier, REPLACE, by=by, note=revision.number)
        _assign(order, by=by)
        if verdict == TrainingVerdict.QUIZ:
            _tell_questions_missing(revision, by=by)
        return
    _carry_over(order, earlier, by=by)
    if verdict == TrainingVerdict.NOTIFY:
        _tell_audience(revision, by=by)


def _carry_over(order: Order, earlier: Any, *, by: User) -> None:
    """A revision that asks for no training: open duties move on to it, old qualifications hold."""
    open_before = earlier.filter(status__in=UNFINISHED)
    people = list(open_before.values_list("person", flat=True))
    assert order.revision, "only a revision carries over"
    records.move_all(open_before, REPLACE, by=by, note=order.revision.number)
    if people:
        _assign(Order(order.reason, order.due, order.revision, people=people), by=by)


def _tell_audience(revision: Revision, *, by: User) -> None:
    """Who works by it is told what changed, and need not do anything."""
    text = _("%(title)s has changed: %(what)s") % {"title": revision.title, "what": revision.change_summary}
    concerned = selectors.audience(revision.document, on=clock().date())
    key = f"revision-{revision.pk}-notify"
    records.notify_all(concerned, text=text, url=revision.get_absolute_url(), key=key, by=by)


def _tell_questions_missing(revision: Revision, *, by: User) -> None:
    """Nobody can sign before somebody has written them: the owner hears it now, not from the first operator."""
    text = _("%(title)s asks for questions, and there are none yet. Write them: nobody can sign before.")
    url = f"/training/documents/{revision.document.number}/questions/"
    told = {"text": text % {"title": revision.title}, "url": url, "key": f"revision-{revision.pk}-questions"}
    if not selectors.questions_of(revision.document_id).exists():
        records.notify(revision.owner, by=by, **told)


@transaction.atomic
def follow_holding(holding: Holding, *, by: User) -> None:
    """A newcomer is assigned what is in force that day; who leaves the role is released from what comes after."""
    today = clock().date()
    if holding.until:
        _release(holding, by=by)
    elif holding.since <= today:
        days = selectors.curriculum_days(holding.job_role)
        required = selectors.requirements_of_role(holding.job_role)
        for requirement in sorted(required, key=lambda one: days.get(one.pk, LAST)):
            _assign_newcomer(requirement, holding, days.get(requirement.pk), by=by)


def _assign_newcomer(requirement: Requirement, holding: Holding, days: int | None, *, by: User) -> None:
    """What lapsed when the person left is needed again; what is still good is kept. `days` are the curriculum's."""
    revision = newest_in_force(requirement.document) if requirement.document else None
    if requirement.document and (revision is None or not selectors.asked_no(revision)):
        return
    today = clock().date()
    due = _due(revision, Reason.NEW_ROLE, today) if days is None else max(today, holding.since + timedelta(days=days))
    asked = Assignment.objects.filter(person=holding.person, revision=revision)
    asked = asked if revision else asked.filter(requirement=requirement)
    if not asked.filter(status__in=UNFINISHED).exists():
        lapsed = asked.filter(requirement=requirement).order_by("-pk").values_list("pk", flat=True)[:1]
        records.move_all(Assignment.objects.filter(pk__in=list(lapsed)), RENEW, by=by, due=due)
    people = [holding.person_id]
    _assign(Order(Reason.NEW_ROLE, due, revision, requirement, people), by=by)
    _tell_readiness(revision, by=by)


def _release(holding: Holding, *, by: User) -> None:
    """What is due while the role is still held stays due; the rest goes, unless something else asks for it."""
    assert holding.until, "only a holding that ends releases"
    today = clock().date()
    still_held = holdings_on(holding.until).filter(person=holding.person).values("job_role")
    lapsed = Assignment.objects.filter(
        person=holding.person, requirement__job_role=holding.job_role, status__in=UNFINISHED
    ).exclude(requirement__job_role__in=still_held)
    if holding.until > today:
        lapsed = lapsed.filter(due__gte=holding.until)
    revisions = list(Revision.objects.filter(pk__in=lapsed.values("revision")).select_related("document__type"))
    records.move_all(lapsed, RELEASE, by=by, note=str(holding))
    for revision in revisions:
        due = _due(revision, Reason.NEW_ROLE, today)
        on, people = max(today, holding.until), [holding.person_id]
        _assign(Order(Reason.NEW_ROLE, due, revision, people=people, on=on), by=by)
        _tell_readiness(revision, by=by)


@transaction.atomic
def start_roles_due(*, on: date, by: User) -> int:
    """Assign and release for roles that began or ended lately. Harmless when run again; a missed night loses none."""
    starting = holdings_on(on).filter(since__gt=on - CATCH_UP, until__isnull=True)
    ending = Holding.objects.filter(until__gt=on - CATCH_UP, until__lte=on, person__is_active=True)
    found = [*starting.select_related("person", "job_role"), *ending.select_related("person", "job_role")]
    for holding in found:
        follow_holding(holding, by=by)
    return len(found)
