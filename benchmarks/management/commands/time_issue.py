"""`time_issue`: what issuing a revision costs over the one statement that writes its assignments."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections, transaction
from django.db.models import Count
from django.utils import timezone

from benchmarks.measuring import interleaved
from documents import services as documents
from documents.models import DocumentType, Revision
from evidence import services as evidence
from evidence.context import acting
from people import services as people
from people.models import Site, User
from people.states import Authority
from records.signing import Signing
from training import services as training
from training.models import Assignment
from training.states import AssignmentStatus, Reason

PEOPLE = """
INSERT INTO people_user (password, is_superuser, username, full_name, email, site_id, shift, language, theme,
                         is_active, is_staff, is_system)
SELECT '', false, format('operator%%s', n), format('Operator %%s', n), '', %(site)s, '', 'en', 'auto',
       true, false, false
FROM generate_series(1, %(people)s) AS n
"""
HOLDINGS = """
INSERT INTO people_holding (person_id, job_role_id, since)
SELECT id, %(role)s, %(since)s FROM people_user WHERE username LIKE 'operator%%'
"""
BARE = """
INSERT INTO bare_assignment (uuid, person_id, requirement_id, revision_id, reason, due, status, assigned_at)
SELECT gen_random_uuid(), holding.person_id, requirement.record_ptr_id, %s, %s, %s, %s, %s
FROM people_holding holding JOIN training_requirement requirement ON requirement.job_role_id = holding.job_role_id
WHERE requirement.document_id = %s
"""
# The same table with the same indexes and references, which neither history nor ledger watches.
BARE_TABLE = """
CREATE TABLE IF NOT EXISTS bare_assignment (LIKE training_assignment INCLUDING ALL);
GRANT SELECT, INSERT ON bare_assignment TO qms_app;
DO $$ DECLARE definition text; BEGIN
    FOR definition IN SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'training_assignment'::regclass AND contype = 'f'
    LOOP EXECUTE 'ALTER TABLE bare_assignment ADD ' || definition; END LOOP;
END $$;
"""


class Command(BaseCommand):
    help = "Time the issue of a revision against the bare INSERT … SELECT of its assignments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, required=True)
        parser.add_argument("--rounds", type=int, required=True)

    def handle(self, *, people: int, rounds: int, **options: Any) -> None:
        plant = Plant(people)
        with acting(plant.author):
            ready = {name: iter([plant.approved() for _round in range(rounds + 1)]) for name in ("ours", "theirs")}
            sides = {"ours": lambda: issue(next(ready["ours"])), "theirs": lambda: insert(next(ready["theirs"]))}
            taken = interleaved(sides, rounds=rounds, warm_up=1)
        written = set(Assignment.objects.values_list("revision").annotate(n=Count("pk")).values_list("n", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT count(*) FROM bare_assignment GROUP BY revision_id")
            written |= {count for (count,) in cursor.fetchall()}
        if written != {people}:
            raise CommandError(f"Both sides must write {people} assignments each, not {written}.")
        self.stdout.write(json.dumps(taken))


class Plant:
    """A role that many people hold, and revisions of its standards that wait to be issued."""

    def __init__(self, people_count: int) -> None:
        self.site = Site.objects.get(code="MAIN")
        self.author = User.objects.get(username="owner000")
        self.approver = User.objects.get(username="owner001")
        with acting(self.author):
            evidence.mark_demo_database()
            people.appoint(self.approver, authority=Authority.QUALITY_MANAGER, site=self.site, by=self.author)
            self.role = people.add_job_role(by=self.author, site=self.site, code="OPERATOR", name="Operator")
        since = timezone.localdate() - timedelta(days=30)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT set_config('qms.actor_name', 'benchmark', false)")
            cursor.execute(BARE_TABLE)
            cursor.execute(PEOPLE, {"site": self.site.pk, "people": people_count})
            cursor.execute(HOLDINGS, {"role": self.role.pk, "since": since})
            cursor.execute("VACUUM ANALYZE people_user, people_holding")

    def approved(self) -> Revision:
        """The approved first revision of a new standard that the role must know."""
        document = documents.create_document(
            by=self.author,
            site=self.site,
            type=DocumentType.objects.get(code="WI"),
            title="Change the grinding wheel",
            body="<p>Lock the spindle.</p>",
        )
        training.require_now(by=self.author, job_role=self.role, document=document)
        revision = documents.submit(document.revisions.get(), by=self.author)
        with evidence.demonstrating(self.approver, at=timezone.now()):
            return documents.approve(revision, by=self.approver, signing=Signing.demonstration())


def issue(revision: Revision) -> None:
    """The product's way: state, assignments with their history, readiness, timeline."""
    documents.issue(revision, by=revision.owner, effective_on=timezone.localdate() + timedelta(days=14))


@transaction.atomic
def insert(revision: Revision) -> None:
    """The rows and nothing else."""
    today = timezone.localdate()
    values = [revision.pk, Reason.NEW_REVISION.value, today, AssignmentStatus.ASSIGNED.value, timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(BARE, [*values, revision.document_id])
