"""`time_search`: what finding documents costs in SQL, over the one hand-written full-text query that finds the same."""

import json
import statistics
import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, connections

from documents import selectors
from documents.models import Document
from people.models import User
from records.selectors import needle, site_ids

WORDS = ("instruction 777", "spindle torque")  # few hits, and one in a hundred
TEXTS = """
INSERT INTO documents_documenttext (document_id, heading, in_force, files, draft)
SELECT record.id, record.number || ' ' || record.title,
       repeat('Clamp the part, check the gauge and turn the handle. ', 40)
       || CASE WHEN mod(record.id, 100) = 0 THEN 'Tighten the spindle with the torque of the table.' ELSE '' END, '', ''
FROM records_record record WHERE record.kind = 'DOC'
ON CONFLICT DO NOTHING
"""
RAW = """
SELECT record.number, record.title, record.status, ts_rank(text.words, query) AS rank,
       ts_headline('simple', text.in_force, query, 'MaxFragments=2, MaxWords=22, MinWords=8')
FROM (
    SELECT found.document_id, found.words, found.in_force, asked.query
    FROM documents_documenttext found JOIN records_record seen ON seen.id = found.document_id,
         to_tsquery('simple', %s) AS asked(query)
    WHERE found.words @@ asked.query AND seen.site_id = ANY(%s)
    ORDER BY ts_rank(found.words, asked.query) DESC, found.document_id DESC LIMIT 20
) AS text JOIN records_record record ON record.id = text.document_id
ORDER BY rank DESC
"""


class Command(BaseCommand):
    help = "Time the search of documents against one raw full-text query; prints JSON, one entry for each question."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rounds", type=int, required=True)

    def handle(self, *, rounds: int, **options: Any) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute(TEXTS)
            cursor.execute("VACUUM ANALYZE documents_documenttext")
        reader = User.objects.get(username="reader")
        sites = list(site_ids(reader, Document))
        sides: dict[str, Any] = {}
        for words in WORDS:
            sides[f"ours {words}"] = partial(_ours, reader, words)
            sides[f"raw {words}"] = partial(_raw, needle(words), sites)
        found = _in_sql(sides, rounds)
        self.stdout.write(json.dumps(found))


def _in_sql(sides: dict[str, Any], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds in the database alone, in turn; what Python makes of the rows is not compared."""
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 3):
        for name, side in sides.items():
            clock = _Clock()
            with connection.execute_wrapper(clock):
                side()
            if number >= 3:
                spent[name].append(clock.milliseconds)
    medians = {name: statistics.median(taken) for name, taken in spent.items()}
    return {words: {"ours": medians[f"ours {words}"], "theirs": medians[f"raw {words}"]} for words in WORDS}


class _Clock:
    """Adds up what statements take, until their rows are there."""

    def __init__(self) -> None:
        self.milliseconds = 0.0

    def __call__(self, execute: Any, *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.milliseconds += (time.perf_counter() - began) * 1000


def _ours(reader: User, words: str) -> None:
    selectors.search(reader, words)


def _raw(query: str, sites: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RAW, [query, sites])
        cursor.fetchall()
