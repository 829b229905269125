"""What evaluations of many watches write: what each remembers, and the figures that lists show."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import Cursor

from metrics.cadence import start_of
from metrics.detector import Kind
from metrics.detector.fleet import Fleet

FIGURES = ("s_amber", "s_red", "loss", "now", "kept", "kept_low", "kept_high")
WHOLE = ("last_period", "n", "n_now")
ORDER = ("since", *FIGURES, *WHOLE)
# What is an array for psycopg travels in binary; numbers travel as text, which Python writes in one go.
KEEP = f"""
INSERT INTO metrics_watchstate AS known
  (watch_id, evaluated_at, memory, key, pending_period, pending_total, pending_weight, summary)
SELECT watch, %s::timestamptz, memory, key, period, total, weight,
  CASE WHEN other THEN '{{}}' ELSE jsonb_build_object('accrued', 0.0, 'since', since,
    {", ".join(f"'{name}', NULLIF({name}, 'NaN')" for name in FIGURES)},
    {", ".join(f"'{name}', NULLIF({name}, 'NaN')::int" for name in WHOLE)}) END
FROM unnest(%b::bytea[], %b::text[], %s::bigint[], %s::int[], %s::float8[], %s::float8[], %s::bool[], %s::text[],
  {", ".join(["%s::float8[]"] * len(FIGURES + WHOLE))})
  AS found (memory, key, watch, period, total, weight, other, since, {", ".join(FIGURES + WHOLE)})
ON CONFLICT (watch_id) DO UPDATE SET evaluated_at = EXCLUDED.evaluated_at, summary = known.summary || EXCLUDED.summary,
  memory = EXCLUDED.memory, key = EXCLUDED.key, pending_period = EXCLUDED.pending_period,
  pending_total = EXCLUDED.pending_total, pending_weight = EXCLUDED.pending_weight
"""


def write(
    columns: Sequence[list[Any]],
    *,
    memories: list[bytes],
    keys: list[str],
    figures: Mapping[str, list[Any]],
    at: datetime,
) -> None:
    """`columns` are watches, their newest periods, totals and weights of these, and which get no figures here."""
    written = [_array(numbers) for numbers in (*columns, *(figures[name] for name in ORDER))]
    with Cursor(connection.connection) as cursor:  # whose lists travel in binary: half of the time
        cursor.execute(KEEP, [at, memories, keys, *written])


def _array(numbers: list[Any]) -> str:
    """Numbers or days as the text of an array of the database."""
    return "{" + str(numbers)[1:-1].replace("None", "NULL").replace("'", "") + "}"


def figures(newest: Fleet, cadences: Sequence[str]) -> dict[str, list[Any]]:
    """What lists show, as an evaluation of its own would write it."""
    lost = newest.lost()
    periods = zip(cadences, lost.since.tolist(), strict=True)
    return {
        "s_amber": newest.highest(Kind.AMBER).tolist(),
        "s_red": newest.highest(Kind.RED).tolist(),
        "loss": lost.lost.tolist(),
        "last_period": newest["period"].tolist(),
        "n": newest["seen"].tolist(),
        "now": lost.now.tolist(),
        "kept": lost.kept.tolist(),
        "kept_low": lost.low.tolist(),
        "kept_high": lost.high.tolist(),
        "n_now": lost.n.tolist(),
        "since": [None if math.isnan(one) else start_of(cadence, int(one)).isoformat() for cadence, one in periods],
    }
