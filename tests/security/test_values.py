"""What may be a number, a time, a text, a body, and how many of each. Refused with a reason, never guessed."""

import gzip
import json
import time as clockwork
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence.context import clock
from metrics import services as metrics
from metrics.models import Measurement, Metric
from people.models import User
from people.states import Authority
from records.models import Record
from tests.cast import Api, client_for, person
from ui.forms import DecimalField, RowsField, WholeField
from ui.registry import pages

URL = "/api/v1/measurements/"
NOON = "2026-01-08T12:00:00Z"

NOT_NUMBERS = {
    "NaN": '"NaN"', "infinity": '"Infinity"', "minus infinity": '"-Infinity"', "huge": '"1e400"', "tiny": '"1e-400"',
    "huge literal": "1e400", "tiny literal": "1e-400", "NaN literal": "NaN", "infinity literal": "-Infinity",
    "true": "true", "null": "null", "underscore": '"1_000"', "Arabic digit": '"٣"', "full-width digit": '"３"',
    "hexadecimal": '"0x10"', "spaces": '" 5 "', "comma": '"1,5"', "400 digits": "9" * 400, "400 digits as text":
    '"' + "9" * 400 + '"', "5000 digits": "9" * 5000, "words": '"five"', "two": '"1 2"', "nothing": '""', "a list":
    "[1]", "an object": '{"a": 1}', "too exact": '"0.0000000001"', "a point": '"."', "a sign": '"-"', "signs": '"--1"',
}  # fmt: skip
OF_TEXTS = {name: json.loads(text) for name, text in NOT_NUMBERS.items() if text.startswith('"')}
TRIMMED = {"spaces", "nothing"}  # a page and a spreadsheet may put blanks around a number; nothing means "no value"


@pytest.fixture
def metric(munich, olga) -> Metric:
    return metrics.create_metric(by=olga, site=munich, title="Roundness", direction="lower", unit="mm", owner=olga)


@pytest.fixture
def machine(munich, olga, metric) -> Client:
    account = person("mes", munich, Authority.INTEGRATION)
    metrics.create_source(by=olga, site=munich, code="mes", name="Machine data", account=account)
    return client_for(account)


def send(client: Client, body: str | bytes, kind: str = "application/json", query: str = "") -> Any:
    return client.post(f"{URL}{query}", body, content_type=kind)


def row(metric: Metric, value: str, **more: Any) -> str:
    named = "".join(f', "{name}": {json.dumps(found)}' for name, found in more.items())
    moment = "" if "observed_at" in more else f', "observed_at": "{NOON}"'
    return f'{{"metric": "{metric.number}", "value": {value}{moment}{named}}}'


@pytest.mark.parametrize("sent", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_plain_decimal_is_refused_alone_and_in_a_batch(machine, metric, sent):
    """400 for one value; in a batch the row is named, and its neighbours are stored."""
    answer = send(machine, row(metric, sent))
    assert answer.status_code == 400, answer.content
    assert not Measurement.objects.exists()
    batch = send(machine, f"[{row(metric, '1')}, {row(metric, sent)}]")
    if batch.status_code == 400:  # the body is no JSON at all
        assert not Measurement.objects.exists()
        return
    assert [found["outcome"] for found in batch.json()["rows"]] == ["stored", "refused"]
    assert batch.json()["rows"][1]["index"] == 1


@pytest.mark.parametrize("name", sorted(OF_TEXTS.keys() - TRIMMED))
def test_the_same_is_refused_from_a_page_a_file_and_a_pasted_table(munich, machine, metric, olga, name):
    text, browser = OF_TEXTS[name], client_for(olga)
    verb = f"/metrics/{metric.number}/do/"
    assert browser.post(f"{verb}record/", {"observed_at": "2026-01-08", "value": text}).status_code == 422
    table = f'observed_at,value\n2026-01-08,"{text}"\n'
    assert browser.post(f"{verb}import/", {"text": table}).status_code in (404, 422)
    answer = send(machine, table, "text/csv", f"?metric={metric.number}")
    assert [found["outcome"] for found in answer.json()["rows"]] == ["refused"], answer.content
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("sent", ["5", "-5", "0.100000001", "1e3", "1E-3", '"+5"', '"-0.5"', "999999999999999", "0"])
def test_an_exact_decimal_is_kept_exactly(machine, metric, sent):
    """The other side of the rule; a negative number is a number."""
    assert send(machine, row(metric, sent)).status_code == 201
    assert Measurement.objects.get().value == Decimal(sent.strip('"'))


def number_fields() -> list[tuple[str, forms.Field]]:
    found = []
    for page in pages():
        for verb in [*page.verbs, *([page.create] if page.create else [])]:
            fields = dict(verb.form.base_fields)
            rows = [field.row_form.base_fields for field in fields.values() if isinstance(field, RowsField)]
            for name, field in [*fields.items(), *(pair for inside in rows for pair in inside.items())]:
                if isinstance(field, forms.IntegerField):  # decimals are whole numbers' children in Django
                    found.append((f"{page.plural} {verb.name}: {name}", field))
    return found


def test_every_number_of_every_form_is_read_strictly():
    """Found from the registry, so that a new form cannot forget it."""
    fields = number_fields()
    assert len(fields) > 10
    assert [name for name, field in fields if not isinstance(field, DecimalField | WholeField)] == []
    for name, field in fields:
        for text in ("1_000", "٣", "NaN", "Infinity", "1e400", "0x10", "1,5", "9" * 400, True):
            assert not _takes(field, text), f"{name} takes {text}"


def _takes(field: forms.Field, value: Any) -> bool:
    try:
        field.clean(value)
    except forms.ValidationError:
        return False
    return True


NOT_TIMES = {
    "no offset": "2026-01-08T12:00:00", "30 February": "2026-02-30", "30 February, with time": "2026-02-30T12:00:00Z",
    "24 o'clock": "2026-01-08T24:00:00Z", "leap second": "2016-12-31T23:59:60Z", "year 1": "0001-01-01T00:00:00+14:00",
    "year 9999": "9999-12-31T23:59:59-14:00", "year 0": "0000-01-01", "year 10000": "10000-01-01", "before 1970":
    "1969-12-31T23:59:59Z", "a number": "1767873600", "Arabic digits": "٢٠٢٦-٠١-٠٨", "week date": "2026-W02-4", "basic":
    "20260108", "words": "yesterday", "nothing": "", "minute 60": "2026-01-08T12:60:00Z", "offset of 25 hours":
    "2026-01-08T12:00:00+25:00", "American": "01/08/2026", "a NUL": "2026-01-08\x00",
}  # fmt: skip


@pytest.mark.parametrize("sent", NOT_TIMES.values(), ids=NOT_TIMES)
def test_a_time_that_is_none_or_says_no_offset_is_refused(machine, metric, sent):
    answer = send(machine, row(metric, "1", observed_at=sent))
    assert answer.status_code == 400, answer.content
    listed = send(machine, f"observed_at,value\n{sent},1\n".encode(), "text/csv", f"?metric={metric.number}")
    assert listed.status_code in (200, 400)
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(("minutes", "outcome"), [(4, 201), (6, 400), (60 * 24 * 365, 400)])
def test_clocks_may_differ_by_five_minutes(machine, metric, minutes, outcome):
    sent = (clock() + timedelta(minutes=minutes)).isoformat()
    assert send(machine, row(metric, "1", observed_at=sent)).status_code == outcome


def test_when_it_was_and_when_it_came_are_both_kept(machine, metric):
    assert send(machine, row(metric, "1", observed_at="2026-01-08T12:00:00+05:30")).status_code == 201
    found = Measurement.objects.get()
    assert found.observed_at.astimezone(UTC).isoformat() == "2026-01-08T06:30:00+00:00"
    assert abs(found.recorded_at - clock()) < timedelta(minutes=1)


@pytest.mark.parametrize("hour", ["2026-03-29T02:30", "2025-10-26T02:30"])
def test_an_hour_that_never_was_or_was_twice_needs_its_offset(munich, metric, olga, hour):
    """A person may leave the offset out, except where that would say nothing."""
    munich.time_zone = "Europe/Berlin"
    munich.save()
    address = f"/metrics/{metric.number}/do/record/"
    assert client_for(olga).post(address, {"observed_at": hour, "value": "1"}).status_code == 422
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(("unit", "status"), [({}, 201), ({"unit": "mm"}, 201), ({"unit": "µm"}, 400),
                                              ({"unit": "°F"}, 400), ({"unit": "MM"}, 400)])  # fmt: skip
def test_a_unit_is_the_metrics_own_or_left_out(machine, metric, unit, status):
    """Nothing is converted, so another unit is refused."""
    assert send(machine, row(metric, "1", **unit)).status_code == status


@pytest.mark.parametrize("name", ["id", "uuid", "recorded_at", "late", "batch", "source", "valeu", "value__gt", ""])
def test_fields_that_a_row_does_not_have_are_refused(machine, metric, name):
    """A client chooses no key, and a misspelt name is told."""
    assert send(machine, row(metric, "1", **{name: "1"})).json()["code"] == "unknown-field"
    assert not Measurement.objects.exists()


def test_the_same_event_a_hundred_times_is_one_row(machine, metric):
    """And with another value it is refused."""
    sent = row(metric, "1", event_id="e")
    assert {send(machine, sent).status_code for _ in range(100)} == {200, 201}
    assert send(machine, row(metric, "2", event_id="e")).status_code == 422
    keyed = {"Idempotency-Key": "k"}
    for value, status in (("3", 201), ("3", 200), ("4", 422)):
        answer = machine.post(URL, row(metric, value), content_type="application/json", headers=keyed)
        assert answer.status_code == status
    assert Measurement.objects.count() == 2


def test_one_bad_row_of_ten_thousand_is_named_and_the_rest_is_stored_once(machine, metric):
    rows = "\n".join(f"2026-01-08T12:00:00Z,{'x' if index == 9_998 else 1},{index}" for index in range(10_000))
    sent, query = f"observed_at,value,event_id\n{rows}\n", f"?metric={metric.number}"
    whole = send(machine, sent, "text/csv", f"{query}&all_or_nothing=1")
    assert whole.status_code == 409
    assert not Measurement.objects.exists()
    answer = send(machine, sent, "text/csv", query).json()
    assert [found["index"] for found in answer["rows"] if found["outcome"] == "refused"] == [9_998]
    assert send(machine, sent, "text/csv", query).json()["duplicates"] == 9_999
    assert Measurement.objects.count() == 9_999


LARGE = 1024 * 1024 + 1
BODIES: dict[str, tuple[bytes, int]] = {
    "too large": (b'{"title": "' + b"x" * LARGE + b'"}', 413),
    "deep": (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
    "very deep": (b"[" * 200_000, 400),
    "many keys": (json.dumps({f"k{number}": 1 for number in range(50_000)}).encode(), 400),
    "key twice": (b'{"title": "a", "title": "b"}', 400),
    "key twice, escaped": (b'{"title": "a", "\\u0074itle": "b"}', 400),
    "lone surrogate": (b'{"title": "\\ud800"}', 400),
    "lone surrogate as key": (b'{"\\udfff": "a"}', 400),
    "NUL": (b'{"title": "a\\u0000b"}', 400),
    "mark of byte order": (b'\xef\xbb\xbf{"title": "a"}', 400),
    "UTF-16": ('{"title": "a"}'.encode("utf-16"), 400),
    "no UTF-8": (b'{"title": "\xff"}', 400),
    "overlong UTF-8": (b'{"title": "\xc0\xaf"}', 400),
    "something behind": (b'{"title": "a"} {}', 400),
    "comment": (b'{"title": "a" /* b */}', 400),
    "single quotes": (b"{'title': 'a'}", 400),
    "5000 digits": (b'{"title": ' + b"9" * 5000 + b"}", 400),
}
WRITING = ("nonconformities/", "documents/", "checklists/", "people/", "sites/", "measurements/")


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_a_body_that_two_programs_could_read_differently_is_refused(cast, body, status):
    """At every kind of door, with a problem document, and nothing is written."""
    for path in WRITING:
        if path == "measurements/" and status == 413:
            continue  # batches may be larger
        answer = client_for(cast["ada"]).post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code in (status, 403, 404), (path, answer.status_code, answer.content[:200])
        assert answer["Content-Type"] == "application/problem+json"
    assert not Record.objects.exists()


def test_a_batch_larger_than_its_limit_is_cut_off(machine, monkeypatch):
    """Read to the limit and no further."""
    monkeypatch.setattr("metrics.api.bodies.JsonRows.largest", 1000)
    assert send(machine, b" " * 1001).status_code == 413


def test_nothing_is_unpacked_on_the_way_in(machine, metric, olga):
    """A compressed body is not JSON; so no few bytes become many."""
    bomb = gzip.compress(b" " * 1_000_000)
    for client, path in ((machine, URL), (client_for(olga), "/api/v1/nonconformities/")):
        answer = client.post(path, bomb, content_type="application/json", headers={"Content-Encoding": "gzip"})
        assert answer.status_code in (400, 415)


def test_ten_thousand_fields_of_a_form_are_too_many(olga):
    browser = client_for(olga)
    assert browser.post("/nonconformities/new/", {f"f{number}": "1" for number in range(10_000)}).status_code == 400
    files = {f"f{number}": SimpleUploadedFile("a", b"x") for number in range(500)}
    assert browser.post("/nonconformities/new/", files).status_code == 400


TYPES = [
    "text/html", "text/plain", "application/xml", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/json-patch+json", "bogus", "",
]  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_of_another_type_is_415(olga, kind):
    answer = client_for(olga).post("/api/v1/nonconformities/", b'{"title": "a"}', content_type=kind)
    assert answer.status_code in (400, 415), answer.content
    assert not Record.objects.exists()


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "bogus"])
def test_a_charset_changes_nothing(olga, charset):
    """JSON is UTF-8, whatever is said of it."""
    body = json.dumps({"title": "+ADw-script+AD4-", "site": "MUC"}).encode("ascii")
    answer = client_for(olga).generic(
        "POST", "/api/v1/nonconformities/", body, content_type=f"application/json; charset={charset}"
    )
    assert answer.status_code in (400, 415)
    assert b"<script" not in answer.content


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "bogus", "text/csv"])
def test_only_json_is_answered(olga, accept):
    answer = client_for(olga).get("/api/v1/nonconformities/", headers={"accept": accept})
    assert answer.status_code == 406
    assert "json" in answer["Content-Type"]


ODD = [
    "2147483648",
    "9223372036854775808",
    "-1",
    "0",
    "1.0",
    "1e3",
    "９",
    "%00",
    "..%2f..%2fetc",
    "'",
    "1;--",
    "x" * 3000,
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_in_an_address_find_nothing(cast, odd):
    axel, ada = client_for(cast["axel"]), client_for(cast["ada"])
    for client, path in (
        (axel, f"/api/v1/nonconformities/{odd}/"), (axel, f"/nonconformities/{odd}/"),
        (axel, f"/api/v1/improvements/{odd}/"), (axel, f"/improvements/{odd}/"),
        (axel, f"/api/v1/integrity-faults/{odd}/handle/"), (ada, f"/people/sam/roles/{odd}/leave/"),
        (axel, f"/accounts/sessions/{odd}/end/"),
    ):  # fmt: skip
        assert client.get(path).status_code in (200, 400, 403, 404, 405), path
        assert client.post(path, {}).status_code in (400, 403, 404, 405, 415), path
    for name in ("limit", "after", "before", "sort", "opened_at_after", "q", "site", "owner", "status"):
        for base in ("/api/v1/nonconformities/", "/nonconformities/", "/nonconformities/export.csv", "/search/"):
            assert axel.get(f"{base}?{name}={odd}").status_code in (200, 302, 400, 404), (base, name)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1e3", "９", "10000000000", "", "x", "1.0"])
def test_a_page_has_at_most_two_hundred_rows(olga, limit):
    assert client_for(olga).get(f"/api/v1/nonconformities/?limit={limit}").status_code == 400


FLOODS = {
    "values": "&".join(f"status=s{number}" for number in range(900)),
    "open and closed": "status=open&status=closed",
    "repeats": "&".join(["status=open"] * 900),
    "unknown": "nonsense=1",
    "names": "&".join(f"n{number}=1" for number in range(900)),
    "words": "q=" + "+".join(["a"] * 2000),
    "operators": "q=" + "%26%7C%21%28%29%3A%2A%27" * 300,
    "traversal": "owner__password__startswith=md5",
    "sorted by a password": "sort=owner__password",
    "sorted by a path": "sort=-site__parent__name",
    "lookups": "title__regex=(a%2B)%2B%24&number__in=1,2",
}


@pytest.mark.parametrize("query", FLOODS.values(), ids=FLOODS)
def test_filters_are_bounded(cast, query):
    """Within a second; an unknown one is told in the API and left out in a page."""
    axel = client_for(cast["axel"])

    def seconds(address: str) -> float:
        begun = clockwork.monotonic()
        answer = axel.get(f"{address}?{query}")
        assert answer.status_code in (200, 400), (address, answer.status_code)
        return clockwork.monotonic() - begun

    for page in pages():
        for base in (f"/api/v1/{page.plural}/", f"/{page.plural}/"):
            assert seconds(base) < 1 or seconds(base) < 1, base  # once more where another process had the machine


def test_a_thousand_parameters_are_too_many(olga):
    """Counted in an address as in a form."""
    query = "&".join(f"site=MUC{number}" for number in range(5000))
    assert client_for(olga).get(f"/nonconformities/?{query}").status_code == 400
    assert client_for(olga).get(f"/api/v1/nonconformities/?{query}").status_code == 400


TURNED = [chr(number) for number in [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]]


@pytest.mark.parametrize("control", TURNED, ids=[f"U+{ord(control):X}" for control in TURNED])
def test_what_turns_a_text_around_is_taken_out(munich, olga, metric, control):
    """b7, C8: in titles and texts of pages and API, in names of files, in notes of values."""
    api = Api(olga)
    made = api.post("nonconformities/", {"site": "MUC", "title": f"Ring{control}gnp.exe", "description": f"D{control}d",
                                         "detected_on": "2026-01-08"})  # fmt: skip
    assert made.status_code == 201, made.content
    assert (made.json()["title"], made.json()["description"]) == ("Ringgnp.exe", "Dd")
    address = f"/nonconformities/{made.json()['number']}/files/add/"
    client_for(olga).post(address, {"file": SimpleUploadedFile(f"a{control}gpj.exe", b"MZ")})
    assert [file.name for file in Record.objects.get(number=made.json()["number"]).attachments.all()] == ["agpj.exe"]
    assert api.post("nonconformities/", {"site": "MUC", "title": control, "description": "D"}).status_code == 400
    client_for(olga).post(f"/metrics/{metric.number}/do/record/",
                          {"observed_at": "2026-01-08", "value": "1", "note": f"a{control}b"})  # fmt: skip
    assert Measurement.objects.get().note == "ab"


def test_the_names_of_people_do_not_turn_around(ada):
    """b7."""
    made = Api(ada).post("people/", {"site": "MUC", "username": "eve", "full_name": "Eve \u202enimda"})
    assert made.status_code == 201, made.content
    assert User.objects.get(username="eve").full_name == "Eve nimda"
