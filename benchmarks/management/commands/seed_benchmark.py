"""`seed_benchmark`: a plant and documents by the thousand, written by the owner of the tables."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.test import Client

from evidence.context import acting
from people import services as people
from people.models import Site, User
from people.states import Authority

OWNERS = 40
SITES = ("HEAD", "MAIN", "RARE", "ELSE")

# One document in twenty is of the rare site, one in ten of a site that the reader does not see; one in ten is a draft.
RECORDS = """
INSERT INTO records_record
    (number, kind, title, site_id, process_id, owner_id, status, version, opened_at, search_text)
SELECT format('BENCH-WI-%%s', lpad(n::text, 7, '0')), 'DOC', format('Work instruction no. %%s', n),
       CASE WHEN n %% 20 = 7 THEN %(RARE)s WHEN n %% 10 = 3 THEN %(ELSE)s ELSE %(MAIN)s END,
       %(process)s, %(owner)s + n / 20 %% %(owners)s, CASE WHEN n %% 10 = 1 THEN 'draft' ELSE 'active' END,
       1, timestamptz '2025-01-01' + n * interval '1 second', ''
FROM generate_series(%(first)s, %(last)s) AS n
"""
DOCUMENTS = """
INSERT INTO documents_document (record_ptr_id, type_id, review_due)
SELECT record.id, type.id, date '2027-01-01' + (record.id % 700)::int
FROM records_record record, documents_documenttype type
WHERE record.kind = 'DOC' AND type.code = 'WI'
  AND NOT EXISTS (SELECT 1 FROM documents_document done WHERE done.record_ptr_id = record.id)
"""
FILLED = ("records_record", "documents_document")


class Command(BaseCommand):
    help = "Fill a database for the benchmarks; prints the session key of its reader."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plant", action="store_true")
        parser.add_argument("--documents", type=int, required=True)

    def handle(self, *, plant: bool, documents: int, **options: Any) -> None:
        if plant:
            self.stdout.write(make_plant())
        write_documents(documents)


def make_plant() -> str:
    """Sites, owners and a reader who sees two sites of four. Gives the reader's session key."""
    system = people.ensure_system_user()
    with acting(system):
        head = people.add_site(by=system, code=SITES[0], name="Head office")
        sites = {code: people.add_site(by=system, code=code, name=code.title(), parent=head) for code in SITES[1:]}
        reader = people.add_person(by=system, username="reader", full_name="Rita Reader", site=sites["MAIN"])
        for code in ("MAIN", "RARE"):
            people.appoint(reader, authority=Authority.QUALITY_MANAGER, site=sites[code], by=system)
        owners = [
            people.add_person(by=system, username=f"owner{n:03d}", full_name=f"Owner {n}", site=sites["MAIN"])
            for n in range(OWNERS)
        ]
        people.add_process(by=system, site=sites["MAIN"], code="GRIND", name="Grinding", owner=owners[0])
    browser = Client()
    browser.force_login(reader)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def write_documents(count: int) -> None:
    """So many more documents, in two statements, and fresh statistics."""
    places = dict(Site.objects.values_list("code", "pk"))
    owner = User.objects.get(username="owner000")
    process = owner.owned_processes.get()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_record")
        first = cursor.fetchone()[0] + 1
        values = {"first": first, "last": first + count - 1, "owner": owner.pk, "owners": OWNERS}
        for table in FILLED:  # a million images in the ledger are not what is measured here
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_insert")
        cursor.execute(RECORDS, {**places, **values, "process": process.pk})
        cursor.execute(DOCUMENTS)
        for table in FILLED:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER ledger_insert")
        cursor.execute("VACUUM ANALYZE")
