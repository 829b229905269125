"""Writing rows by the hundred thousand: straight into the table, and with a second look where an event was known.

A chunk of rows is copied into the table as it comes. Where the source has used one of its event ids before, the
database refuses the whole chunk; it then goes through another table, and each row that is there is compared.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from metrics.models import Batch, Source
from metrics.selectors.judging import Fields
from metrics.selectors.reading import DUPLICATE, REFUSED, RowResult
from people.models import User

NAMES = """uuid, recorded_at, source_id, batch_id, metric_id, value, n, subgroup, observed_at, late, source_event_id,
note"""
COPY = f"COPY metrics_measurement ({NAMES}) FROM STDIN"
NEXT = "SELECT nextval(pg_get_serial_sequence('metrics_batch', 'id'))"
FILL = f"COPY metrics_incoming ({NAMES}) FROM STDIN"
TAKE = f"""
INSERT INTO metrics_measurement ({NAMES}) SELECT {NAMES} FROM metrics_incoming WHERE batch_id = %s ORDER BY uuid
ON CONFLICT (source_id, source_event_id) WHERE NOT source_event_id = '' DO NOTHING
"""
KNOWN = """
SELECT incoming.uuid, known.uuid, known.metric_id = incoming.metric_id AND known.value = incoming.value
  AND known.observed_at = incoming.observed_at
FROM metrics_incoming incoming
JOIN metrics_measurement known USING (source_id, source_event_id)
WHERE incoming.batch_id = %s AND source_event_id <> '' AND known.uuid <> incoming.uuid
"""
FORGET = "DELETE FROM metrics_incoming WHERE batch_id = %s"

Row = tuple[int, Fields]


class Storage:
    """What takes the rows of one batch. The batch itself is written last, when its digest and its counts are known."""

    def __init__(self, source: Source, *, at: datetime) -> None:
        self.source, self.at = source, at
        # Random as a whole and in order within the batch (RFC 9562, version 8): the index grows at one end.
        random = secrets.token_hex(10)
        self.prefix = f"{random[:8]}-{random[8:12]}-8{random[13:16]}-a{random[17:20]}-"
        with connection.cursor() as cursor:
            cursor.execute(NEXT)
            self.batch = int(cursor.fetchone()[0])
        self.stored = 0

    def uuid(self, index: int) -> UUID:
        """Of the row at that index, if it was stored."""
        return UUID(f"{self.prefix}{index:012x}")

    def store(self, pieces: Iterator[list[Row]]) -> dict[int, RowResult]:
        """Write rows, piece by piece, while they are being judged. Gives those that were not written, by index: known
        already, or known with another value."""
        taken: list[list[Row]] = []
        try:
            with transaction.atomic():
                self._copy(COPY, _kept(pieces, taken))
        except UniqueViolation:
            return self._store_slowly([*taken, *pieces])
        self.stored += sum(map(len, taken))
        return {}

    def _copy(self, statement: str, pieces: Iterable[list[Row]]) -> None:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for rows in pieces:
                copy.write(self._text(rows))

    def _text(self, rows: Sequence[Row]) -> str:
        prefix, same = self.prefix, f"{self.at.isoformat()}\t{self.source.pk}\t{self.batch}"
        return "".join(
            [
                f"{prefix}{index:012x}\t{same}\t{metric}\t{value}\t{n}\t{subgroup}\t{at}\t{late}\t{event}\t{note}\n"
                for index, (metric, value, n, subgroup, at, late, event, note) in rows
            ]
        )

    def _store_slowly(self, pieces: Iterable[list[Row]]) -> dict[int, RowResult]:
        with connection.cursor() as cursor:
            self._copy(FILL, pieces)
            cursor.execute(TAKE, [self.batch])
            self.stored += cursor.rowcount
            cursor.execute(KNOWN, [self.batch])
            found = cursor.fetchall()
            cursor.execute(FORGET, [self.batch])
        return {row.index: row for row in (_again(*one) for one in found)}

    def close(self, *, by: User, digest: str, duplicates: int, refused: int) -> Batch:
        """Write the batch."""
        return Batch.objects.create(
            pk=self.batch,
            source=self.source,
            received_at=self.at,
            received_from=by,
            digest=digest,
            stored=self.stored,
            duplicates=duplicates,
            refused=refused,
        )


def _kept(pieces: Iterator[list[Row]], taken: list[list[Row]]) -> Iterator[list[Row]]:
    """The pieces, each also appended to `taken`: they may have to be written another way."""
    for piece in pieces:
        taken.append(piece)
        yield piece


def _again(own: UUID, known: UUID, is_same: bool | None) -> RowResult:
    index = own.int & (2**48 - 1)
    if is_same:
        return RowResult(index, DUPLICATE, known)
    return RowResult(
        index,
        REFUSED,
        code="event-id-reused",
        message=_("This event id was used before with another value or at another time. Send a correction instead."),
    )
