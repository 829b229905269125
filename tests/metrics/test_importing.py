"""A file of values: looked at first, read as its owner says, then stored by the rules of every batch."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics import selectors
from metrics import services as metrics
from metrics.files import Layout
from metrics.models import Batch, ImportLayout, Measurement, ValueImport
from metrics.states import Better, ChartKind, Every
from tests.cast import api_for, client_for, fresh, refusal
from tests.metrics.uploads import URL, arranged, at, counts, csv, stored, uploaded, workbook

GERMAN = "Datum;Kennzahl;Wert;Bemerkung\n06.01.2025;{0};5,25;\n13.01.2025 14:30;{0};1.204,5;neue Scheibe\n"


@pytest.fixture
def bore(munich, grinding, olga, scrap):
    return metrics.create_metric(
        by=olga, site=munich, title="Bore", direction=Better.TARGET, target=Decimal(74), unit="mm", process=grinding,
        cadence=Every.DAY, subgroup_size=5, chart=ChartKind.XBAR_R,
    )  # fmt: skip


def test_a_german_file_is_understood_by_its_headings(now, munich, scrap, olga):
    """Semicolons, decimal commas, days first, Windows-1252; the metric named by its name."""
    kept = uploaded(csv("Prüfbericht\n\n" + GERMAN.format(scrap.title), encoding="cp1252"), munich, olga)
    assert kept.layout == {
        "columns": {"0": "observed_at", "1": "metric", "2": "value", "3": "note"}, "metric": "", "dates": "dmy",
        "decimal": ",", "zone": "Europe/Berlin", "sheet": "",
    }  # fmt: skip
    found = selectors.look(kept)
    assert (found.new, found.known, found.faulty, found.is_sound) == (2, 0, 0, True)
    assert [(one.row, one.value, one.note) for one in found.first] == [
        (4, Decimal("5.25"), ""), (5, Decimal("1204.5"), "neue Scheibe"),
    ]  # fmt: skip
    assert Measurement.objects.count() == 0
    done = metrics.import_values(kept, by=olga)
    assert stored(scrap) == [(at(6, 11), Decimal("5.25")), (at(13, 13, 30), Decimal("1204.5"))]
    assert (done.batch.stored, done.batch.refused, len(done.batch.digest)) == (2, 0, 64)


def test_one_column_for_each_metric(now, munich, scrap, rejects, olga):
    """Headings name metrics by number or name; an empty cell is no value, and a wrong one is told with its column."""
    text = f"Date,{scrap.number},Rejects (pcs),Operator\n01/15/2025,5.5,,Ada\n01/16/2025,,3,Ben\n01/17/2025,6,2.5,\n"
    kept = uploaded(csv(text), munich, olga)
    assert (kept.layout["columns"], kept.layout["dates"]) == (
        {"0": "observed_at", "1": f"={scrap.number}", "2": f"={rejects.number}"}, "mdy",
    )  # fmt: skip
    found = selectors.look(kept)
    assert [(one.value.row, one.value.heading, one.message) for one in found.faults] == [
        (3, "Rejects (pcs)", "There cannot be more defectives than parts checked."),
        (4, "Rejects (pcs)", "A count is a whole number, zero or more."),
    ]  # fmt: skip
    metrics.import_values(kept, by=olga, leave_wrong=True)
    assert stored(scrap) == [(at(15, 11), Decimal("5.5")), (at(17, 11), 6)]


def test_a_workbook_is_read_as_it_shows_its_numbers_and_days(now, munich, bore, olga):
    """A subgroup in five columns; a sum of floats is what the cell shows; a formula counts as its kept value."""
    day = datetime(2025, 1, 6)
    rows = [["Date", "x1", "x2", "x3", "x4", "x5"], [day, 74.1, 0.1 + 0.2 + 73.7, 74, 73.99, 74.01]]
    kept = arranged(uploaded(workbook(*rows), munich, olga), olga, metric=bore.number)
    metrics.import_values(kept, by=olga)
    row = Measurement.objects.get(metric=bore)
    assert (row.observed_at, row.n, row.subgroup) == (
        at(6, 11), 5, [Decimal("74.1"), 74, 74, Decimal("73.99"), Decimal("74.01")],
    )  # fmt: skip


def test_formulas_count_as_the_values_kept_with_them(now, munich, scrap, olga):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Date", "Value"])
    for number, result in enumerate(("4.5", "#DIV/0!", ""), 1):
        sheet.write_string(number, 0, f"2025-01-0{number}")
        sheet.write_formula(number, 1, "=9/2", value=float(result) if result == "4.5" else result)
    book.close()
    kept = arranged(uploaded(file, munich, olga), olga, metric=scrap.number)
    assert counts(kept) == (1, 0, 2)
    assert selectors.look(kept).faults[0].message == "“#DIV/0!” is no number with a decimal point."


def test_a_sheet_is_chosen_and_read_by_its_own_headings(now, munich, scrap, olga):
    """The first one with a table on it is looked at first."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    cover, one, two = (book.add_worksheet(name) for name in ("Cover", "Week 1", "Week 2"))
    cover.write_string(0, 0, "Quality report")
    for sheet, heading in ((one, "Result"), (two, scrap.number)):
        sheet.write_row(0, 0, ["Day", heading])
        sheet.write_row(1, 0, ["2025-01-07", 5])
    book.close()
    kept = uploaded(file, munich, olga)
    assert (selectors.peek(kept).sheets, kept.layout["sheet"]) == (["Cover", "Week 1", "Week 2"], "Week 1")
    kept = arranged(kept, olga, sheet="Week 2")
    assert (kept.layout["columns"], counts(kept)) == ({"0": "observed_at", "1": f"={scrap.number}"}, (1, 0, 0))
    with refusal("no-sheet"):
        arranged(kept, olga, sheet="Week 3")
    assert arranged(kept, olga, sheet="Cover").layout["columns"] == {}


def test_nothing_is_imported_while_one_value_is_wrong(now, munich, scrap, olga):
    text = (
        f"date;metric;value\n2025-01-06;{scrap.number};5\n2025-02-30;{scrap.number};5\n2025-01-08;{scrap.number};5.5\n"
    )
    kept = uploaded(csv(text), munich, olga)
    kept = arranged(kept, olga, decimal=",")
    with refusal("rows-at-fault"):
        metrics.import_values(kept, by=olga)
    assert (Measurement.objects.count(), Batch.objects.count(), ValueImport.objects.get().done_at) == (0, 0, None)
    done = metrics.import_values(kept, by=olga, leave_wrong=True)
    assert (done.batch.stored, done.batch.refused) == (1, 2)
    assert [(row, why) for row, _heading, why in done.faults] == [
        (3, "“2025-02-30” is no date as they are written in this file."),
        (4, "“5.5” is no number with a decimal comma."),
    ]  # fmt: skip


def test_a_file_without_one_right_value_is_never_a_batch(now, munich, scrap, olga):
    kept = uploaded(csv("date,metric,value\n2025-01-06,nobody,5\n"), munich, olga)
    with refusal("nothing-right"):
        metrics.import_values(kept, by=olga, leave_wrong=True)
    assert Batch.objects.count() == 0


def test_the_same_file_again_and_a_longer_one_store_nothing_twice(now, munich, scrap, olga):
    """Without event ids a value is known by metric, time and how many stood above it; another value then is told."""
    line = f"2025-01-06,{scrap.number},5\n"
    text = f"date,metric,value\n{line}{line}"
    metrics.import_values(uploaded(csv(text), munich, olga), by=olga)
    again = uploaded(csv(text), munich, olga)
    assert counts(again) == (0, 2, 0)
    metrics.import_values(again, by=olga)
    with refusal("import-done"):
        metrics.import_values(again, by=olga)
    longer = uploaded(csv(text + line), munich, olga)
    assert counts(longer) == (1, 2, 0)
    other = selectors.look(uploaded(csv(text.replace(",5\n", ",6\n", 1)), munich, olga))
    assert (other.known, [one.message for one in other.faults]) == (
        1, ["Another value was imported for this metric and time before. Correct that value on its metric."],
    )  # fmt: skip
    assert Measurement.objects.count() == 2


def test_what_the_look_says_is_what_the_batch_does(now, munich, scrap, rejects, olga):
    """Known, new, twice in the file, reused, of no metric, in the future: the look counts as the batch does."""
    before = uploaded(csv(f"date,metric,value,event id\n2025-01-06,{scrap.number},5,e1\n"), munich, olga)
    metrics.import_values(before, by=olga)
    rows = (
        ("2025-01-06", scrap.number, "5.0", "e1"), ("2025-01-06", scrap.number, "7", "e1"),
        ("2025-01-07", scrap.number, "5", "e2"), ("2025-01-07", scrap.number, "5", "e2"),
        ("2025-01-07", scrap.number, "6", "e2"), ("2025-01-07", "HAM-MET-0001", "6", "e3"),
        ("2035-01-07", scrap.number, "6", "e4"), ("2025-01-08", rejects.title, "1", "e5"),
    )  # fmt: skip
    text = "date,metric,value,event id\n" + "".join(",".join(row) + "\n" for row in rows)
    kept = uploaded(csv(text), munich, olga)
    seen, why = counts(kept), [[one.value.row, "", one.message] for one in selectors.look(kept).faults]
    done = metrics.import_values(kept, by=olga, leave_wrong=True)
    assert seen == (done.batch.stored, done.batch.duplicates, done.batch.refused) == (2, 2, 4)
    assert (done.faults, len(why)) == (why, 4)


def test_what_was_left_out_is_told_also_below_a_thousand_known_values(now, munich, scrap, olga):
    lines = [f"2025-01-06,{scrap.number},{number}" for number in range(1005)]
    first = csv("date,metric,value\n" + "\n".join(lines))
    metrics.import_values(uploaded(first, munich, olga), by=olga)
    longer = csv("date,metric,value\n" + "\n".join([*lines, f"2025-01-13,{scrap.number},5", "2025-01-13,nobody,5"]))
    done = metrics.import_values(uploaded(longer, munich, olga), by=olga, leave_wrong=True)
    assert (done.batch.stored, done.batch.duplicates, [row for row, *_why in done.faults]) == (1, 1005, [1008])


def test_a_late_value_is_marked_in_the_look_and_in_the_batch(now, munich, scrap, olga):
    text = f"date,metric,value\n2025-02-03,{scrap.number},5\n"
    metrics.import_values(uploaded(csv(text), munich, olga), by=olga)
    kept = uploaded(csv(f"{text}2025-01-06,{scrap.number},6\n"), munich, olga)
    assert selectors.look(kept).late == 1
    metrics.import_values(kept, by=olga)
    assert list(Measurement.objects.filter(late=True).values_list("value", flat=True)) == [6]


def test_a_metric_of_another_site_is_not_there(now, munich, hamburg, scrap, sam, olga):
    other = metrics.create_metric(by=sam, site=hamburg, title="Scrap in Hamburg", direction=Better.LOWER, unit="%")
    text = f"date,metric,value\n2025-01-06,{other.number},5\n2025-01-06,{other.title},5\n"
    found = selectors.look(uploaded(csv(text), munich, olga))
    assert [one.message for one in found.faults] == ["There is no such metric, or it is not yours to write to."] * 2


def test_a_layout_is_kept_by_name_and_used_for_the_next_file(now, munich, hamburg, scrap, olga, sam):
    kept = uploaded(csv("A;B;C\n03/04/2025;5,5;x\n"), munich, olga)
    layout = Layout({0: "observed_at", 1: f"={scrap.number}"}, dates="dmy", decimal=",", zone="UTC")
    metrics.arrange_values(kept, by=olga, layout=layout, keep_as="Shift book")
    metrics.arrange_values(kept, by=olga, layout=layout, keep_as="Shift book")
    book = ImportLayout.objects.get()
    next_one = uploaded(csv("C;B;A\nx;6,5;05/01/2025\n"), munich, olga, layout=book)
    assert next_one.layout["columns"] == {"1": f"={scrap.number}", "2": "observed_at"}
    metrics.import_values(next_one, by=olga)
    assert stored(scrap) == [(at(5, 12), Decimal("6.5"))]
    with refusal("other-site"):
        uploaded(csv("A;B\n1;2\n"), hamburg, sam, layout=book)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({0: "value"}, "Say which column holds the date."),
        ({0: "observed_at"}, "Say which columns hold values"),
        ({0: "observed_at", 1: "value"}, "Say which metric the values are of"),
        ({0: "observed_at", 1: "value", 2: "value"}, "Say which metric the values are of"),
        ({0: "observed_at", 1: "value", 2: "metric", 3: "metric"}, "Two columns cannot both hold"),
    ],
)
def test_what_a_layout_lacks_is_said(columns, words):
    assert Layout(columns).lack.startswith(words)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "old-workbook"),
        (b"PK\x03\x04 no workbook", "not-a-workbook"),
        (b"%PDF\x00\x01", "not-text"),
        (b"a,b\x81\xff\n", "not-text"),
        (b",".join(b"c" for _ in range(70)), "too-many-columns"),
    ],
)
def test_a_bad_file_gets_a_sentence(now, munich, olga, content, code):
    with refusal(code):
        uploaded(io.BytesIO(content), munich, olga)


def test_a_zip_that_would_fill_memory_is_refused(now, munich, olga):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", bytes(30 * 1024 * 1024))
    with refusal("zip-bomb"):
        uploaded(file, munich, olga)


def test_too_many_cells_of_a_workbook_are_told_by_the_look_and_may_come_as_text(now, munich, scrap, olga, monkeypatch):
    """Each look reads all of it: it must not take half a minute."""
    rows = [["date", "metric", "value"], *[["2025-01-06", scrap.number, 5]] * 2]
    kept = uploaded(workbook(*rows), munich, olga)
    monkeypatch.setattr("metrics.files.tables.MOST_CELLS", 7)
    assert "Save the sheet as CSV" in selectors.look(kept).lack
    text = "\n".join(",".join(map(str, row)) for row in rows)
    assert selectors.look(uploaded(csv(text), munich, olga)).new == 2


def test_too_many_rows_are_told_by_the_look(now, munich, scrap, olga, monkeypatch):
    head = f"date,metric,value\n2025-01-06,{scrap.number},5\n"
    kept = uploaded(csv(head + "2025-01-06,x,1\n" * 2), munich, olga)
    monkeypatch.setattr("metrics.files.tables.MOST_ROWS", 2)
    assert selectors.look(kept).lack.startswith("More than")
    with refusal("too-many-rows"):
        metrics.import_values(kept, by=olga, leave_wrong=True)
    assert Batch.objects.count() == 0


API = "/api/v1/value-imports/"


def test_a_person_brings_a_file_looks_says_how_it_is_read_and_imports(now, munich, scrap, pedro):
    """Also an operator, who does not read metrics otherwise."""
    browser = client_for(pedro)
    answer = browser.post(URL, {"site": "MUC", "file": csv("Tag;Wert\n06/01/2025;5,5\n07/01/2025;fünf\n")})
    kept = ValueImport.objects.get()
    page = browser.get(answer["Location"]).content.decode()
    assert ("Say which metric the values are of" in page, "fit both day and month first" in page) == (True, True)
    settings = {"metric": scrap.number, "dates": "dmy", "decimal": ",", "zone": "Europe/Berlin", "sheet": ""}
    columns = {"column_0": "observed_at", "column_1": "value"}
    assert browser.post(f"{URL}{kept.uuid}/", {**settings, **columns, "keep_as": "Tage"}).status_code == 302
    page = browser.get(f"{URL}{kept.uuid}/").content.decode()
    assert ("1 of 2 values is wrong" in page, "“fünf” is no number with a decimal comma." in page) == (True, True)
    table = browser.get(f"{URL}{kept.uuid}/errors.csv").content.decode("utf-8-sig").splitlines()
    assert table[1] == '3,"","“fünf” is no number with a decimal comma."'
    seen = {"seen": Layout.of(fresh(kept).layout).digest}
    refused = browser.post(f"{URL}{kept.uuid}/confirm/", seen)
    assert (refused.status_code, Measurement.objects.count()) == (409, 0)
    for _twice in range(2):
        assert browser.post(f"{URL}{kept.uuid}/confirm/", {**seen, "leave_wrong": "true"}).status_code == 302
    page = browser.get(f"{URL}{kept.uuid}/").content.decode()
    assert (stored(scrap), fresh(kept).batch.digest in page, "fünf" in page) == (
        [(at(6, 11), Decimal("5.5"))], True, True,
    )  # fmt: skip
    assert "Tage" in browser.get(URL).content.decode()


def test_what_cannot_be_read_is_told_beside_the_form(now, munich, olga):
    browser = client_for(olga)
    for content in (b"\xd0\xcf\x11\xe0", b"%PDF\x00"):
        answer = browser.post(URL, {"site": "MUC", "file": io.BytesIO(content)})
        assert (answer.status_code, "Save it as .xlsx" in answer.content.decode()) == (422, True)
    large = io.BytesIO(bytes(20 * 1024 * 1024 + 1))
    answer = browser.post(URL, {"site": "MUC", "file": large})
    assert (answer.status_code, "larger than 20 MB" in answer.content.decode()) == (422, True)
    assert ValueImport.objects.count() == 0


def test_who_may_not_record_values_imports_none(now, munich, scrap, aud, sam, olga):
    kept = uploaded(csv(GERMAN.format(scrap.number)), munich, olga)
    assert client_for(aud).get(URL).status_code == client_for(aud).get(f"{URL}{kept.uuid}/").status_code == 403
    stranger = client_for(sam)
    for rest in ("", "errors.csv"):
        assert stranger.get(f"{URL}{kept.uuid}/{rest}").status_code == 404
    assert stranger.post(f"{URL}{kept.uuid}/confirm/").status_code == 404
    assert stranger.post(URL, {"site": "MUC", "file": csv("a,b\n1,2\n")}).status_code == 422
    assert kept.name not in stranger.get(URL).content.decode()


def test_the_same_over_the_api(now, munich, scrap, olga):
    api = api_for(olga)
    sent = {"site": "MUC", "file": csv(f"day,{scrap.title},by\n2025-01-06,5.5,Ada\n2025-01-07,x,Ben\n")}
    made = client_for(olga).post(API, sent)
    found = made.json()
    assert (made.status_code, found["layout"]["columns"]) == (201, {"0": "observed_at", "1": f"={scrap.number}"})
    assert (found["new"], found["faulty"], found["faults"]) == (
        1, 1, [{"row": 3, "column": scrap.title, "message": "“x” is no number with a decimal point."}],
    )  # fmt: skip
    one = f"value-imports/{found['uuid']}/"
    arranged = api.post(f"{one}arrange/", {"column_2": "note", "keep_as": "By name"}).json()
    assert (arranged["layout"]["columns"]["2"], arranged["first"][0]["note"]) == ("note", "Ada")
    assert api.post(f"{one}arrange/", {"column_2": "shoe size"}).status_code == 400
    assert api.post(f"{one}arrange/", {"column_9": "note"}).status_code == 400
    seen = {"seen": arranged["seen"]}
    assert api.post(f"{one}confirm/", seen).json()["code"] == "rows-at-fault"
    done = api.post(f"{one}confirm/", {**seen, "leave_wrong": True}).json()
    assert (done["batch"]["stored"], done["batch"]["refused"], len(done["faults"])) == (1, 1, 1)
    assert api.post(f"{one}confirm/", seen).json()["code"] == "import-done"
    assert [row["name"] for row in api.get("import-layouts/").json()["results"]] == ["By name"]
    assert api.get("value-imports/").json()["results"][0]["batch"]["stored"] == 1


def test_pages_take_the_same_number_of_queries_whatever_they_hold(
    now, munich, scrap, olga, django_assert_max_num_queries
):
    browser = client_for(olga)

    def of(rows: int) -> str:
        lines = [f"2025-01-06T{number % 24:02}:{number // 24:02}:00Z,{scrap.number},5" for number in range(rows)]
        return f"{URL}{uploaded(csv('date,metric,value' + chr(10) + chr(10).join(lines)), munich, olga).uuid}/"

    one, many = of(2), of(60)
    with CaptureQueriesContext(connection) as asked:
        browser.get(one)
    with django_assert_max_num_queries(len(asked)):
        browser.get(many)
    with CaptureQueriesContext(connection) as asked:
        browser.get(URL)
    for _more in range(12):
        of(2)
    with django_assert_max_num_queries(len(asked)):
        browser.get(URL)
