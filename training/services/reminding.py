"""Who must be told: the person first, then who leads, then who answers for quality. And what runs out is renewed."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import services as evidence
from evidence.context import clock
from evidence.history import append_history
from people.models import Shift, Site, User
from people.selectors import last_day_worked, people_with
from people.states import Authority
from records import services as records
from records.models import Record
from training import selectors
from training.models import Assignment
from training.states import UNFINISHED, Reason

SOON = timedelta(days=7)

# What was passed and runs out within the lead of its requirement, is still required, and has not been renewed yet.
# A waiver has no lead: who is excused is not asked before it is over.
LEAD = "CASE {row}.status WHEN 'waived' THEN -1 ELSE requirement.refresher_days END"
RUNNING_OUT = """
SELECT DISTINCT ON (old.person_id, old.requirement_id)
       old.person_id, old.requirement_id, newest.record_ptr_id, old.valid_until, person.site_id, person.shift
FROM training_assignment old
JOIN training_requirement requirement ON requirement.record_ptr_id = old.requirement_id
JOIN records_record record ON record.id = requirement.record_ptr_id
JOIN people_user person ON person.id = old.person_id
LEFT JOIN LATERAL (
  SELECT revision.record_ptr_id FROM documents_revision revision
  JOIN records_record state ON state.id = revision.record_ptr_id
  WHERE revision.document_id = requirement.document_id AND state.status IN ('issued', 'effective')
  ORDER BY revision.no DESC LIMIT 1) newest ON true
WHERE old.status IN ('passed', 'waived') AND old.valid_until <= %(on)s + {lead_of_old}
  AND person.is_active AND record.status = 'active'
  AND (requirement.document_id IS NULL OR newest.record_ptr_id IS NOT NULL)
  AND (requirement.person_id IS NOT NULL OR EXISTS (
    SELECT 1 FROM people_holding holding
    WHERE holding.person_id = old.person_id AND holding.job_role_id = requirement.job_role_id
      AND holding.since <= %(on)s AND (holding.until IS NULL OR holding.until > %(on)s)))
  AND NOT EXISTS (
    SELECT 1 FROM training_assignment other
    JOIN training_requirement same ON same.record_ptr_id = other.requirement_id
    WHERE other.person_id = old.person_id
      AND (same.document_id = requirement.document_id OR same.course_id = requirement.course_id
           OR same.skill_id = requirement.skill_id AND same.level >= requirement.level)
      AND (other.status IN ('assigned', 'opened', 'failed')
           OR other.status IN ('passed', 'waived')
              AND (other.valid_until IS NULL OR other.valid_until > %(on)s + {lead_of_other})))
ORDER BY old.person_id, old.requirement_id, old.valid_until DESC
""".format(lead_of_old=LEAD.format(row="old"), lead_of_other=LEAD.format(row="other"))


@transaction.atomic
def refresh(*, on: date, by: User) -> int:
    """Assign again what runs out. Harmless when run again; a missed night loses none."""
    with connection.cursor() as cursor:
        cursor.execute(RUNNING_OUT, {"on": on})
        rows = cursor.fetchall()
    days = _Days(on)
    made = [
        Assignment(
            person_id=person,
            requirement_id=requirement,
            revision_id=revision,
            reason=Reason.REFRESHER,
            due=days.worked(site, shift, until),
            assigned_at=clock(),
        )
        for person, requirement, revision, until, site, shift in rows
    ]
    Assignment.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    found = Assignment.objects.filter(uuid__in=[one.uuid for one in made])
    if made:
        append_history(found, "+")
        evidence.record_events("assigned", list(found), by=by, note=str(Reason.REFRESHER.label))
    return len(found)


class _Days:
    """The last day worked before something runs out, never before today; sites and shifts are read once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.sites = {site.pk: site for site in Site.objects.order_by()}
        self.shifts = {(shift.site_id, shift.name): shift for shift in Shift.objects.all()}

    def worked(self, site: int | None, shift: str, until: date) -> date:
        if site is None or until <= self.today:
            return max(until, self.today)
        return max(last_day_worked(self.sites[site], self.shifts.get((site, shift)), until=until), self.today)


@transaction.atomic
def remind(*, on: date, by: User) -> int:
    """Remind everybody of what is due within a week or overdue, and who leads of what stays overdue.

    Once a day each, leaders once a week. Returns how many are new.
    """
    return _remind_people(on, by) + _escalate(on, by) + _remind_observers(on, by) + _tell_running_out(on, by)


def _remind_people(on: date, by: User) -> int:
    soon = selectors.assignments().filter(status__in=UNFINISHED, due__lte=on + SOON, person__is_active=True)
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


def _escalate(on: date, by: User) -> int:
    """After some days the supervisors and the process's owner hear of it, after more the quality managers."""
    late = selectors.overdue(on).filter(due__lte=on - timedelta(days=settings.TRAINING_LEADER_DAYS))
    rows = sorted(
        late.select_related("requirement__site", "requirement__process__owner"),
        key=lambda row: (row.signed_record.pk, row.requirement.site_id, row.due, row.pk),
    )
    told = 0
    for (_pk, _site), group in groupby(rows, key=lambda row: (row.signed_record.pk, row.requirement.site_id)):
        several = list(group)
        told += _tell(several, _leaders(several[0]), "leader", on, by)
        long_since = on - timedelta(days=settings.TRAINING_QUALITY_DAYS)
        worst = [row for row in several if row.due <= long_since]
        quality = people_with(several[0].requirement.site, Authority.QUALITY_MANAGER)
        told += _tell(worst, quality, "quality", on, by)
    return told


def _leaders(row: Assignment) -> set[User]:
    owner = row.requirement.process.owner if row.requirement.process else row.requirement.owner
    return {owner, *people_with(row.requirement.site, Authority.SUPERVISOR)}


def _tell(rows: list[Assignment], people: Iterable[User], stage: str, on: date, by: User) -> int:
    if not rows:
        return 0
    first, more = rows[0], len(rows) - 1
    words = {"person": first.person, "title": first.title, "due": first.due, "n": more}
    text = _("%(person)s is overdue since %(due)s: %(title)s") % words
    if more:
        text += ngettext(" and %(n)d more", " and %(n)d more", more) % words
    week = on.isocalendar()
    key = f"late-{first.signed_record.pk}-{first.requirement.site_id}-{stage}-{week.year}-{week.week}"
    url = _where(first.signed_record)
    return sum(records.notify(person, text=text, url=url, key=key, by=by) for person in people)


def _where(record: Record) -> str:
    return record.get_absolute_url()


def _remind_observers(on: date, by: User) -> int:
    due = selectors.due_observations().filter(due__lte=on + SOON)
    words = _("Watch %(person)s at work by %(due)s: %(title)s")
    return sum(
        records.notify(
            row.observer,
            text=words % {"person": row.assignment.person, "due": row.due, "title": row.assignment.title},
            url=row.get_absolute_url(),
            key=f"observation-{row.pk}-{on}",
            by=by,
        )
        for row in due
    )


def _tell_running_out(on: date, by: User) -> int:
    """Levels that run out, and that no requirement renews: who keeps the skill hears of it, once for each."""
    return sum(
        records.notify(
            row.skill.owner,
            text=_("%(person)s: %(skill)s %(level)s runs out on %(day)s")
            % {"person": row.person, "skill": row.skill.title, "level": row.letter, "day": row.valid_until},
            url=row.skill.get_absolute_url(),
            key=f"competence-{row.pk}-runs-out",
            by=by,
        )
        for row in selectors.running_out(on=on)
    )
