"""Files of values that were brought before, put right and brought again; and files that are out of the ordinary."""

import io
import zipfile

import pytest
import xlsxwriter
from openpyxl import Workbook

from evidence.refusals import Refused
from metrics import selectors
from metrics import services as metrics
from metrics.files import Layout, tables
from metrics.models import ImportLayout, Measurement
from metrics.selectors import filing
from metrics.states import Better, Every
from tests.cast import api_for, client_for, fresh, refusal
from tests.metrics.uploads import URL, arranged, counts, csv, uploaded, workbook
from ui import workbooks


@pytest.fixture
def bore(munich, grinding, olga, scrap):
    facts = {"direction": Better.LOWER, "unit": "mm", "process": grinding, "cadence": Every.DAY}
    return metrics.create_metric(by=olga, site=munich, title="Bore", **facts)


@pytest.mark.parametrize("wrong", ["abc,", "4,x"])
def test_a_wrong_value_put_right_moves_none_of_those_below_it(now, munich, scrap, olga, wrong):
    lines = "date,metric,value,n\n2025-01-06,{0},{1}\n2025-01-06,{0},5,\n"
    metrics.import_values(uploaded(csv(lines.format(scrap.number, wrong)), munich, olga), by=olga, leave_wrong=True)
    right = uploaded(csv(lines.format(scrap.number, "4,")), munich, olga)
    assert counts(right) == (1, 1, 0)
    metrics.import_values(right, by=olga)
    assert sorted(Measurement.objects.values_list("value", flat=True)) == [4, 5]


def test_an_event_id_at_another_time_is_another_event_and_never_known(now, munich, scrap, olga):
    """Sheets number their rows from 1 each week: the look and the batch say so, and the value is not lost unsaid."""
    lines = f"date,metric,value,event id\n2025-01-06,{scrap.number},5,1\n"
    metrics.import_values(uploaded(csv(lines), munich, olga), by=olga)
    text = lines.replace("01-06", "01-13") + f"2025-01-06,{scrap.number},5,1\n2025-01-14,{scrap.number},5,2\n"
    kept = uploaded(csv(text), munich, olga)
    assert counts(kept) == (1, 1, 1)
    done = metrics.import_values(kept, by=olga, leave_wrong=True)
    assert (done.batch.stored, done.batch.duplicates, done.faults) == (
        1, 1, [[2, "", selectors.look(kept).faults[0].message]],
    )  # fmt: skip
    assert "at another time" in done.faults[0][2]


def test_a_decimal_comma_between_commas_is_told_and_not_cut_off(now, munich, scrap, olga):
    kept = uploaded(csv(f"date,{scrap.number}\n2025-01-06,1,5\n2025-01-07,5,\n"), munich, olga)
    assert counts(kept) == (1, 0, 1)
    assert "more cells than there are headings" in selectors.look(kept).faults[0].message
    remark = uploaded(workbook(["date", scrap.number], ["2025-01-06", 5, "", "see the book"]), munich, olga)
    assert counts(remark) == (1, 0, 0)


@pytest.mark.parametrize("heading", ["id", "Event", "Record ID"])
def test_a_heading_that_may_be_a_running_number_is_not_taken_for_an_event_id(now, munich, scrap, olga, heading):
    kept = uploaded(csv(f"date,metric,value,{heading}\n2025-01-06,{scrap.number},5,1\n"), munich, olga)
    assert "event_id" not in kept.layout["columns"].values()


def test_values_are_imported_only_by_the_layout_they_were_looked_at_by(now, munich, scrap, olga, pedro):
    """Two people at one file: one looks, the other says otherwise how dates are written, the first one imports."""
    kept = uploaded(csv(f"date,metric,value\n02/03/2025,{scrap.number},5\n"), munich, olga)
    looked = Layout.of(kept.layout).digest
    assert f'value="{looked}"' in client_for(olga).get(f"{URL}{kept.uuid}/").content.decode()
    arranged(fresh(kept), pedro, dates="mdy")
    answer = client_for(olga).post(f"{URL}{kept.uuid}/confirm/", {"seen": looked})
    assert (answer.status_code, "Look at its values again" in answer.content.decode()) == (409, True)
    assert client_for(olga).post(f"{URL}{kept.uuid}/confirm/", {}).status_code == 409
    confirm, api = f"value-imports/{kept.uuid}/confirm/", api_for(olga)
    assert (api.post(confirm, {}).status_code, api.post(confirm, {"seen": looked}).json()["code"]) == (
        400, "layout-changed",
    )  # fmt: skip
    assert Measurement.objects.count() == 0
    now_seen = api.get(f"value-imports/{kept.uuid}/").json()["seen"]
    assert api.post(confirm, {"seen": now_seen}).json()["batch"]["stored"] == 1


def answer_to(file, site, by) -> str:
    """The code of the refusal, or what the look lacks."""
    try:
        return selectors.look(uploaded(file, site, by)).lack
    except Refused as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (" , \n", "file-empty"),
        (" ;\nabc\n", "Say which column holds the date."),
        ("\n , \n\t\n", "file-empty"),
    ],
)
def test_a_row_of_blanks_is_no_row(now, munich, olga, content, answer):
    assert answer_to(csv(content), munich, olga) == answer


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_workbook_is_refused_in_words(now, munich, olga, method):
    """Packed as a workbook is or as none is, and one byte of it another."""
    whole = io.BytesIO()
    with zipfile.ZipFile(workbook(["date", "value"], ["2025-01-06", 5])) as made, zipfile.ZipFile(whole, "w") as packed:
        for entry in made.infolist():
            packed.writestr(entry.filename, made.read(entry), compress_type=method)
    content = whole.getvalue()
    answers = {
        answer_to(io.BytesIO(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]), munich, olga)
        for place in range(60, len(content), 127)
    }
    assert "not-a-workbook" in answers


def test_a_workbook_of_many_sheets_is_opened_once_to_find_the_first_table(now, munich, olga, monkeypatch):
    """Unpacking takes its time: it must not be done again for each of a hundred covers."""
    file, opened = io.BytesIO(), []
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for number in range(30):
        book.add_worksheet(f"Cover {number}").write_string(0, 0, "Quality report")
    book.close()
    monkeypatch.setattr(tables, "opened", lambda *args, **more: opened.append(1) or workbooks.opened(*args, **more))
    kept = uploaded(file, munich, olga)
    assert (kept.layout["sheet"], len(opened) < 5) == ("Cover 0", True)


def test_values_are_counted_also_where_a_row_holds_many(now, munich, scrap, bore, olga, monkeypatch):
    monkeypatch.setattr(filing, "MOST_VALUES", 3)
    text = f"date,{scrap.number},{bore.number}\n2025-01-06,5,5\n2025-01-07,5,5\n"
    kept = uploaded(csv(text), munich, olga)
    assert selectors.look(kept).lack.startswith("More than")
    with refusal("too-many-values"):
        metrics.import_values(kept, by=olga, leave_wrong=True)
    assert Measurement.objects.count() == 0


@pytest.mark.parametrize(
    ("cells", "sign", "fit_both"),
    [
        (["1.204", "1.350", "7,5"], ",", False),
        (["1.204,5", "1.350"], ",", False),
        (["74.002", "74.100"], ".", True),
        (["74,002", "12"], ".", True),
        (["0,125", "74,002"], ",", False),
        (["5", "7"], ".", False),
    ],
)
def test_numbers_that_fit_both_signs_do_not_say_which_it_is(now, munich, scrap, olga, cells, sign, fit_both):
    lines = "".join(f"2025-01-06;{cell}\n" for cell in cells)
    kept = uploaded(csv(f"date;{scrap.number}\n{lines}"), munich, olga)
    page = client_for(olga).get(f"{URL}{kept.uuid}/").content.decode()
    assert (kept.layout["decimal"], "fit both a point and a comma" in page) == (sign, fit_both)


def test_what_was_left_out_is_told_by_its_own_row(now, munich, scrap, olga):
    """A file with a column of event ids may leave one empty: that value is known by its metric and time."""
    text = "date,metric,value,event id\n2025-01-06,{0},{1},e1\n2025-01-07,{0},{1},\n"
    metrics.import_values(uploaded(csv(text.format(scrap.number, 5)), munich, olga), by=olga)
    other = uploaded(csv(f"{text.format(scrap.number, 6)}2025-01-08,{scrap.number},6,e2\n"), munich, olga)
    told = [[one.value.row, "", one.message] for one in selectors.look(other).faults]
    done = metrics.import_values(other, by=olga, leave_wrong=True)
    assert done.faults == told
    assert ["event id" in why for _row, _heading, why in done.faults] == [True, False]


def test_a_formula_without_its_value_is_no_empty_cell(now, munich, scrap, olga):
    """As programs write workbooks that compute nothing: the value would be missing, and nobody would be told."""
    book, file = Workbook(), io.BytesIO()
    for row in (["date", scrap.number], ["2025-01-06", "=9/2"], ["=TODAY()", 5], ["2025-01-08", 6], ["2025-01-09"]):
        book.active.append(row)
    book.save(file)
    kept = uploaded(file, munich, olga)
    assert counts(kept) == (1, 0, 2)
    assert [one.message.split(".")[0] for one in selectors.look(kept).faults] == [
        "“=9/2” is a formula whose value was not saved with it",
        "“=TODAY()” is a formula whose value was not saved with it",
    ]  # fmt: skip


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell(now, munich, scrap, olga):
    """As a spreadsheet writes =IF(A1="";"";…): the type of the cell says that its value is a text."""
    book, plain, file = Workbook(), io.BytesIO(), io.BytesIO()
    for row in (["date", scrap.number], ["2025-01-06", "=9/2"], ["2025-01-08", 6]):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as made, zipfile.ZipFile(file, "w") as changed:
        for name in made.namelist():
            changed.writestr(name, made.read(name).replace(b'<c r="B2"', b'<c r="B2" t="str"'))
    assert counts(uploaded(file, munich, olga)) == (1, 0, 0)


def test_headings_of_a_kept_layout_that_a_file_lacks_are_named(now, munich, scrap, olga):
    """A column that was renamed at the source would be left out for ever, and nobody would know."""
    kept = uploaded(csv(f"date,{scrap.number},Remark <b>\n2025-01-06,5,x\n"), munich, olga)
    layout = Layout({0: "observed_at", 1: f"={scrap.number}", 2: "note"}, zone="UTC")
    metrics.arrange_values(kept, by=olga, layout=layout, keep_as="Book")
    other = uploaded(
        csv(f"date,{scrap.number},Words\n2025-01-07,5,x\n"), munich, olga, layout=ImportLayout.objects.get()
    )
    assert "lacks: Remark &lt;b&gt;." in client_for(olga).get(f"{URL}{other.uuid}/").content.decode()
    assert api_for(olga).get(f"value-imports/{other.uuid}/").json()["missing"] == ["Remark <b>"]
    assert "that this file lacks" not in client_for(olga).get(f"{URL}{kept.uuid}/").content.decode()
    assert metrics.import_values(other, by=olga).batch.stored == 1


def test_a_layout_is_kept_whole_and_replaced_by_its_keeper_or_who_says_so_and_may(now, munich, scrap, olga, pedro):
    """An operator's slip must not change how everybody's files are read."""
    kept = uploaded(csv(f"date,{scrap.number},by\n2025-01-06,5,x\n"), munich, olga)
    arrange, name = f"value-imports/{kept.uuid}/arrange/", {"keep_as": "Book"}
    incomplete = api_for(olga).post(arrange, {**name, "column_0": ""})
    assert (incomplete.status_code, incomplete.json()["code"], ImportLayout.objects.count()) == (
        409, "layout-incomplete", 0,
    )  # fmt: skip
    for _twice in range(2):
        assert api_for(pedro).post(arrange, name).status_code == 200
    assert api_for(olga).post(arrange, name).json()["code"] == "layout-of-another"
    assert api_for(olga).post(arrange, {**name, "replace_kept": True, "column_2": "note"}).status_code == 200
    assert ImportLayout.objects.get().kept_by == olga
    assert api_for(pedro).post(arrange, name).json()["code"] == "layout-of-another"
    assert api_for(pedro).post(arrange, {**name, "replace_kept": True}).status_code == 400
    page = client_for(pedro).post(f"{URL}{kept.uuid}/", {**name, "dates": "ymd", "decimal": ".", "zone": "UTC"})
    assert "It can be kept when nothing is missing." in page.content.decode()
    assert len(ImportLayout.objects.get().layout["by_heading"]) == 3


def test_a_layout_is_removed_by_its_keeper_or_who_may_replace_it(now, munich, scrap, olga, pedro, aud, sam):
    kept = uploaded(csv(f"date,{scrap.number}\n2025-01-06,5\n"), munich, olga)
    for by, name in ((olga, "Olga's"), (pedro, "Pedro's"), (pedro, "Old")):
        metrics.arrange_values(kept, by=by, layout=Layout.of(kept.layout), keep_as=name)
    own, others, old = (ImportLayout.objects.get(name=name) for name in ("Pedro's", "Olga's", "Old"))

    def remove(layout, by) -> int:
        return api_for(by).post(f"import-layouts/{layout.uuid}/remove/", {}).status_code

    page = client_for(pedro).get(URL).content.decode()
    assert (f"/import-layouts/{own.uuid}/remove/" in page, f"/import-layouts/{others.uuid}/remove/" in page) == (
        True, False,
    )  # fmt: skip
    assert (remove(others, pedro), remove(others, aud), remove(others, sam)) == (403, 403, 404)
    assert client_for(pedro).get(f"/import-layouts/{others.uuid}/remove/").status_code == 403
    assert client_for(pedro).post(f"/import-layouts/{own.uuid}/remove/").status_code == 302
    assert (remove(old, olga), remove(old, olga)) == (200, 404)
    assert list(ImportLayout.objects.values_list("name", flat=True)) == ["Olga's"]
    with refusal("layout-gone"):
        metrics.remove_layout(old, by=olga)
    assert metrics.import_values(fresh(kept), by=olga).batch.stored == 1
