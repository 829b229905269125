"""Values by the hundred thousand: they are taken as they come, and the quick way keeps the rules of the slow one."""

import gzip
import hashlib
import io
import json
from datetime import datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.context import clock
from metrics import services as metrics
from metrics.models import Batch, BatchPart, Incoming, Measurement
from metrics.selectors.judging import Desk, Fields
from metrics.selectors.reading import RowResult, Table
from metrics.services import recording
from metrics.states import Better, Family
from tests.cast import client_for
from tests.metrics.conftest import evening
from tests.metrics.test_api import NOON, URL

LINES, CSV = "application/x-ndjson", "text/csv"


def line(scrap, number, value="5.25", **more):
    return json.dumps({"metric": scrap.number, "value": value, "observed_at": NOON, "event_id": f"e{number}", **more})


def test_lines_of_json_are_stored_exactly(machine, scrap):
    numbers = f'{{"metric": "{scrap.number}", "value": 0.100000001, "observed_at": "{NOON}"}}\n\n{line(scrap, 1)}\n'
    answer = machine.post(URL, numbers, content_type=LINES)
    assert (answer.status_code, answer.json()["stored"]) == (201, 2)
    assert set(Measurement.objects.values_list("value", flat=True)) == {Decimal("0.100000001"), Decimal("5.25")}
    told = [row["uuid"] for row in answer.json()["rows"]]
    assert {str(one) for one in Measurement.objects.values_list("uuid", flat=True)} == set(told)


def test_a_line_that_cannot_be_read_is_refused_alone(machine, scrap):
    twice = f'{{"metric": "{scrap.number}", "value": 5, "value": 6, "observed_at": "{NOON}"}}'
    half = line(scrap, 4, note="x").replace('"x"', '"\\ud800"')
    body = "\n".join([line(scrap, 1), "{", twice, half, "1},{", line(scrap, 2), "[5]"])
    answer = machine.post(URL, body, content_type=LINES).json()
    codes = ["", *["not-json"] * 4, "", "not-an-object"]
    assert [row["code"] for row in answer["rows"]] == codes
    assert (answer["stored"], answer["refused"], answer["untold"]) == (2, 5, 0)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_body_may_be_packed(machine, scrap, encoding):
    text = f"metric,observed_at,value,event_id\n{scrap.number},{NOON},5.5,a\n{scrap.number},{NOON},5.6,b\n".encode()
    body = gzip.compress(text) if encoding == "gzip" else text
    answer = machine.post(URL, body, content_type=CSV, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["stored"]) == (201, 2)


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        (b"observed_at,value\n", "br", 415),
        (b"observed_at,value\n", "gzip", 400),
        (gzip.compress(b"observed_at,value\n", mtime=0)[:-6], "gzip", 400),
        (gzip.compress(b"observed_at,value\n1,2\n" * 10, mtime=0)[:20] + b"junk", "gzip", 400),
    ],
    ids=["unknown", "plain", "cut off", "broken"],
)
def test_what_is_not_packed_as_it_says_is_refused(machine, scrap, body, encoding, code):
    answer = machine.post(
        f"{URL}?metric={scrap.number}", body, content_type=CSV, headers={"Content-Encoding": encoding}
    )
    assert answer.status_code == code
    assert not Measurement.objects.exists()


def test_a_small_file_that_holds_a_large_one_is_refused(machine, scrap, monkeypatch):
    monkeypatch.setattr("metrics.api.bodies._Bodies.largest", 100_000)
    body = gzip.compress(f"metric,observed_at,value\n{f'{scrap.number},{NOON},5.5'}\n".encode() * 50_000)
    answer = machine.post(URL, body, content_type=CSV, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(("marked", "status", "stored"), [(True, 201, 2), (False, 400, 0)])
def test_a_body_may_come_in_pieces(machine, scrap, marked, status, stored):
    """No length is told; whether the end is marked, the server knows."""
    body = io.BytesIO(f"{line(scrap, 1)}\n{line(scrap, 2)}\n".encode())
    told = {"wsgi.input": body, "wsgi.input_terminated": marked, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert machine.post(URL, b"", content_type=LINES, **told).status_code == status
    assert Measurement.objects.count() == stored


@pytest.mark.parametrize("body", ["lines", "csv", "json"])
def test_a_body_that_was_cut_off_stores_nothing(machine, scrap, body):
    """Else the last number of it would be another one."""
    kind, text = {
        "lines": (LINES, line(scrap, 1, "12345")),
        "csv": (CSV, f"metric,observed_at,value\n{scrap.number},{NOON},5\n{scrap.number},{NOON},12345"),
        "json": ("application/json", f"[{line(scrap, 1)}]"),
    }[body]
    told = {"wsgi.input": io.BytesIO(text[:-3].encode()), "CONTENT_LENGTH": str(len(text))}
    answer = machine.post(URL, b"", content_type=kind, **told)
    assert (answer.status_code, answer.json()["code"]) == (400, "cut-off")
    assert not Measurement.objects.exists()


def test_a_piece_that_is_not_as_it_says_is_refused(machine, scrap):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if found := super().read(size):
                return found
            raise OSError

    sent = Broken(f"{line(scrap, 1)}\n".encode())
    told = {"wsgi.input": sent, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = machine.post(URL, b"", content_type=LINES, **told)
    assert (answer.status_code, answer.json()["code"]) == (400, "cut-off")
    assert not Measurement.objects.exists()


def test_a_row_with_more_cells_than_columns_is_refused_alone(machine, scrap):
    """1,5 between commas would be stored as 1."""
    body = f"metric,observed_at,value\n{scrap.number},{NOON},1,5\n{scrap.number},{NOON},6,\n"
    answer = machine.post(URL, body, content_type=CSV).json()
    assert ([row["code"] for row in answer["rows"]], answer["stored"]) == (["too-many-cells", ""], 1)
    assert machine.post(URL, body, content_type=f"{CSV}; charset=utf-7").status_code == 415


def test_a_line_without_end_is_refused(machine, scrap):
    assert machine.post(URL, b"x" * 400_000, content_type=LINES).status_code == 400
    assert machine.post(f"{URL}?metric={scrap.number}", b"x" * 400_000, content_type=CSV).status_code == 400


def test_of_many_rows_only_those_that_were_not_stored_are_told(machine, scrap):
    body = "\n".join(line(scrap, number, "no" if number % 100 == 7 else "5") for number in range(1500))
    answer = machine.post(URL, body, content_type=LINES).json()
    assert (answer["stored"], answer["refused"], answer["untold"]) == (1485, 15, 0)
    assert {row["code"] for row in answer["rows"]} == {"not-a-number"}
    again = machine.post(URL, body, content_type=LINES).json()
    assert (again["stored"], again["duplicates"], again["refused"], again["untold"]) == (0, 1485, 15, 500)


def test_chunks_with_known_events_take_the_second_look(push, scrap, robot, monkeypatch):
    monkeypatch.setattr(recording, "CHUNK", 10)
    monkeypatch.setattr(recording, "PIECE", 5)
    rows = [{"value": str(n), "observed_at": NOON, "event_id": f"e{n}"} for n in range(35)]

    def send(rows, **more):
        return metrics.add_measurements(
            rows, by=robot, source=push.source, metrics=[scrap], metric=scrap.number, **more
        )

    assert send(rows[12:14]).stored == 2
    mixed = send([*rows[:20], {**rows[3], "value": "99"}, *rows[20:], rows[30]])
    assert (mixed.stored, mixed.duplicates, mixed.refused) == (33, 3, 1)
    assert [row.code for row in mixed.rows if row.outcome == "refused"] == ["event-id-reused"]
    assert mixed.rows[20].index == 20
    assert Measurement.objects.count() == 35
    assert not Incoming.objects.exists()
    told = {row.uuid for row in mixed.rows if row.outcome == "stored"}
    assert told == set(Measurement.objects.filter(batch=mixed.batch).values_list("uuid", flat=True))


def test_a_slow_sender_gets_more_statements(push, scrap, robot, monkeypatch):
    """The database ends a statement after half a minute; a body may take longer."""
    monkeypatch.setattr(recording, "LONGEST_COPY", 0)
    monkeypatch.setattr(recording, "PIECE", 5)
    rows = [{"value": str(n), "observed_at": NOON} for n in range(18)]
    metrics.add_measurements(rows, by=robot, source=push.source, metrics=[scrap], metric=scrap.number)
    assert sorted(BatchPart.objects.values_list("rows", flat=True)) == [3, 5, 5, 5]


def test_the_ledger_seals_the_batch_with_the_digest_of_its_body_as_it_was_sent(machine, scrap):
    body = gzip.compress(line(scrap, 1).encode())
    assert machine.post(URL, body, content_type=LINES, headers={"Content-Encoding": "gzip"}).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM ledger.raw WHERE relation = 'metrics_batch' ORDER BY id DESC LIMIT 1")
        sealed = json.loads(cursor.fetchone()[0])
    batch = Batch.objects.get()
    assert (batch.digest, sealed["op"], sealed["keys"]) == (hashlib.sha256(body).hexdigest(), "append", [batch.pk])


def test_a_sender_who_lets_all_others_wait_is_cut_off_in_words(machine, scrap, monkeypatch):
    """Else the database would end the statement, and the answer would be that somebody else is writing."""
    monkeypatch.setattr(recording, "LONGEST_WAIT", -1)
    answer = machine.post(URL, "\n".join(line(scrap, number) for number in range(3)), content_type=LINES)
    assert (answer.status_code, answer.json()["code"]) == (409, "too-slow")
    assert not Measurement.objects.exists()


def test_all_or_nothing_takes_back_what_earlier_chunks_stored(push, scrap, robot, monkeypatch):
    monkeypatch.setattr(recording, "CHUNK", 10)
    monkeypatch.setattr(recording, "PIECE", 5)
    rows = [{"value": str(n), "observed_at": NOON, "event_id": f"e{n}"} for n in range(25)]
    rows.append({"value": "x", "observed_at": NOON})
    receipt = metrics.add_measurements(
        rows, by=robot, source=push.source, metrics=[scrap], metric=scrap.number, all_or_nothing=True
    )
    assert (receipt.batch, receipt.stored, receipt.refused) == (None, 0, 26)
    assert not Measurement.objects.exists()
    assert not Batch.objects.exists()


def test_the_parts_of_a_batch_add_up_to_what_it_stored(push, scrap, clock_at):
    clock_at(evening(5))
    receipt = push(scrap, [5.0, 6.0, 7.0], first=0)
    assert sum(BatchPart.objects.filter(batch=receipt.batch).values_list("rows", flat=True)) == 3


@pytest.mark.parametrize("field", ["metric_id", "source_id", "batch_id", "corrects_id"])
def test_a_value_of_nothing_is_refused_by_the_database(push, scrap, field):
    push(scrap, [5.0], first=0)
    known = Measurement.objects.get()
    names = ("metric_id", "source_id", "batch_id", "value", "observed_at", "recorded_at")
    right = {name: getattr(known, name) for name in names}
    wrong = {**right, field: uuid4() if field == "corrects_id" else 987_654}
    with pytest.raises(IntegrityError):
        write_at_once(wrong)


def test_a_value_is_corrected_once(push, scrap):
    push(scrap, [5.0], first=0)
    known = Measurement.objects.get()
    names = ("metric_id", "source_id", "batch_id", "value", "observed_at", "recorded_at")
    correction = {**{name: getattr(known, name) for name in names}, "corrects": known}
    write_at_once(correction)
    with pytest.raises(IntegrityError):
        write_at_once(correction)


def test_a_body_may_name_more_metrics_as_it_goes_on(push, scrap, olga, clock_at, robot):
    clock_at(evening(5))
    calls = metrics.create_metric(
        by=olga, site=scrap.site, title="Calls", direction=Better.LOWER, unit="", process=scrap.process
    )
    rows = [
        {"metric": metric.number, "value": "3", "observed_at": NOON, "event_id": f"e{n}"}
        for n, metric in enumerate([*[scrap] * 1500, *[calls] * 1500, scrap])
    ]
    rows[2000]["metric"] = "NOBODY-KNOWS"
    receipt = metrics.add_measurements(rows, by=robot, source=push.source, metrics=[scrap, calls])
    assert (receipt.stored, receipt.refused) == (3000, 1)
    assert (receipt.rows[0].index, receipt.rows[0].code) == (2000, "unknown-metric")


def write_at_once(facts):
    with transaction.atomic(), connection.cursor() as cursor:
        Measurement.objects.create(**facts)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


NUMBERS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6).map(str),
    st.integers(-5, 10**16),
    st.sampled_from(["", " 5", "5.", "1e3", "NaN", "０", "5\t", "-0", "5" * 17, None, True, "0"]),
)
TIMES = st.one_of(
    st.datetimes(datetime(1969, 12, 30), datetime(2030, 1, 1)).map(lambda at: at.isoformat(timespec="seconds") + "Z"),
    st.sampled_from([
        NOON, "2025-01-08", "2025-01-08T12:00", "2025-02-30T12:00:00Z", "2025-01-08T12:00:00+15:30", "",
        "2025-01-08T12:00:00-14:00", "2025-01-08 12:00:00Z", "1970-01-01T00:30:00+01:00", 5, None,
    ]),
)  # fmt: skip
EVENTS = st.one_of(st.none(), st.just(""), st.text(max_size=6), st.from_regex(r"[a-z0-9:./-]{1,9}", fullmatch=True))


@pytest.fixture
def begun(push, scrap):
    """What was observed before this value is late."""
    push(scrap, [5.0], first=0)


@pytest.mark.parametrize("family", list(Family))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=NUMBERS, n=NUMBERS, observed_at=TIMES, event_id=EVENTS)
def test_the_quick_way_says_what_the_rules_say(scrap, begun, family, value, n, observed_at, event_id):
    scrap.family, scrap.direction = family, Better.LOWER
    desk = Desk({scrap.number: scrap}.get, at=clock(), zone=ZoneInfo("Europe/Berlin"), metric=scrap.number)
    desk.learn([{}])
    quick = desk.plain(None, observed_at, value, n, event_id)
    slow = desk.strange(0, {"value": value, "n": n, "observed_at": observed_at, "event_id": event_id})
    if quick is not None:
        assert isinstance(slow, Fields), slow
        assert same(quick) == same(slow)


ROWS = st.fixed_dictionaries({"value": NUMBERS, "observed_at": TIMES, "event_id": EVENTS})
USUAL = st.fixed_dictionaries({
    "value": st.decimals(-99, 99, places=2).map(str),
    "observed_at": st.sampled_from([NOON, "2025-01-08T12:00:00Z", "2024-12-30T12:00:00Z"]),
    "event_id": st.from_regex(r"[a-z0-9:./-]{0,9}", fullmatch=True),
})  # fmt: skip


@pytest.mark.parametrize("family", [Family.NORMAL, Family.POISSON])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(USUAL, min_size=1, max_size=5), odd=st.lists(ROWS, max_size=1), as_table=st.booleans())
def test_many_rows_are_judged_like_each_of_them(scrap, begun, family, rows, odd, as_table):
    scrap.family, scrap.direction = family, Better.LOWER
    desk = Desk({scrap.number: scrap}.get, at=clock(), zone=ZoneInfo("Europe/Berlin"), metric=scrap.number)
    desk.learn([{}])
    given_rows = [*rows, *odd, *rows]
    if as_table:
        cells = [["" if row[name] is None else str(row[name]) for name in row] for row in given_rows]
        given_rows = Table(list(given_rows[0]), cells, ",")
    right, wrong = desk.judge_all(7, given_rows)
    each = {7 + place: desk.judge(7 + place, given_rows[place]) for place in range(len(given_rows))}
    assert dict(right) == {index: one for index, one in each.items() if isinstance(one, Fields)}
    assert wrong == {index: one for index, one in each.items() if not isinstance(one, Fields)}


def test_rows_that_are_alike_go_the_shortest_way(scrap, monkeypatch):
    desk = Desk({scrap.number: scrap}.get, at=clock(), zone=ZoneInfo("Europe/Berlin"))
    rows = [{"metric": scrap.number, "value": "5.25", "observed_at": NOON, "event_id": f"e{n}"} for n in range(9)]
    desk.learn(rows)
    monkeypatch.setattr(Desk, "plain", None)
    monkeypatch.setattr(Desk, "strange", None)
    assert len(desk.judge_all(0, rows)[0]) == 9
    assert len(desk.judge_all(0, Table(list(rows[0]), [list(row.values()) for row in rows], ","))[0]) == 9


def same(fields):
    moment = datetime.fromisoformat(fields.observed_at)
    rest = (fields.metric, fields.subgroup, fields.late, fields.event_id, fields.note)
    return (Decimal(fields.value), Decimal(fields.n), moment, *rest)


def test_the_quick_way_is_taken_for_what_machines_send(scrap):
    desk = Desk({scrap.number: scrap}.get, at=clock(), zone=ZoneInfo("Europe/Berlin"))
    row = {"metric": scrap.number, "value": "5.25", "observed_at": NOON, "event_id": "line-3:17"}
    desk.learn([row])
    assert desk.plain(row["metric"], row["observed_at"], row["value"], None, row["event_id"]) is not None
    assert isinstance(desk.judge(0, {**row, "value": "5,25"}), RowResult)


def test_a_value_is_late_when_a_later_period_had_one(push, scrap, clock_at):
    clock_at(evening(9))
    sent = [push(scrap, [5.0], first=number).batch for number in (4, 2, 5)]
    assert [Measurement.objects.get(batch=batch).late for batch in sent] == [False, True, False]


def test_the_same_file_for_another_site_is_another_request(olga, munich, scrap):
    """What goes with a file belongs to what an Idempotency-Key stands for."""
    client, url = client_for(olga), "/api/v1/value-imports/"
    headers = {"Idempotency-Key": "k"}
    sent = [
        client.post(url, {"file": io.BytesIO(b"day,value\n2026-01-08,5\n"), "site": site}, headers=headers)
        for site in (munich.code, munich.code, "XXX")
    ]
    assert [answer.status_code for answer in sent] == [201, 201, 422]
