"""`time_matrix`: the SQL of a page of the training matrix over one query that a person would write for it."""

import json
from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.test import Client

from benchmarks.measuring import interleaved
from evidence.context import acting
from people import services as people
from people.models import Site, User

SHIFTS = ("early", "late", "night")
PAGE = "/training/matrix/?site=MATRIX"

PEOPLE = """
INSERT INTO people_user (password, is_superuser, username, full_name, email, site_id, shift, language, theme,
                         is_active, is_staff, is_system)
SELECT '', false, format('learner%%s', n), format('Learner %%s', lpad(n::text, 5, '0')), '', %(site)s,
       (ARRAY['early', 'late', 'night'])[1 + n %% 3], 'en', 'auto', true, false, false
FROM generate_series(1, %(people)s) AS n
"""
HOLDINGS = """
INSERT INTO people_holding (person_id, job_role_id, since)
SELECT id, %(role)s, date '2025-01-01' FROM people_user WHERE username LIKE 'learner%%'
"""
RECORDS = """
INSERT INTO records_record (number, kind, title, site_id, owner_id, status, version, opened_at, search_text)
SELECT format(%(number)s, lpad(n::text, 5, '0')), %(kind)s, format('Standard %%s', n), %(site)s, %(owner)s, %(status)s,
       1, timestamptz '2025-01-01', ''
FROM generate_series(1, %(standards)s) AS n
"""
DOCUMENTS = """
INSERT INTO documents_document (record_ptr_id, type_id)
SELECT record.id, type.id FROM records_record record, documents_documenttype type
WHERE record.number LIKE 'MATRIX-WI-_____' AND type.code = 'WI'
"""
REQUIREMENTS = """
INSERT INTO training_requirement (record_ptr_id, job_role_id, document_id, method, refresher_days)
SELECT asked.id, %(role)s, record.id, 'read', 30
FROM records_record asked JOIN records_record record ON record.number = 'MATRIX-WI-' || right(asked.number, 5)
WHERE asked.number LIKE 'MATRIX-TRQ-%%'
"""
ASSIGNMENTS = """
INSERT INTO training_assignment (uuid, person_id, requirement_id, revision_id, reason, due, status, assigned_at)
SELECT gen_random_uuid(), person.id, requirement.record_ptr_id, revision.record_ptr_id, 'new-revision',
       date '2027-01-01', 'assigned', timestamptz '2026-01-01'
FROM people_user person, training_requirement requirement
JOIN documents_revision revision ON revision.document_id = requirement.document_id
WHERE person.username LIKE 'learner%%' AND (person.id + requirement.record_ptr_id) %% 10 < 8
"""
BY_HAND = """
WITH page AS (
  SELECT id, full_name, shift FROM people_user
  WHERE site_id = %(site)s AND is_active ORDER BY full_name LIMIT 50
), asked AS (
  SELECT DISTINCT requirement.document_id, holding.person_id
  FROM training_requirement requirement
  JOIN records_record record ON record.id = requirement.record_ptr_id AND record.status = 'active'
  JOIN people_holding holding ON holding.job_role_id = requirement.job_role_id
  JOIN page ON page.id = holding.person_id
  WHERE holding.since <= now()::date AND (holding.until IS NULL OR holding.until > now()::date)
), newest AS (
  SELECT DISTINCT ON (assignment.person_id, revision.document_id) assignment.person_id, revision.document_id,
         revision.no, assignment.status, assignment.due, assignment.valid_until
  FROM training_assignment assignment
  JOIN page ON page.id = assignment.person_id
  JOIN documents_revision revision ON revision.record_ptr_id = assignment.revision_id
  WHERE assignment.status NOT IN ('replaced', 'expired')
  ORDER BY assignment.person_id, revision.document_id, revision.no DESC, assignment.id DESC
)
SELECT page.full_name, page.shift, record.number, newest.no, newest.status, newest.due, newest.valid_until
FROM asked JOIN page ON page.id = asked.person_id JOIN records_record record ON record.id = asked.document_id
LEFT JOIN newest ON newest.person_id = asked.person_id AND newest.document_id = asked.document_id
ORDER BY page.full_name, record.number
"""


class Command(BaseCommand):
    help = "Time the SQL of a page of the training matrix against one query for the same cells."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, required=True)
        parser.add_argument("--standards", type=int, required=True)
        parser.add_argument("--rounds", type=int, required=True)

    def handle(self, *, people: int, standards: int, rounds: int, **options: Any) -> None:
        site, reader = _plant(people, standards)
        browser = Client()
        browser.force_login(reader)
        spent: dict[str, list[float]] = {"ours": [], "theirs": []}

        def ours() -> None:
            spent["ours"].append(_sql_of(lambda: _page(browser)))

        def theirs() -> None:
            spent["theirs"].append(_sql_of(lambda: _by_hand(site, min(people, 50) * standards)))

        interleaved({"ours": ours, "theirs": theirs}, rounds=rounds, warm_up=3)
        self.stdout.write(json.dumps({name: sorted(taken[3:])[len(taken[3:]) // 2] for name, taken in spent.items()}))


def _sql_of(do: Any) -> float:
    """Milliseconds that the database took for it."""
    total = 0.0

    def timed(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal total
        began = perf_counter()
        found = execute(sql, params, many, context)
        total += (perf_counter() - began) * 1000
        return found

    with connection.execute_wrapper(timed):
        do()
    return total


def _page(browser: Client) -> None:
    answer = browser.get(PAGE)
    if answer.status_code != 200 or "Learner 00001" not in answer.text:
        raise CommandError(f"The matrix answered {answer.status_code}.")


def _by_hand(site: Site, cells: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"site": site.pk})
        found = len(cursor.fetchall())
    if found != cells:
        raise CommandError(f"The query by hand found {found} cells of {cells}.")


def _plant(people_count: int, standards: int) -> tuple[Site, User]:
    """A site where everybody must know every standard, and four of five have been assigned."""
    reader, author = User.objects.get(username="reader"), User.objects.get(username="owner000")
    with acting(author):
        site = people.add_site(by=author, code="MATRIX", name="Matrix", parent=Site.objects.get(code="MAIN"))
        role = people.add_job_role(by=author, site=site, code="LEARNER", name="Learner")
    values = {"site": site.pk, "owner": author.pk, "role": role.pk, "people": people_count, "standards": standards}
    kinds = (
        ("MATRIX-WI-%s", "DOC", "active"), ("MATRIX-WI-%s-r1", "REV", "effective"), ("MATRIX-TRQ-%s", "TRQ", "active"),
    )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('qms.actor_name', 'benchmark', false)")
        cursor.execute(PEOPLE, values)
        cursor.execute(HOLDINGS, values)
        for number, kind, status in kinds:
            cursor.execute(RECORDS, {**values, "number": number, "kind": kind, "status": status})
        cursor.execute(DOCUMENTS)
        cursor.execute(_revisions(cursor))
        cursor.execute(REQUIREMENTS, values)
        cursor.execute(ASSIGNMENTS, values)
        cursor.execute("VACUUM ANALYZE")
    return site, reader


def _revisions(cursor: Any) -> str:
    """An INSERT that fills every column of a revision that may not be null, whichever there are."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'documents_revision'"
        " AND is_nullable = 'NO' AND column_default IS NULL"
    )
    own = {"record_ptr_id": "said.id", "document_id": "document.id", "no": "1", "training": "'read'"}
    blank = {"boolean": "false", "integer": "0", "smallint": "0", "jsonb": "'{}'", "numeric": "0"}
    names = {name: own.get(name, blank.get(kind, "''")) for name, kind in cursor.fetchall()}
    names |= {"approved_at": "now()", "issued_at": "now()", "effective_at": "now()"}
    return (
        f"INSERT INTO documents_revision ({', '.join(names)}) SELECT {', '.join(names.values())}"
        " FROM records_record said JOIN records_record document ON document.number || '-r1' = said.number"
        " WHERE said.number LIKE 'MATRIX-WI-%-r1'"
    )
