"""Compares what clients were told with what is in the database, in SQL of its own. Gives sentences; none is well."""

from collections.abc import Iterator

from tests.faults.load import ROWS, Load
from tests.faults.rig import Rig

FOUND = {
    "measure": "SELECT source_event_id, count(*) FROM metrics_measurement GROUP BY 1",
    "batch": "SELECT split_part(source_event_id, ':', 1), count(*) FROM metrics_measurement GROUP BY 1",
    "comment": "SELECT text, count(*) FROM records_comment GROUP BY 1",
    "action": "SELECT what, count(*) FROM records_action GROUP BY 1",
    "raise": ("SELECT h.title, count(*) FROM capa_historicalnonconformity h WHERE h.history_type = '+' GROUP BY 1"),
    "edit": "SELECT h.title, count(*) FROM capa_historicalnonconformity h WHERE h.history_type = '~' GROUP BY 1",
}

# What must hold of all rows, acknowledged or not: a count that must be nought, and what is wrong otherwise.
WHOLE = {
    "half a batch": (
        "SELECT count(*) FROM metrics_batch b WHERE stored <>"
        " (SELECT count(*) FROM metrics_measurement m WHERE m.batch_id = b.id)"
    ),
    "a nonconformity without all of its history": (
        "SELECT count(*) FROM records_record r JOIN capa_nonconformity c ON c.record_ptr_id = r.id"
        " WHERE r.version <> (SELECT count(*) FROM capa_historicalnonconformity h WHERE h.id = r.id)"
    ),
    "a nonconformity without all of its events": (
        "SELECT count(*) FROM records_record r JOIN capa_nonconformity c ON c.record_ptr_id = r.id"
        " WHERE r.version <> (SELECT count(*) FROM evidence_event e WHERE e.subject_number = r.number"
        " AND e.verb IN ('opened', 'changed'))"
    ),
    "a record without its kind": (
        "SELECT count(*) FROM records_record r WHERE kind = 'NC'"
        " AND NOT EXISTS (SELECT 1 FROM capa_nonconformity c WHERE c.record_ptr_id = r.id)"
    ),
    "an action without its history": (
        "SELECT count(*) FROM records_action a WHERE 1 <>"
        " (SELECT count(*) FROM records_historicalaction h WHERE h.id = a.id)"
    ),
    "an action without its event": (
        "SELECT abs((SELECT count(*) FROM records_action)"
        " - (SELECT count(*) FROM evidence_event WHERE verb = 'action added'))"
    ),
    "a write without its actor": "SELECT count(*) FROM evidence_event WHERE actor_key IS NULL",
    "a gap or a double in the numbers": (
        "SELECT abs(max(right(number, 4)::int) - count(*)) + count(*) - count(DISTINCT number)"
        " FROM records_record WHERE kind = 'NC'"
    ),
    "work that was asked for and not done": "SELECT count(*) FROM jobs_outboxmessage WHERE done_at IS NULL",
    "work that was given up": "SELECT count(*) FROM jobs_outboxmessage WHERE parked_at IS NOT NULL",
    "values that nobody evaluated": "SELECT count(*) FROM metrics_newpart",
}


def verdict(rig: Rig, load: Load) -> dict[str, int]:
    """How many acknowledged writes are lost, how many writes doubled, how many half there; and of what kind."""
    counted = {"lost": 0, "doubled": 0, "half": 0}
    for kind, lost, doubled, half in _by_kind(rig, load):
        if lost or doubled or half:
            print(f"{kind}: lost {lost}, doubled {doubled}, half {half}")
        counted = {
            "lost": counted["lost"] + lost, "doubled": counted["doubled"] + doubled, "half": counted["half"] + half,
        }  # fmt: skip
    broken = {what: int(rig.sql(question)[0][0] or 0) for what, question in WHOLE.items()}
    for what, number in broken.items():
        if number:
            print(f"{number} times {what}")
    return {**counted, "half": counted["half"] + sum(broken.values())}


def _by_kind(rig: Rig, load: Load) -> Iterator[tuple[str, int, int, int]]:
    sent, told = load.log("sent"), load.log("told")
    for kind, question in FOUND.items():
        found = {str(key): int(number) for key, number in rig.sql(question)}
        whole = ROWS if kind == "batch" else 1
        acknowledged = {entry["key"] for entry in told if entry["kind"] == kind}
        asked = {entry["key"] for entry in sent if entry["kind"] == kind}
        counts = {key: found.get(key, 0) for key in asked}
        yield (
            kind,
            sum(counts[key] == 0 for key in acknowledged),
            sum(number > whole for number in counts.values()),
            sum(0 < number < whole for number in counts.values()),
        )
